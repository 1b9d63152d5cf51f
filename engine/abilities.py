"""What a process can do about jobs: the job types of its packs, the works, and which jobs wait for one another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Flag, auto

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from engine.hooks import JobType
from engine.model import Job, JobKind
from engine.notices.outlets import NONE, Outlets

Work = Callable[[Session, Job, datetime], bool | datetime]
"""Does the next batch of a job and tells whether it was the last; keeps its place in `job.done` and `job.data`.

A work that comes again and again tells when, instead.
"""
STEP_TIME = timedelta(seconds=30)
"""How long a timer, an escalation, a message or a start may take; only its lease depends on it."""
BATCH_TIME = timedelta(minutes=5)
_STEPS = (JobKind.TIMER, JobKind.ESCALATION, JobKind.MESSAGE, JobKind.SIGNAL, JobKind.START)


class Lane(Flag):
    """Jobs that are done one after another; a slow outside system holds up no timer, a long work neither."""

    QUICK = auto()
    EXTERNAL = auto()
    WORK = auto()
    ALL = QUICK | EXTERNAL | WORK


@dataclass(frozen=True)
class Abilities:
    """The job types, the works and the channels there are here; what needs another one is left alone."""

    types: Mapping[str, JobType]
    works: Mapping[str, Work]
    outlets: Outlets = NONE
    _conditions: dict[Lane, ColumnElement[bool]] = field(default_factory=dict, repr=False, compare=False)

    def covers(self, lanes: Lane) -> ColumnElement[bool]:
        """Return the condition on jobs that run in these lanes and can be done here."""
        if lanes not in self._conditions:
            services = [name for name, each in self.types.items() if _lane_of(each) in lanes]
            found = [and_(Job.kind == JobKind.SERVICE, Job.job_type.in_(services))]
            if Lane.EXTERNAL in lanes:
                found.append(and_(Job.kind == JobKind.DELIVERY, Job.job_type.in_(list(self.outlets.channels))))
            if Lane.WORK in lanes:
                found.append(and_(Job.kind == JobKind.WORK, Job.job_type.in_(list(self.works))))
            if Lane.QUICK in lanes:
                found.append(Job.kind.in_(_STEPS))
            self._conditions[lanes] = or_(*found)
        return self._conditions[lanes]

    def time_limit(self, kind: JobKind, job_type: str) -> timedelta:
        """How long one attempt at such a job, or one batch of it, may take."""
        if kind is JobKind.SERVICE:
            return self.types[job_type].time_limit
        if kind is JobKind.DELIVERY:
            return self.outlets.channels[job_type].timeout
        return BATCH_TIME if kind is JobKind.WORK else STEP_TIME


def _lane_of(job_type: JobType) -> Lane:
    return Lane.EXTERNAL if job_type.is_external else Lane.QUICK
