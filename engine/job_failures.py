"""When an attempt at a job fails: how often and when it is tried again, and what is reported in the end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from engine import arrivals, jobs, runtime, start_timers
from engine.abilities import Abilities
from engine.errors import PlatformError
from engine.hooks import RETRY_DELAYS
from engine.jobs import Claim
from engine.model import Job, JobKind, ProcessInstance
from engine.scrubbing import scrubbed
from engine.wording import Bilingual

JITTER = 0.1
MOST_STARTS = 20
"""So often a job that runs our own code is begun, though its process ends each time, before it is suspected."""
FAILED = Bilingual(
    "Công việc tự động «{job_type}» không chạy được sau {attempts} lần thử ({error}).",
    "The job '{job_type}' failed after {attempts} attempts ({error}).",
)


@dataclass(frozen=True, slots=True)
class JobFailure:
    """What is kept of a failed attempt; it holds no variables."""

    attempt: int
    error_class: str
    error_message: str

    def __str__(self) -> str:
        """Return class and message as one line."""
        return f"{self.error_class}: {self.error_message}" if self.error_message else self.error_class


class HandlerTimedOut(Exception):
    """A handler did not end within its time."""


class WorkerLost(Exception):
    """Whoever had the job in hand ended before it was done, at every attempt."""


def attempts_of(claim: Claim, abilities: Abilities) -> int:
    """Return how often the job may be tried: as the diagram says (`retries`), else as its type does."""
    said = claim.retries
    if isinstance(said, int) and said > 0:
        return said
    return len(_delays(claim, abilities)) + 1


def must_have_attempts_left(claim: Claim, abilities: Abilities) -> None:
    """Refuse with `WorkerLost` a job that was taken in hand as often as it may be and has never come back.

    A handler may be what ends its process, and gets no further attempt; a timer or message hardly can.
    """
    runs_foreign_code = claim.kind in {JobKind.SERVICE, JobKind.DELIVERY}
    attempts = attempts_of(claim, abilities)
    if claim.attempt > (attempts if runs_foreign_code else max(attempts, MOST_STARTS)):
        raise WorkerLost("At every attempt the process that did the job ended before the job did.")


def _delays(claim: Claim, abilities: Abilities) -> tuple[timedelta, ...]:
    if claim.kind is JobKind.DELIVERY:
        return abilities.outlets.channels[claim.job_type].retry_delays
    return abilities.types[claim.job_type].retry_delays if claim.kind is JobKind.SERVICE else RETRY_DELAYS


def _delay(claim: Claim, abilities: Abilities, chance: Callable[[], float]) -> timedelta:
    """Return the time to the next attempt, up to a tenth more or less, so that what failed together parts."""
    delays = _delays(claim, abilities) or RETRY_DELAYS
    return delays[min(claim.attempt, len(delays)) - 1] * (1 + JITTER * (2 * chance() - 1))


def record(
    session: Session,
    claim: Claim,
    error: Exception,
    *,
    abilities: Abilities,
    chance: Callable[[], float],
    at: datetime,
) -> None:
    """Put a failed job off, or report it when its attempts are used up; what is kept holds no variables.

    Refuses with `LeaseLost`.
    """
    attempts = attempts_of(claim, abilities)
    is_last = claim.attempt >= attempts
    instance = None
    if claim.instance_id is not None:
        find = runtime.lock if is_last else runtime.case_by_id
        instance = find(session, claim.instance_id)
    job = jobs.in_hand(session, claim)
    said = _said(session, instance, job, error, at)
    failure = JobFailure(min(claim.attempt, attempts), type(error).__name__, said)
    if is_last:
        jobs.fail(session, claim, at=at, error=str(failure))
        _report(session, instance, claim, failure, at)
        if claim.kind is JobKind.START:
            start_timers.schedule_next(session, job, at=at)
    else:
        jobs.put_off(session, claim, until=at + _delay(claim, abilities, chance), error=str(failure))


def _said(session: Session, instance: ProcessInstance | None, job: Job, error: Exception, at: datetime) -> str:
    """Return what the error says without the variables of the case; nothing when those cannot be read."""
    variables: list[Mapping[str, object]] = [job.data if job.kind is JobKind.WORK else job.data.get("payload") or {}]
    if instance is not None:
        try:
            run = runtime.look(session, instance, at)
        except PlatformError:
            return ""
        variables += [run.variables, *(run.variables_at(wait.token_id) for wait in run.waits())]
    return scrubbed(_words_of(error), *variables)


def _words_of(error: Exception) -> str:
    """Return an error's message; of an SQL error what the database said, without the statement and its values."""
    return str(error.orig) if isinstance(error, StatementError) else str(error)


def _report(
    session: Session, instance: ProcessInstance | None, claim: Claim, failure: JobFailure, at: datetime
) -> None:
    job_type = claim.job_type or claim.kind.value
    said = {"job_type": job_type, "attempts": failure.attempt, "error": failure.error_class}
    arrivals.report_incident(
        session,
        instance,
        token_id=claim.token_id,
        element_id=claim.element_id,
        code="job.failed",
        message=Bilingual(FAILED.vi.format(**said), FAILED.en.format(**said)),
        at=at,
        job_id=claim.job_id,
        attempt=failure.attempt,
        error_class=failure.error_class,
        error_message=failure.error_message or None,
    )
