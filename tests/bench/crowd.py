"""A big office's open work, written straight into the tables: what lists and pick-ups have to find their way in."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import definitions
from engine.model import (
    Activity,
    ActivityState,
    InstanceState,
    Involvement,
    Job,
    JobKind,
    JobPriority,
    JobState,
    Person,
    ProcessInstance,
    TaskCandidate,
    TaskState,
    UserTask,
)
from tests.bench.joint_minutes import PROCESS

READER, READERS_GROUP = "nguyen.thu", "VPS/leader"
OTHER_GROUPS = tuple(f"UNIT-{number}/specialist" for number in range(300))
UNITS = ("VPS", "P.KHTCTH", "P.KTQLNL", "TT.KCTVPTCN", *(f"UNIT-{number}" for number in range(60)))
STEPS, STEPS_OF_FINISHED = 12, 3
READERS_OWN = 50
BATCH = 5_000


def add_open_tasks(session: Session, count: int, *, at: datetime, readers: int = READERS_OWN) -> None:
    """Add `count` cases with one open task each; the reader holds `readers` of them and is offered as many."""
    people = {person.username: person.id for person in session.scalars(select(Person))}
    reader, others = people.pop(READER), list(people.values())
    definition_id = definitions.latest(session, PROCESS).id
    for numbers in _batches(count):
        cases = [_case(definition_id, number, at) for number in numbers]
        tasks = [
            _task(case, number, reader if number < 2 * readers else None, others, at)
            for case, number in zip(cases, numbers, strict=True)
        ]
        session.execute(insert(ProcessInstance), cases)
        session.execute(insert(UserTask), tasks)
        session.execute(insert(TaskCandidate), list(_candidates(tasks)))
        session.execute(insert(Involvement), list(_involvements(tasks)))


def add_finished_cases(session: Session, count: int, *, at: datetime) -> None:
    """Add `count` cases that are over, each with the tasks and passed elements of a short way."""
    people = session.scalars(select(Person.id)).all()
    definition_id = definitions.latest(session, PROCESS).id
    for numbers in _batches(count):
        cases = [_case(definition_id, number, at) | {"state": InstanceState.ENDED} for number in numbers]
        tasks = [
            _task(case, number + step, None, people, at) | {"state": TaskState.COMPLETED, "token_id": str(step)}
            for case, number in zip(cases, numbers, strict=True)
            for step in range(STEPS_OF_FINISHED)
        ]
        session.execute(insert(ProcessInstance), cases)
        session.execute(insert(UserTask), tasks)
        session.execute(insert(Activity), [_passed(task) for task in tasks])


def _passed(task: dict[str, Any]) -> dict[str, Any]:
    return {
        "instance_id": task["instance_id"],
        "token_id": task["token_id"],
        "element_id": task["element_id"],
        "element_kind": "userTask",
        "name": task["name"],
        "state": ActivityState.COMPLETED,
        "started_at": task["created_at"],
    }


def _batches(count: int) -> Iterator[range]:
    for first in range(0, count, BATCH):
        yield range(first, min(first + BATCH, count))


def _case(definition_id: UUID, number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "definition_id": definition_id,
        "started_unit": UNITS[number % len(UNITS)],
        "business_key": f"BENCH-{uuid4().hex}",
        "title": f"Biên bản số {number}",
        "search_text": f"bien ban so {number}",
        "state": InstanceState.RUNNING,
        "state_text": "{}",
        "started_at": at - timedelta(minutes=number % 10_000),
        "revision": 1,
    }


def _task(
    case: dict[str, Any], number: int, reader: UUID | None, others: Sequence[UUID], at: datetime
) -> dict[str, Any]:
    is_offered = number % 2 == 1
    group = READERS_GROUP if reader else OTHER_GROUPS[number // 2 % len(OTHER_GROUPS)]
    return {
        "id": uuid4(),
        "instance_id": case["id"],
        "definition_id": case["definition_id"],
        "started_unit": case["started_unit"],
        "token_id": "1",
        "element_id": f"sign_{number % STEPS}",
        "unit_code": UNITS[number // 3 % len(UNITS)],
        "name": "Ký số",
        "step": "Ký số",
        "assignee_id": None if is_offered else reader or others[number % len(others)],
        "candidate_groups": [group] if is_offered else [],
        "candidate_users": [],
        "state": TaskState.OPEN,
        "priority": 50,
        "created_at": at - timedelta(minutes=number % 10_000),
        "due_at": at + timedelta(minutes=number % 5_000 - 1_000),
    }


def _candidates(tasks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        for group in task["candidate_groups"]:
            yield {"task_id": task["id"], "key": group}


def _involvements(tasks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        key = task["candidate_groups"][0] if task["candidate_groups"] else f"person:{task['assignee_id'].hex}"
        yield {"instance_id": task["instance_id"], "key": key}


def add_timers(session: Session, count: int, *, due: int, at: datetime) -> None:
    """Add `count` waiting timers of cases that are there, `due` of them with their time come."""
    cases = session.scalars(select(ProcessInstance.id).limit(1_000)).all()
    for numbers in _batches(count):
        rows = [
            {
                "id": uuid4(),
                "kind": JobKind.TIMER,
                "instance_id": cases[number % len(cases)],
                "token_id": str(number),
                "element_id": "timer",
                "state": JobState.WAITING,
                "priority": JobPriority.NORMAL,
                "due_at": at + timedelta(minutes=-1 if number < due else 60 + number % 10_000),
                "data": {},
                "created_at": at,
            }
            for number in numbers
        ]
        session.execute(insert(Job), rows)
