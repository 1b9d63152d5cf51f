"""The plan of a migration: the element map, how many cases stand where, and what stands against moving them."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from engine import definitions, repair
from engine.bpmn import Counterparts, Element, ProcessModel
from engine.case_migrations.guesses import Origin, guess
from engine.case_migrations.notes import is_armed, notes_on
from engine.case_migrations.routes import Route, route_between
from engine.errors import Invalid
from engine.model import (
    Activity,
    ActivityState,
    InstanceState,
    Person,
    ProcessDefinition,
    ProcessInstance,
)
from engine.wording import Bilingual, Finding

LIVING = (InstanceState.RUNNING, InstanceState.SUSPENDED)
_WAITING_KINDS = frozenset(
    {"userTask", "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess", "eventBasedGateway"}
)
_JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


class NotVersionsOfOne(Invalid):
    """Source and target are not two versions of one process."""

    code = "migration.other_process"


class MapRefused(Invalid):
    """The element map names elements that are not there, or leads two joins to one; `elements` lists their ids."""

    code = "migration.map_refused"


@dataclass(frozen=True, slots=True)
class PlannedElement:
    """One element a case may stand at: its counterpart, where the pair comes from, how many cases stand there now.

    `problem` is what stands against the cases there, `notes` what will be different for them.
    """

    element: Element
    target: Element | None
    origin: Origin
    cases: int
    problem: Finding | None
    notes: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of the cases of one version on another; `running` counts them, suspended ones too."""

    route: Route
    elements: tuple[PlannedElement, ...]
    running: int

    @property
    def stopped_at(self) -> int:
        """How many elements have cases that cannot move."""
        return sum(1 for each in self.elements if each.problem and each.cases)

    def choices(self, element: Element) -> list[Element]:
        """Return the elements of the target that may stand for one of the source: those of its kind."""
        found = [each for each in in_order(self.route.target.model) if each.kind == element.kind]
        return [each for each in found if each.is_event_sub_process == element.is_event_sub_process]


def plan(
    session: Session,
    source: ProcessDefinition,
    target: ProcessDefinition,
    elements: Mapping[str, str] | None = None,
    *,
    by: Person,
    at: datetime,
) -> Plan:
    """Plan to move the cases of one version to another; without `elements` the map is guessed.

    Refuses with `OperationsForbidden`, `NotVersionsOfOne`, `MapRefused`.
    """
    repair.must_operate(session, by, at)
    if source.key != target.key or source.id == target.id:
        raise NotVersionsOfOne(source=source.key, target=target.key)
    old, new = definitions.load(session, source.id), definitions.load(session, target.id)
    guessed, chosen = guess(old.model, new.model), dict(elements or {})
    standing = _standing(session, source.id)
    listed = [each for each in in_order(old.model) if _may_hold(each) or each.element_id in standing]
    mapped = {each.element_id: _place(each.element_id, new.model, guessed, chosen) for each in listed}
    _must_be_a_map(old.model, new.model, {**mapped, **chosen})
    route = route_between(session, old, new, {**mapped, **chosen})
    counterparts = route.counterparts()
    planned = [_planned(each, counterparts, guessed, standing) for each in listed]
    return Plan(route, tuple(planned), running=count_running(session, source.id))


def count_running(session: Session, definition_id: UUID) -> int:
    """Return how many cases run on a version, suspended ones too."""
    counted = select(func.count()).where(
        ProcessInstance.definition_id == definition_id, ProcessInstance.state.in_(LIVING)
    )
    return session.scalar(counted) or 0


def in_order(model: ProcessModel) -> list[Element]:
    """Return the elements as one reads the drawing: along the flows, what lies inside or on the edge by its host."""
    queue, seen = deque(model.elements.values()), dict[str, Element]()
    starts = [each for each in model.elements.values() if each.scope_id is None and not each.incoming]
    queue.extendleft(reversed([each for each in starts if each.attached_to is None]))
    while queue:
        element = queue.popleft()
        if element.element_id not in seen:
            seen[element.element_id] = element
            queue.extendleft(reversed(list(_beside(model, element))))
    return list(seen.values())


def _beside(model: ProcessModel, element: Element) -> Iterator[Element]:
    inside = [each for each in model.elements.values() if each.scope_id == element.element_id]
    yield from (each for each in model.elements.values() if each.attached_to == element.element_id)
    yield from (each for each in inside if not each.incoming and each.attached_to is None)
    yield from inside
    yield from (model.elements[model.flows[flow_id].target_id] for flow_id in element.outgoing)


def _may_hold(element: Element) -> bool:
    """Say whether a case can stand at an element for any time."""
    event = element.event.kind if element.event else None
    if element.kind in _WAITING_KINDS or element.job_type is not None or element.multi_instance is not None:
        return True
    if element.kind in _JOINS:
        return len(element.incoming) > 1
    if element.kind == "startEvent":
        return element.scope_id is not None and element.event is not None
    return element.kind in {"boundaryEvent", "intermediateCatchEvent"} and event not in {"compensation", "link"}


def _standing(session: Session, definition_id: UUID) -> dict[str, int]:
    """Return how many living cases of a version stand at each element."""
    counted = (
        select(Activity.element_id, func.count(distinct(Activity.instance_id)))
        .join(ProcessInstance, ProcessInstance.id == Activity.instance_id)
        .where(ProcessInstance.definition_id == definition_id, ProcessInstance.state.in_(LIVING))
        .where(Activity.state.in_([ActivityState.LIVE, ActivityState.FAILED]))
        .group_by(Activity.element_id)
    )
    return dict(session.execute(counted).all())


def _place(element_id: str, target: ProcessModel, guessed: Mapping[str, str], chosen: Mapping[str, str]) -> str:
    found = chosen.get(element_id, guessed.get(element_id))
    return found if found is not None else element_id if element_id in target.elements else ""


def _must_be_a_map(source: ProcessModel, target: ProcessModel, elements: Mapping[str, str]) -> None:
    unknown = {each for each in elements if each not in source.elements}
    unknown |= {each for each in elements.values() if each and each not in target.elements}
    joins = [each for each in elements.values() if each in target.elements and target.elements[each].kind in _JOINS]
    shared = {each for each in joins if joins.count(each) > 1}
    if unknown or shared:
        raise MapRefused(elements=", ".join(sorted(unknown | shared)))


def _planned(
    element: Element,
    counterparts: Counterparts,
    guessed: Mapping[str, str],
    standing: Mapping[str, int],
) -> PlannedElement:
    place = counterparts.place(element.element_id)
    return PlannedElement(
        element=element,
        target=counterparts.of(element.element_id),
        origin=_origin(element.element_id, place, guessed),
        cases=standing.get(element.element_id, 0),
        problem=_problem(element, counterparts),
        notes=notes_on(element, counterparts),
    )


def _origin(element_id: str, place: str, guessed: Mapping[str, str]) -> Origin:
    if not place:
        return Origin.NONE
    if guessed.get(element_id) == place:
        return Origin.SAME_NAME
    return Origin.SAME_ID if place == element_id else Origin.CHOSEN


def _problem(element: Element, counterparts: Counterparts) -> Finding | None:
    misfit = None if is_armed(element, counterparts) else counterparts.misfit(element)
    return None if misfit is None else counterparts.finding(element, misfit)
