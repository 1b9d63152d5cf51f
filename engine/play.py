"""A headless player: the real engine over an in-memory database, time moved by hand.

Scenario tests, the studio's try-out and the benchmark all drive processes through `Play`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import database, definitions, deployment, messages, runtime, staffing
from engine.activities import Deed
from engine.bpmn import Run
from engine.errors import NotFound
from engine.hooks import JobCall, JobHandler
from engine.jobs import JobRunner
from engine.model import (
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

FIRST_MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 08:00 in Hà Nội
PLAYER = "player"


@dataclass(frozen=True, slots=True)
class PlayTask:
    """An open user task, as a test sees it; `variables` is all that is visible there."""

    id: str
    element_id: str
    name: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due_at: datetime | None
    priority: int
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PlayJob:
    """A service task that waits for `finish_job` because its type has no handler."""

    element_id: str
    job_type: str
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PlayIncident:
    """Something that needs repair."""

    element_id: str
    code: str
    message: str


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
        self._engine = database.open_engine("sqlite://")
        Base.metadata.create_all(self._engine)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._handlers: dict[str, JobHandler] = dict(handlers or {})
        self._runner = JobRunner(self._sessions, self._handlers)
        with self._sessions.begin() as session:
            staffing.load_office(
                session,
                units=units,
                people=[*people, {"username": PLAYER, "full_name": "Người Chơi", "administrator": True}],
                hash_password=str,
                at=at,
            )
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

    def tasks(self) -> list[PlayTask]:
        """Return the open tasks of all cases, oldest first."""
        with self._sessions() as session:
            return [self._seen(session, task) for task in self._open_tasks(session)]

    def complete(self, name_or_id: str, variables: Variables | None = None, nth: int = 0) -> Self:
        """Complete the nth open task with this element id, name or task id."""
        with self._sessions.begin() as session:
            open_tasks = self._open_tasks(session)
            found = [task for task in open_tasks if name_or_id in {task.element_id, task.name, str(task.id)}]
            if len(found) <= nth:
                raise NotFound(f"No open task {name_or_id!r}; open are {[task.element_id for task in open_tasks]}")
            task = found[nth]
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
                )
                for job in self._service_jobs(session)
            ]

    def finish_job(self, element_id: str, variables: Variables | None = None) -> Self:
        """Finish a waiting service task with these variables."""
        with self._sessions.begin() as session, self._doing(session, element_id) as (run, token_id):
            run.complete(token_id, variables or {})
        return self._settle()

    def throw_error(self, element_id: str, code: str, variables: Variables | None = None) -> Self:
        """Throw a business error from a waiting service task."""
        with self._sessions.begin() as session, self._doing(session, element_id) as (run, token_id):
            run.throw_error(token_id, code, "", variables or {})
        return self._settle()

    def incidents(self) -> list[PlayIncident]:
        """Return what is broken and not resolved."""
        with self._sessions() as session:
            return [
                PlayIncident(each.element_id, each.code, each.message_en)
                for each in session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))
            ]

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
        if self._instance is None:
            raise NotFound("Nothing was started yet; call start() first.")
        return self._instance

    @property
    def case_id(self) -> Any:
        """The id of the case."""
        return self._case.id

    def _reload(self, session: Session, job: Job | None = None) -> ProcessInstance:
        return runtime.case_by_id(session, job.instance_id if job else self._case.id)

    def _person(self, session: Session, username: str) -> Person:
        return session.scalars(select(Person).where(Person.username == username)).one()

    def _open_tasks(self, session: Session) -> Sequence[UserTask]:
        return session.scalars(
            select(UserTask).where(UserTask.state == TaskState.OPEN).order_by(UserTask.created_at, UserTask.token_id)
        ).all()

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
            variables=run.variables_at(task.token_id),
        )

    def _service_jobs(self, session: Session) -> Sequence[Job]:
        return session.scalars(
            select(Job)
            .where(Job.state == JobState.WAITING, Job.kind == JobKind.SERVICE)
            .order_by(Job.created_at, Job.token_id)
        ).all()

    def _job_at(self, session: Session, element_id: str) -> Job:
        found = next((job for job in self._service_jobs(session) if job.element_id == element_id), None)
        if found is None:
            raise NotFound(f"No job waits at {element_id!r}.")
        return found

    @contextmanager
    def _doing(self, session: Session, element_id: str) -> Iterator[tuple[Run, str]]:
        """Open the case of a waiting job for its step; the job counts as done."""
        job = self._job_at(session, element_id)
        instance = runtime.lock(session, job.instance_id)
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
