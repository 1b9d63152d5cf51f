"""Assigning (phân công): the head of a unit gives a task that came to the unit to one of its people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine import history, tasks
from engine.directory import ADMINISTRATOR_GROUP, PersonEntry
from engine.errors import Conflict, Forbidden, Invalid
from engine.model import Person, UserTask
from engine.model.user_task import TaskAlreadyClaimed
from engine.verbs import handing, loads, people, wordings
from engine.verbs.answers import Answer, Verb
from engine.verbs.loads import Load
from engine.vietnamese import name_order


class TaskWithoutGroup(Conflict):
    """The task came to one person, not to a group, so nobody assigns it."""

    code = "task.without_group"


class AssigningForbidden(Forbidden):
    """Only the head or a deputy of the unit the task came to, or an administrator, assigns it."""

    code = "task.assigning_forbidden"


class PersonNotInGroup(Invalid):
    """The task was not offered to this person's group; `by` is the person."""

    code = "task.person_not_in_group"


def may_assign(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may give the task to one of the people it was offered to."""
    return Answer.of(Verb.ASSIGN, lambda: _must(session, task, by, at))


def assign(
    session: Session, task_id: UUID, *, to: str, by: Person, at: datetime, reason: str | None = None
) -> UserTask:
    """Give a task of a group to one of its people, whoever holds it now (phân công, phân công lại).

    A delegation ends with it. Refuses with `TaskWithoutGroup`, `AssigningForbidden`, `PersonNotInGroup`,
    `TaskAlreadyClaimed` when that person holds it already, and when the task or the case stands still.
    """
    task = tasks.lock(session, task_id)
    _must(session, task, by, at)
    said, person = wordings.optional(reason), _one_of_group(session, task, to, at)
    if task.assignee_id == person.id and task.owner_id is None:
        raise TaskAlreadyClaimed(task_id=task.id, by=person.full_name)
    absent = people.absent_head(task, tasks.groups_of(session, by, at), _units(task))
    before, task.owner_id = handing.to(session, task, person.id, at), None
    handing.record(
        session,
        task,
        "task.assigned",
        by=by,
        to=person,
        before=before,
        at=at,
        reason=said,
        in_place=history.in_whose_place(absent),
    )
    return task


def candidates(session: Session, task: UserTask, at: datetime) -> list[Load]:
    """Return the people the task may be assigned to, by given name, with open work and what they are in charge of."""
    office = people.office(session, at)
    found = {person.id: person for key in task.candidate_groups for person in office.people_in_group(key)}
    in_order = sorted(found.values(), key=lambda each: (*name_order(each.full_name), each.username))
    return [replace(load, fields=office.fields_of(load.person.id)) for load in loads.of(session, in_order, at)]


def _must(session: Session, task: UserTask, by: Person, at: datetime) -> None:
    task.must_be_open()
    groups = tasks.groups_of(session, by, at)
    if ADMINISTRATOR_GROUP not in groups and not people.leads_for(task, groups, _units(task)):
        raise AssigningForbidden(task_id=task.id)
    if not task.candidate_groups:
        raise TaskWithoutGroup(task_id=task.id)
    task.instance.must_run()


def _units(task: UserTask) -> Sequence[str]:
    """Return the units whose heads have a say: those the task is offered to, else its holder's."""
    return people.units_of(task) if task.candidate_groups else [task.unit_code]


def _one_of_group(session: Session, task: UserTask, username: str, at: datetime) -> PersonEntry:
    office = people.office(session, at)
    person = people.named(office, username)
    if office.groups_of(person.id).isdisjoint(task.candidate_groups):
        raise PersonNotInGroup(task_id=task.id, by=person.full_name)
    return person
