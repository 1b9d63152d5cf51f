"""Danh bạ: units and people to look through, taken out as a file, and brought back with a dry run before."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from engine import directory_files, people_lists
from engine.directory_files import LARGEST_FILE, DirectoryFileTooLarge
from engine.errors import Invalid
from engine.people_lists import PersonLine
from web import clock
from web.admin.dry_run import page_of
from web.admin.room import bp, page_cards
from web.database import session, write
from web.errors import log_refusal, sentence
from web.language import gettext, language
from web.pages import pages_of, read_page
from web.security import me
from web.steps import people_now
from web.telling import told

PAGE = 50
IN_MEMORY = 4 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
STATES = {"": True, "gone": False, "all": None}
"""Which people a list shows, as the address says it: those at work, those who have left, both."""


class NoFileChosen(Invalid):
    """The request holds no file."""

    code = "directory_file.none_chosen"


@dataclass(frozen=True, slots=True)
class UnitNode:
    """One unit of the tree with how many people hold a position in it or below, and the units under it."""

    code: str
    name: str
    people: int
    is_chosen: bool
    is_open: bool
    below: Sequence["UnitNode"]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the list."""

    name: str
    username: str
    url: str
    positions: Sequence[str]
    fields: Sequence[str]
    notes: Sequence[str]


@bp.get("/directory", endpoint="directory")
def show() -> ResponseReturnValue:
    """Show the tree of units and the people, all of them or those that were looked for."""
    filters = {name: request.args.get(name, "").strip() for name in ("q", "unit", "state")}
    offset = read_page(PAGE)
    found = people_lists.search(
        session(),
        text=filters["q"],
        unit_code=filters["unit"],
        is_active=STATES.get(filters["state"], True),
        by=me(),
        at=clock.now(),
        limit=PAGE,
        offset=offset,
    )
    return render_template(
        "admin/directory.html",
        room="admin",
        cards=page_cards(),
        filters=filters,
        units=_tree(filters["unit"]),
        people=[_row(line) for line in found.people],
        total=found.total,
        pages=pages_of(offset, len(found.people), found.total, PAGE),
        limit=LARGEST_FILE // 1024 // 1024,
    )


def _tree(chosen: str) -> list[UnitNode]:
    office = people_now(session())
    counted = people_lists.people_by_unit(session(), by=me(), at=clock.now())
    above = set(office.ancestors(chosen)) if chosen else set()
    below: dict[str | None, list[str]] = {}
    for code, entry in office.units.items():
        below.setdefault(entry.parent_code if entry.parent_code in office.units else None, []).append(code)

    def node(code: str, depth: int) -> UnitNode:
        under = [node(each, depth + 1) for each in below.get(code, ())]
        people = counted.get(code, 0) + sum(each.people for each in under)
        return UnitNode(code, office.units[code].name, people, code == chosen, depth == 0 or code in above, under)

    return [node(code, 0) for code in below.get(None, ())]


def _row(line: PersonLine) -> PersonRow:
    notes = {
        gettext("has left"): not line.is_active,
        gettext("administrator"): line.is_administrator,
        gettext("no password yet"): line.is_active and not line.has_password,
    }
    return PersonRow(
        name=line.full_name,
        username=line.username,
        url=url_for(".person", person_id=line.id),
        positions=[f"{held.title} · {held.unit_code}" for held in line.positions],
        fields=[field for held in line.positions for field in held.fields],
        notes=[said for said, holds in notes.items() if holds],
    )


@bp.get("/directory.xlsx")
def directory_xlsx() -> ResponseReturnValue:
    """Send the directory as one workbook."""
    return _sent(directory_files.write_xlsx, "xlsx", XLSX)


@bp.get("/directory.zip")
def directory_csv() -> ResponseReturnValue:
    """Send the directory as three CSV files in an archive."""
    return _sent(directory_files.write_csv, "zip", ZIP)


def _sent(write_file: Callable[..., None], ending: str, mimetype: str) -> ResponseReturnValue:
    target = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  (the response closes it)
    with ExitStack() as refused:
        refused.callback(target.close)
        write_file(session(), target, by=me(), at=clock.now(), language=language())
        refused.pop_all()
    target.seek(0)
    name = f"danh-ba-{clock.today():%Y%m%d}.{ending}"
    return send_file(target, mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)


@bp.post("/directory/files")
def upload() -> ResponseReturnValue:
    """Receive a file and lead to what it would change."""
    name, content = _received(request.files.getlist("file"))

    def keep() -> ResponseReturnValue:
        kept = directory_files.keep(session(), name, content, by=me(), at=clock.now())
        return redirect(url_for(".dry_run", file_id=kept.id), code=303)

    try:
        if not name:
            raise NoFileChosen
        if len(content) > LARGEST_FILE:
            raise DirectoryFileTooLarge(limit=LARGEST_FILE)
        return write(keep)
    except Invalid as refused:
        log_refusal(refused)
        flash(sentence(refused), "error")
        return redirect(url_for(".directory"), code=303)


def _received(files: Iterable[FileStorage]) -> tuple[str, bytes]:
    """Read a file, but no more than shows that it is too large."""
    for file in files:
        with file.stream:
            return file.filename or "", file.stream.read(LARGEST_FILE + 1)
    return "", b""


@bp.get("/directory/files/<uuid:file_id>")
def dry_run(file_id: UUID) -> ResponseReturnValue:
    """Show what a file would change, and what is wrong with it; nothing is stored."""
    file = directory_files.find(session(), file_id, by=me(), at=clock.now())
    compared = directory_files.dry_run(session(), file_id, by=me(), at=clock.now())
    page = page_of(file, compared, request.args.get("kind", ""), read_page(PAGE), PAGE)
    return render_template("admin/dry_run.html", room="admin", cards=page_cards(), page=page)


@bp.post("/directory/files/<uuid:file_id>/apply")
def apply(file_id: UUID) -> ResponseReturnValue:
    """Do what the dry run showed."""
    file = directory_files.find(session(), file_id, by=me(), at=clock.now())
    office = directory_files.read(file.content or b"")  # takes seconds, so before anybody has to wait for us
    seen = request.form.get("revision", -1, type=int)

    def do() -> ResponseReturnValue:
        target = url_for(".dry_run", file_id=file_id)
        with told():
            directory_files.apply(session(), file_id, office, by=me(), seen_revision=seen, at=clock.now())
            flash(gettext("The directory has been changed as shown."), "ok")
            target = url_for(".directory")
        return redirect(target, code=303)

    return write(do)
