"""What the snapshot of a day holds: units, people, positions, absences and authorities, each as one frozen entry."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.errors import Invalid
from engine.model import AuthorityKind

LEADER, DEPUTY, ADMINISTRATOR_GROUP = "leader", "deputy", "/administrator"
LEADERSHIP_UNIT = "LĐS"
"""The unit of those who lead the agency (lãnh đạo cơ quan); its head is above every other head."""


class UnknownUnit(Invalid):
    """No unit has this code."""

    code = "directory.unknown_unit"


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One unit as the snapshot knows it."""

    code: str
    name: str
    parent_code: str | None
    sort: int


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One active person as the snapshot knows them."""

    id: UUID
    username: str
    full_name: str
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """One person in one position of one unit."""

    person_id: UUID
    username: str
    full_name: str
    unit_code: str
    kind: str
    title: str
    rank: int
    is_primary: bool
    may_sign: bool
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Who stands in for whom on that day; an empty scope is no limit, one of a closed unit is its successor's."""

    person_id: UUID
    substitute_id: UUID
    unit_code: str
    process_key: str


@dataclass(frozen=True, slots=True)
class Authority:
    """One person's authority to sign for the head of a unit, of a closed one its successor.

    `is_over` when its time has passed or it was revoked.
    """

    grantee_id: UUID
    kind: AuthorityKind
    unit_code: str
    capacity: str
    process_keys: frozenset[str]
    reference: str
    last: date | None
    is_over: bool

    def covers(self, process_key: str) -> bool:
        """Tell whether it reaches the papers of that process."""
        return not self.process_keys or process_key in self.process_keys
