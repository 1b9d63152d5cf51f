"""Reading a directory file: its sheets become rows of values, and what cannot be read is named by sheet and row."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.directory_files import csv_files, xlsx_files
from engine.directory_files.archives import opened
from engine.directory_files.cells import CellRefused, read_cell
from engine.directory_files.columns import SHEETS, Column, Sheet, Value
from engine.directory_files.problems import Problems
from engine.directory_files.raw import MOST_ROWS, FileDamaged, RawSheet
from engine.vietnamese import fold

KNOWN_SHEETS = ", ".join(f"«{sheet.title.vi}»" for sheet in SHEETS)
_BY_NAME: Mapping[str, Sheet] = {fold(name): sheet for sheet in SHEETS for name in (*sheet.title, sheet.key)}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet that could be read; columns that the file does not have are not in `values`."""

    number: int
    values: Mapping[str, Value]


@dataclass(slots=True)
class OfficeFile:
    """What a file says; by sheet its name there and its rows.

    With problems in it rows are missing: `spoilt` are those of which at least is known what they speak of, `unreadable`
    the sheets of which nothing is.
    """

    names: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    spoilt: dict[str, set[tuple[Value, ...]]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)


class _Place(NamedTuple):
    """Where a column stands in this file, and what its title is there."""

    place: int
    column: Column
    title: str


def read(content: bytes) -> OfficeFile:
    """Read a workbook or a zip of CSV files; whatever is wrong with it stands in its problems."""
    office = OfficeFile()
    try:
        with opened(content) as archive:
            _read_archive(office, content, archive)
    except FileDamaged as damaged:
        office.problems.add(damaged.code, "", None, **damaged.said)
    return office


def _read_archive(office: OfficeFile, content: bytes, archive: zipfile.ZipFile) -> None:
    if xlsx_files.WORKBOOK in archive.namelist():
        with xlsx_files.sheets(content, archive) as found:
            for raw in found:
                _read_sheet(office, raw)
    else:
        for raw in csv_files.sheets(archive):
            _read_sheet(office, raw)
    if not office.names and not office.problems.count:
        office.problems.add("sheet.none", known=KNOWN_SHEETS)


def _read_sheet(office: OfficeFile, raw: RawSheet) -> None:
    sheet = _BY_NAME.get(fold(raw.name[:200]))
    if sheet is None:
        office.problems.add("sheet.unknown", raw.name[:40], name=raw.name, known=KNOWN_SHEETS)
        return
    if sheet.key in office.names:
        office.problems.add("sheet.double", raw.name, name=raw.name)
        return
    office.names[sheet.key], office.rows[sheet.key], office.spoilt[sheet.key] = raw.name, [], set()
    number, head = next(raw.rows, (1, ()))
    columns = _columns(office.problems, sheet, raw.name, number, head)
    if not columns:
        office.unreadable.add(sheet.key)
        return
    for count, (number, cells) in enumerate(raw.rows):
        if count >= MOST_ROWS:
            office.problems.add("sheet.too_long", raw.name, number, most=MOST_ROWS)
            return
        values = _values(office.problems, raw.name, number, columns, cells)
        if len(values) == len(columns):
            office.rows[sheet.key].append(Row(number, values))
        elif all(key in values for key in sheet.identity):
            office.spoilt[sheet.key].add(tuple(values[key] for key in sheet.identity))


def _columns(problems: Problems, sheet: Sheet, name: str, number: int, head: tuple[object, ...]) -> list[_Place]:
    """Return where each column stands; nothing when a title is wrong, as then every row would be."""
    by_title = {fold(title): column for column in sheet.columns for title in (*column.title, column.key)}
    found: dict[str, _Place] = {}
    before = problems.count
    for place, cell in enumerate(head):
        if cell is None:
            continue
        column = by_title.get(fold(str(cell)[:200]))
        if column is None:
            problems.add("column.unknown", name, number, column=cell)
        elif column.key in found:
            problems.add("column.double", name, number, column=cell)
        else:
            found[column.key] = _Place(place, column, str(cell)[:80])
    for column in sheet.columns:
        if column.is_required and column.key not in found:
            problems.add("column.missing", name, number, column=column.title.vi)
    return [] if problems.count > before else list(found.values())


def _values(
    problems: Problems, name: str, number: int, columns: list[_Place], cells: tuple[object, ...]
) -> Mapping[str, Value]:
    """Return the values of a row, without those of cells that are wrong."""
    values: dict[str, Value] = {}
    for place, column, title in columns:
        try:
            values[column.key] = read_cell(column, cells[place] if place < len(cells) else None)
        except CellRefused as refused:
            problems.add(refused.code, name, number, **{"column": title, **refused.said})
    return values
