"""Numbers without gaps or duplicates: case codes and document numbers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database
from engine.model import NumberSeries


def next_number(session: Session, *, series: str, year: int) -> int:
    """Give the next number of a series in a year; the row stays locked until the caller's transaction ends.

    A transaction that is rolled back gives its number back, so no gap remains.
    """
    first = database.insert(session, NumberSeries).values(key=series, year=year, last=1)
    or_next = first.on_conflict_do_update(index_elements=["key", "year"], set_={"last": NumberSeries.last + 1})
    return session.execute(or_next.returning(NumberSeries.last)).scalar_one()


def peek(session: Session, *, series: str, year: int) -> int:
    """Return the number that would be given next, without giving it."""
    given = select(NumberSeries.last).where(NumberSeries.key == series, NumberSeries.year == year)
    return (session.scalar(given) or 0) + 1
