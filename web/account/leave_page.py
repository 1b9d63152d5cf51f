"""Leaves as the page of substitutes shows them: the form that announces one, and the rows that are there."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from engine import leaves
from engine.model import Leave
from web import clock, entries
from web.database import session
from web.language import gettext
from web.security import me


@dataclass(frozen=True, slots=True)
class LeaveForm:
    """The form as somebody filled it."""

    person: str = ""
    first: str = ""
    last: str = ""
    note: str = ""

    @classmethod
    def sent(cls) -> "LeaveForm":
        """Return what the request brings."""
        return cls(*map(entries.entered, ("person", "first", "last", "note")))

    @classmethod
    def offered(cls) -> "LeaveForm":
        """Return the form as it is offered: for the person signed in, from today."""
        return cls(person=me().username, first=clock.today().isoformat())

    def store(self) -> Leave:
        """Announce the leave as it says; refuses as `leaves.announce` does, and what cannot be read."""
        return leaves.announce(
            session(),
            person=entries.person(self.person),
            first=entries.day(self.first),
            last=entries.day(self.last),
            note=self.note,
            by=me(),
            at=clock.now(),
        )


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """One leave in the list."""

    who: str
    first: date
    last: date
    note: str
    set_by: str
    state: str
    css: str
    end_url: str


def leave_rows() -> list[LeaveRow]:
    """Return the leaves that hold or are to come, of the reader and of those whom the reader heads."""
    return [_row(each) for each in leaves.not_over(session(), by=me(), at=clock.now())]


def _row(found: Leave) -> LeaveRow:
    holds = found.valid_from <= clock.today()
    return LeaveRow(
        who=found.person.full_name,
        first=found.valid_from,
        last=found.valid_to,
        note=found.note,
        set_by=found.set_by.full_name if found.set_by_id != found.person_id else "",
        state=gettext("Away") if holds else gettext("To come"),
        css="go" if holds else "soon",
        end_url=url_for("account.end_leave", leave_id=found.id),
    )
