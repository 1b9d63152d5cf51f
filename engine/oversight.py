"""Who oversees what: all, or the units they lead with those below; what lies within it, for the board and for cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, select, true
from sqlalchemy.orm import Session

from engine import directory
from engine.directory import ADMINISTRATOR_GROUP, DEPUTY, LEADER
from engine.errors import Forbidden
from engine.model import Person, ProcessInstance, UserTask
from engine.model.user_task import IS_OPEN
from engine.runtime import OFFICE_ZONE


class BoardForbidden(Forbidden):
    """The person leads no unit and oversees nothing."""

    code = "board.forbidden"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader sees: everything, or what stands in or was started by these units (theirs and those below)."""

    is_everything: bool
    units: frozenset[str] = frozenset()
    led: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether the reader has no board."""
        return not (self.is_everything or self.units)

    def holds(self, unit_code: SQLColumnExpression[str]) -> ColumnElement[bool]:
        """Return the condition that a row belongs to the scope by its unit."""
        return true() if self.is_everything else unit_code.in_(sorted(self.units))

    def cases(self) -> Iterator[Select[UUID]]:
        """Yield the queries that find the cases of the units of the scope: started there, or standing there now."""
        if self.units:
            yield select(ProcessInstance.id).where(self.holds(ProcessInstance.started_unit))
            yield select(UserTask.instance_id).where(IS_OPEN, self.holds(UserTask.unit_code))


def scope_of(session: Session, person: Person, at: datetime) -> Scope:
    """Return what a person oversees.

    Administrators and who may sign for the agency see everything; heads and deputies their units and those below.
    """
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    positions = people.positions_of(person.id)
    if ADMINISTRATOR_GROUP in people.groups_of(person.id) or any(held.may_sign for held in positions):
        return Scope(is_everything=True)
    led = tuple(dict.fromkeys(held.unit_code for held in positions if held.kind in {LEADER, DEPUTY}))
    below = {unit for code in led for unit in people.units_below(code)}
    taken_over = {code for code in people.successors if people.heir_of(code) in below}
    return Scope(is_everything=False, units=frozenset(below | taken_over), led=led)


def must_oversee(session: Session, person: Person, at: datetime) -> Scope:
    """Return what a person oversees; refuses with `BoardForbidden` when that is nothing."""
    scope = scope_of(session, person, at)
    if scope.is_empty:
        raise BoardForbidden(person=person.username)
    return scope
