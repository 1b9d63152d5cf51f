"""What a report is: titled columns over rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

Cell = str | int | float | datetime | date | None
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its title in Vietnamese and English, how a row fills it, its width in characters."""

    key: str
    title_vi: str
    title_en: str
    value: Callable[[Row], Cell]
    width: int = 18

    def title(self, language: str) -> str:
        """Return the title in a language."""
        return self.title_en if language == "en" else self.title_vi


@dataclass(frozen=True, slots=True)
class Report(Generic[Row]):
    """A report ready to be shown or written: rows come one by one, never all at once."""

    title: str
    columns: tuple[Column[Row], ...]
    rows: Iterable[Row]
