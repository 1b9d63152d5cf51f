"""Eight people complete the eight parallel tasks of one case at the same moment: every one of them succeeds."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import consistency, database, definitions, deployment, history, runtime, tasks
from engine.model import InstanceState, Person, ProcessInstance, UserTask
from tests.faults.people import USERNAMES
from web import clock
from web.settings import Settings

EIGHT_DESKS = Path(__file__).with_name("eight_desks.bpmn")
SLOWEST_SECONDS, ROUNDS_THAT_TELL = 1.0, 50
"""Nobody waits longer; asked where there are rounds enough to tell, as a soak has, and a machine with time for them."""


@pytest.fixture
def engine(instance: Settings) -> Iterator[Engine]:
    """A database in which the process with eight desks is deployed."""
    with database.opened(instance.database_url) as engine:
        with Session(engine) as session, session.begin():
            database.begin_write(session)
            files = {EIGHT_DESKS.name: EIGHT_DESKS.read_bytes()}
            deployment.deploy(session, pack_key="faults", files=files, at=clock.system_time())
        yield engine


def start(engine: Engine) -> tuple[UUID, dict[UUID, str]]:
    """Start a case; return it and its tasks with the one person who may complete each."""
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        definition, people = definitions.latest(session, "eight_desks"), list(USERNAMES)
        case = runtime.start(session, definition, by=None, variables={"people": people}, at=clock.system_time())
        found = session.execute(
            select(UserTask.id, Person.username).join(UserTask.assignee).where(UserTask.instance_id == case.id)
        )
        return case.id, dict(found.all())


def completing(engine: Engine, task_id: UUID, username: str) -> Callable[[], float]:
    """Return a deed that completes a task as its person does, the transaction begun anew when the database gave it up.

    It returns how many seconds that took.
    """

    def complete() -> None:
        with Session(engine) as session, session.begin():
            database.begin_write(session)
            by = session.scalars(select(Person).where(Person.username == username)).one()
            said = {"opinion": username}
            tasks.complete(session, task_id, by=by, outcome="completed", variables=said, at=clock.system_time())

    def timed() -> float:
        begun = time.perf_counter()
        database.until_not_lost(complete)
        return time.perf_counter() - begun

    return timed


def test_eight_people_complete_eight_tasks_of_one_case_at_once(
    engine: Engine, at_once: Any, rounds: int, figures: Callable[..., None]
) -> None:
    seconds: list[float] = []
    cases: list[UUID] = []

    for _ in range(rounds):
        case_id, offered = start(engine)
        seconds += at_once.all(*[completing(engine, task_id, by) for task_id, by in offered.items()])
        cases.append(case_id)

    figures(completed=len(seconds), slowest_seconds=max(seconds), median_seconds=median(seconds))
    assert len(seconds) == len(USERNAMES) * rounds
    with Session(engine) as session:
        for case in session.scalars(select(ProcessInstance).where(ProcessInstance.id.in_(cases))):
            assert case.state is InstanceState.ENDED
            assert runtime.look(session, case, clock.system_time()).variables["opinions"] == list(USERNAMES)
        assert [fault for _, faults in consistency.check_all(session, clock.system_time()) for fault in faults] == []
        assert [breach for _, breaches in history.verify_all(session) for breach in breaches] == []
    if rounds >= ROUNDS_THAT_TELL:
        assert max(seconds) < SLOWEST_SECONDS
