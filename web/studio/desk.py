"""One file on the designer's desk: what the page of an editor needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from engine import shelves
from engine.drafts import DesignFile, FileKey
from engine.feel import OFFICE_FUNCTIONS
from engine.model import Deployment, ProcessDefinition
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
    version_row,
)


@dataclass(frozen=True, slots=True)
class Publication:
    """Who published another content since the draft was begun, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OtherDraft:
    """Another draft of the pack, which may be published together with this one; `choice` is what the form sends."""

    name: str
    by: str
    choice: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One file on the desk; `revision` and `base` go back with what is saved."""

    kind: str
    title: str
    file: str
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
    """One version of a process, to look at; `edit_url` leads to the file as it is now."""

    title: str
    file: str
    pack_title: str
    content_url: str
    edit_url: str
    version: VersionRow


def desk_of(file: DesignFile) -> Desk:
    """Return a file to work on."""
    processes = shelves.versions_by_file(session(), file.key.pack_key).get(file.key.name, [])
    return Desk(
        kind=kind_of(file.key.name),
        title=" · ".join(versions[0].definition.name for versions in processes) or file.key.name,
        file=file.key.name,
        pack_title=pack_title(file.key.pack_key),
        content_url=address("content", file.key),
        published_url=address("content", file.key) + "?published&download" if file.published else "",
        urls={doing: address(doing, file.key) for doing in ("lint", "save", "publish", "discard", "keep")},
        revision=file.revision,
        base=str(file.base_id or ""),
        draft=draft_row(file.draft, file.outdated_by),
        outdated=_publication(file.outdated_by),
        versions=[version_row(each) for versions in processes for each in versions],
        others=_others(file.key),
    )


def version_page(definition: ProcessDefinition) -> VersionPage:
    """Return one version of a process, to look at and to take from."""
    key = FileKey(definition.deployment.pack_key, definition.resource.name)
    return VersionPage(
        title=definition.name,
        file=key.name,
        pack_title=pack_title(key.pack_key),
        content_url=url_for("studio.version", definition_id=definition.id),
        edit_url=address("design", key),
        version=version_row(Version(definition, 0)),
    )


def _publication(deployment: Deployment | None) -> Publication | None:
    return Publication(publisher(deployment), deployment.deployed_at) if deployment else None


def _others(key: FileKey) -> list[OtherDraft]:
    begun = shelves.drafts_of(session(), key.pack_key)
    return [
        OtherDraft(name, draft.author.full_name, f"{draft.revision} {name}")
        for name, draft in sorted(begun.items())
        if name != key.name
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


def finding_said(finding: Finding) -> dict[str, object]:
    """Return a finding as the problems panel shows it, in the language of the person who asks."""
    return {
        "file": finding.file,
        "element_id": finding.element_id,
        "line": finding.line,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message.said(language()),
        "remedy": finding.remedy.said(language()),
    }
