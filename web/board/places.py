"""The list of cases that stand somewhere, one place a row."""

from collections.abc import Sequence
from uuid import UUID

from flask import Request, url_for

from engine import definitions
from engine.definitions import LoadedDefinition, ProcessNotFound
from engine.model import ProcessDefinition, UserTask
from engine.standing_cases import Query, StandingCase
from web import clock
from web.board.loads import step_name, version_name
from web.database import session
from web.language import gettext
from web.moments import lasted
from web.places import PlaceRow
from web.steps import holder_of, people_now

NOBODY, LATE = "nobody", "late"


def read_query(asked: Request) -> Query:
    """Read which cases the address asks for; what cannot be read finds nothing that it would not find without."""
    person = asked.args.get("person", "")
    return Query(
        definition_id=read_id(asked.args.get("process", "")),
        element_id=asked.args.get("step"),
        unit_code=asked.args.get("unit"),
        person_id=read_id(person),
        is_unheld=person == NOBODY,
        is_late=asked.args.get("due") == LATE,
    )


def read_id(text: str) -> UUID | None:
    """Read an id of an address."""
    try:
        return UUID(text)
    except ValueError:
        return None


def version_of(definition_id: UUID) -> LoadedDefinition:
    """Return one version of a process; refuses with `ProcessNotFound`."""
    if session().get(ProcessDefinition, definition_id) is None:
        raise ProcessNotFound(definition_id=definition_id)
    return definitions.load(session(), definition_id)


def title_of(query: Query) -> str:
    """Say where the cases of a list stand."""
    people = people_now(session())
    said = []
    if query.element_id is not None:
        loaded = version_of(query.definition_id) if query.definition_id else None
        said.append(step_name(loaded, query.element_id) if loaded else query.element_id)
    if query.unit_code is not None:
        said.append(query.unit_code or gettext("In no unit"))
    if query.person_id is not None:
        said.append(people.name_of(query.person_id) or gettext("Somebody who has left"))
    if query.is_unheld:
        said.append(gettext("Held by nobody"))
    return " · ".join(said) or gettext("All cases that stand somewhere")


def rows_of(places: Sequence[StandingCase]) -> list[PlaceRow]:
    """Return places as rows."""
    loaded = {place.definition_id: definitions.load(session(), place.definition_id) for place in places}
    return [_row(place, loaded[place.definition_id]) for place in places]


def _row(place: StandingCase, loaded: LoadedDefinition) -> PlaceRow:
    return PlaceRow(
        case_code=place.business_key,
        case_title=place.title,
        case_url=url_for("cases.case", instance_id=place.instance_id),
        process_name=version_name(loaded),
        step_name=_step(place.task) if place.task else step_name(loaded, place.element_id),
        who=holder_of(people_now(session()), place.task) if place.task else _waits_for(place, loaded),
        unit=place.unit_code,
        since=place.since,
        waiting_text=lasted(clock.now() - place.since),
        due_at=place.due_at,
        has_due=place.task is not None,
        is_suspended=place.is_suspended,
    )


def _step(task: UserTask) -> str:
    return task.name if task.step in {"", task.name} else f"{task.name} · {task.step}"


def _waits_for(place: StandingCase, loaded: LoadedDefinition) -> str:
    """Say what a case waits for where no person has to do anything."""
    if place.has_incident:
        return gettext("stopped by an incident")
    element = loaded.model.elements.get(place.element_id)
    match element.kind if element else "":
        case "callActivity":
            return gettext("waits for a case that it called")
        case "receiveTask" | "intermediateCatchEvent" | "eventBasedGateway":
            return gettext("waits for a message or a time")
        case _:
            return gettext("automatic work")
