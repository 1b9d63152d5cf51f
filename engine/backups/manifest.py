"""What a backup says of itself, and the names that may be in one.

The archive is a tar file; its members, in this order: the database, the files of `uploads/` by their SHA-256, what else
belongs to the installation, and at the end `manifest.json`, so that half an archive is never taken for a whole one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import simplejson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from engine.backups.errors import BackupDamaged

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 256 * 1024 * 1024
SECRET_KEY, OFFICE_TERMS = "secret_key", "retention.toml"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
SHA256 = r"[0-9a-f]{64}"
MEMBER = re.compile(
    r"(?:database\.sqlite|database\.dump|secret_key|retention\.toml|uploads/(?P<two>[0-9a-f]{2})/(?P=two)[0-9a-f]{62})\Z"
)
UPLOADS = "uploads/"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive; `size` is in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup: who made it when, of which database at which revisions, and every file's checksum.

    `counts` is for people: how many cases, papers and so on. `missing` are contents that were lost or damaged before.
    """

    made_at: datetime
    program: str
    kind: str
    revisions: Sequence[str]
    counts: Mapping[str, int]
    missing: Sequence[str]
    members: Mapping[str, Member]


class _MemberSchema(Schema):
    sha256 = fields.String(required=True, validate=validate.Regexp(SHA256 + r"\Z"))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(0))

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Member:
        return Member(**data)


class _ManifestSchema(Schema):
    class Meta:
        """A later program may say more."""

        unknown = EXCLUDE

    format = fields.Integer(required=True, strict=True, validate=validate.Equal(FORMAT))
    made_at = fields.AwareDateTime(required=True)
    program = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(DATABASES))
    revisions = fields.List(fields.String(), required=True)
    counts = fields.Dict(fields.String(), fields.Integer(), required=True)
    missing = fields.List(fields.String(), required=True)
    members = fields.Dict(fields.String(validate=validate.Regexp(MEMBER)), fields.Nested(_MemberSchema), required=True)

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Manifest:
        data.pop("format")
        return Manifest(**data)


def write_manifest(manifest: Manifest) -> bytes:
    """Return the manifest as JSON text that people can read."""
    members = {name: {"sha256": each.sha256, "size": each.size} for name, each in manifest.members.items()}
    said = {
        "format": FORMAT,
        "made_at": manifest.made_at.isoformat(),
        "program": manifest.program,
        "kind": manifest.kind,
        "revisions": list(manifest.revisions),
        "counts": dict(manifest.counts),
        "missing": list(manifest.missing),
        "members": members,
    }
    return simplejson.dumps(said, ensure_ascii=False, indent=1).encode()


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest; refuses with `BackupDamaged`."""
    try:
        manifest: Manifest = _ManifestSchema().load(simplejson.loads(text))
    except (ValueError, RecursionError, ValidationError) as error:
        raise BackupDamaged(
            "Tệp manifest.json trong bản sao lưu không đọc được. / The backup's manifest.json cannot be read."
        ) from error
    return manifest
