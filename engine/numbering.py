"""Numbers without gaps or duplicates: case codes and document numbers."""

from sqlalchemy.orm import Session

from engine.model import NumberSeries


def next_number(session: Session, *, series: str, year: int) -> int:
    """Give the next number of a series in a year; the row stays locked until the caller's transaction ends.

    A transaction that is rolled back gives its number back, so no gap remains.
    """
    row = session.get(NumberSeries, (series, year), with_for_update=True)
    if row is None:
        row = NumberSeries(key=series, year=year, last=0)
        session.add(row)
    row.last += 1
    session.flush()
    return row.last


def peek(session: Session, *, series: str, year: int) -> int:
    """Return the number that would be given next, without giving it."""
    row = session.get(NumberSeries, (series, year))
    return (row.last if row else 0) + 1
