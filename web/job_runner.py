"""The job runner inside the web process: a thread for each lane of jobs, when no Redis hands them to workers."""

from collections.abc import Callable, Collection
from datetime import datetime
from threading import Event, Thread
from uuid import UUID

import structlog

from engine import heartbeats
from engine.abilities import Lane
from engine.errors import Unavailable
from engine.heartbeats import Heart
from engine.job_runner import JobRunner
from engine.jobs import next_due_at
from engine.model import WorkerKind
from engine.notices.outlets import NONE, Outlets
from engine.performing import SessionMaker
from web.outlets import keep_gathering

LONGEST_SLEEP_SECONDS, SHORTEST_SLEEP_SECONDS = 5.0, 0.05
GRACE_SECONDS = 8.0
"""How long a job may go on when the server ends, which itself waits for ten seconds; then it is given back."""
log = structlog.get_logger()


class BackgroundRunner:
    """Runs due jobs in threads of its own; a request wakes them, and does its own case's quick jobs itself."""

    def __init__(
        self, runner: JobRunner, sessions: SessionMaker, clock: Callable[[], datetime], outlets: Outlets = NONE
    ) -> None:
        self._runner, self._sessions, self._clock, self._outlets = runner, sessions, clock, outlets
        self._wakes = {lane: Event() for lane in Lane}
        self._threads: list[Thread] = []
        self._heart: Heart | None = None
        self._done = dict.fromkeys(Lane, 0)

    def after_commit(self, cases: Collection[UUID]) -> None:
        """Do the quick jobs of the cases a request has just moved, so that the person sees the result at once.

        What speaks to other systems is left to the background: nobody waits for those.
        """
        try:
            for instance_id in list(cases):
                self._runner.run_due(self._clock, instance_id=instance_id, lanes=Lane.QUICK)
        except Unavailable as error:  # the request is committed; the jobs are still due
            log.warning("jobs.put_off", code=error.code)
        if cases:
            self._wake()

    def start(self) -> None:
        """Begin to run due jobs in the background, and to report that this is done here."""
        self._threads = [
            Thread(target=self._loop, args=(lane,), name=f"jobs-{str(lane.name).lower()}", daemon=True) for lane in Lane
        ]
        self._heart = Heart(
            self._sessions,
            self._clock,
            name=heartbeats.process_name(),
            kind=WorkerKind.EMBEDDED,
            jobs_done=lambda: sum(self._done.values()),
        )
        self._heart.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the jobs in hand, give back what takes too long, and end."""
        self._runner.limit.stop_within(GRACE_SECONDS)
        self._wake()
        for thread in self._threads:
            thread.join()
        if self._heart is not None:
            self._heart.stop()

    def _wake(self, _cases: Collection[UUID] = ()) -> None:
        for wake in self._wakes.values():
            wake.set()

    def _loop(self, lane: Lane) -> None:
        structlog.contextvars.bind_contextvars(worker=heartbeats.process_name())
        wake, is_gathering = self._wakes[lane], lane is not Lane.WORK
        while not self._runner.limit.is_stopping:
            wake.clear()
            try:
                if not is_gathering:
                    keep_gathering(self._sessions, self._outlets, self._clock)
                    is_gathering = True
                self._done[lane] += self._runner.run_due(self._clock, lanes=lane, after=self._wake)
                pause = self._pause()
            except Exception:  # the lane must go on, whatever happens to one job or to the database
                log.exception("jobs.lane_stumbled", lane=lane.name)
                pause = LONGEST_SLEEP_SECONDS
            wake.wait(pause)

    def _pause(self) -> float:
        now = self._clock()
        with self._sessions() as session:
            due = next_due_at(session, after=now)
        if due is None:
            return LONGEST_SLEEP_SECONDS
        return min(LONGEST_SLEEP_SECONDS, max(SHORTEST_SLEEP_SECONDS, (due - now).total_seconds()))
