"""The processes that do or hand out jobs report that they live, and tidy what nobody waits for any more."""

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine import database, message_buffer
from engine.database import DatabaseFailure
from engine.model import Worker, WorkerKind

BEAT_SECONDS = 15.0
FORGOTTEN_AFTER = timedelta(days=1)
log = structlog.get_logger()


def process_name() -> str:
    """Return the name of this process among those of all hosts."""
    return f"{socket.gethostname()}:{os.getpid()}"


def beat(session: Session, name: str, kind: WorkerKind, *, started_at: datetime, jobs_done: int, at: datetime) -> None:
    """Report that a process lives, and how many jobs it has done or handed out since it started."""
    session.merge(Worker(name=name, kind=kind, started_at=started_at, seen_at=at, jobs_done=jobs_done))


def tidy(session: Session, *, at: datetime) -> None:
    """Forget the processes that ended a day ago without saying so, and the messages that have expired."""
    session.execute(delete(Worker).where(Worker.seen_at < at - FORGOTTEN_AFTER))
    message_buffer.sweep(session, at=at)


class Heart:
    """A thread that reports a process from its start to its end; a process that ends in order leaves no row."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        clock: Callable[[], datetime],
        *,
        name: str,
        kind: WorkerKind,
        jobs_done: Callable[[], int],
        beside: Callable[[], None] = lambda: None,
    ) -> None:
        self._sessions, self._clock, self._name, self._kind = sessions, clock, name, kind
        self._jobs_done, self._beside, self._started_at = jobs_done, beside, clock()
        self._stopping = Event()
        self._thread = Thread(target=self._loop, name="heart", daemon=True)

    def start(self) -> None:
        """Report at once, and from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Report that the process ends."""
        self._stopping.set()
        self._thread.join()
        self._write(lambda session: session.execute(delete(Worker).where(Worker.name == self._name)))

    def _loop(self) -> None:
        while True:
            self._write(self._beat)
            self._beside()
            if self._stopping.wait(BEAT_SECONDS):
                return

    def _beat(self, session: Session) -> None:
        at = self._clock()
        beat(session, self._name, self._kind, started_at=self._started_at, jobs_done=self._jobs_done(), at=at)
        tidy(session, at=at)

    def _write(self, do: Callable[[Session], object]) -> None:
        try:
            with self._sessions() as session, session.begin():
                database.begin_write(session)
                do(session)
        except DatabaseFailure as error:
            log.warning("heartbeat.not_stored", error=type(error).__name__)
