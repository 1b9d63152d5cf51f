"""What is taken out of a file before anybody knows what it means: sheets by name, rows of bare cells."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_ROWS = 100_000
"""Rows of one sheet; an office that has more is brought in several files."""
MOST_COLUMNS = 40
LARGEST_UNPACKED = 64 * 1024 * 1024
"""Bytes of a whole archive unpacked: what bounds memory, whatever a hostile archive says of itself."""


class Formula:
    """Stands for a cell that holds a formula or the error one left behind."""


class FileDamaged(ValueError):
    """The file as a whole cannot be read; `code` is the problem's, `said` what its sentence needs."""

    def __init__(self, code: str, **said: object) -> None:
        super().__init__(code)
        self.code, self.said = code, said


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet; `rows` yields the number of each row and its cells, and may raise `FileDamaged` on the way."""

    name: str
    rows: Iterator[tuple[int, tuple[object, ...]]]
