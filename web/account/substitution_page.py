"""Substitutions as pages show them: the form that sets one, and the rows that are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import url_for

from engine import definitions, substitutes
from engine.model import Person, Substitution
from engine.substitutes import Scope
from web import clock, entries
from web.database import session
from web.language import gettext
from web.security import me
from web.steps import people_now, unit_said

UNIT, PROCESS = "unit:", "process:"


@dataclass(frozen=True, slots=True)
class SubstitutionForm:
    """The form as somebody filled it; `scope` is empty, or a unit or a process behind its prefix."""

    person: str = ""
    substitute: str = ""
    first: str = ""
    last: str = ""
    scope: str = ""
    note: str = ""

    @classmethod
    def sent(cls) -> "SubstitutionForm":
        """Return what the request brings."""
        return cls(*map(entries.entered, ("person", "substitute", "first", "last", "scope", "note")))

    def store(self) -> Substitution:
        """Set the substitute as it says; refuses as `substitutes.set_substitute` does, and what cannot be read."""
        return substitutes.set_substitute(
            session(),
            person=entries.person(self.person),
            substitute=entries.person(self.substitute),
            first=entries.day(self.first),
            last=entries.day(self.last),
            scope=self._scope(),
            note=self.note,
            by=me(),
            at=clock.now(),
        )

    def _scope(self) -> Scope:
        if self.scope.startswith(UNIT):
            return Scope(unit_code=self.scope.removeprefix(UNIT))
        return Scope(process_key=self.scope.removeprefix(PROCESS))


def empty_form(person: Person | None = None) -> SubstitutionForm:
    """Return the form as it is offered: from today, for the person when one is named."""
    return replace(SubstitutionForm(), person=person.username if person else "", first=clock.today().isoformat())


@dataclass(frozen=True, slots=True)
class SubstitutionRow:
    """One substitution in a list; `end_url` is empty for who may not end it, and for one that is over."""

    absent: str
    substitute: str
    first: date
    last: date
    scope: str
    note: str
    set_by: str
    state: str
    css: str
    end_url: str


def scopes(unit_codes: Sequence[str]) -> list[tuple[str, str]]:
    """Return what a substitution may be limited to: some units, and every process."""
    units = [(f"{UNIT}{code}", gettext("Only in %(unit)s", unit=code)) for code in unit_codes]
    processes = [(f"{PROCESS}{key}", gettext("Only %(process)s", process=name)) for key, name in _processes().items()]
    return [("", gettext("All tasks")), *units, *processes]


def _processes() -> Mapping[str, str]:
    return {each.key: each.name for each in definitions.all_latest(session())}


def rows_of(found: Sequence[Substitution], endpoint: str) -> list[SubstitutionRow]:
    """Return substitutions as rows; `endpoint` is the view that ends one."""
    processes = _processes()
    return [
        SubstitutionRow(
            absent=each.person.full_name,
            substitute=each.substitute.full_name,
            first=each.valid_from,
            last=each.valid_to,
            scope=_scope_of(each, processes),
            note=each.note,
            set_by=each.set_by.full_name if each.set_by_id != each.person_id else "",
            state=_state_of(each)[0],
            css=_state_of(each)[1],
            end_url=_end_url(each, endpoint),
        )
        for each in found
    ]


def _scope_of(found: Substitution, processes: Mapping[str, str]) -> str:
    unit = unit_said(people_now(session()), found.unit.code) if found.unit else ""
    parts = [unit, processes.get(found.process_key, found.process_key)]
    return " · ".join(filter(None, parts)) or gettext("All tasks")


def _state_of(found: Substitution) -> tuple[str, str]:
    today = clock.today()
    if found.is_over(today):
        return gettext("Over"), ""
    return (gettext("Standing in"), "go") if found.holds(today) else (gettext("To come"), "soon")


def _end_url(found: Substitution, endpoint: str) -> str:
    may_end = substitutes.may_set(session(), found.person_id, by=me(), at=clock.now())
    return url_for(endpoint, substitution_id=found.id) if may_end and not found.is_over(clock.today()) else ""


def end(substitution_id: UUID) -> None:
    """End a substitution for the person signed in."""
    substitutes.end(session(), substitution_id, by=me(), at=clock.now())
