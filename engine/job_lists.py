"""Jobs as operators look for them: what is due, in hand, to come, held with its case, or failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from engine.model import Job, JobKind, JobState, Person, ProcessInstance
from engine.repair import must_operate
from engine.vietnamese import fold


class Stand(StrEnum):
    """How a job that is not over stands."""

    DUE = "due"
    IN_HAND = "in_hand"
    LATER = "later"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; `text` is looked for in the job's type and in its case."""

    stand: Stand = Stand.DUE
    kind: JobKind | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of jobs, how many there are in all, and how many stand in each way."""

    jobs: Sequence[Job]
    total: int
    counts: Mapping[Stand, int]


def search(session: Session, query: Query, *, by: Person, at: datetime, limit: int = 50, offset: int = 0) -> Found:
    """Return jobs by the time they are due, failed ones the newest first; refuses with `OperationsForbidden`."""
    must_operate(session, by, at)
    stands = _stands(at)
    counted = select(*(func.count().filter(condition) for condition in stands.values())).select_from(Job)
    row = session.execute(_narrowed(counted, query).where(or_(*stands.values()))).one()
    counts = dict(zip(stands, row, strict=True))
    order = Job.finished_at.desc() if query.stand is Stand.FAILED else Job.due_at
    page = (
        _narrowed(select(Job), query)
        .where(stands[query.stand])
        .order_by(order, Job.id)
        .limit(limit)
        .offset(offset)
        .options(
            contains_eager(Job.instance).joinedload(ProcessInstance.definition),
            joinedload(Job.asked_by),
        )
    )
    return Found(session.scalars(page).all(), counts[query.stand], counts)


def stand_of(job: Job, at: datetime) -> Stand | None:
    """Return how a job stands; None for one that is over."""
    if job.state is not JobState.WAITING:
        return {JobState.HELD: Stand.HELD, JobState.FAILED: Stand.FAILED}.get(job.state)
    if job.lease_token is not None and job.lease_until is not None and job.lease_until > at:
        return Stand.IN_HAND
    return Stand.DUE if job.due_at <= at else Stand.LATER


def _stands(at: datetime) -> Mapping[Stand, ColumnElement[bool]]:
    waits = Job.state == JobState.WAITING
    in_hand = and_(Job.lease_token.is_not(None), Job.lease_until > at)
    is_free = or_(Job.lease_token.is_(None), Job.lease_until <= at)
    return {
        Stand.DUE: and_(waits, Job.due_at <= at, is_free),
        Stand.IN_HAND: and_(waits, in_hand),
        Stand.LATER: and_(waits, Job.due_at > at, is_free),
        Stand.HELD: Job.state == JobState.HELD,
        Stand.FAILED: Job.state == JobState.FAILED,
    }


def _narrowed(query: Select[*tuple[Any, ...]], wanted: Query) -> Select[*tuple[Any, ...]]:
    query = query.join(Job.instance, isouter=True)
    if wanted.kind is not None:
        query = query.where(Job.kind == wanted.kind)
    for word in wanted.text.split():
        in_case = ProcessInstance.search_text.contains(fold(word), autoescape=True)
        query = query.where(or_(in_case, Job.job_type.icontains(word, autoescape=True)))
    return query
