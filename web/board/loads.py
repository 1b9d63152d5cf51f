"""What stands at steps, units and people, as rows and as marks on a diagram."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for

from engine import definitions, standing_cases
from engine.definitions import LoadedDefinition
from engine.standing_cases import Load, StepLoad
from web import clock
from web.database import session
from web.language import gettext, ngettext
from web.moments import lasted
from web.operations.words import element_name
from web.security import me
from web.steps import people_now


class By(StrEnum):
    """By what the longest standing cases are put together."""

    STEP = "step"
    UNIT = "unit"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What stands in one place: how many cases, how many of them late, since when; `url` leads to their list."""

    name: str
    note: str
    url: str
    late_url: str
    cases: int
    late: int
    soon: int
    css: str
    oldest: datetime
    lasted: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What a diagram shows at one element: a badge and a line of words, both leading to the list."""

    id: str
    css: str
    badge: str
    note: str
    label: str
    url: str


def _row(load: Load, name: str, note: str, **place: Any) -> LoadRow:
    return LoadRow(
        name=name,
        note=note,
        url=url_for("board.cases", **place),
        late_url=url_for("board.cases", due="late", **place),
        cases=load.cases,
        late=load.late,
        soon=load.soon,
        css="late" if load.late else "soon" if load.soon else "ok",
        oldest=load.oldest,
        lasted=lasted(clock.now() - load.oldest),
    )


def step_name(loaded: LoadedDefinition, element_id: str) -> str:
    """Return how a step is called; its id when the version does not draw it."""
    element = loaded.model.elements.get(element_id)
    return element_name(element) if element else element_id


def version_name(loaded: LoadedDefinition) -> str:
    """Return a process and its version in words."""
    return f"{loaded.name} · {gettext('version %(number)s', number=loaded.version)}"


def _step_row(step: StepLoad, loaded: LoadedDefinition, note: str) -> LoadRow:
    place = {"process": str(step.definition_id), "step": step.element_id}
    return _row(step.load, step_name(loaded, step.element_id), note, **place)


def rows_of_process(loaded: LoadedDefinition, steps: Iterable[StepLoad]) -> dict[str, LoadRow]:
    """Return what stands at each step of one version, by element id, in the order of the diagram's file."""
    here = {step.element_id: step for step in steps if step.definition_id == loaded.definition_id}
    order = {element_id: number for number, element_id in enumerate(loaded.model.elements)}
    ordered = sorted(here, key=lambda element_id: (order.get(element_id, len(order)), element_id))
    return {element_id: _step_row(here[element_id], loaded, "") for element_id in ordered}


def rows_by(by: By, steps: Sequence[StepLoad]) -> list[LoadRow]:
    """Return what stands longest over all processes, put together by step, unit or person."""
    match by:
        case By.STEP:
            loaded = {step.definition_id: definitions.load(session(), step.definition_id) for step in steps}
            known = [(step, loaded[step.definition_id]) for step in steps]
            return [_step_row(step, process, version_name(process)) for step, process in known]
        case By.UNIT:
            return _unit_rows()
        case By.PERSON:
            return _person_rows()


def _unit_rows() -> list[LoadRow]:
    units = people_now(session()).units
    return [
        _row(
            each.load,
            each.unit_code or gettext("In no unit"),
            units[each.unit_code].name if each.unit_code in units else "",
            unit=each.unit_code,
        )
        for each in standing_cases.by_unit(session(), by=me(), at=clock.now())
    ]


def _person_rows() -> list[LoadRow]:
    people = people_now(session())
    return [
        _row(
            each.load,
            people.name_of(each.person_id) or gettext("Somebody who has left"),
            people.unit_of(each.person_id),
            person=each.person_id.hex,
        )
        if each.person_id
        else _row(each.load, gettext("Held by nobody"), gettext("not claimed yet, or automatic"), person="nobody")
        for each in standing_cases.by_person(session(), by=me(), at=clock.now())
    ]


def marks_of(rows: dict[str, LoadRow]) -> list[dict[str, str]]:
    """Return what the diagram shows at each element, as JSON."""
    return [asdict(_mark(element_id, row)) for element_id, row in rows.items()]


def _mark(element_id: str, row: LoadRow) -> Mark:
    said = _late_or_soon(row)
    cases = ngettext("%(num)s case", "%(num)s cases", row.cases)
    longest = gettext("longest %(span)s", span=row.lasted)
    return Mark(
        id=element_id,
        css=row.css,
        badge=" · ".join(filter(None, [str(row.cases), said])),
        note=longest,
        label=f"{row.name}: {', '.join(filter(None, [cases, longest, said]))}",
        url=row.url,
    )


def _late_or_soon(row: LoadRow) -> str:
    if row.late:
        return gettext("%(count)s late", count=row.late)
    return gettext("%(count)s soon due", count=row.soon) if row.soon else ""
