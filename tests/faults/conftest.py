"""An office under fire: the real programs, eight people at work, and the questions asked when the smoke has gone."""

import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import consistency, database, deployment, history
from engine.model import InstanceState, Job, JobKind, JobState, ProcessInstance, TaskState, UserTask
from tests import databases
from tests.conftest import environment, free_port
from tests.faults.people import USERNAMES, Ledger, Person
from tests.faults.programs import Program, luanchuyen, wait_until_it_answers
from web import clock
from web.settings import Settings

RELAY = Path(__file__).with_name("relay.bpmn")
STAMP, HANDLERS = "faults.stamp", "tests.faults.handlers"
STEPS = ("first", "left", "right", "last")
LONGEST_CLEARING_SECONDS = 180
LEAST_CASES = 6
LONGEST_REST_SECONDS = 10
"""Between two breaks somebody gets a step done, unless it takes longer than this."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the soak ask for more."""
    parser.addoption("--rounds", type=int, default=6, help="How often something is killed in each fault test.")
    parser.addoption("--minutes", type=float, default=0.1, help="How long people and workers are under load.")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was counted and measured on the way."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        if report.when == "call" and report.user_properties:
            said = ", ".join(f"{name} {value}" for name, value in report.user_properties)
            terminalreporter.write_line(f"{report.nodeid}: {said}")


@dataclass
class OfficeUnderFire:
    """The programs of one instance, its people, and what they were told."""

    settings: Settings
    engine: Engine
    environ: Mapping[str, str]
    rounds: int
    book: Path
    programs: dict[str, Program] = field(default_factory=dict)
    ports: list[int] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)

    def serve(self, *words: str) -> Program:
        """Start a web server and wait until it answers."""
        port = free_port()
        web = self.run(f"web{len(self.ports)}", "run", "--port", str(port), *words)
        wait_until_it_answers(f"http://127.0.0.1:{port}/sign-in", web)
        self.ports.append(port)
        return web

    def run(self, name: str, *words: str) -> Program:
        """Start another command."""
        program = self.programs[name] = luanchuyen(name, self.environ, self.settings.instance, *words)
        program.start()
        return program

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let eight people work while the block breaks things, then let them finish everything that is open."""
        people = [
            Person(username, self.ports, self.engine, self.ledger, seed) for seed, username in enumerate(USERNAMES)
        ]
        for person in people:
            person.start()
        try:
            self._wait_until(lambda: self.ledger.answers[303] >= len(people))
            yield
            for person in people:
                person.may_start = False
            self._wait_until(self._is_all_done)
        finally:
            for person in people:
                person.is_leaving = True
            for person in people:
                person.join()

    def break_often(self, *breaks: Callable[[int], object], pause: tuple[float, float] = (0.05, 1.0)) -> None:
        """Break something `rounds` times in turn, at random moments after somebody has got a step done."""
        chance = random.Random(len(breaks))  # noqa: S311  (a test's dice, not a secret)
        for number in range(self.rounds):
            worked = self.ledger.answers[303]
            time.sleep(chance.uniform(*pause))
            self._wait_until(lambda worked=worked: self.ledger.answers[303] > worked, LONGEST_REST_SECONDS)  # type: ignore[misc]
            breaks[number % len(breaks)](number)

    @staticmethod
    def _wait_until(is_so: Callable[[], bool], seconds: float = LONGEST_CLEARING_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not is_so() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _is_all_done(self) -> bool:
        """Tell whether no case is open, and none has been on its way for a second."""
        if self._count_open():
            return False
        time.sleep(1)
        return not self._count_open()

    def _count_open(self) -> int:
        try:
            with Session(self.engine) as session:
                running = select(func.count()).where(ProcessInstance.state == InstanceState.RUNNING)
                return session.scalar(running) or 0
        except Exception:  # noqa: BLE001  (the database is one of the things that were broken)
            return 1

    def must_be_whole(self) -> None:
        """Ask every question: nothing lost, nothing doubled, histories and rows agree, every case came to its end."""
        with Session(self.engine) as session:
            cases = list(session.scalars(select(ProcessInstance)))
            assert len(cases) >= LEAST_CASES, "the people hardly worked; the test shows nothing"
            assert [_standing(session, case) for case in cases if case.state is not InstanceState.ENDED] == []
            assert [breach for _, breaches in history.verify_all(session) for breach in breaches] == []
            now = clock.system_time()
            assert [fault for _, faults in consistency.check_all(session, now) for fault in faults] == []
            self._no_promise_is_broken(session)
            self._no_step_is_doubled(session, [case.id for case in cases])
            self._every_stamp_was_given(session, len(cases))
        assert self.ledger.unexpected == []

    def _no_promise_is_broken(self, session: Session) -> None:
        done_by = {
            task.id: task.completed_by.username
            for task in session.scalars(select(UserTask).where(UserTask.state == TaskState.COMPLETED))
            if task.completed_by
        }
        assert {task_id: [done_by.get(task_id)] for task_id in self.ledger.promised} == self.ledger.promised

    def _no_step_is_doubled(self, session: Session, cases: list[UUID]) -> None:
        done = select(UserTask.instance_id, UserTask.element_id).where(UserTask.state == TaskState.COMPLETED)
        found = Counter((case, element) for case, element in session.execute(done))
        assert found == {(case, step): 1 for case in cases for step in STEPS}

    def _every_stamp_was_given(self, session: Session, cases: int) -> None:
        jobs = session.scalars(select(Job).where(Job.kind == JobKind.SERVICE)).all()
        assert len(jobs) == cases
        assert [job.state for job in jobs if job.state is not JobState.DONE] == []
        stamped = {line.split()[0] for line in self.book.read_text(encoding="ascii").splitlines()}
        assert stamped >= {job.id.hex for job in jobs}


def _standing(session: Session, case: ProcessInstance) -> str:
    """Say what a case that should have ended still waits for."""
    tasks = session.scalars(select(UserTask).where(UserTask.instance_id == case.id, UserTask.state == TaskState.OPEN))
    jobs = session.scalars(select(Job).where(Job.instance_id == case.id))
    said = [f"task {task.element_id}" for task in tasks]
    said += [f"job {job.state} {job.attempts}× {job.worker} until {job.lease_until} {job.last_error}" for job in jobs]
    return f"{case.business_key} {case.state}: {', '.join(said)}"


@contextmanager
def open_office(settings: Settings, rounds: int, book: Path, **environ: str) -> Iterator[OfficeUnderFire]:
    """Deploy the relay into an instance and give its office, nothing started; what still runs at the end is stopped.

    `book` is the file in which the outside world notes its stamps.
    """
    engine = database.open_engine(settings.database_url)
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        files = {RELAY.name: RELAY.read_bytes()}
        deployment.deploy(session, pack_key="faults", files=files, at=clock.system_time(), known_job_types={STAMP})
    book.touch()
    said = {**environment(settings), "LUANCHUYEN_PLUGINS": HANDLERS, "BOOK_OF_STAMPS": str(book), **environ}
    office = OfficeUnderFire(settings, engine, said, rounds, book)
    try:
        yield office
    finally:
        for program in office.programs.values():
            program.stop()
        engine.dispose()


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often something is killed."""
    return int(request.config.getoption("--rounds"))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket's."""
    folder = Path(tempfile.mkdtemp(prefix="luanchuyen-faults-", dir=databases.in_memory()))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def minutes(request: pytest.FixtureRequest) -> float:
    """How long the load lasts."""
    return float(request.config.getoption("--minutes"))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """What notes figures of a test, by name; they are told at the end of the run."""

    def note(**said: float) -> None:
        request.node.user_properties.extend((name, round(value, 3)) for name, value in said.items())

    return note


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The book of stamps of the outside world; it has its own disk."""
    return tmp_path / "stamps.txt"


@pytest.fixture
def under_fire(instance: Settings, rounds: int, book: Path) -> Iterator[OfficeUnderFire]:
    """An office on the test's database whose programs may be killed."""
    with open_office(instance, rounds, book) as office:
        yield office
