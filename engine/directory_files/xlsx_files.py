"""Taking the sheets out of an .xlsx, row by row."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from engine.directory_files.raw import MOST_COLUMNS, MOST_ROWS, FileDamaged, Formula, RawSheet

WORKBOOK = "xl/workbook.xml"
LARGEST_TEXTS = 24 * 1024 * 1024
"""Bytes of the one part that is held in memory whole: the texts that cells share."""
_ACTIVE = ("vbaproject", "embeddings/", "activex/", "macrosheets/", "dialogsheets/")
_BROKEN = (
    # What openpyxl and the XML parsers under it raise for files that are not what they say; parsers a SyntaxError.
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,
    EOFError,
    OSError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    RuntimeError,
)


@contextmanager
def sheets(content: bytes, archive: zipfile.ZipFile) -> Iterator[Iterator[RawSheet]]:
    """Open the sheets of a workbook; refuses with `FileDamaged`, as reading on may."""
    _must_be_harmless(archive)
    with _damage_told():
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    try:
        yield (RawSheet(sheet.title, _rows(sheet)) for sheet in book.worksheets)
    finally:
        book.close()


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except FileDamaged:
        raise
    except _BROKEN as error:
        raise FileDamaged("file.damaged") from error


def _must_be_harmless(archive: zipfile.ZipFile) -> None:
    """Refuse macros, embedded objects, texts beyond memory, and XML that declares entities."""
    for entry in archive.infolist():
        name = entry.filename.casefold()
        if any(each in name for each in _ACTIVE):
            raise FileDamaged("file.macros")
        if name.endswith("sharedstrings.xml") and entry.file_size > LARGEST_TEXTS:
            raise FileDamaged("file.too_large", most=LARGEST_TEXTS // 1024 // 1024)
        if name.endswith((".xml", ".rels")):
            with _damage_told(), archive.open(entry) as part:
                head = part.read(4096).replace(b"\x00", b"")  # whatever the encoding
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise FileDamaged("file.damaged")


def _rows(sheet: Worksheet) -> Iterator[tuple[int, tuple[object, ...]]]:
    with _damage_told():
        rows = sheet.iter_rows(min_row=1, max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
        for number, row in enumerate(rows, start=1):
            cells = tuple(_content(cell) for cell in row)
            if any(cell is not None for cell in cells):
                yield number, cells


def _content(cell: Cell | MergedCell) -> object:
    if cell.data_type in {"f", "e"}:
        return Formula()
    return cell.value
