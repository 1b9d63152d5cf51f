"""What who holds a position is in charge of (lĩnh vực phụ trách), and where the position stands among its like."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import administrators, directory
from engine.directory.fields import read_fields
from engine.errors import Forbidden, Invalid, NotFound
from engine.model import Person, Position
from engine.runtime import OFFICE_ZONE

HIGHEST_RANK = 1_000_000


class PositionNotFound(NotFound):
    """There is no such position."""

    code = "position.not_found"


class PositionNotYours(Forbidden):
    """Only administrators and the head above a position say what it is in charge of."""

    code = "position.not_yours"


class RankUnfit(Invalid):
    """The place in the order is no number from 0 to `most`."""

    code = "position.rank_unfit"


def may_put_in_charge(session: Session, held: Position, *, by: Person, at: datetime) -> bool:
    """Tell whether `by` may say what a position is in charge of."""
    office = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    is_head = office.is_under(held.person_id, by.id, in_unit=held.unit.code)
    return is_head or administrators.may_administer(session, by, at)


def put_in_charge(
    session: Session, position_id: UUID, *, fields: str, rank: int | None = None, by: Person, at: datetime
) -> Position:
    """Say which fields who holds a position is in charge of, and, with `rank`, the place among the unit's positions.

    Refuses with `PositionNotFound`, `PositionNotYours`, `FieldsUnfit`, `RankUnfit`.
    """
    directory.lock(session)
    query = select(Position).where(Position.id == position_id)
    held = session.scalar(query.options(joinedload(Position.person), joinedload(Position.unit)))
    if held is None:
        raise PositionNotFound(position_id=position_id)
    if not may_put_in_charge(session, held, by=by, at=at):
        raise PositionNotYours(who=held.person.full_name)
    if rank is not None and not 0 <= rank <= HIGHEST_RANK:
        raise RankUnfit(most=HIGHEST_RANK)
    held.fields, held.rank = read_fields(fields), held.rank if rank is None else rank
    directory.changed(session)
    session.flush()
    return held
