"""One file on the designer's desk: what the page of an editor needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from engine import drafts, pack_files, shelves
from engine.drafts import DesignFile, FileKey
from engine.feel import OFFICE_FUNCTIONS
from engine.model import Deployment, ProcessDefinition, Resource
from engine.shelves import Version
from engine.wording import Finding
from web.database import session
from web.language import language
from web.studio.shelf import (
    DraftRow,
    VersionRow,
    address,
    draft_row,
    kind_of,
    pack_title,
    publisher,
    table_versions,
    title_of,
    version_row,
)


@dataclass(frozen=True, slots=True)
class Publication:
    """Who published another content since the draft was begun, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OtherDraft:
    """Another draft of the pack, which may be published together with this one; `choice` is what the form sends.

    `is_new_companion`: a form or a table that the pack has only as this draft, so that diagrams count on it.
    """

    name: str
    by: str
    choice: str
    is_new_companion: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One file on the desk; `revision` and `base` go back with what is saved."""

    kind: str
    title: str
    file: str
    pack_key: str
    pack_title: str
    content_url: str
    published_url: str
    urls: dict[str, str]
    revision: int
    base: str
    draft: DraftRow | None
    outdated: Publication | None
    versions: Sequence[VersionRow]
    others: Sequence[OtherDraft]


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version of a process or a table, to look at; `edit_url` leads to the file as it is now."""

    kind: str
    title: str
    file: str
    pack_title: str
    content_url: str
    edit_url: str
    version: VersionRow


def desk_of(file: DesignFile) -> Desk:
    """Return a file to work on."""
    named, versions = _title_and_versions(file.key)
    return Desk(
        kind=kind_of(file.key.name),
        title=named or file.key.name,
        file=file.key.name,
        pack_key=file.key.pack_key,
        pack_title=pack_title(file.key.pack_key),
        content_url=address("content", file.key),
        published_url=address("content", file.key) + "?published&download" if file.published else "",
        urls={doing: address(doing, file.key) for doing in ("lint", "save", "publish", "discard", "keep", "examine")},
        revision=file.revision,
        base=str(file.base_id or ""),
        draft=draft_row(file.draft, file.outdated_by),
        outdated=_publication(file.outdated_by),
        versions=versions,
        others=_others(file),
    )


def _title_and_versions(key: FileKey) -> tuple[str, list[VersionRow]]:
    """Return the names of the processes or decisions that are published in a file, and their versions."""
    if kind_of(key.name) == "diagram":
        processes = shelves.versions_by_file(session(), key.pack_key).get(key.name, [])
        named = " · ".join(versions[0].definition.name for versions in processes)
        return named, [version_row(each) for versions in processes for each in versions]
    decisions = shelves.decisions_by_file(session(), pack_files.newest(session(), key.pack_key)).get(key.name, [])
    versions = shelves.file_versions(session(), key.pack_key).get(key.name, [])
    return title_of(key.name, decisions) if decisions else "", table_versions(versions)


def version_page(definition: ProcessDefinition) -> VersionPage:
    """Return one version of a process, to look at and to take from."""
    key = FileKey(definition.deployment.pack_key, definition.resource.name)
    return VersionPage(
        kind="diagram",
        title=definition.name,
        file=key.name,
        pack_title=pack_title(key.pack_key),
        content_url=url_for("studio.version", definition_id=definition.id),
        edit_url=address("design", key),
        version=version_row(Version(definition, 0)),
    )


def table_page(resource: Resource) -> VersionPage:
    """Return a table as a deployment had it, to look at and to take from."""
    key = FileKey(resource.deployment.pack_key, resource.name)
    versions = shelves.file_versions(session(), key.pack_key)[key.name]
    number = resource.deployment.number
    [row] = table_versions([next(each for each in versions if each.deployment.number <= number)])
    named, _ = _title_and_versions(key)
    return VersionPage(
        kind="table",
        title=named or key.name,
        file=key.name,
        pack_title=pack_title(key.pack_key),
        content_url=url_for("studio.past_file", deployment_id=resource.deployment_id, name=key.name),
        edit_url=address("design", key),
        version=row,
    )


def _publication(deployment: Deployment | None) -> Publication | None:
    return Publication(publisher(deployment), deployment.deployed_at) if deployment else None


def _others(file: DesignFile) -> list[OtherDraft]:
    begun = shelves.drafts_of(session(), file.key.pack_key)
    published = shelves.file_names(session(), pack_files.newest(session(), file.key.pack_key))
    return [
        OtherDraft(
            name=name,
            by=draft.author.full_name,
            choice=f"{draft.revision} {name}",
            is_new_companion=drafts.is_companion(name) and name not in published,
        )
        for name, draft in sorted(begun.items())
        if name != file.key.name
    ]


def office_functions() -> list[dict[str, object]]:
    """Return the functions of the house as FEEL editors propose them, in the language of the person who asks."""
    return [
        {
            "name": each.name,
            "params": [{"name": name} for name in each.parameters],
            "info": each.documentation.said(language()),
        }
        for each in OFFICE_FUNCTIONS.values()
    ]


def finding_said(finding: Finding, pack_key: str) -> dict[str, object]:
    """Return a finding as the problems panel shows it, in the language of the person who asks.

    `url` leads to the editor of the finding's file, where its kind has one.
    """
    has_editor = finding.file and kind_of(finding.file) != "form"
    return {
        "file": finding.file,
        "url": address("design", FileKey(pack_key, finding.file)) if has_editor else "",
        "element_id": finding.element_id,
        "line": finding.line,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message.said(language()),
        "remedy": finding.remedy.said(language()),
    }
