"""The directory (danh bạ) as files: reading, comparing, applying and writing .xlsx and CSV.

What people bring is read whole or named wrong by sheet and row; nothing is stored before somebody has seen every
change. Knows no page; openpyxl stays in here.
"""

from engine.directory_files.applying import (
    LARGEST_FILE,
    DirectoryFileNotFound,
    DirectoryFileRefused,
    DirectoryFileTooLarge,
    DirectoryMoved,
    apply,
    dry_run,
    find,
    keep,
)
from engine.directory_files.columns import SHEETS, Column, Kind, Sheet, Value, said
from engine.directory_files.comparing import Change, ChangeKind, Comparison, FieldChange
from engine.directory_files.problems import Problem
from engine.directory_files.reading import OfficeFile, Row, read
from engine.directory_files.writing import write_csv, write_xlsx

__all__ = [
    "LARGEST_FILE",
    "SHEETS",
    "Change",
    "ChangeKind",
    "Column",
    "Comparison",
    "DirectoryFileNotFound",
    "DirectoryFileRefused",
    "DirectoryFileTooLarge",
    "DirectoryMoved",
    "FieldChange",
    "Kind",
    "OfficeFile",
    "Problem",
    "Row",
    "Sheet",
    "Value",
    "apply",
    "dry_run",
    "find",
    "keep",
    "read",
    "said",
    "write_csv",
    "write_xlsx",
]
