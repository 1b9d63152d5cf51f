"""The job runner inside the web process: lanes that do not hold one another up, an orderly end."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from engine import database, definitions, deployment, runtime
from engine.hooks import JobCall, JobType, Offered
from engine.job_runner import JobRunner
from engine.model import Job, JobState, Worker, WorkerKind
from web import job_runner
from web.database import db
from web.job_runner import BackgroundRunner

DIAGRAM = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 targetNamespace="urn:luanchuyen:test" id="one_step_file"><process id="one_step" name="one_step" isExecutable="true">
<startEvent id="start" name="start" /><serviceTask id="do" name="do"><extensionElements>
<zeebe:taskDefinition type="=job_type" /></extensionElements></serviceTask><endEvent id="end" name="end" />
<sequenceFlow id="to_do" sourceRef="start" targetRef="do" /><sequenceFlow id="to_end" sourceRef="do" targetRef="end" />
</process></definitions>
"""
PATIENCE_SECONDS = 10


class Machines:
    """Steps that a site's machines do, and the runner that does them in the background."""

    def __init__(self, site: Any) -> None:
        self.site = site
        with site.app.app_context():
            self.sessions = sessionmaker(db.engine, expire_on_commit=False)
        with self.sessions.begin() as session:
            database.begin_write(session)
            deployment.deploy(session, pack_key="test", files={"one_step.bpmn": DIAGRAM.encode()}, at=site.clock())

    def order(self, job_type: str) -> Any:
        """Start a case that needs one step of a machine; return its id."""
        with self.sessions.begin() as session:
            database.begin_write(session)
            definition = definitions.latest(session, "one_step")
            return runtime.start(
                session, definition, by=None, variables={"job_type": job_type}, at=self.site.clock()
            ).id

    def runner(self, handlers: Mapping[str, Offered]) -> BackgroundRunner:
        """Return a runner with these handlers."""
        return BackgroundRunner(JobRunner(self.sessions, handlers), self.sessions, self.site.clock)

    @contextmanager
    def running(self, handlers: Mapping[str, Offered]) -> Iterator[BackgroundRunner]:
        """Run jobs in the background for the length of a block."""
        runner = self.runner(handlers)
        runner.start()
        yield runner
        runner.stop()

    def rename_table(self, name: str, new: str) -> None:
        """Let a table be found under another name only."""
        with self.sessions.begin() as session:
            database.begin_write(session)
            session.execute(text(f"ALTER TABLE {name} RENAME TO {new}"))

    def states(self) -> dict[str, JobState]:
        """Return how the job of each type stands."""
        with self.sessions() as session:
            return {job.job_type: job.state for job in session.scalars(select(Job))}

    def workers(self) -> list[WorkerKind]:
        """Return what reports itself."""
        with Session(self.sessions.kw["bind"]) as session:
            return list(session.scalars(select(Worker.kind)))


@pytest.fixture
def machines(site: Any) -> Machines:
    """A site with machines."""
    return Machines(site)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.02)


def nothing(_call: JobCall) -> Mapping[str, object]:
    return {}


def test_a_slow_outside_system_does_not_hold_up_what_is_done_here(machines: Machines) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def ask(_call: JobCall) -> Mapping[str, object]:
        asked.set()
        may_answer.wait(PATIENCE_SECONDS)
        return {}

    machines.order("far")
    with machines.running({"far": JobType(ask, is_external=True), "near": nothing}) as runner:
        asked.wait(PATIENCE_SECONDS)
        runner.after_commit({machines.order("near")})
        assert machines.states() == {"far": JobState.WAITING, "near": JobState.DONE}
        may_answer.set()
        wait_until(lambda: machines.states()["far"] is JobState.DONE)


def test_a_request_does_the_quick_jobs_of_its_case_and_leaves_the_others_to_the_background(machines: Machines) -> None:
    runner = machines.runner({"far": JobType(nothing, is_external=True), "near": nothing})

    runner.after_commit({machines.order("near"), machines.order("far")})

    assert machines.states() == {"near": JobState.DONE, "far": JobState.WAITING}


def test_the_runner_reports_itself_as_long_as_it_runs(machines: Machines) -> None:
    with machines.running({}):
        wait_until(lambda: machines.workers() == [WorkerKind.EMBEDDED])

    assert machines.workers() == []


def test_a_job_that_takes_too_long_at_the_end_is_given_back(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runner, "GRACE_SECONDS", 0.1)
    begun = threading.Event()

    def hang(_call: JobCall) -> Mapping[str, object]:
        begun.set()
        time.sleep(2)
        return {}

    machines.order("far")
    with machines.running({"far": JobType(hang, is_external=True)}):
        begun.wait(PATIENCE_SECONDS)

    with machines.sessions() as session:
        job = session.scalars(select(Job)).one()
    assert (job.state, job.lease_token, job.attempts) == (JobState.WAITING, None, 0)
    with machines.running({"far": JobType(nothing, is_external=True)}):
        wait_until(lambda: machines.states() == {"far": JobState.DONE})


def test_a_lane_goes_on_when_the_database_is_itself_again(
    machines: Machines, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(job_runner, "LONGEST_SLEEP_SECONDS", 0.05)
    machines.order("near")
    machines.rename_table("job", "job_away")

    with machines.running({"near": nothing}):
        wait_until(lambda: "jobs.lane_stumbled" in capsys.readouterr().err)
        machines.rename_table("job_away", "job")
        wait_until(lambda: machines.states() == {"near": JobState.DONE})
