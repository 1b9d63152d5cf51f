"""Jobs: service tasks' handlers, timers, messages and signals, each done in a transaction of its own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine import arrivals, database, messages, runtime
from engine.activities import Deed
from engine.feel import to_json
from engine.hooks import BpmnError, JobCall, JobHandler
from engine.model import InstanceState, Job, JobKind, JobState
from engine.wording import Bilingual

LEASE = timedelta(minutes=5)
RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
BATCH = 20
SessionMaker = Callable[[], Session]
FAILED = Bilingual(
    "Công việc tự động «{job_type}» không chạy được sau {attempts} lần thử ({error}).",
    "The job '{job_type}' failed after {attempts} attempts ({error}).",
)


class JobRunner:
    """Runs due jobs with the handlers of the installed packs.

    At least once: a job is leased in one short transaction and done in another; when the process dies in between, the
    lease runs out and the job is done again.
    """

    def __init__(self, sessions: SessionMaker, handlers: Mapping[str, JobHandler]) -> None:
        self._sessions, self._handlers = sessions, handlers

    def run_due(self, at: datetime, *, instance_id: UUID | None = None) -> int:
        """Run the jobs that are due (of one case, or of all) until none is left; return how many ran."""
        ran = 0
        while job_ids := self._lease(at, instance_id):
            for job_id in job_ids:
                self._run(job_id, at)
            ran += len(job_ids)
        return ran

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._sessions() as session, session.begin():
            database.begin_write(session)
            yield session

    def _lease(self, at: datetime, instance_id: UUID | None) -> list[UUID]:
        with self._transaction() as session:
            due = select(Job.id).where(
                Job.state == JobState.WAITING,
                Job.due_at <= at,
                or_(Job.lease_until.is_(None), Job.lease_until <= at),
                or_(Job.kind != JobKind.SERVICE, Job.job_type.in_(self._handlers)),
            )
            if instance_id is not None:
                due = due.where(Job.instance_id == instance_id)
            job_ids = list(session.scalars(due.order_by(Job.due_at).limit(BATCH).with_for_update(skip_locked=True)))
            if job_ids:
                session.execute(update(Job).where(Job.id.in_(job_ids)).values(lease_until=at + LEASE))
            return job_ids

    def _run(self, job_id: UUID, at: datetime) -> None:
        try:
            with self._transaction() as session:
                self._do(session, session.get_one(Job, job_id), at)
        except Exception as error:  # noqa: BLE001  (the one broad catch: any failure of a job is retried, then reported)
            with self._transaction() as session:
                _failed(session, session.get_one(Job, job_id), error, at)

    def _do(self, session: Session, job: Job, at: datetime) -> None:
        instance = runtime.lock(session, job.instance_id)
        session.refresh(job)
        if job.state is not JobState.WAITING:
            return
        job.state, job.finished_at, job.attempts = JobState.DONE, at, job.attempts + 1
        if job.kind is JobKind.MESSAGE:
            messages.correlate(
                session, job.job_type, job.data.get("correlation_key"), job.data.get("payload") or {}, at=at
            )
        elif job.kind is JobKind.SIGNAL:
            messages.broadcast(session, job.job_type, job.data.get("payload") or {}, at=at)
        elif instance.state is InstanceState.RUNNING:
            self._move_case(session, job, at)

    def _move_case(self, session: Session, job: Job, at: datetime) -> None:
        deed = Deed(job.token_id, None, "", None, None)
        if job.kind is JobKind.TIMER:
            with runtime.step(session, job.instance, actor=None, at=at, deed=deed) as run:
                run.fire(job.token_id)
            return
        variables = runtime.held(session, job.instance, at).variables_at(job.token_id)
        call = JobCall(
            session=session,
            instance=job.instance,
            variables=variables,
            headers=job.data.get("headers") or {},
            idempotency_key=job.id.hex,
            at=at,
        )
        try:
            result = self._handlers[job.job_type](call)
        except BpmnError as error:
            with runtime.step(session, job.instance, actor=None, at=at, deed=deed) as run:
                run.throw_error(job.token_id, error.error_code, error.message, error.variables)
            return
        values = {name: to_json(value) for name, value in result.items()}
        with runtime.step(session, job.instance, actor=None, at=at, deed=deed) as run:
            run.complete(job.token_id, values)


def _failed(session: Session, job: Job, error: Exception, at: datetime) -> None:
    """Put a failed job off, or report it when its attempts are used up; the error's class is kept, no values."""
    job.attempts += 1
    job.last_error = type(error).__name__
    job.lease_until = None
    if job.attempts <= len(RETRY_DELAYS):
        job.due_at = at + RETRY_DELAYS[job.attempts - 1]
        return
    job.state, job.finished_at = JobState.FAILED, at
    said = {"job_type": job.job_type or job.kind.value, "attempts": job.attempts, "error": job.last_error}
    arrivals.report_incident(
        session,
        runtime.lock(session, job.instance_id),
        token_id=job.token_id,
        element_id=job.element_id,
        code="job.failed",
        message=Bilingual(FAILED.vi.format(**said), FAILED.en.format(**said)),
        at=at,
    )


def next_due_at(session: Session) -> datetime | None:
    """Return when the next waiting job is due."""
    return session.scalar(select(Job.due_at).where(Job.state == JobState.WAITING).order_by(Job.due_at).limit(1))
