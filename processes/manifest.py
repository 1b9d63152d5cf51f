"""What a pack says of itself: `pack.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from engine.errors import Invalid
from engine.retention import Term
from processes.terms import TermsField


class ManifestInvalid(Invalid):
    """`pack.toml` is not TOML or lacks what it must say; `errors` holds sentences by field."""

    code = "pack.manifest_invalid"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The pack's key, title, version, the job types its diagrams call, and how long its cases are kept."""

    key: str
    title: str
    version: str
    job_types: tuple[str, ...] = ()
    retention: Mapping[str, Term] = field(default_factory=dict)


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

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Manifest:
        return Manifest(**data | {"job_types": tuple(data.get("job_types", ()))})


def read_manifest(text: str) -> Manifest:
    """Read `pack.toml`; refuses with `ManifestInvalid`."""
    try:
        manifest: Manifest = _ManifestSchema().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ManifestInvalid(f"pack.toml is not TOML: {error}", errors={}) from error
    except ValidationError as error:
        raise ManifestInvalid(f"pack.toml: {error.messages}", errors=error.messages) from error
    return manifest
