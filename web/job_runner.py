"""The small job runner inside the web process: one thread that does what is due."""

from collections.abc import Callable, Collection
from datetime import datetime
from threading import Event, Thread
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from engine.jobs import JobRunner, SessionMaker, next_due_at

LONGEST_SLEEP_SECONDS = 5.0
log = structlog.get_logger()


class BackgroundRunner:
    """Runs due jobs in a thread of its own; a request wakes it, and does its own case's quick jobs itself."""

    def __init__(self, runner: JobRunner, sessions: SessionMaker, clock: Callable[[], datetime]) -> None:
        self._runner, self._sessions, self._clock = runner, sessions, clock
        self._wake, self._stopping = Event(), False
        self._thread: Thread | None = None

    def after_commit(self, cases: Collection[UUID]) -> None:
        """Do the due jobs of the cases a request has just moved, so that the person sees the result at once."""
        for instance_id in list(cases):
            self._runner.run_due(self._clock(), instance_id=instance_id)
        if cases:
            self._wake.set()

    def start(self) -> None:
        """Begin to run due jobs in the background."""
        self._thread = Thread(target=self._loop, name="job-runner", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the job in hand and end."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                self._runner.run_due(self._clock())
                pause = self._pause()
            except SQLAlchemyError:
                log.exception("jobs.database_unavailable")
                pause = LONGEST_SLEEP_SECONDS
            self._wake.wait(pause)

    def _pause(self) -> float:
        with self._sessions() as session:
            due = next_due_at(session)
        if due is None:
            return LONGEST_SLEEP_SECONDS
        return min(LONGEST_SLEEP_SECONDS, max(0.05, (due - self._clock()).total_seconds()))
