"""The platform's own working notes: rows of jobs that are over. No record of them stays."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, false, func, select
from sqlalchemy.orm import Session

from engine import database
from engine.model import CaseMigration, Incident, Job, JobState
from engine.retention.policy import Policy

BATCH = 1000
OVER = (JobState.DONE, JobState.CANCELLED)
"""Failed ones stay: somebody has to decide about them."""


def count_finished_jobs(session: Session, policy: Policy, *, at: datetime) -> int:
    """Count what `clear_finished_jobs` would remove."""
    return session.scalar(select(func.count()).select_from(Job).where(_may_go(policy, at))) or 0


def clear_finished_jobs(sessions: Callable[[], Session], policy: Policy, *, at: datetime) -> int:
    """Remove jobs whose term has passed, in short transactions, so that nobody waits long for the write lock."""
    gone = 0
    while True:
        with sessions() as session, session.begin():
            database.begin_write(session)
            ids = session.scalars(select(Job.id).where(_may_go(policy, at)).limit(BATCH)).all()
            session.execute(delete(Job).where(Job.id.in_(ids)).execution_options(synchronize_session=False))
        gone += len(ids)
        if len(ids) < BATCH:
            return gone


def _may_go(policy: Policy, at: datetime) -> ColumnElement[bool]:
    if policy.jobs is None:
        return false()
    is_referred_to = exists().where(Incident.job_id == Job.id) | exists().where(CaseMigration.job_id == Job.id)
    return Job.state.in_(OVER) & (Job.finished_at < at - policy.jobs) & ~is_referred_to
