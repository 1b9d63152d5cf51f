"""A crew at work: Redis, dispatchers and workers as operators start them, over a database of the test's own."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import database, definitions, deployment, runtime
from engine.model import Incident, Job, Worker, WorkerKind
from tests.conftest import environment
from tests.faults.programs import Program, luanchuyen
from tests.faults.servers import RedisServer
from web import clock
from web.settings import Settings

PATIENCE_SECONDS = 60
DIAGRAM = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 targetNamespace="urn:luanchuyen:test" id="one_step_file"><process id="one_step" name="one_step" isExecutable="true">
<startEvent id="start" name="start" /><serviceTask id="do" name="do"><extensionElements>
<zeebe:taskDefinition type="=job_type" /></extensionElements></serviceTask><endEvent id="end" name="end" />
<sequenceFlow id="to_do" sourceRef="start" targetRef="do" /><sequenceFlow id="to_end" sourceRef="do" targetRef="end" />
</process></definitions>
"""


@dataclass
class Crew:
    """Who does the jobs of one instance, and what they were asked to do."""

    settings: Settings
    redis: RedisServer
    engine: Engine
    programs: list[Program] = field(default_factory=list)

    @property
    def book(self) -> Path:
        """The file that the machines write into."""
        return self.settings.instance / "book.txt"

    @property
    def environ(self) -> dict[str, str]:
        """What tells a process of ours where to work and what it can do."""
        more = {"REDIS_URL": self.redis.url, "LUANCHUYEN_PLUGINS": "tests.live.handlers", "BOOK": str(self.book)}
        return {**environment(self.settings), **more}

    def order(self, job_type: str, name: str = "x", **variables: object) -> UUID:
        """Start a case that needs one step of a machine; return its id."""
        given = {"job_type": job_type, "name": name, **variables}
        with Session(self.engine) as session, session.begin():
            database.begin_write(session)
            definition = definitions.latest(session, "one_step")
            return runtime.start(session, definition, by=None, variables=given, at=clock.system_time()).id

    def start(self, *words: str) -> Program:
        """Start a command; it ends with the test."""
        name = f"{words[0]}{len(self.programs)}"
        program = luanchuyen(name, self.environ, self.settings.instance, *words)
        program.start()
        self.programs.append(program)
        return program

    def start_workers(self, count: int, *words: str) -> list[Program]:
        """Start workers, named by number, and wait until they have reported."""
        started = [self.start("worker", "--name", f"worker-{number}", *words) for number in range(count)]
        self.wait_until(lambda: {f"worker-{number}" for number in range(count)} <= self.names())
        return started

    def names(self) -> set[str]:
        """Return who has reported."""
        with Session(self.engine) as session:
            return set(session.scalars(select(Worker.name)))

    def kinds(self) -> Sequence[WorkerKind]:
        """Return what has reported."""
        with Session(self.engine) as session:
            return session.scalars(select(Worker.kind)).all()

    def sessions(self) -> Session:
        """Return a session of its own."""
        return Session(self.engine, expire_on_commit=False)

    def jobs(self) -> Sequence[Job]:
        """Return all jobs."""
        with Session(self.engine) as session:
            return session.scalars(select(Job).order_by(Job.created_at)).all()

    def incidents(self) -> Sequence[Incident]:
        """Return all incidents."""
        with Session(self.engine) as session:
            return session.scalars(select(Incident)).all()

    def change_jobs(self, **columns: object) -> None:
        """Change all jobs by hand, as when their time goes by."""
        with Session(self.engine) as session, session.begin():
            database.begin_write(session)
            for job in session.scalars(select(Job)):
                for name, value in columns.items():
                    setattr(job, name, value)

    def written(self, what: str) -> list[str]:
        """Return what the machines wrote down of a kind, in order."""
        lines = self.book.read_text(encoding="utf-8").splitlines() if self.book.exists() else []
        return [name for kind, _, name in (line.partition(" ") for line in lines) if kind == what]

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; show what the programs said when it never is, or when one of them broke."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > deadline or any(self._broke(each) for each in self.programs):
                pytest.fail("\n".join(f"{each.name}: {self.said(each)[-1500:]}" for each in self.programs))
            time.sleep(0.05)

    @staticmethod
    def _broke(program: Program) -> bool:
        return program.process is not None and (program.process.poll() or 0) > 0

    def said(self, program: Program) -> str:
        """Return what a program has written to its log."""
        return program.log.read_text(encoding="utf-8")

    def tell(self, program: Program, what: signal.Signals) -> None:
        """Send a program a signal."""
        assert program.process is not None
        os.kill(program.process.pid, what)

    def wait_for_end(self, program: Program) -> int:
        """Wait until a program has ended; return its exit code."""
        assert program.process is not None
        return program.process.wait(timeout=PATIENCE_SECONDS)


@pytest.fixture
def crew(instance: Settings, tmp_path: Path) -> Iterator[Crew]:
    """A crew that has not begun; its Redis runs."""
    redis = RedisServer(tmp_path)
    redis.start()
    engine = database.open_engine(instance.database_url)
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        files = {"one_step.bpmn": DIAGRAM.encode()}
        deployment.deploy(session, pack_key="live", files=files, at=clock.system_time())
    at_work = Crew(instance, redis, engine)
    yield at_work
    for program in at_work.programs:
        with contextlib.suppress(ProcessLookupError):
            program.kill()
    redis.stop()
    engine.dispose()


def everything_in(redis: Any) -> str:
    """Return all that a Redis holds, as text."""
    found = []
    for key in redis.keys("*"):
        kind = redis.type(key).decode()
        read = {"hash": redis.hgetall, "list": lambda name: redis.lrange(name, 0, -1), "string": redis.get}
        found.append(f"{key} {read.get(kind, redis.dump)(key)}")
    return "\n".join(found)


@pytest.fixture
def everything() -> Callable[[Any], str]:
    """How to read all that a Redis holds."""
    return everything_in
