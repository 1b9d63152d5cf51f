"""The office's directory as files: written, changed by hand, brought back."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import directory, directory_files
from engine.directory_files import Comparison, read
from engine.model import Person, Position, Unit

Table = list[list[object]]
UNITS, PEOPLE, POSITIONS = "Đơn vị", "Người", "Chức vụ"


@dataclass
class Desk:
    """An administrator who takes the directory out and brings it back."""

    office: Any

    def export(self, *, as_csv: bool = False, language: str = "vi") -> bytes:
        """Return the directory as a file."""
        target = BytesIO()
        write = directory_files.write_csv if as_csv else directory_files.write_xlsx
        with self.office.session() as session:
            by = self.office.person(session, "admin")
            write(session, target, by=by, at=self.office.now, language=language)
        return target.getvalue()

    def tables(self) -> dict[str, Table]:
        """Return the directory as tables to change, titles first."""
        book = load_workbook(BytesIO(self.export()))
        return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}

    def keep(self, content: bytes, by: str = "admin") -> UUID:
        """Bring a file."""

        def bring(session: Session) -> UUID:
            who = self.office.person(session, by)
            return directory_files.keep(session, "danh-ba.xlsx", content, by=who, at=self.office.now).id

        kept: UUID = self.office.write(bring)
        return kept

    def compare(self, content: bytes) -> Comparison:
        """Return the dry run of a file."""
        return self.dry_run(self.keep(content))

    def dry_run(self, file_id: UUID, by: str = "admin") -> Comparison:
        """Return the dry run of a file that was kept."""
        with self.office.session() as session:
            who = self.office.person(session, by)
            return directory_files.dry_run(session, file_id, by=who, at=self.office.now)

    def apply(self, file_id: UUID, seen_revision: int, by: str = "admin") -> Comparison:
        """Apply a file that was kept."""
        with self.office.session() as session:
            who = self.office.person(session, by)
            kept = directory_files.find(session, file_id, by=who, at=self.office.now)
            office = directory_files.read(kept.content or b"")

        def do(session: Session) -> Comparison:
            who = self.office.person(session, by)
            return directory_files.apply(
                session, file_id, office, by=who, seen_revision=seen_revision, at=self.office.now
            )

        applied: Comparison = self.office.write(do)
        return applied

    def bring_in(self, content: bytes) -> Comparison:
        """Keep, look and apply."""
        kept = self.keep(content)
        return self.apply(kept, self.dry_run(kept).revision)

    def revision(self) -> int:
        """Return the directory's revision."""
        with self.office.session() as session:
            return directory.revision(session) or 0

    def person(self, username: str) -> Person:
        """Return a person as they stand."""
        with self.office.session() as session:
            found: Person = self.office.person(session, username)
            return found

    def unit(self, code: str) -> Unit:
        """Return a unit as it stands, with the one above it."""
        with self.office.session() as session:
            unit: Unit = session.scalars(select(Unit).where(Unit.code == code)).one()
            _ = unit.parent
            return unit

    def positions(self, username: str) -> list[Position]:
        """Return the positions of a person, as they stand."""
        with self.office.session() as session:
            query = select(Position).join(Position.person).where(Person.username == username)
            return list(session.scalars(query.order_by(Position.valid_from, Position.title)))


@pytest.fixture
def desk(office: Any) -> Desk:
    """An administrator's desk."""
    return Desk(office)


@pytest.fixture
def a_book() -> Callable[[Mapping[str, Sequence[Sequence[object]]]], bytes]:
    """What makes a workbook of tables."""

    def make(tables: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
        book = Workbook(write_only=True)
        for title, rows in tables.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        target = BytesIO()
        book.save(target)
        return target.getvalue()

    return make


@pytest.fixture
def a_zip() -> Callable[[Mapping[str, bytes]], bytes]:
    """What makes an archive of files."""

    def make(files: Mapping[str, bytes]) -> bytes:
        target = BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return target.getvalue()

    return make


@pytest.fixture
def problems() -> Callable[[bytes], list[tuple[str, str, int | None]]]:
    """What says what is wrong with a file alone: code, sheet, row."""

    def look(content: bytes) -> list[tuple[str, str, int | None]]:
        return [(each.code, each.sheet, each.row) for each in read(content).problems.kept]

    return look
