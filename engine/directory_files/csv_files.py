"""Taking the sheets out of a zip of CSV files: UTF-8, separated by commas or semicolons."""

import csv
import zipfile
import zlib
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from pathlib import PurePosixPath

from engine.directory_files.raw import MOST_COLUMNS, MOST_ROWS, FileDamaged, RawSheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
QUOTE = "'"
"""Stands before a text that a spreadsheet would take for a formula, and before one that begins with it itself."""


def sheets(archive: zipfile.ZipFile) -> Iterator[RawSheet]:
    """Yield the CSV files of an archive, named without their ending; other files in it are not looked at."""
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename)
        if path.suffix.casefold() == ".csv" and not path.name.startswith("."):
            yield RawSheet(path.stem, _rows(archive, entry))


def _rows(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[int, tuple[object, ...]]]:
    try:
        with archive.open(entry) as part, TextIOWrapper(part, "utf-8-sig", newline="") as text:
            head = text.readline()
            reader = csv.reader(chain([head], text), delimiter=";" if head.count(";") > head.count(",") else ",")
            for row in reader:
                cells = tuple(_plain(cell) for cell in row[:MOST_COLUMNS])
                if any(cell is not None for cell in cells):
                    yield reader.line_num, cells
                if reader.line_num > MOST_ROWS + 2:
                    return
    except UnicodeDecodeError as error:
        raise FileDamaged("file.not_utf8") from error
    except (csv.Error, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileDamaged("file.damaged") from error


def _plain(cell: str) -> str | None:
    if cell.startswith(QUOTE) and cell[1:].startswith((*FORMULA_STARTS, QUOTE)):
        return cell[1:]
    return cell or None
