"""A headless player: the real engine over an in-memory database, time moved by hand.

Scenario tests, the studio's try-out and the benchmark all drive processes through `Play`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Integer, literal_column, select
from sqlalchemy.orm import Session, sessionmaker

from engine import database, definitions, deployment, messages, runtime, staffing
from engine.activities import Deed
from engine.bpmn import Run
from engine.errors import NotFound
from engine.hooks import JobCall, JobHandler
from engine.job_runner import JobRunner
from engine.model import (
    Activity,
    ActivityState,
    Base,
    Incident,
    InstanceState,
    Job,
    JobKind,
    JobState,
    Person,
    ProcessInstance,
    TaskState,
    UserTask,
)
from engine.runtime import Variables
from engine.sights import PlayIncident, PlayJob, PlaySent, PlayTask, PlayTimer

__all__ = ["FIRST_MOMENT", "Play", "PlayIncident", "PlayJob", "PlaySent", "PlayTask", "PlayTimer"]

FIRST_MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 08:00 in Hà Nội
PLAYER = "player"
YEARS_AHEAD = 2
KEPT_OFFICES = 16
_offices: dict[str, bytes] = {}


def _office_in_memory(units: staffing.Rows, people: staffing.Rows, at: datetime) -> Engine:
    """Return an engine over a database of its own with these people; the same office is put together only once."""
    engine = database.open_engine("sqlite://")
    with closing(engine.raw_connection()) as connection:
        memory: Any = connection.driver_connection  # the only one this engine ever has
    key = repr((units, people, at, len(Base.metadata.tables)))  # a pack may have brought tables meanwhile
    kept = _offices.get(key)
    if kept is not None:
        memory.deserialize(kept)
        return engine
    Base.metadata.create_all(engine)
    years = range(at.year - 1, at.year + YEARS_AHEAD + 1)
    with Session(engine) as session, session.begin():
        staffing.load_office(session, units=units, people=people, hash_password=str, at=at, calendar_years=years)
    if len(_offices) == KEPT_OFFICES:
        _offices.clear()
    _offices[key] = memory.serialize()
    return engine


class Play:
    """One case (and what it calls) on the real engine; jobs with a handler run by themselves after each step."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        handlers: Mapping[str, Callable[[JobCall], Variables]] | None = None,
        at: datetime = FIRST_MOMENT,
        units: staffing.Rows = (),
        people: staffing.Rows = (),
    ) -> None:
        self.now = at
        everybody = [*people, {"username": PLAYER, "full_name": "Người Chơi", "administrator": True}]
        self._engine = _office_in_memory(units, everybody, at)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._handlers: dict[str, JobHandler] = dict(handlers or {})
        self._runner = JobRunner(self._sessions, self._handlers, chance=lambda: 0.5)
        with self._sessions.begin() as session:
            deployment.deploy(session, pack_key="play", files=files, at=at)
        self._instance: ProcessInstance | None = None

    @classmethod
    def of(cls, paths: Iterable[Path | str] | Path | str, **options: Any) -> Self:
        """Deploy the BPMN, DMN and form files at `paths`; refuses with `DeploymentRefused`."""
        listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
        return cls({Path(path).name: Path(path).read_bytes() for path in listed}, **options)

    def start(self, process_id: str, variables: Variables | None = None, *, by: str | None = None) -> Self:
        """Start a process, as the person `by` (a username) or the player."""
        with self._sessions.begin() as session:
            definition = definitions.latest(session, process_id)
            self._instance = runtime.start(
                session, definition, by=self._person(session, by or PLAYER), variables=variables or {}, at=self.now
            )
        return self._settle()

    def start_by_message(self, name: str, variables: Variables | None = None) -> Self:
        """Publish a message that starts a process."""
        with self._sessions.begin() as session:
            started = messages.correlate(session, name, None, variables or {}, at=self.now)
            if not started:
                raise NotFound("No process starts with this message.", name=name)
            self._instance = started[0]
        return self._settle()

    def start_by_signal(self, name: str, variables: Variables | None = None) -> Self:
        """Broadcast a signal that starts a process."""
        with self._sessions.begin() as session:
            before = set(session.scalars(select(ProcessInstance.id)))
            reached = messages.broadcast(session, name, variables or {}, at=self.now)
            started = [case for case in reached if case.id not in before]
            if not started:
                raise NotFound("No process starts with this signal.", name=name)
            self._instance = started[0]
        return self._settle()

    def tasks(self) -> list[PlayTask]:
        """Return the open tasks of all cases, oldest first."""
        with self._sessions() as session:
            return [self._seen(session, task) for task in self._open_tasks(session)]

    def task(self, name_or_id: str, nth: int = 0) -> PlayTask:
        """Return the nth open task with this element id, name or task id."""
        with self._sessions() as session:
            return self._seen(session, self._find_task(session, name_or_id, nth))

    def complete(self, name_or_id: str, variables: Variables | None = None, nth: int = 0) -> Self:
        """Complete the nth open task with this element id, name or task id."""
        with self._sessions.begin() as session:
            task = self._find_task(session, name_or_id, nth)
            by = task.assignee or self._person(session, PLAYER)
            instance = runtime.lock(session, task.instance_id)
            given = dict(variables or {})
            task.complete(by, str(given.get("outcome", "completed")), None, self.now)
            deed = Deed(task.token_id, by.id, "", task.outcome, None, task.step)
            with runtime.step(session, instance, actor=by, at=self.now, deed=deed) as run:
                run.complete(task.token_id, given)
        return self._settle()

    def advance(self, by: timedelta) -> Self:
        """Move time on, timer by timer, as a clock would."""
        target = self.now + by
        while (due := self._next_timer()) is not None and due <= target:
            self.now = max(due, self.now)
            self._settle()
        self.now = target
        return self._settle()

    def stand_still(self, by: timedelta) -> Self:
        """Let time go by with the platform switched off; what became due is done at the end."""
        self.now += by
        return self._settle()

    def timers(self) -> list[PlayTimer]:
        """Return the timers that run, the next one first."""
        with self._sessions() as session:
            waiting = select(Job).where(Job.state == JobState.WAITING, Job.kind == JobKind.TIMER)
            return [
                PlayTimer(job.element_id, job.due_at)
                for job in session.scalars(waiting.order_by(Job.due_at, _written(Job)))
            ]

    def message(self, name: str, variables: Variables | None = None, correlation_key: object = None) -> bool:
        """Deliver a message; tell whether anybody waited for it."""
        with self._sessions.begin() as session:
            reached = messages.correlate(session, name, correlation_key, variables or {}, at=self.now)
        self._settle()
        return bool(reached)

    def signal(self, name: str, variables: Variables | None = None) -> int:
        """Broadcast a signal; return how many cases it reached."""
        with self._sessions.begin() as session:
            reached = messages.broadcast(session, name, variables or {}, at=self.now)
        self._settle()
        return len(reached)

    def set_variables(self, variables: Variables) -> Self:
        """Change variables of the case from outside."""
        with self._sessions.begin() as session:
            instance = runtime.lock(session, self._case.id)
            with runtime.step(session, instance, actor=None, at=self.now) as run:
                run.set_variables(variables)
        return self._settle()

    def waiting(self) -> list[str]:
        """Return the element ids the case waits at, in a stable order."""
        with self._sessions() as session:
            instance = self._reload(session)
            if instance.state is not InstanceState.RUNNING:
                return []
            return [wait.element_id for wait in runtime.look(session, instance, self.now).waits()]

    def jobs(self) -> list[PlayJob]:
        """Return the service tasks that wait because nobody handles their type."""
        with self._sessions() as session:
            return [
                PlayJob(
                    job.element_id,
                    job.job_type,
                    runtime.look(session, self._reload(session, job), self.now).variables_at(job.token_id),
                    job.data["headers"],
                )
                for job in self._service_jobs(session)
            ]

    def finish_job(self, element_id: str, variables: Variables | None = None, nth: int = 0) -> Self:
        """Finish the nth service task that waits at this element, with these variables."""
        with self._sessions.begin() as session, self._doing(session, element_id, nth) as (run, token_id):
            run.complete(token_id, variables or {})
        return self._settle()

    def throw_error(
        self, element_id: str, code: str, variables: Variables | None = None, nth: int = 0, *, message: str = ""
    ) -> Self:
        """Throw a business error from the nth service task that waits at this element."""
        with self._sessions.begin() as session, self._doing(session, element_id, nth) as (run, token_id):
            run.throw_error(token_id, code, message, variables or {})
        return self._settle()

    def incidents(self) -> list[PlayIncident]:
        """Return what is broken and not resolved."""
        with self._sessions() as session:
            return [PlayIncident(each.element_id, each.code, each.message_en) for each in self._open_incidents(session)]

    def retry(self, element_id: str, nth: int = 0) -> Self:
        """Let the diagram try again where it failed: the nth incident at this element."""
        with self._sessions.begin() as session:
            found = [each for each in self._open_incidents(session) if each.element_id == element_id]
            if len(found) <= nth:
                raise NotFound(f"No incident at {element_id!r}.")
            instance = runtime.lock(session, _case_of(found[nth]))
            with runtime.step(session, instance, actor=None, at=self.now) as run:
                run.retry(found[nth].token_id)
        return self._settle()

    def cancel(self) -> Self:
        """Cancel the case with everything that is open in it and in what it called."""
        with self._sessions.begin() as session:
            runtime.cancel(session, runtime.lock(session, self._case.id), actor=None, at=self.now)
        return self._settle()

    def sent(self) -> list[PlaySent]:
        """Return the messages and signals that left the cases, in order."""
        with self._sessions() as session:
            left = select(Job).where(Job.kind.in_([JobKind.MESSAGE, JobKind.SIGNAL])).order_by(_written(Job))
            return [
                PlaySent(job.kind.value, job.job_type, job.data["correlation_key"], job.data["payload"])
                for job in session.scalars(left)
            ]

    def passed(self) -> list[str]:
        """Return the elements the case went through, in the order in which it came to them."""
        return self._activities(ActivityState.COMPLETED)

    def cancelled(self) -> list[str]:
        """Return the elements that were cancelled, in the order in which the case had come to them."""
        return self._activities(ActivityState.CANCELLED)

    @property
    def ended(self) -> bool:
        """Tell whether the case has ended."""
        with self._sessions() as session:
            return self._reload(session).state is InstanceState.ENDED

    @property
    def end(self) -> str | None:
        """The id of the end event the case reached."""
        with self._sessions() as session:
            return self._reload(session).end_element_id

    @property
    def variables(self) -> Mapping[str, object]:
        """The variables of the case itself."""
        with self._sessions() as session:
            return runtime.look(session, self._reload(session), self.now).variables

    def session(self) -> Session:
        """Return a new session on the player's database, for questions this class has no word for."""
        return self._sessions()

    @property
    def _case(self) -> ProcessInstance:
        """The case that was started, else the first that time or another case has brought."""
        if self._instance is None:
            with self._sessions() as session:
                self._instance = session.scalars(select(ProcessInstance).order_by(_written(ProcessInstance))).first()
        if self._instance is None:
            raise NotFound("Nothing was started yet; call start() first.")
        return self._instance

    @property
    def case_id(self) -> Any:
        """The id of the case."""
        return self._case.id

    def _reload(self, session: Session, job: Job | None = None) -> ProcessInstance:
        return runtime.case_by_id(session, _case_of(job) if job else self._case.id)

    def _person(self, session: Session, username: str) -> Person:
        return session.scalars(select(Person).where(Person.username == username)).one()

    def _find_task(self, session: Session, name_or_id: str, nth: int) -> UserTask:
        open_tasks = self._open_tasks(session)
        found = [task for task in open_tasks if name_or_id in {task.element_id, task.name, str(task.id)}]
        if len(found) <= nth:
            raise NotFound(f"No open task {name_or_id!r}; open are {[task.element_id for task in open_tasks]}")
        return found[nth]

    def _open_tasks(self, session: Session) -> Sequence[UserTask]:
        return session.scalars(
            select(UserTask).where(UserTask.state == TaskState.OPEN).order_by(_written(UserTask))
        ).all()

    def _open_incidents(self, session: Session) -> Sequence[Incident]:
        return session.scalars(
            select(Incident).where(Incident.resolved_at.is_(None)).order_by(_written(Incident))
        ).all()

    def _activities(self, state: ActivityState) -> list[str]:
        with self._sessions() as session:
            of_case = select(Activity.element_id).where(Activity.instance_id == self._case.id)
            return list(session.scalars(of_case.where(Activity.state == state).order_by(Activity.id)))

    def _seen(self, session: Session, task: UserTask) -> PlayTask:
        run = runtime.look(session, runtime.case_by_id(session, task.instance_id), self.now)
        return PlayTask(
            id=str(task.id),
            element_id=task.element_id,
            name=task.name,
            assignee=task.assignee.username if task.assignee else None,
            candidate_groups=tuple(task.candidate_groups),
            candidate_users=tuple(task.candidate_users),
            due_at=task.due_at,
            priority=task.priority,
            form_id=task.form_id,
            variables=run.variables_at(task.token_id),
        )

    def _service_jobs(self, session: Session) -> Sequence[Job]:
        return session.scalars(
            select(Job).where(Job.state == JobState.WAITING, Job.kind == JobKind.SERVICE).order_by(_written(Job))
        ).all()

    def _job_at(self, session: Session, element_id: str, nth: int) -> Job:
        found = [job for job in self._service_jobs(session) if job.element_id == element_id]
        if len(found) <= nth:
            raise NotFound(f"No job waits at {element_id!r}.")
        return found[nth]

    @contextmanager
    def _doing(self, session: Session, element_id: str, nth: int) -> Iterator[tuple[Run, str]]:
        """Open the case of a waiting job for its step; the job counts as done."""
        job = self._job_at(session, element_id, nth)
        instance = runtime.lock(session, _case_of(job))
        job.state, job.finished_at = JobState.DONE, self.now
        deed = Deed(job.token_id, None, "", None, None)
        with runtime.step(session, instance, actor=None, at=self.now, deed=deed) as run:
            yield run, job.token_id

    def _next_timer(self) -> datetime | None:
        with self._sessions() as session:
            return session.scalar(
                select(Job.due_at)
                .where(Job.state == JobState.WAITING, Job.kind != JobKind.SERVICE)
                .order_by(Job.due_at)
                .limit(1)
            )

    def _settle(self) -> Self:
        self._runner.run_due(self.now)
        return self


def _written(kind: type[Base]) -> ColumnElement[int]:
    """Return SQLite's own count of rows, in the order they were written: while time stands still it tells nothing."""
    return literal_column(f"{kind.__tablename__}.rowid", Integer)


def _case_of(row: Job | Incident) -> UUID:
    if row.instance_id is None:
        raise NotFound("It belongs to no case.", id=row.id)
    return row.instance_id
