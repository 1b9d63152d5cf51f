"""Doing one job that is in hand: the handler, the step of the case, and what follows when it fails.

The one code path for the work itself, whoever runs it: a request, a thread inside the web process, an RQ worker.
"""

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from engine import (
    arrivals,
    database,
    hooks,
    job_failures,
    job_results,
    jobs,
    measuring,
    messages,
    runtime,
    start_timers,
)
from engine.abilities import BATCH_TIME, Abilities
from engine.activities import Deed
from engine.bpmn import Run
from engine.database import DatabaseBusy, DatabaseFailure
from engine.escalations import telling
from engine.hooks import BpmnError, JobCall
from engine.job_failures import HandlerTimedOut
from engine.jobs import Claim, LeaseLost
from engine.measuring import JobOutcome
from engine.model import InstanceState, Job, JobKind, JobState, ProcessInstance
from engine.notices import deliveries
from engine.time_limits import Stopped, TimeLimit, TimeUp
from engine.unsettled import Unsettled

T = TypeVar("T")
SessionMaker = Callable[[], Session]
Clock = Callable[[], datetime]
Follow = Callable[[Session], Claim | None]
After = Callable[[Collection[UUID]], None]
Answer = Mapping[str, object] | BpmnError
NAMED_KINDS = frozenset({JobKind.SERVICE, JobKind.WORK, JobKind.DELIVERY})
"""Kinds whose type is one of a few; the others' is what a diagram calls a message or a signal."""

BUSY_PAUSE = timedelta(seconds=5)
TRIES_TO_STORE = 4
"""How often the answer of an outside system is tried to be stored in a case that is busy, within the lease's margin."""
log = structlog.get_logger()


def _nothing(_session: Session) -> None:
    return None


def nobody_hears(_cases: Collection[UUID]) -> None:
    """Care for nothing that comes after a job."""


@dataclass(frozen=True)
class Performer:
    """Does jobs with the handlers of the installed packs.

    `clock` tells the time, `chance` gives a number from 0 to 1 for the jitter, `limit` ends what takes too long.
    `after` hears which cases have jobs that became due with a step, once the step is stored.
    """

    sessions: SessionMaker
    abilities: Abilities
    limit: TimeLimit
    clock: Clock
    chance: Callable[[], float] = random.random
    after: After = nobody_hears
    unsettled: Unsettled = field(default_factory=Unsettled)

    def perform(self, claim: Claim, follow: Follow = _nothing) -> Claim | None:
        """Do a job; whatever its handler does, the job is then done, put off, reported or given back.

        `follow` may take the next job in hand, in the transaction that stores what became of this one; what it takes is
        returned. When not even that can be stored, the error of the database goes through, and the job waits among the
        `unsettled`.
        """
        taken = [claim]

        def follow_noting(session: Session) -> Claim | None:
            following = follow(session)
            taken.extend([following] if following else [])
            return following

        ids = {"job_id": str(claim.job_id), "job_type": claim.job_type, "attempt": claim.attempt}
        case_ids = {"case_id": str(claim.instance_id), "element": claim.element_id} if claim.instance_id else {}
        with structlog.contextvars.bound_contextvars(**ids, **case_ids):
            try:
                following = self._perform(claim, follow_noting)
            except DatabaseFailure:
                self.unsettled.add(taken)
                raise
        self.unsettled.add(each for each in taken[1:] if each is not following)
        return following

    def take(self, choose: Follow) -> Claim | None:
        """Take a job in hand, in a transaction of its own, after giving back what could not be settled before."""
        with self.sessions() as session:
            database.begin_write(session)
            returned = self.unsettled.give_back(session)
            claim = choose(session)
            session.commit()
        self.unsettled.settle(returned)
        return claim

    def _perform(self, claim: Claim, follow: Follow) -> Claim | None:
        try:
            job_failures.must_have_attempts_left(claim, self.abilities)
            with self._measured(claim):
                return self._do(claim, follow)
        except LeaseLost:
            log.warning("job.result_dropped")
            return self._store(follow)
        except Stopped:
            return self._give_back(claim, _nothing)
        except DatabaseFailure as error:  # no fault of the job's
            log.warning("job.not_stored", code=error.code)
            return self._give_back(claim, follow, until=self.clock() + BUSY_PAUSE)
        except TimeUp:
            limit = self.abilities.time_limit(claim.kind, claim.job_type).total_seconds()
            return self._failed(claim, HandlerTimedOut(f"The handler did not end within {limit:g} seconds."), follow)
        except Exception as error:  # noqa: BLE001  (the one broad catch: any failure of a job is retried, then reported)
            return self._failed(claim, error, follow)

    def _give_back(self, claim: Claim, follow: Follow, *, until: datetime | None = None) -> Claim | None:
        def store(session: Session) -> Claim | None:
            with suppress(LeaseLost):
                jobs.give_back(session, claim, until=until)
            return follow(session)

        return self._store(store)

    @contextmanager
    def _measured(self, claim: Claim) -> Iterator[None]:
        """Report how long an attempt took and how it came out; one that was given back or dropped does not count."""
        began, job_type = perf_counter(), claim.job_type if claim.kind in NAMED_KINDS else claim.kind.value
        try:
            yield
        except (LeaseLost, Stopped, DatabaseFailure):
            raise
        except (Exception, TimeUp):
            is_last = claim.attempt >= job_failures.attempts_of(claim, self.abilities)
            measuring.job_done(job_type, JobOutcome.FAILED if is_last else JobOutcome.RETRIED, perf_counter() - began)
            raise
        measuring.job_done(job_type, JobOutcome.DONE, perf_counter() - began)

    def _do(self, claim: Claim, follow: Follow) -> Claim | None:
        if claim.kind is JobKind.WORK:
            return self._do_work(claim, follow)
        if claim.kind is JobKind.DELIVERY:
            return self._send(claim, follow)
        answer = self._ask_outside(claim) if self._is_external(claim) else None
        tries = TRIES_TO_STORE if answer is not None else 1  # whoever was asked outside should not be asked again

        def store(session: Session) -> Claim | None:
            if claim.kind in {JobKind.SERVICE, JobKind.TIMER}:
                self._move_case(session, claim, answer)
            elif claim.kind is JobKind.ESCALATION:
                telling.tell_due(session, claim, _case_of(claim), at=self.clock())
            else:
                self._deliver(session, claim)
            session.flush()
            return follow(session)

        return self._store_in(tries, store)

    def _send(self, claim: Claim, follow: Follow) -> Claim | None:
        """Give notices to a channel with no transaction open, then note that; nobody to give them to is no failure."""
        outlets = self.abilities.outlets
        with self.sessions() as session:
            delivery = deliveries.read(session, jobs.in_hand(session, claim), outlets, at=self.clock())
        if delivery is not None:
            channel = outlets.channels[claim.job_type]
            self.limit.run(lambda: channel.send(delivery), channel.timeout.total_seconds())

        def store(session: Session) -> Claim | None:
            at = self.clock()
            if delivery is not None:
                deliveries.mark(session, jobs.in_hand(session, claim), channel, at=at)
            jobs.finish(session, claim, at=at, state=JobState.DONE if delivery else JobState.CANCELLED)
            return follow(session)

        return self._store_in(TRIES_TO_STORE, store)

    def _store_in(self, tries: int, store: Follow) -> Claim | None:
        """Store what came of a job, in so many tries when the database is busy."""
        for _ in range(tries - 1):
            with suppress(DatabaseBusy):
                return self._store(store)
        return self._store(store)

    def _store(self, do: Callable[[Session], T]) -> T:
        """Do something in a transaction of its own, and again when the database gave it up for another one."""

        def attempt() -> tuple[T, Collection[UUID]]:
            with self._transaction() as session:
                return do(session), arrivals.cases_with_due_jobs(session)

        result, cases = database.until_not_lost(attempt)
        if cases:
            self.after(cases)
        return result

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        session = self.sessions()
        hooks.use_job_types(session, self.abilities.types)
        try:
            database.begin_write(session)
            yield session
            session.commit()
        except (TimeUp, Stopped):
            database.abandon(session)
            raise
        finally:
            session.close()

    def _move_case(self, session: Session, claim: Claim, answer: Answer | None) -> None:
        """Let the case take the step the job is for; `answer` is what an external handler said."""
        instance, at = runtime.lock(session, _case_of(claim)), self.clock()
        job = jobs.in_hand(session, claim)
        if instance.state is InstanceState.SUSPENDED:
            jobs.give_back(session, claim, state=JobState.HELD)
            return
        if instance.state is not InstanceState.RUNNING:
            jobs.finish(session, claim, at=at, state=JobState.CANCELLED)
            return
        if claim.kind is JobKind.SERVICE and answer is None:
            if self._is_external(claim):  # it did not run a moment ago, so nobody was asked
                jobs.give_back(session, claim)
                return
            answer = self._answer(claim, _call(job, instance, runtime.held(session, instance, at), at, within=session))
        with runtime.step(session, instance, actor=None, at=at, deed=Deed(claim.token_id, None, "", None, None)) as run:
            if answer is None:
                run.fire(claim.token_id)
            elif isinstance(answer, BpmnError):
                run.throw_error(claim.token_id, answer.error_code, answer.message, answer.variables)
            else:
                run.complete(claim.token_id, answer)
        jobs.finish(session, claim, at=at)

    def _is_external(self, claim: Claim) -> bool:
        return claim.kind is JobKind.SERVICE and self.abilities.types[claim.job_type].is_external

    def _ask_outside(self, claim: Claim) -> Answer | None:
        """Ask an external handler with no transaction open; nobody is asked when the case does not run."""
        with self.sessions() as session:
            job = jobs.in_hand(session, claim)
            instance, at = runtime.case_by_id(session, _case_of(claim)), self.clock()
            if instance.state is not InstanceState.RUNNING:
                return None
            call = _call(job, instance, runtime.look(session, instance, at), at)
        return self._answer(claim, call)

    def _answer(self, claim: Claim, call: JobCall) -> Answer:
        job_type = self.abilities.types[claim.job_type]
        seconds = job_type.time_limit.total_seconds()
        try:
            return job_results.checked(self.limit.run(lambda: job_type.handler(call), seconds))
        except BpmnError as error:
            return BpmnError(str(error.error_code), str(error.message), job_results.checked(error.variables))

    def _deliver(self, session: Session, claim: Claim) -> None:
        job, at, state = jobs.in_hand(session, claim), self.clock(), JobState.DONE
        if claim.kind is not JobKind.START:
            messages.send(session, job, at=at)
        elif not start_timers.start(session, job, at=at):
            state = JobState.CANCELLED
        jobs.finish(session, claim, at=at, state=state)

    def _do_work(self, claim: Claim, follow: Follow) -> Claim | None:
        while True:
            is_finished, followed = self._store(lambda session: self._batch(session, claim, follow))
            if is_finished:
                return followed
            if self.limit.is_stopping:
                raise Stopped

    def _batch(self, session: Session, claim: Claim, follow: Follow) -> tuple[bool, Claim | None]:
        """Do a batch of a work; tell whether it was the last one for now, and then what follows."""
        job, at, seconds = jobs.in_hand(session, claim), self.clock(), BATCH_TIME.total_seconds()
        said = self.limit.run(lambda: self.abilities.works[claim.job_type](session, job, at), seconds)
        if isinstance(said, datetime):
            jobs.give_back(session, claim, until=said)
            return True, follow(session)
        if not said:
            jobs.renew(session, claim, at=self.clock())
            return False, None
        jobs.finish(session, claim, at=self.clock())
        return True, follow(session)

    def _failed(self, claim: Claim, error: Exception, follow: Follow) -> Claim | None:
        log.warning("job.failed", attempt=claim.attempt, error=type(error).__name__)

        def store(session: Session) -> Claim | None:
            with suppress(LeaseLost):
                job_failures.record(
                    session, claim, error, abilities=self.abilities, chance=self.chance, at=self.clock()
                )
            return follow(session)

        return self._store(store)


def _call(job: Job, instance: ProcessInstance, run: Run, at: datetime, within: Session | None = None) -> JobCall:
    return JobCall(
        instance=instance,
        variables=run.variables_at(job.token_id),
        headers=job.data.get("headers") or {},
        idempotency_key=job.id.hex,
        at=at,
        within=within,
    )


def _case_of(claim: Claim) -> UUID:
    if claim.instance_id is None:
        raise LookupError(f"The {claim.kind} job {claim.job_id} belongs to no case.")
    return claim.instance_id
