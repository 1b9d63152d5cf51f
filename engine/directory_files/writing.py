"""Writing the directory out, as a workbook or a zip of CSV files; what was written reads back to no change at all."""

import csv
import zipfile
from datetime import date, datetime
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from sqlalchemy.orm import Session

from engine.administrators import must_administer
from engine.directory_files.columns import SHEETS, Kind, Sheet, Value, said
from engine.directory_files.csv_files import FORMULA_STARTS, QUOTE
from engine.directory_files.standing import Held, standing
from engine.model import Person

if TYPE_CHECKING:
    import _csv

HEAD_FONT, HEAD_FILL = Font(name="Times New Roman", bold=True), PatternFill("solid", fgColor="E3EFF0")
DAY_FORMAT = "dd/mm/yyyy"
WIDTHS = {
    Kind.TEXT: 40,
    Kind.CODE: 20,
    Kind.USERNAME: 22,
    Kind.NUMBER: 10,
    Kind.FLAG: 16,
    Kind.DAY: 14,
    Kind.FIELDS: 40,
}


def write_xlsx(session: Session, target: IO[bytes], *, by: Person, at: datetime, language: str) -> None:
    """Write the directory as one workbook with a sheet each; refuses with `AdministratorsOnly`."""
    must_administer(session, by, at)
    held = standing(session).held
    book = Workbook(write_only=True)
    for sheet in SHEETS:
        page = book.create_sheet(sheet.title.said(language))
        for number, column in enumerate(sheet.columns, start=1):
            page.column_dimensions[get_column_letter(number)].width = WIDTHS[column.kind]
        page.freeze_panes = "A2"
        page.append([_head(page, column.title.said(language)) for column in sheet.columns])
        for each in held[sheet.key]:
            page.append([_cell(page, value, language) for value in each.values])
    book.save(target)


def _head(page: WriteOnlyWorksheet, title: str) -> Cell:
    cell = WriteOnlyCell(page, value=title)
    cell.font, cell.fill = HEAD_FONT, HEAD_FILL
    return cell


def _cell(page: WriteOnlyWorksheet, value: Value, language: str) -> Cell | str | int | None:
    if isinstance(value, bool):
        return said(value, language)
    if isinstance(value, tuple):
        value = said(value, language) or None
    if isinstance(value, date):
        cell = WriteOnlyCell(page)
        cell.value, cell.number_format = value, DAY_FORMAT
        return cell
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        cell = WriteOnlyCell(page, value=value)
        cell.data_type, cell.quotePrefix = "s", True  # a text, whatever it begins with
        return cell
    return value


def write_csv(session: Session, target: IO[bytes], *, by: Person, at: datetime, language: str) -> None:
    """Write the directory as a zip of three CSV files, UTF-8 with BOM; refuses with `AdministratorsOnly`."""
    must_administer(session, by, at)
    held = standing(session).held
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in SHEETS:
            with archive.open(f"{sheet.key}.csv", "w") as part, TextIOWrapper(part, "utf-8-sig", newline="") as text:
                _write_rows(csv.writer(text), sheet, held[sheet.key], language)


def _write_rows(writer: "_csv.Writer", sheet: Sheet, held: list[Held], language: str) -> None:
    writer.writerow(column.title.said(language) for column in sheet.columns)
    for each in held:
        writer.writerow(_plain(said(value, language)) for value in each.values)


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"{QUOTE}{text}" if text.startswith((*FORMULA_STARTS, QUOTE)) else text
