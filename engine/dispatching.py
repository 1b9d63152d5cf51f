"""Handing due jobs to the RQ workers over Redis.

The `job` table is the truth. Redis holds ids of jobs and nothing else, at most a few hundred of them, and may be lost
at any moment: what was handed out and not taken within a minute is handed out again. An id that stands in a queue twice
is harmless, for a worker takes a job in hand by one conditional write to the table.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from threading import Event
from uuid import UUID

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from engine import database, jobs
from engine.abilities import Abilities
from engine.database import DatabaseFailure
from engine.model import JobPriority

MOST_OUTSTANDING = 200
"""Of each priority: enough for many workers, few enough that a lost Redis is soon made up for."""
PERFORM = "engine.working.perform"
POLL_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 5.0
MEMORY_KEY = "luanchuyen:remembers"
NEVER_ENDED_BY_RQ = -1
FORGET_FAILURES_SECONDS = 60
log = structlog.get_logger()


def connect(url: str, *, patience_seconds: float) -> Redis:
    """Return a client that gives up after this time and does not try again by itself; it connects when first used."""
    return Redis.from_url(
        url,
        socket_connect_timeout=patience_seconds,
        socket_timeout=patience_seconds,
        socket_keepalive=True,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 0),
    )


def queues(connection: Redis) -> dict[JobPriority, Queue]:
    """Return the queues, the most urgent first."""
    return {
        priority: Queue(f"luanchuyen.{priority.name.lower()}", connection=connection, serializer=JSONSerializer)
        for priority in JobPriority
    }


class Outbox:
    """Puts due jobs into the queues; refuses with `RedisError` when Redis does not answer."""

    def __init__(
        self, sessions: Callable[[], Session], connection: Redis, abilities: Abilities, clock: Callable[[], datetime]
    ) -> None:
        self._sessions, self._connection, self._clock = sessions, connection, clock
        self._abilities, self._queues = abilities, queues(connection)

    def hand_out_due(self) -> int:
        """Hand out what is due, as long as there is room; return how many."""
        handed = 0
        for priority, queue in self._queues.items():
            room = MOST_OUTSTANDING - queue.count
            if room > 0:
                handed += self._push(priority, self._marked(priority, room))
        return handed

    def hand_out_of(self, cases: Collection[UUID]) -> int:
        """Hand out at once what is due in these cases; a dispatcher that does the same does no harm."""
        with self._sessions() as session:
            due = jobs.due_of(session, self._abilities, cases, at=self._clock())
        return sum(self._push(priority, job_ids) for priority, job_ids in due.items())

    def redis_remembers(self) -> bool:
        """Tell whether Redis still knows what it was given since `forget` was called last."""
        return bool(self._connection.exists(MEMORY_KEY))

    def forget(self) -> int:
        """Take everything that was handed out and not taken as not handed out; return how many."""
        with self._sessions() as session, session.begin():
            database.begin_write(session)
            forgotten = jobs.forget_handed(session, at=self._clock())
        self._connection.set(MEMORY_KEY, 1)
        return forgotten

    def _marked(self, priority: JobPriority, room: int) -> list[UUID]:
        with self._sessions() as session, session.begin():
            database.begin_write(session)
            return jobs.hand_out(session, self._abilities, priority=priority, most=room, at=self._clock())

    def _push(self, priority: JobPriority, job_ids: Collection[UUID]) -> int:
        if job_ids:
            self._queues[priority].enqueue_many([_order_for(job_id) for job_id in job_ids])
        return len(job_ids)


def _order_for(job_id: UUID) -> EnqueueData:
    """Return what Redis keeps of a job until a worker has done it; a time limit is ours to keep, not RQ's."""
    return Queue.prepare_data(
        PERFORM,
        args=(str(job_id),),
        job_id=str(job_id),
        timeout=NEVER_ENDED_BY_RQ,
        result_ttl=0,
        failure_ttl=FORGET_FAILURES_SECONDS,
        description=PERFORM,
    )


class Dispatcher:
    """Hands out jobs as they become due; several at once do no harm.

    At its start, and whenever Redis answers after it did not or has forgotten everything, all that is due and in
    nobody's hands is handed out anew.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._is_sure, self._pause = False, POLL_SECONDS
        self._away: str | None = None
        self.handed_out = 0

    def run(self, stopping: Event) -> None:
        """Hand out until told to stop; what does not answer is asked again, ever less often."""
        while not stopping.wait(self._pause):
            self.hand_out()

    def hand_out(self) -> int:
        """Hand out what is due now; return how many, none when Redis or the database does not answer."""
        try:
            self._make_sure()
            handed = self._outbox.hand_out_due()
        except RedisError as error:
            return self._is_out_of_reach("redis", error)
        except DatabaseFailure as error:
            return self._is_out_of_reach("database", error)
        if self._away is not None:
            log.info("dispatcher.goes_on", after=self._away)
        self._away, self._pause = None, POLL_SECONDS
        self.handed_out += handed
        return handed

    def _make_sure(self) -> None:
        """Notice that Redis has lost its memory, so that nobody waits until the marks of its jobs have expired."""
        if self._is_sure and self._outbox.redis_remembers():
            return
        forgotten = self._outbox.forget()
        self._is_sure = True
        log.info("dispatcher.hands_out_anew", jobs=forgotten)

    def _is_out_of_reach(self, what: str, error: Exception) -> int:
        """Say once for each outage that something does not answer, and wait longer before it is asked again."""
        if self._away != what:
            log.error("dispatcher.waits", for_=what, error=type(error).__name__)
        self._away, self._is_sure = what, False
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        return 0
