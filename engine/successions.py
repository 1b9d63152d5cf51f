"""Units that are merged into others or renamed (sáp nhập, đổi tên): the old one is closed and has a successor.

What diagrams and open tasks say of the old unit holds for its successor from then on; old cases keep the old name.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import administrators, database, directory
from engine.directory import UnknownUnit
from engine.errors import Conflict, Invalid
from engine.model import Person, Unit

TURN = "successors of units"


class OwnSuccessor(Invalid):
    """A unit does not succeed itself."""

    code = "unit.own_successor"


class SuccessorsInCircle(Invalid):
    """The successor's own successors lead back to the unit."""

    code = "unit.successors_in_circle"


class SuccessorClosed(Conflict):
    """The successor is closed on the day after, and nothing has succeeded it."""

    code = "unit.successor_closed"


def succeed(session: Session, unit_code: str, *, successor_code: str, last: date, by: Person, at: datetime) -> Unit:
    """Close a unit after its last day and let another one take its place; positions are moved apart from this.

    Refuses with `AdministratorsOnly`, `UnknownUnit`, `OwnSuccessor`, `SuccessorsInCircle`, `SuccessorClosed`.
    """
    administrators.must_administer(session, by, at)
    database.take_turn(session, TURN)
    unit, successor = _unit(session, unit_code), _unit(session, successor_code)
    if unit is successor:
        raise OwnSuccessor(unit=unit.code)
    _must_lead_on(unit, successor, last)
    unit.valid_to, unit.successor = last, successor
    directory.changed(session)
    session.flush()
    return unit


def _unit(session: Session, code: str) -> Unit:
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise UnknownUnit(unit=code)
    return unit


def _must_lead_on(unit: Unit, successor: Unit, last: date) -> None:
    final = successor
    while final.successor is not None and final is not unit:
        final = final.successor
    if final is unit:
        raise SuccessorsInCircle(unit=unit.code, successor=successor.code)
    if final.valid_to is not None and final.valid_to <= last:
        raise SuccessorClosed(successor=final.code)


def all_with_successor(session: Session) -> list[tuple[Unit, Unit]]:
    """Return the units that have a successor, with it, the latest closed first."""
    query = (
        select(Unit)
        .where(Unit.successor_id.is_not(None))
        .options(joinedload(Unit.successor))
        .order_by(Unit.valid_to.desc(), Unit.code)
    )
    return [(unit, unit.successor) for unit in session.scalars(query) if unit.successor]
