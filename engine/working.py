"""What an RQ worker does with the ids it is handed: one job after another, in the main thread of its process."""

import logging
import math
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from threading import Timer
from types import FrameType
from typing import TypeVar
from uuid import UUID, uuid4

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job as Order
from rq.serializers import JSONSerializer
from rq.timeouts import UnixSignalDeathPenalty
from rq.worker import WorkerStatus
from sqlalchemy.orm import Session

from engine import jobs
from engine.database import DatabaseFailure
from engine.dispatching import queues
from engine.jobs import Claim
from engine.performing import Performer
from engine.time_limits import Stopped, TimeUp

T = TypeVar("T")
WORKER_TTL_SECONDS = 60
"""After this long without a sign RQ forgets a worker; a connection that says nothing is given up a little sooner."""
AGAIN_AFTER_SECONDS = 1.0
ENDS = (signal.SIGINT, signal.SIGTERM)
log = structlog.get_logger()


class AlarmLimit:
    """Ends what takes too long by an alarm signal, which reaches even what hangs outside Python; main thread only."""

    def __init__(self) -> None:
        self.is_stopping = False
        self._is_working = self._is_over = False

    def run(self, work: Callable[[], T], seconds: float) -> T:
        """Do `work`; see `engine.time_limits.TimeLimit.run`."""
        if self._is_over:
            raise Stopped
        with UnixSignalDeathPenalty(math.ceil(seconds), TimeUp):  # type: ignore[no-untyped-call]
            self._is_working = True
            try:
                return work()
            finally:
                self._is_working = False

    def interrupt(self) -> None:
        """Let what runs be given back; called by the handler of a signal, which has interrupted it."""
        self.is_stopping = self._is_over = True
        if self._is_working:
            raise Stopped


@dataclass
class Station:
    """What a worker process does jobs with, and how many it has done."""

    performer: Performer
    limit: AlarmLimit
    name: str
    jobs_done: int = field(default=0, init=False)

    def do(self, job_id: UUID) -> None:
        """Do a job, if it is still to be done and in nobody's hands."""
        claim = self.performer.take(partial(self._claim, job_id))
        if claim is not None:
            self.performer.perform(claim)
            self.jobs_done += 1

    def give_back_unsettled(self) -> None:
        """Give back what could not be settled, also while nothing is handed out to this worker."""
        if self.performer.unsettled:
            with suppress(DatabaseFailure):
                self.performer.take(lambda _session: None)

    def _claim(self, job_id: UUID, session: Session) -> Claim | None:
        at, abilities = self.performer.clock(), self.performer.abilities
        return jobs.claim(session, abilities, worker=self.name, at=at, job_id=job_id)


_station: ContextVar[Station] = ContextVar("station")


def perform(job_id: str) -> None:
    """Do a job by its id; the one thing that is ordered over Redis, under this name.

    What goes wrong here (the database is away) is not told to RQ, which would keep the words of the error in Redis: the
    job comes again.
    """
    try:
        _station.get().do(UUID(job_id))
    except Exception:
        log.exception("worker.job_not_done", job_id=job_id)
        time.sleep(AGAIN_AFTER_SECONDS)


class Hands(SimpleWorker):
    """An RQ worker that forks nothing, does our orders and no others, and ends in order.

    Of what lies in Redis only the id of an order is heeded, and no commands are taken from there: who can write to it
    can ask for a job of ours that is due, nothing else. Told to end, it finishes the job in hand; after
    `grace_seconds`, or told once more, it gives it back.
    """

    max_connection_wait_time = 5.0

    def __init__(self, station: Station, connection: Redis, *, grace_seconds: float) -> None:
        super().__init__(
            list(queues(connection).values()),
            name=f"{station.name}.{uuid4().hex[:6]}",
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL_SECONDS,
            log_job_description=False,
        )
        self._limit, self._grace_seconds = station.limit, grace_seconds

    def subscribe(self) -> None:
        """Listen to nobody."""

    def unsubscribe(self) -> None:
        """There is nobody to leave."""

    def execute_job(self, job: Order, queue: Queue) -> None:  # noqa: ARG002
        """Do an order; it leaves Redis first, so that the next attempt at the same job may be ordered meanwhile."""
        _rq_log.last_said = ""
        self.set_state(WorkerStatus.BUSY)
        self.connection.delete(job.key)
        perform(job.id)
        self.set_state(WorkerStatus.IDLE)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """End when the job in hand is done, at once when there is none."""
        self._stop_requested = self._limit.is_stopping = True
        for each in ENDS:
            signal.signal(each, self.request_force_stop)
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested
        timer = Timer(self._grace_seconds, os.kill, (os.getpid(), signal.SIGTERM))
        timer.daemon = True
        timer.start()

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Give the job in hand back."""
        self._limit.interrupt()


def work(station: Station, connection: Redis, *, burst: bool, grace_seconds: float) -> None:
    """Do what is handed out until told to end, or (`burst`) until nothing is left; a Redis that is away is waited for.

    Must run in the main thread of its process, where signals arrive.
    """
    _station.set(station)
    logger = logging.getLogger("rq.worker")
    logger.propagate, logger.handlers = False, [_rq_log]
    with suppress(StopRequested):
        while not station.limit.is_stopping:
            _end_when_told(station.limit)
            try:
                Hands(station, connection, grace_seconds=grace_seconds).work(burst=burst, logging_level="ERROR")
                if burst:
                    return
            except RedisError as error:
                _rq_log.say("Redis is away", error)
            time.sleep(AGAIN_AFTER_SECONDS)


def _end_when_told(limit: AlarmLimit) -> None:
    """End at once, as long as no job is in hand."""

    def end(_signum: int, _frame: FrameType | None) -> None:
        limit.is_stopping = True
        raise StopRequested

    for each in ENDS:
        signal.signal(each, end)


class _RqLog(logging.Handler):
    """Takes the errors that RQ logs into our log; one that is repeated while Redis is away is said once."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last_said = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Log what RQ says, without what it fills in."""
        self.say(str(record.msg), record.exc_info[1] if record.exc_info else None)

    def say(self, what: str, error: BaseException | None) -> None:
        """Log something that is not what was logged last."""
        if what != self.last_said:
            log.error("worker.rq", said=what, error=type(error).__name__ if error else None)
        self.last_said = what


_rq_log = _RqLog()
