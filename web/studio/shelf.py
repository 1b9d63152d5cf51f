"""The studio's first page: packs, their processes and tables, versions and drafts as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from flask import url_for

from engine import drafts, shelves
from engine.drafts import OWN_PACK, FileKey
from engine.model import Deployment, Draft, Origin
from engine.shelves import FileVersion, Shelf, ShelfFile, Version
from processes import catalogue
from web import clock
from web.database import session
from web.language import gettext
from web.security import me

EDITORS: Mapping[str, str] = {".bpmn": "diagram", ".dmn": "table"}


MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a process, or of a rule table: no case runs on a table by itself, `running` is `None` then.

    `process_key` names the process, and is empty for a table.
    """

    version: int
    published_at: datetime
    published_by: str
    running: int | None
    url: str
    download_url: str
    process_key: str = ""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What somebody is changing; `discard_url` throws it away, given the revision that was looked at."""

    by: str
    at: datetime
    is_outdated: bool
    revision: int
    discard_url: str


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
    """One pack with its rows: what has an editor, diagrams first, then the forms."""

    title: str
    key: str
    rows: Sequence[DesignRow]
    forms: Sequence[DesignRow]


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
    rows = sorted((row for file in shelf.files for row in _rows(file)), key=lambda row: (row.kind, row.title))
    return PackRow(
        title=pack_title(shelf.pack_key),
        key=shelf.pack_key,
        rows=[row for row in rows if row.kind != "form"],
        forms=[row for row in rows if row.kind == "form"],
    )


def _rows(file: ShelfFile) -> list[DesignRow]:
    """Return a row a process; a file without published process is a row of its own."""
    return [_row(file, versions) for versions in file.processes or [[]]]


def _row(file: ShelfFile, versions: Sequence[Version]) -> DesignRow:
    kind = kind_of(file.key.name)
    title = versions[0].definition.name if versions else title_of(file.key.name, file.decisions)
    return DesignRow(
        kind=kind,
        title=title,
        file=file.key.name,
        url=address("design", file.key) if kind != "form" else "",
        download_url=address("content", file.key) + "?download",
        is_changed_here=file.origin is Origin.STUDIO and file.key.pack_key != OWN_PACK,
        draft=draft_row(file.draft, file.outdated_by),
        versions=[version_row(each) for each in versions] if kind == "diagram" else table_versions(file.versions),
    )


def title_of(name: str, decisions: Sequence[str]) -> str:
    """Return how a table is called: by its decisions, before it is published by its file."""
    more = " …" if len(decisions) > MOST_NAMES else ""
    return " · ".join(decisions[:MOST_NAMES]) + more or PurePosixPath(name).stem


def draft_row(draft: Draft | None, outdated_by: Deployment | None) -> DraftRow | None:
    """Return a draft as a row."""
    if draft is None:
        return None
    return DraftRow(
        by=draft.author.full_name,
        at=draft.saved_at,
        is_outdated=outdated_by is not None,
        revision=draft.revision,
        discard_url=address("discard", FileKey(draft.pack_key, draft.name)),
    )


def table_versions(versions: Sequence[FileVersion]) -> list[VersionRow]:
    """Return the contents that a file has had as rows."""
    return [
        VersionRow(
            version=each.number,
            published_at=each.deployment.deployed_at,
            published_by=publisher(each.deployment),
            running=None,
            url=url_for("studio.look_back", deployment_id=each.deployment.id, name=each.key.name),
            download_url=url_for("studio.past_file", deployment_id=each.deployment.id, name=each.key.name, download=""),
        )
        for each in versions
    ]


def version_row(version: Version) -> VersionRow:
    """Return a version of a process as a row."""
    definition = version.definition
    return VersionRow(
        version=definition.version,
        published_at=definition.deployment.deployed_at,
        published_by=publisher(definition.deployment),
        running=version.running,
        url=url_for("studio.look", definition_id=definition.id),
        download_url=url_for("studio.version", definition_id=definition.id, download=""),
        process_key=definition.key,
    )
