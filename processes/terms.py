"""How long cases are kept, as packs propose (`pack.toml`) and the office decides (the instance's `retention.toml`)."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from engine.errors import Invalid
from engine.retention import PERMANENT, Policy, Term

OFFICE_FILE = "retention.toml"
LONGEST_YEARS = 200
FINISHED_JOBS_DAYS = 90


class RetentionInvalid(Invalid):
    """The office's `retention.toml` is not TOML or says something else; `errors` holds sentences by field."""

    code = "retention.invalid"


class TermField(fields.Field[Term]):
    """Whole years from 1, or "permanent"."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Term:
        if value == PERMANENT:
            return PERMANENT
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST_YEARS:
            raise ValidationError(f'years_after_end is a whole number from 1 to {LONGEST_YEARS}, or "{PERMANENT}"')
        return value


class _TermSchema(Schema):
    years_after_end = TermField(required=True)


class TermsField(fields.Field[dict[str, Term]]):
    """Terms by the key of the process."""

    def _deserialize(self, value: object, *_: object, **__: object) -> dict[str, Term]:
        given: dict[str, dict[str, Term]] = fields.Dict(fields.String(), fields.Nested(_TermSchema)).deserialize(value)
        return {key: term["years_after_end"] for key, term in given.items()}


@dataclass(frozen=True, slots=True)
class OfficeTerms:
    """What the office decides: terms that go before those of the packs, and how long finished jobs are kept."""

    retention: Mapping[str, Term]
    finished_jobs_days: int


class _HousekeepingSchema(Schema):
    finished_jobs_days = fields.Integer(strict=True, required=True, validate=validate.Range(1, 36_500))


class _OfficeSchema(Schema):
    retention = TermsField(load_default=dict)
    housekeeping = fields.Nested(_HousekeepingSchema, load_default=lambda: {"finished_jobs_days": FINISHED_JOBS_DAYS})

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> OfficeTerms:
        return OfficeTerms(data["retention"], data["housekeeping"]["finished_jobs_days"])


def read_office_terms(instance: Path) -> OfficeTerms:
    """Read the office's file; without one the packs' terms hold. Refuses with `RetentionInvalid`."""
    path = instance / OFFICE_FILE
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        terms: OfficeTerms = _OfficeSchema().load(said)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RetentionInvalid(f"{OFFICE_FILE} is not TOML: {error}", errors={}) from error
    except ValidationError as error:
        raise RetentionInvalid(f"{OFFICE_FILE}: {error.messages}", errors=error.messages) from error
    return terms


def policy_of(packs: Iterable[Mapping[str, Term]], office: OfficeTerms) -> Policy:
    """Join what the packs propose and what the office decides; the office has the last word."""
    proposed = {key: term for terms in packs for key, term in terms.items()}
    return Policy({**proposed, **office.retention}, timedelta(days=office.finished_jobs_days))
