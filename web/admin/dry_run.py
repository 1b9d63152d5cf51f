"""A directory file as its dry run shows it: what is wrong, what would change, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from engine.directory_files import Change, ChangeKind, Comparison, Value, said
from engine.model import DirectoryFile
from web.language import gettext, language
from web.pages import Pages, pages_of


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One thing wrong: where it stands, what it is, how to mend it."""

    place: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One row of the file, or one that is missing in it; `fields` are column, old and new."""

    sheet: str
    row: int | None
    what: str
    kind: str
    kind_text: str
    fields: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class KindLink:
    """Changes of one kind: how many there are, and where to see only them."""

    text: str
    count: int
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class DryRunPage:
    """Everything the page shows."""

    id: UUID
    name: str
    revision: int
    problems: Sequence[ProblemRow]
    problem_count: int
    kinds: Sequence[KindLink]
    changes: Sequence[ChangeRow]
    changes_nothing: bool
    pages: Pages


def page_of(file: DirectoryFile, compared: Comparison, chosen: str, offset: int, size: int) -> DryRunPage:
    """Return the page; `chosen` is the kind of change to show, all of them when it is none."""
    words = {
        ChangeKind.ADDED: gettext("added"),
        ChangeKind.CHANGED: gettext("changed"),
        ChangeKind.ENDED: gettext("ends"),
        ChangeKind.NOT_IN_FILE: gettext("not in the file"),
    }
    shown = [change for change in compared.changes if chosen in {"", change.kind}]
    counts = compared.counts
    address = {kind: url_for(".dry_run", file_id=file.id, kind=kind) for kind in words}
    everything = KindLink(gettext("All"), len(compared.changes), url_for(".dry_run", file_id=file.id), not chosen)
    page = shown[offset : offset + size]
    return DryRunPage(
        id=file.id,
        name=file.name,
        revision=compared.revision,
        problems=[
            ProblemRow(_place(each.sheet, each.row), each.message.said(language()), each.remedy.said(language()))
            for each in compared.problems
        ],
        problem_count=compared.problem_count,
        kinds=[
            everything,
            *(KindLink(text, counts.get(kind, 0), address[kind], kind == chosen) for kind, text in words.items()),
        ],
        changes=[_row(change, words[change.kind]) for change in page],
        changes_nothing=compared.changes_nothing,
        pages=pages_of(offset, len(page), len(shown), size),
    )


def _place(sheet: str, row: int | None) -> str:
    if not sheet:
        return gettext("The file")
    return gettext("%(sheet)s, row %(row)s", sheet=sheet, row=row) if row else sheet


def _row(change: Change, kind_text: str) -> ChangeRow:
    return ChangeRow(
        sheet=change.sheet.title.said(language()),
        row=change.row,
        what=change.what,
        kind=change.kind.value,
        kind_text=kind_text,
        fields=[
            (change.sheet.column(field.column).title.said(language()), _said(field.old), _said(field.new))
            for field in change.fields
            if change.kind is not ChangeKind.ADDED or _is_told(change, field.column, field.new)
        ],
    )


def _is_told(change: Change, column: str, value: Value) -> bool:
    """Tell whether a column of a new row says more than its name and what goes without saying."""
    known = {*change.sheet.identity, "name", "full_name", "title"}
    return column not in known and value != change.sheet.column(column).default


def _said(value: Value) -> str:
    return said(value, language()) or "—"
