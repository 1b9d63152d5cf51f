"""The report of an import: one note for everything foreign in the file, carried over or not."""

from dataclasses import dataclass
from enum import StrEnum

from engine.wording import Bilingual

PLATFORM_MARKS = (":executionPlatform", ":executionPlatformVersion")


class Fate(StrEnum):
    """What became of a piece: it works as before, it needs somebody's work, it has no effect here and was dropped."""

    CARRIED = "carried"
    OPEN = "open"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one foreign attribute or element; `source` is its name ("camunda:assignee").

    `remedy` says what to do where the fate is not `carried`.
    """

    element_id: str
    source: str
    fate: Fate
    message: Bilingual
    remedy: Bilingual | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """A diagram in the dialect of the house, the forms made for it by file name, and the report in document order.

    `is_drawn_anew` says that the drawing was made by the import.
    """

    xml: bytes
    forms: dict[str, str]
    notes: tuple[Note, ...]
    has_layout: bool
    is_drawn_anew: bool = False

    @property
    def was_ours(self) -> bool:
        """Say whether the file was in our dialect and drawn; a modeler's mark of its platform makes no difference."""
        marks = all(note.fate is Fate.CARRIED and note.source.endswith(PLATFORM_MARKS) for note in self.notes)
        return marks and self.has_layout and not self.is_drawn_anew
