"""A backup taken while people work restores to a moment that really was, and from there everything goes on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from engine import backups, consistency, database, definitions, deployment, history, hooks, papers, runtime, tasks
from engine.backups import Place
from engine.job_runner import JobRunner
from engine.model import Activity, Job, JobKind, JobState, PaperVersion, Person, ProcessInstance, TaskState, UserTask
from engine.papers import PaperStore

PEOPLE, CASES, ROUNDS = 4, 12, 3
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DIAGRAM = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="d" targetNamespace="urn:t">
  <process id="rounds" name="Vòng" isExecutable="true">
    <startEvent id="begun" name="Bắt đầu" />
    <userTask id="write" name="Viết"><extensionElements><zeebe:userTask />
      <zeebe:assignmentDefinition assignee="=starter" /></extensionElements></userTask>
    <boundaryEvent id="late" name="Quá hạn" attachedToRef="write" cancelActivity="false">
      <timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>
    <exclusiveGateway id="is_done" name="Xong?" default="again" />
    <endEvent id="reminded" name="Đã nhắc" />
    <endEvent id="done" name="Xong" />
    <sequenceFlow id="f1" sourceRef="begun" targetRef="write" />
    <sequenceFlow id="f2" sourceRef="write" targetRef="is_done" />
    <sequenceFlow id="again" sourceRef="is_done" targetRef="write" />
    <sequenceFlow id="f3" sourceRef="is_done" targetRef="done">
      <conditionExpression xsi:type="tFormalExpression">=false</conditionExpression></sequenceFlow>
    <sequenceFlow id="f4" sourceRef="late" targetRef="reminded" />
  </process>
</definitions>"""


class Work:
    """People who complete tasks and add papers, each in cases of their own, as fast as they can."""

    def __init__(self, url: str, store: PaperStore) -> None:
        self.engine, self.store = database.open_engine(url), store
        self.cases = [self._start(number) for number in range(CASES)]
        self.steps = 0

    def _start(self, number: int) -> UUID:
        with Session(self.engine) as session, session.begin():
            database.begin_write(session)
            if number == 0:
                deployment.deploy(session, pack_key="rounds", files={"rounds.bpmn": DIAGRAM.encode()}, at=MONDAY)
            process = definitions.latest(session, "rounds")
            return runtime.start(session, process, by=self._person(session), variables={}, at=MONDAY).id

    def _person(self, session: Session) -> Person:
        return session.scalars(select(Person).where(Person.username == "ngo.minh")).one()

    def wait_for_steps(self, count: int) -> None:
        """Return when so many more steps have been begun."""
        until = self.steps + count
        while self.steps < until:
            sleep(0.005)

    def go_on(self, who: int, stop: Event) -> None:
        """Do one thing after another until told to stop."""
        while not stop.is_set():
            for case_id in self.cases[who::PEOPLE]:
                self._round(case_id)

    def _round(self, case_id: UUID) -> None:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            database.begin_write(session)
            person = self._person(session)
            instance = runtime.lock(session, case_id)
            self.steps += 1
            content = f"%PDF-1.4 {self.steps} {case_id}".encode()
            papers.add(session, instance, self.store, name="nhap.pdf", content=content, by=person, at=MONDAY)
            task_id = session.scalars(
                select(UserTask.id).where(UserTask.instance_id == case_id, UserTask.state == TaskState.OPEN)
            ).one()
            tasks.complete(session, task_id, by=person, outcome="completed", variables={}, reason=None, at=MONDAY)


@pytest.fixture
def work(instance: Any) -> Iterator[Work]:
    """Cases under way in an instance."""
    made = Work(instance.database_url, PaperStore(instance.uploads))
    yield made
    made.engine.dispose()


def restored_elsewhere(archive: Path, folder: Path, url: str) -> Place:
    folder.mkdir()
    place = Place(backups.open_pictured(url), url, folder)
    backups.restore(
        archive, place, pack_folders=hooks.load_plugins().hook.migrations(), force=False, at=MONDAY + timedelta(hours=1)
    )
    return place


def test_a_backup_taken_while_four_people_work_is_one_moment_and_goes_on_from_there(
    work: Work, instance: Any, database: Any, tmp_path: Path
) -> None:
    stop, archives = Event(), [tmp_path / f"b{number}.tar" for number in range(ROUNDS)]
    with ThreadPoolExecutor(PEOPLE) as people:
        at_work = [people.submit(work.go_on, who, stop) for who in range(PEOPLE)]
        try:
            for archive in archives:
                work.wait_for_steps(PEOPLE * 3)
                pictured = backups.open_pictured(instance.database_url)
                backups.make(pictured, work.store, archive, others={}, at=MONDAY, program="test")
        finally:
            stop.set()
    assert [each.result() for each in at_work] == [None] * PEOPLE

    for archive in archives:
        url = database.empty(tmp_path / archive.stem)
        place = restored_elsewhere(archive, tmp_path / archive.stem, url)
        check_one_moment(place)
        check_that_it_goes_on(place)
        database.drop(url)


def check_one_moment(place: Place) -> None:
    """Everything agrees with everything: histories, states, tasks, timers, papers."""
    store = PaperStore(place.instance / "uploads")
    with database.opened(place.database_url) as engine, Session(engine) as session:
        assert [breaches for _, breaches in history.verify_all(session)] == [[]] * CASES
        assert [found for _, found in consistency.check_all(session, MONDAY)] == [[]] * CASES
        for case in session.scalars(select(ProcessInstance)):
            done = select(func.count()).where(Activity.instance_id == case.id, Activity.element_id == "is_done")
            versions = session.scalars(
                select(PaperVersion).join(PaperVersion.paper).where(PaperVersion.paper.has(instance_id=case.id))
            ).all()
            assert len(versions) == session.scalar(done), "a paper and the step it came with are one"
            assert all(store.is_sound(version.sha256) for version in versions)


def check_that_it_goes_on(place: Place) -> None:
    """The timer of each open task fires once when its day has come, and tasks can be completed."""
    with database.opened(place.database_url) as engine:

        def sessions() -> Session:
            return Session(engine, expire_on_commit=False)

        with sessions() as session:
            waiting = session.scalars(select(Job).where(Job.kind == JobKind.TIMER, Job.state == JobState.WAITING)).all()
        assert len(waiting) == CASES
        runner = JobRunner(sessions, {})
        later = MONDAY + timedelta(days=3)
        assert runner.run_due(lambda: later) == CASES
        assert runner.run_due(lambda: later) == 0
        with sessions() as session, session.begin():
            database.begin_write(session)
            task = session.scalars(
                select(UserTask).where(UserTask.state == TaskState.OPEN).options(joinedload(UserTask.assignee))
            ).first()
            assert task is not None
            assert task.assignee is not None
            tasks.complete(session, task.id, by=task.assignee, outcome="completed", variables={}, reason=None, at=later)
