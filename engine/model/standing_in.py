"""What a person may take on: the group keys of their own, and those of whom they stand in for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InPlaceOf:
    """Somebody whose tasks another person may do today, and which of them; empty `unit_code`, `process_key`: all.

    `groups` are the keys that the positions of the absent person give, within the unit when there is one.
    """

    person_id: UUID
    username: str
    full_name: str
    groups: frozenset[str]
    unit_code: str = ""
    process_key: str = ""

    @property
    def as_history(self) -> dict[str, str]:
        """What the history keeps of in whose place somebody acted; readable when the person has long left."""
        return {"username": self.username, "name": self.full_name}


class GroupKeys(frozenset[str]):
    """The group keys that hold for a person; `stands_in_for` goes beside them and is no right of the person's own.

    Standing in is for one step: the keys of whom the absent person stands in for are not among them.
    """

    stands_in_for: tuple[InPlaceOf, ...]

    def __new__(cls, keys: Iterable[str], stands_in_for: Iterable[InPlaceOf] = ()) -> Self:
        """Keep the keys, and whom the person stands in for."""
        made = super().__new__(cls, keys)
        made.stands_in_for = tuple(stands_in_for)
        return made
