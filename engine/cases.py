"""Cases as people look for them and look at them: who may see one, which ones are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from engine import arrivals, directory, repair, runtime, standing_cases, tasks
from engine.errors import Forbidden
from engine.model import InstanceState, Involvement, Person, ProcessDefinition, ProcessInstance, TaskState, UserTask
from engine.runtime import OFFICE_ZONE
from engine.vietnamese import fold

OVERSEER_GROUPS = frozenset({"LĐS", directory.ADMINISTRATOR_GROUP})


class CaseNotYours(Forbidden):
    """The case never came to the person or to one of the person's groups."""

    code = "case.not_yours"


def _keys_of(session: Session, person: Person, at: datetime) -> frozenset[str]:
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    return people.groups_of(person.id) | {arrivals.person_key(person.id)}


def visible_to(session: Session, person: Person, at: datetime) -> Select[ProcessInstance]:
    """Return the query of the cases a person finds: what came to them or to one of their groups, and is not purged."""
    keys = _keys_of(session, person, at)
    query = select(ProcessInstance).where(ProcessInstance.purged_at.is_(None))
    if keys & OVERSEER_GROUPS:
        return query
    return query.where(exists().where(Involvement.instance_id == ProcessInstance.id, Involvement.key.in_(sorted(keys))))


def find(session: Session, instance_id: UUID, *, by: Person, at: datetime) -> ProcessInstance:
    """Return a case to read; refuses with `CaseNotFound` or `CaseNotYours`."""
    instance = runtime.case_by_id(session, instance_id)
    must_be_visible(session, instance, by, at)
    return instance


def must_be_visible(session: Session, instance: ProcessInstance, person: Person, at: datetime) -> None:
    """Refuse with `CaseNotYours` when the person may not see the case; a purged one is there for operators only.

    Who stands in for somebody sees a case while a task of it waits for them; from their first deed on it stays theirs.
    Who leads a unit sees what was started or stands there, as the board shows it.
    """
    if instance.purged_at is not None and not repair.may_operate(session, person, at):
        raise runtime.CaseNotFound(instance_id=instance.id)
    keys = _keys_of(session, person, at)
    if keys & OVERSEER_GROUPS:
        return
    involved = select(Involvement.key).where(Involvement.instance_id == instance.id, Involvement.key.in_(sorted(keys)))
    is_involved = session.scalars(involved.limit(1)).first() is not None
    if not (
        is_involved
        or _has_a_task_in_anothers_place(session, instance, person, at)
        or standing_cases.oversees(session, person, instance, at)
    ):
        raise CaseNotYours(instance_id=instance.id)


def _has_a_task_in_anothers_place(session: Session, instance: ProcessInstance, person: Person, at: datetime) -> bool:
    groups = tasks.groups_of(session, person, at)
    if not groups.stands_in_for:
        return False
    opened = select(UserTask).where(UserTask.instance_id == instance.id, UserTask.state == TaskState.OPEN)
    return any(task.in_place_of(person, groups) for task in session.scalars(opened))


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for; `text` is matched without diacritics and case; `is_purged` is for operators."""

    text: str = ""
    state: InstanceState | None = None
    process_key: str = ""
    is_purged: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of cases, and how many there are in all."""

    cases: Sequence[ProcessInstance]
    total: int


def search(session: Session, person: Person, query: Query, *, at: datetime, limit: int = 50, offset: int = 0) -> Found:
    """Return the cases a person may see, newest first; purged ones refuse with `OperationsForbidden`."""
    if query.is_purged:
        repair.must_operate(session, person, at)
        visible = select(ProcessInstance).where(ProcessInstance.purged_at.is_not(None))
    else:
        visible = visible_to(session, person, at)
    chosen = visible.join(ProcessInstance.definition)
    for word in fold(query.text).split():
        chosen = chosen.where(ProcessInstance.search_text.contains(word, autoescape=True))
    if query.state is not None:
        chosen = chosen.where(ProcessInstance.state == query.state)
    if query.process_key:
        chosen = chosen.where(ProcessDefinition.key == query.process_key)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    page = (
        chosen.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id)
        .limit(limit)
        .offset(offset)
        .options(contains_eager(ProcessInstance.definition), joinedload(ProcessInstance.started_by))
    )
    return Found(session.scalars(page).all(), total)


def facts_of(session: Session, instance: ProcessInstance, at: datetime) -> list[tuple[str, str]]:
    """Return what the diagram finds worth saying about a case (`lc:fact.<label>`), empty facts left out."""
    return runtime.facts_of(runtime.loaded(session, instance), runtime.look(session, instance, at))
