"""What a year's calendar is likely to be: public holidays by law, as far as known; a person reads and approves it."""

from collections.abc import Mapping
from datetime import date

from engine.calendar.announcements import ANNOUNCED
from engine.model import DayKind

OFFICE_WEEK = ["07:30-11:30, 13:00-17:00"] * 5 + ["", ""]
"""Forty hours from Monday to Friday: what an office has until it says otherwise."""


def special_days(year: int) -> Mapping[date, tuple[DayKind, str]]:
    """Return the special days proposed for a year, in order, with their Vietnamese names.

    Bộ luật Lao động Điều 112 and its compensatory days; swapped days only where they were announced.
    """
    from holidays import country_holidays  # noqa: PLC0415  (only who proposes a year pays for the library)

    known = country_holidays("VN", years=year, language="vi", expand=False)
    days = {day: (DayKind.OFF, str(known.get(day))) for day in known}
    days |= {day: said for day, said in ANNOUNCED.items() if day.year == year}
    return dict(sorted(days.items()))
