"""The studio's first page: packs, their processes and tables, versions and drafts as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

from flask import url_for

from engine import drafts, shelves
from engine.drafts import OWN_PACK, FileKey
from engine.model import Deployment, Draft, Origin
from engine.shelves import Shelf, ShelfFile, Version
from processes import catalogue
from web import clock
from web.database import session
from web.language import gettext
from web.security import me

EDITORS: Mapping[str, str] = {".bpmn": "diagram", ".dmn": "table"}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a process."""

    id: UUID
    version: int
    published_at: datetime
    published_by: str
    running: int
    url: str
    download_url: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What somebody is changing."""

    by: str
    at: datetime
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class DesignRow:
    """One diagram, table or form; `kind` is diagram, table or form, `versions` the newest first."""

    kind: str
    title: str
    file: str
    url: str
    download_url: str
    is_changed_here: bool
    draft: DraftRow | None
    versions: Sequence[VersionRow]


@dataclass(frozen=True, slots=True)
class PackRow:
    """One pack with its rows: diagrams first, then tables, then forms."""

    title: str
    key: str
    rows: Sequence[DesignRow]


def pack_title(key: str) -> str:
    """Return how a pack is called on the screen."""
    return gettext("The office's own diagrams") if key == OWN_PACK else catalogue.titles().get(key, key)


def kind_of(name: str) -> str:
    """Return what a file holds by its name: diagram, table or form."""
    return EDITORS.get(PurePosixPath(name).suffix, "form")


def address(doing: str, key: FileKey) -> str:
    """Return the address at which something is done with a file."""
    return url_for(f"studio.{doing}", pack_key=key.pack_key, name=key.name)


def publisher(deployment: Deployment) -> str:
    """Return who published something, as people say it."""
    return drafts.publisher_of(deployment) or gettext("came with the pack")


def packs() -> list[PackRow]:
    """Return everything that lies in the studio."""
    return [_pack(shelf) for shelf in shelves.all_shelves(session(), by=me(), at=clock.now())]


def _pack(shelf: Shelf) -> PackRow:
    order = ["diagram", "table", "form"]
    rows = [row for file in shelf.files for row in _rows(file)]
    return PackRow(
        title=pack_title(shelf.pack_key),
        key=shelf.pack_key,
        rows=sorted(rows, key=lambda row: (order.index(row.kind), row.title)),
    )


def _rows(file: ShelfFile) -> list[DesignRow]:
    """Return a row a process; a file without published process is a row of its own."""
    return [_row(file, versions) for versions in file.processes or [[]]]


def _row(file: ShelfFile, versions: Sequence[Version]) -> DesignRow:
    return DesignRow(
        kind=kind_of(file.key.name),
        title=versions[0].definition.name if versions else PurePosixPath(file.key.name).stem,
        file=file.key.name,
        url=address("design", file.key) if kind_of(file.key.name) != "form" else "",
        download_url=address("content", file.key) + "?download",
        is_changed_here=file.origin is Origin.STUDIO and file.key.pack_key != OWN_PACK,
        draft=draft_row(file.draft, file.outdated_by),
        versions=[version_row(each) for each in versions],
    )


def draft_row(draft: Draft | None, outdated_by: Deployment | None) -> DraftRow | None:
    """Return a draft as a row."""
    return DraftRow(draft.author.full_name, draft.saved_at, outdated_by is not None) if draft else None


def version_row(version: Version) -> VersionRow:
    """Return a version of a process as a row."""
    definition = version.definition
    return VersionRow(
        id=definition.id,
        version=definition.version,
        published_at=definition.deployment.deployed_at,
        published_by=publisher(definition.deployment),
        running=version.running,
        url=url_for("studio.look", definition_id=definition.id),
        download_url=url_for("studio.version", definition_id=definition.id, download=""),
    )
