"""Cases as people look for them and look at them: who may see one, which ones are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, select, union
from sqlalchemy.orm import Session, joinedload

from engine import arrivals, database, directory, oversight, repair, runtime, tasks
from engine.errors import Forbidden
from engine.model import InstanceState, Involvement, Person, ProcessDefinition, ProcessInstance, TaskState, UserTask
from engine.runtime import OFFICE_ZONE
from engine.vietnamese import fold

OVERSEER_GROUPS = frozenset({directory.LEADERSHIP_UNIT, directory.ADMINISTRATOR_GROUP})
MOST_COUNTED = 1_000
_NEWEST = ProcessInstance.started_at.desc(), ProcessInstance.id.desc()


class CaseNotYours(Forbidden):
    """The case never came to the person or to one of the person's groups."""

    code = "case.not_yours"


def _keys_of(session: Session, person: Person, at: datetime) -> frozenset[str]:
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    return people.groups_of(person.id) | {arrivals.person_key(person.id)}


def _ways_to_see(session: Session, person: Person, at: datetime) -> list[Select[UUID]] | None:
    """Return the queries that find the cases a person may see, each from an index; None when the person sees all.

    A case came to the person or to one of their groups, or lies within what the person leads, as the board shows it.
    """
    keys, scope = _keys_of(session, person, at), oversight.scope_of(session, person, at)
    if scope.is_everything or keys & OVERSEER_GROUPS:
        return None
    return [select(Involvement.instance_id).where(Involvement.key.in_(sorted(keys))), *scope.cases()]


def visible_to(session: Session, person: Person, at: datetime) -> Select[ProcessInstance]:
    """Return the query of the cases a person finds: those they may see, without what waits in another's place."""
    query = select(ProcessInstance).where(ProcessInstance.purged_at.is_(None))
    ways = _ways_to_see(session, person, at)
    return query if ways is None else query.where(database.looked_up(session, ProcessInstance.id, union(*ways)))


def find(session: Session, instance_id: UUID, *, by: Person, at: datetime) -> ProcessInstance:
    """Return a case to read; refuses with `CaseNotFound` or `CaseNotYours`."""
    instance = runtime.case_by_id(session, instance_id)
    must_be_visible(session, instance, by, at)
    return instance


def must_be_visible(session: Session, instance: ProcessInstance, person: Person, at: datetime) -> None:
    """Refuse with `CaseNotYours` when the person may not see the case; a purged one is there for operators only.

    Who stands in for somebody sees a case while a task of it waits for them; from their first deed on it stays theirs.
    """
    if instance.purged_at is not None and not repair.may_operate(session, person, at):
        raise runtime.CaseNotFound(instance_id=instance.id)
    ways = _ways_to_see(session, person, at)
    if ways is None or any(_finds(session, way, instance) for way in ways):
        return
    if not _has_a_task_in_anothers_place(session, instance, person, at):
        raise CaseNotYours(instance_id=instance.id)


def _finds(session: Session, way: Select[UUID], instance: ProcessInstance) -> bool:
    found = way.where(way.selected_columns[0] == instance.id)
    return session.scalars(found.limit(1)).first() is not None


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
    """One page of cases, and how many there are in all; `is_more` when only so many were counted and there are more."""

    cases: Sequence[ProcessInstance]
    total: int
    is_more: bool


def search(session: Session, person: Person, query: Query, *, at: datetime, limit: int = 50, offset: int = 0) -> Found:
    """Return the cases a person may see, newest first; purged ones refuse with `OperationsForbidden`.

    Only so many are counted as a person would page through, so that the list does not cost what the archive holds.
    """
    if query.is_purged:
        repair.must_operate(session, person, at)
        visible, sees_all = select(ProcessInstance).where(ProcessInstance.purged_at.is_not(None)), True
    else:
        visible, sees_all = visible_to(session, person, at), _ways_to_see(session, person, at) is None
    chosen = _narrowed(visible, query, sees_all=sees_all).with_only_columns(ProcessInstance.id).order_by(*_NEWEST)
    skipped = max(0, offset + limit - MOST_COUNTED)
    ids = session.scalars(chosen.offset(skipped).limit(MOST_COUNTED + 1)).all()
    shown = ids[offset - skipped : offset - skipped + limit]
    page = (
        select(ProcessInstance)
        .where(ProcessInstance.id.in_(shown))
        .order_by(*_NEWEST)
        .options(joinedload(ProcessInstance.definition), joinedload(ProcessInstance.started_by))
    )
    is_more = len(ids) > MOST_COUNTED
    return Found(session.scalars(page).all(), skipped + len(ids) - is_more, is_more)


def _narrowed(visible: Select[ProcessInstance], query: Query, *, sees_all: bool) -> Select[ProcessInstance]:
    """Narrow to what is looked for; whose cases are looked up one by one must not be led to all of a state instead."""
    for word in fold(query.text).split():
        visible = visible.where(ProcessInstance.search_text.contains(word, autoescape=True))
    if query.state is not None:
        is_in_state = ProcessInstance.state == query.state
        visible = visible.where(is_in_state if sees_all else case((is_in_state, 1), else_=0) == 1)
    if query.process_key:
        versions = select(ProcessDefinition.id).where(ProcessDefinition.key == query.process_key)
        visible = visible.where(ProcessInstance.definition_id.in_(versions))
    return visible


def facts_of(session: Session, instance: ProcessInstance, at: datetime) -> list[tuple[str, str]]:
    """Return what the diagram finds worth saying about a case (`lc:fact.<label>`), empty facts left out."""
    return runtime.facts_of(runtime.loaded(session, instance), runtime.look(session, instance, at))
