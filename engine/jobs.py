"""Jobs as rows: ordered, taken in hand under a lease, handed out, given back, put off, finished; which is due next.

A job is `WAITING` until it is done, whoever has it in hand. Whoever takes it writes a token and a lease into it, in one
conditional write; from then on every change names the token, and a change that finds another one is dropped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from engine.abilities import BATCH_TIME, Abilities, Lane
from engine.model import Job, JobKind, JobPriority, JobState, Person

LEASE_MARGIN = timedelta(minutes=1)
HANDED_FOR = timedelta(minutes=1)
LONGEST_ERROR = 600


class LeaseLost(Exception):
    """Somebody else has the job in hand by now, or it is over: what was done for it is dropped."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in our hands: what it is, and the token that proves it; `attempt` counts from 1."""

    job_id: UUID
    token: UUID
    kind: JobKind
    job_type: str
    instance_id: UUID | None
    token_id: str
    element_id: str
    attempt: int
    retries: object
    """The number of attempts that the diagram asks for, as it came from there."""


def order(
    session: Session,
    work_type: str,
    *,
    data: Mapping[str, Any],
    by: Person | None,
    at: datetime,
    total: int | None = None,
) -> Job:
    """Write down a work to be done in batches (`engine.works`), at once but behind everything people wait for."""
    job = Job(
        kind=JobKind.WORK,
        job_type=work_type,
        priority=JobPriority.BULK,
        due_at=at,
        data=dict(data),
        total=total,
        asked_by_id=by.id if by else None,
        created_at=at,
    )
    session.add(job)
    session.flush()
    return job


_FREE = or_(Job.lease_token.is_(None), Job.lease_until <= bindparam("at"))
_DUE = and_(Job.state == JobState.WAITING, Job.due_at <= bindparam("at"))
_DUE_IN_CASE = case((_DUE, 1), else_=0) == 1
"""The same, but of no use to the index over all jobs: the jobs of a case are found by the case."""


def claim(
    session: Session,
    abilities: Abilities,
    *,
    worker: str,
    at: datetime,
    lanes: Lane = Lane.ALL,
    job_id: UUID | None = None,
    instance_id: UUID | None = None,
) -> Claim | None:
    """Take the next job that is due (this one, one of this case) in hand; None when there is none.

    An attempt counts from here, so that a job which kills its process does not come back for ever. A job that was
    handed out is free as long as nobody has taken it.
    """
    candidates = select(Job.id, Job.kind, Job.job_type).where(_FREE, abilities.covers(lanes))
    for query in _narrowed(candidates, job_id, instance_id):
        found = session.execute(query.limit(1).with_for_update(skip_locked=True), {"at": at}).first()
        if found is not None:
            lease_until = at + abilities.time_limit(found.kind, found.job_type) + LEASE_MARGIN
            return _take(session, found.id, worker=worker, lease_until=lease_until, at=at)
    return None


def _narrowed(
    candidates: Select[UUID, JobKind, str], job_id: UUID | None, instance_id: UUID | None
) -> list[Select[UUID, JobKind, str]]:
    """Return the questions to ask in turn.

    One for each priority: then the index gives the jobs that are due, in order, and none of those that are not.
    """
    if job_id is not None:
        return [candidates.where(Job.id == job_id, _DUE)]
    if instance_id is not None:
        in_case = candidates.where(Job.instance_id == instance_id, _DUE_IN_CASE)
        return [in_case.order_by(Job.priority, Job.due_at)]
    return [candidates.where(Job.priority == priority, _DUE).order_by(Job.due_at) for priority in JobPriority]


_TAKE = (
    update(Job)
    .where(Job.id == bindparam("job"), _DUE, _FREE)
    .values(
        lease_token=bindparam("token"),
        lease_until=bindparam("until"),
        worker=bindparam("by"),
        attempts=Job.attempts + 1,
    )
    .returning(Job.kind, Job.job_type, Job.instance_id, Job.token_id, Job.element_id, Job.attempts, Job.data)
    .execution_options(synchronize_session=False)
)


def _take(session: Session, job_id: UUID, *, worker: str, lease_until: datetime, at: datetime) -> Claim | None:
    token = uuid4()
    row = session.execute(_TAKE, {"job": job_id, "token": token, "until": lease_until, "by": worker, "at": at}).first()
    if row is None:
        return None
    return Claim(
        job_id=job_id,
        token=token,
        kind=row.kind,
        job_type=row.job_type,
        instance_id=row.instance_id,
        token_id=row.token_id,
        element_id=row.element_id,
        attempt=row.attempts,
        retries=row.data.get("retries"),
    )


def in_hand(session: Session, claim: Claim) -> Job:
    """Return the job as it stands; refuses with `LeaseLost`."""
    job = session.scalar(
        select(Job)
        .where(Job.id == claim.job_id, Job.lease_token == claim.token, Job.state == JobState.WAITING)
        .execution_options(populate_existing=True)
    )
    if job is None:
        raise LeaseLost(claim.job_id)
    return job


def _change(session: Session, claim: Claim, **values: object) -> None:
    """Write to the job if it is still in our hands; refuses with `LeaseLost`."""
    session.flush()
    changed = session.execute(
        update(Job)
        .where(Job.id == claim.job_id, Job.lease_token == claim.token, Job.state == JobState.WAITING)
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        raise LeaseLost(claim.job_id)


_LET_GO = {"lease_token": None, "lease_until": None}


def finish(session: Session, claim: Claim, *, at: datetime, state: JobState = JobState.DONE) -> None:
    """Mark the job as done, or as over in another way; refuses with `LeaseLost`."""
    _change(session, claim, **_LET_GO, state=state, finished_at=at)


def renew(session: Session, claim: Claim, *, at: datetime) -> None:
    """Keep a job for its next batch; what it has done so far was no failure. Refuses with `LeaseLost`."""
    _change(session, claim, lease_until=at + BATCH_TIME + LEASE_MARGIN, attempts=1)


def give_back(
    session: Session, claim: Claim, *, state: JobState = JobState.WAITING, until: datetime | None = None
) -> None:
    """Let go of a job that was not done, for another runner, for a moment, or (`HELD`) for later; this was no attempt.

    Refuses with `LeaseLost`.
    """
    put_off = {"due_at": until} if until else {}
    _change(session, claim, **_LET_GO, **put_off, state=state, attempts=Job.attempts - 1)


def repeat(session: Session, claim: Claim, *, at: datetime, data: Mapping[str, Any]) -> None:
    """Let a job that was done wait for its next time, its attempts counted anew; refuses with `LeaseLost`."""
    _change(session, claim, **_LET_GO, due_at=at, attempts=0, data=dict(data))


def put_off(session: Session, claim: Claim, *, until: datetime, error: str) -> None:
    """Let a job that failed wait for its next attempt; refuses with `LeaseLost`."""
    _change(session, claim, **_LET_GO, due_at=until, last_error=error[:LONGEST_ERROR])


def fail(session: Session, claim: Claim, *, at: datetime, error: str) -> None:
    """Mark a job as failed for good; refuses with `LeaseLost`."""
    _change(session, claim, **_LET_GO, state=JobState.FAILED, finished_at=at, last_error=error[:LONGEST_ERROR])


def hand_out(session: Session, abilities: Abilities, *, priority: JobPriority, most: int, at: datetime) -> list[UUID]:
    """Mark due jobs as handed out and return them, the longest due first.

    A mark is a lease without a token: other dispatchers keep away while it lasts, workers need not.
    """
    unmarked = or_(Job.lease_until.is_(None), Job.lease_until <= bindparam("at"))
    due = select(Job.id).where(_DUE, unmarked, Job.priority == priority, abilities.covers(Lane.ALL))
    job_ids = list(session.scalars(due.order_by(Job.due_at).limit(most).with_for_update(skip_locked=True), {"at": at}))
    if job_ids:
        marked = update(Job).where(Job.id.in_(job_ids)).values(lease_until=at + HANDED_FOR, lease_token=None)
        session.execute(marked.execution_options(synchronize_session=False))
    return job_ids


def due_of(
    session: Session, abilities: Abilities, cases: Collection[UUID], *, at: datetime
) -> dict[JobPriority, list[UUID]]:
    """Return what is due in these cases and in nobody's hands, by priority."""
    in_cases = Job.instance_id.in_(list(cases))
    due = select(Job.priority, Job.id).where(in_cases, _DUE_IN_CASE, _FREE, abilities.covers(Lane.ALL))
    found: dict[JobPriority, list[UUID]] = {}
    for priority, job_id in session.execute(due.order_by(Job.due_at), {"at": at}):
        found.setdefault(priority, []).append(job_id)
    return found


def forget_handed(session: Session, *, at: datetime) -> int:
    """Take the marks of jobs that were handed out and not taken yet; return how many: where they were is lost."""
    handed = [_DUE, Job.priority.in_(list(JobPriority)), Job.lease_token.is_(None), Job.lease_until.is_not(None)]
    forgotten = update(Job).where(*handed).values(lease_until=None).returning(Job.id)
    return len(session.scalars(forgotten.execution_options(synchronize_session=False), {"at": at}).all())


def take_over(session: Session, workers: Collection[str], *, at: datetime) -> int:
    """Let go of what processes had in hand that are gone; return how many jobs. It was an attempt, their last."""
    if not workers:
        return 0
    held = [_DUE, Job.priority.in_(list(JobPriority)), Job.lease_token.is_not(None), Job.worker.in_(list(workers))]
    taken = update(Job).where(*held).values(**_LET_GO).returning(Job.id)
    return len(session.scalars(taken.execution_options(synchronize_session=False), {"at": at}).all())


def next_due_at(session: Session, *, after: datetime | None = None) -> datetime | None:
    """Return when the next waiting job is due, of those that come `after` a moment."""
    found = []
    for priority in JobPriority:
        due = select(func.min(Job.due_at)).where(Job.state == JobState.WAITING, Job.priority == priority)
        found.append(session.scalar(due if after is None else due.where(Job.due_at > after)))
    return min((moment for moment in found if moment is not None), default=None)
