"""What a pack says of itself: `pack.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate, validates

from engine.approver_rules.rules import read_rules
from engine.errors import Invalid
from engine.retention import Term
from engine.task_design import PropertyReader, PropertyRefused
from processes.terms import TermsField

MANIFEST = "pack.toml"


class ManifestInvalid(Invalid):
    """`pack.toml` is not TOML or lacks what it must say; `errors` holds sentences by field."""

    code = "pack.manifest_invalid"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The pack's key, title, version, the job types its diagrams call, and how long its cases are kept.

    `approver_rules` hold, by property name, for assignments that do not work out where a process says nothing itself.
    """

    key: str
    title: str
    version: str
    job_types: tuple[str, ...] = ()
    retention: Mapping[str, Term] = field(default_factory=dict)
    approver_rules: Mapping[str, str] = field(default_factory=dict)


class _ManifestSchema(Schema):
    """The form of `pack.toml`; sections for other readers are left alone."""

    class Meta:
        """Let other sections be."""

        unknown = EXCLUDE

    key = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9_]{1,60}\Z"))
    title = fields.String(required=True, validate=validate.Length(1, 200))
    version = fields.String(required=True, validate=validate.Length(1, 40))
    job_types = fields.List(fields.String())
    retention = TermsField()
    approver_rules = fields.Dict(keys=fields.String(), values=fields.String())

    @validates("approver_rules")
    def _must_be_rules(self, rules: Mapping[str, str], **_: object) -> None:
        try:
            read_rules(PropertyReader(_by_property(rules), "", MANIFEST))
        except PropertyRefused as refused:
            raise ValidationError(refused.finding.message.en) from refused

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Manifest:
        rules = _by_property(data.get("approver_rules", {}))
        return Manifest(**data | {"job_types": tuple(data.get("job_types", ())), "approver_rules": rules})


def _by_property(rules: Mapping[str, str]) -> dict[str, str]:
    """Return rules as a process's properties would say them."""
    return {f"lc:{name}": text for name, text in rules.items()}


def read_manifest(text: str) -> Manifest:
    """Read `pack.toml`; refuses with `ManifestInvalid`."""
    try:
        manifest: Manifest = _ManifestSchema().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ManifestInvalid(f"pack.toml is not TOML: {error}", errors={}) from error
    except ValidationError as error:
        raise ManifestInvalid(f"pack.toml: {error.messages}", errors=error.messages) from error
    return manifest
