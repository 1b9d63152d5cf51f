"""What due dates cost: a million of them, days and hours, of several units, each asked of the provider anew."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from time import process_time

from sqlalchemy.orm import Session

from engine import database, staffing
from engine.calendar.offices import calendar_of
from engine.model import Base
from engine.play import FIRST_MOMENT
from tests.bench.measures import Target

COUNT, QUICK_COUNT = 1_000_000, 20_000
MOST_SECONDS_A_MILLION = 10.0
UNITS = [{"code": "SCT", "name": "Sở"}, *({"code": f"P{number}", "name": "P", "parent": "SCT"} for number in range(9))]
MOMENTS = [FIRST_MOMENT + timedelta(minutes=97 * number) for number in range(2_000)]


def measure(*, quick: bool) -> list[Target]:
    """Measure the processor time of a million due dates, on an office of ten units, after the first of each unit."""
    count = QUICK_COUNT if quick else COUNT
    engine = database.open_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        years = range(2026, 2028)
        staffing.load_office(session, units=UNITS, people=(), hash_password=str, at=FIRST_MOMENT, calendar_years=years)
    with Session(engine) as session, session.begin():
        _due_dates(session, len(UNITS))
        spent = _due_dates(session, count)
    engine.dispose()
    label = "calendar: a million due dates, CPU"
    return [Target("calendar_due_dates", label, spent * COUNT / count, MOST_SECONDS_A_MILLION, "s")]


def _due_dates(session: Session, count: int) -> float:
    """Compute due dates, every other one in hours; return the seconds."""
    on, hours = date(2026, 3, 2), Decimal(8)
    work: list[tuple[str, datetime]] = list(
        islice(zip(cycle(unit["code"] for unit in UNITS), cycle(MOMENTS), strict=False), count)
    )
    begun = process_time()
    for number, (unit_code, at) in enumerate(work):
        working_time = calendar_of(session, unit_code, on=on)
        if number % 2:
            working_time.after_days(at, 3)
        else:
            working_time.after_hours(at, hours)
    return process_time() - begun
