"""From what stands in a cell to a value of its column, or to what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from engine.directory.fields import LONGEST_FIELD, MOST_FIELDS, FieldsUnfit, read_fields
from engine.directory_files.columns import DAY, NO, YES, Column, Kind, Value
from engine.directory_files.raw import Formula
from engine.vietnamese import fold

LARGEST_NUMBER = 1_000_000
LONGEST_LOOKED_AT = 4000
_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]*")
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NOT_IN_CODES: Final = re.compile(r"""[/:"'`]""")
_FLAGS: Final[Mapping[str, bool]] = {
    **{fold(word): True for word in (*YES, "x", "true", "1")},
    **{fold(word): False for word in (*NO, "false", "0")},
}
FIRST_YEAR, LAST_YEAR = 1900, 2200


class CellRefused(ValueError):
    """A cell cannot be taken; `code` is the problem's."""

    def __init__(self, code: str, **said: object) -> None:
        super().__init__(code)
        self.code, self.said = code, said


def read_cell(column: Column, cell: object) -> Value:
    """Return the value of a cell, its column's default where it is empty; refuses with `CellRefused`."""
    if isinstance(cell, Formula):
        raise CellRefused("cell.formula")
    if isinstance(cell, str):
        cell = _one_line(cell)
    if cell is None or cell == "":
        if column.is_required:
            raise CellRefused("cell.empty")
        return column.default
    return _READERS[column.kind](column, cell)


def _one_line(cell: str) -> str:
    if len(cell) > LONGEST_LOOKED_AT:
        raise CellRefused("cell.too_long", most=LONGEST_LOOKED_AT)
    text = unicodedata.normalize("NFC", cell.replace("\u00a0", " ").strip())
    if not text.isprintable():
        raise CellRefused("cell.unreadable")
    return text


def _text(column: Column, cell: object) -> str:
    """Return a text; a number that a spreadsheet made of one is written as it was typed."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if not isinstance(cell, str | int) or isinstance(cell, bool):
        raise CellRefused("cell.unreadable")
    text = " ".join(str(cell).split())
    if len(text) > column.longest:
        raise CellRefused("cell.too_long", most=column.longest)
    return text


def _code(column: Column, cell: object) -> str:
    text = _text(column, cell)
    if _NOT_IN_CODES.search(text):
        raise CellRefused("cell.bad_code", value=text)
    return text


def _username(column: Column, cell: object) -> str:
    text = _text(column, cell).lower()
    if not _USERNAME.fullmatch(text):
        raise CellRefused("cell.bad_username", value=text)
    return text


def _number(_column: Column, cell: object) -> int:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, str) and cell.isascii() and cell.isdecimal() and len(cell) < 10:
        cell = int(cell)
    if not isinstance(cell, int) or isinstance(cell, bool) or not 0 <= cell <= LARGEST_NUMBER:
        raise CellRefused("cell.bad_number", value=cell, most=LARGEST_NUMBER)
    return cell


def _flag(_column: Column, cell: object) -> bool:
    if isinstance(cell, bool):
        return cell
    found = _FLAGS.get(fold(str(cell)))
    if found is None:
        raise CellRefused("cell.bad_flag", value=cell)
    return found


def _day(_column: Column, cell: object) -> date:
    found = cell.date() if isinstance(cell, datetime) else cell
    if isinstance(found, str) and (written := _DAY.fullmatch(found)):
        day, month, year = map(int, written.groups())
        try:
            found = date(year, month, day)
        except ValueError as error:
            raise CellRefused("cell.bad_day", value=cell) from error
    if not isinstance(found, date) or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellRefused("cell.bad_day", value=found.strftime(DAY) if isinstance(found, date) else cell)
    return found


def _fields(_column: Column, cell: object) -> tuple[str, ...]:
    if not isinstance(cell, str):
        raise CellRefused("cell.unreadable")
    try:
        return read_fields(cell)
    except FieldsUnfit as error:
        raise CellRefused("cell.bad_fields", most=MOST_FIELDS, longest=LONGEST_FIELD) from error


_READERS: Final[Mapping[Kind, Callable[[Column, object], Value]]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.USERNAME: _username,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.FIELDS: _fields,
}
