"""Writing a report as .xlsx, row by row: memory stays flat however many rows there are."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, TypeVar
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from reports.report import Cell, Report

Row = TypeVar("Row")

HEAD_FONT, HEAD_FILL = Font(name="Times New Roman", bold=True), PatternFill("solid", fgColor="E3EFF0")
TITLE_FONT = Font(name="Times New Roman", bold=True, size=14)
MOMENT, DAY = "dd/mm/yyyy hh:mm", "dd/mm/yyyy"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_xlsx(
    report: Report[Row], target: IO[bytes], *, subtitle: Iterable[str], zone: ZoneInfo, language: str
) -> int:
    """Write a report and return how many rows it has.

    Instants are written as local dates of `zone`; a text that a spreadsheet would take for a formula stays a text.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(report.title))
    for number, column in enumerate(report.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    said = [report.title, *subtitle]
    sheet.freeze_panes = f"A{len(said) + 3}"
    for line, text in enumerate(said):
        sheet.append([_cell(sheet, text, zone, TITLE_FONT if line == 0 else None)])
    sheet.append([])
    sheet.append([_head(sheet, column.title(language)) for column in report.columns])
    count = 0
    for row in report.rows:
        sheet.append([_cell(sheet, column.value(row), zone) for column in report.columns])
        count += 1
    book.save(target)
    return count


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\")[:31]


def _head(sheet: WriteOnlyWorksheet, title: str) -> SheetCell:
    cell = WriteOnlyCell(sheet, value=title)
    cell.font, cell.fill, cell.alignment = HEAD_FONT, HEAD_FILL, Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Cell, zone: ZoneInfo, font: Font | None = None) -> SheetCell | Cell:
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet)
        cell.value = value.astimezone(zone).replace(tzinfo=None) if isinstance(value, datetime) else value
        cell.number_format = MOMENT if isinstance(value, datetime) else DAY
        return cell
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell = WriteOnlyCell(sheet, value=text)
        if text.startswith(FORMULA_STARTS):
            cell.data_type, cell.quotePrefix = "s", True
        if font is not None:
            cell.font = font
        return cell
    return value
