"""The same steps without HTTP: the use case with its commit, and `engine.bpmn` alone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import database, definitions, directory, papers, starting
from engine.bpmn import Run, WaitKind
from engine.model import Person, TaskState, UserTask
from engine.papers import PaperStore
from engine.play import FIRST_MOMENT
from engine.runtime import OFFICE_ZONE, environment
from processes import submission
from tests.bench.joint_minutes import CHAIN, DRAFT, DRAFTER, PAPERS, PROCESS, SIGNED, SIGNERS
from tests.bench.measures import Stopwatch, Timing
from web.cli import make_ready
from web.settings import Settings

Sessions = sessionmaker[Session]


def measure(folder: Path, cases: int) -> list[Timing]:
    """Sign `cases` documents on a SQLite file in `folder`, then on `engine.bpmn` without any database."""
    with _office(folder) as sessions:
        desk = _Desk(sessions, PaperStore(folder / "uploads"))
        desk.sign_all(1, Stopwatch())
        in_process = desk.sign_all(cases, Stopwatch())
        in_memory, stored = _engine_alone(sessions, cases)
    return [
        Timing.of("in_process", "in-process, with commit", in_process.times_ms),
        Timing.of("engine_in_memory", "engine.bpmn alone, in memory", in_memory.times_ms),
        Timing.of("engine_stored", "engine.bpmn alone, state as JSON", stored.times_ms),
    ]


@contextmanager
def _office(folder: Path) -> Iterator[Sessions]:
    settings = Settings(folder, f"sqlite:///{folder / 'luanchuyen.sqlite'}", "bench")
    make_ready(settings, demo=True)
    engine = database.open_engine(settings.database_url)
    yield sessionmaker(engine, expire_on_commit=False)
    engine.dispose()


class _Desk:
    """Does what the people of one office do; every step has a session of its own, as a request has."""

    def __init__(self, sessions: Sessions, store: PaperStore) -> None:
        self._sessions, self._store = sessions, store
        with sessions() as session:
            self._ids = {person.username: person.id for person in session.scalars(select(Person))}
        self._now = FIRST_MOMENT

    def sign_all(self, cases: int, stopwatch: Stopwatch) -> Stopwatch:
        """Start `cases` cases and let everybody sign; only the signing steps are timed."""
        for _ in range(cases):
            self._draft()
        for username in SIGNERS:
            for task_id in self._tasks_of(username):
                with stopwatch.lap():
                    self._complete(task_id, username, "sign", SIGNED)
        return stopwatch

    def _draft(self) -> None:
        with self._sessions() as session:
            database.begin_write(session)
            drafter = session.get_one(Person, self._ids[DRAFTER])
            instance = starting.start(session, PROCESS, by=drafter, at=self._moment())
            for name, content in PAPERS.items():
                papers.add(session, instance, self._store, name=name, content=content, by=drafter, at=self._now)
            session.commit()
        for task_id in self._tasks_of(DRAFTER):
            self._complete(task_id, DRAFTER, "submit", DRAFT)

    def _complete(self, task_id: UUID, username: str, outcome: str, values: Mapping[str, object]) -> None:
        with self._sessions() as session:
            database.begin_write(session)
            by = session.get_one(Person, self._ids[username])
            submission.submit(
                session, task_id, by=by, outcome=outcome, submission=values, reason=None, at=self._moment()
            )
            session.commit()

    def _tasks_of(self, username: str) -> list[UUID]:
        mine = (UserTask.assignee_id == self._ids[username], UserTask.state == TaskState.OPEN)
        with self._sessions() as session:
            return list(session.scalars(select(UserTask.id).where(*mine).order_by(UserTask.created_at)))

    def _moment(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def _engine_alone(sessions: Sessions, cases: int) -> tuple[Stopwatch, Stopwatch]:
    in_memory, stored = Stopwatch(), Stopwatch()
    with sessions() as session:
        model = definitions.load(session, definitions.latest(session, PROCESS).id).model
        moment = environment(session, FIRST_MOMENT)
        unit = directory.current(session, on=FIRST_MOMENT.astimezone(OFFICE_ZONE).date()).unit_of(
            session.scalars(select(Person.id).where(Person.username == DRAFTER)).one()
        )
        given = {"starter": DRAFTER, "starter_unit": unit}
        for _ in range(cases):
            run = Run.start(model, given, moment)
            _complete(run, {**DRAFT, "chain": list(CHAIN)}, "submit")
            text = run.dump()
            for _signer in SIGNERS:
                with in_memory.lap():
                    _complete(run, SIGNED, "sign")
            for _signer in SIGNERS:
                with stored.lap():
                    run = Run.load(model, text, moment)
                    _complete(run, SIGNED, "sign")
                    text = run.dump()
    return in_memory, stored


def _complete(run: Run, values: Mapping[str, object], outcome: str) -> None:
    [wait] = run.waits()
    if wait.kind is not WaitKind.USER_TASK:
        raise RuntimeError(f"the case went astray: it waits for {wait.kind} at {wait.element_id}")
    run.complete(wait.token_id, {**values, "outcome": outcome, "reason": None})
