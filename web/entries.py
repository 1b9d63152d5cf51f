"""What people enter into forms, read: days, people by their user name, and whom to suggest."""

import re
from datetime import date, time

from flask import request
from sqlalchemy import select

from engine.directory import Directory
from engine.errors import Invalid
from engine.model import Person
from engine.vietnamese import name_order
from web.database import session

MOST_SUGGESTED = 200
_HOUR = re.compile(r"([01]?\d|2[0-3])[:hg]([0-5]\d)", re.ASCII | re.IGNORECASE)


class DayMissing(Invalid):
    """No day was entered, or what was entered is none."""

    code = "entry.day_missing"


class HourMissing(Invalid):
    """No hour of the day was entered, or what was entered is none."""

    code = "entry.hour_missing"


class NobodyNamedSo(Invalid):
    """Nobody has the user name that was entered."""

    code = "entry.nobody_named_so"


def entered(name: str) -> str:
    """Return a field as it was sent, without the blanks around it."""
    return request.form.get(name, "").strip()


def day(text: str) -> date:
    """Return the day that a date field sent; refuses with `DayMissing`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DayMissing from error


def hour(text: str) -> time:
    """Return the hour of the day that somebody wrote, like 15:00 or 7h30; refuses with `HourMissing`."""
    found = _HOUR.fullmatch(text)
    if found is None:
        raise HourMissing
    return time(int(found[1]), int(found[2]))


def person(username: str) -> Person:
    """Return the person with a user name; refuses with `NobodyNamedSo`."""
    found = session().scalar(select(Person).where(Person.username == username.lower()))
    if found is None:
        raise NobodyNamedSo(name=username[:80])
    return found


def suggestions(people: Directory, *unit_codes: str) -> list[tuple[str, str]]:
    """Return user names with what people know them by: those of the units, or, named none, the first of the office."""
    holders = [held for code in unit_codes for held in people.holders_in(code)] if unit_codes else people.holders
    said = {held.username: f"{held.full_name} – {held.title}, {held.unit_code}" for held in holders}
    named = sorted(said.items(), key=lambda pair: name_order(pair[1].partition(" – ")[0]))
    return named[:MOST_SUGGESTED]
