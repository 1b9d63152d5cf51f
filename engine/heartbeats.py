"""The processes that do or hand out jobs report that they live, and tidy what nobody waits for any more."""

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import database, jobs, message_buffer
from engine.database import DatabaseFailure
from engine.model import Worker, WorkerKind

BEAT_SECONDS = 15.0
GONE_AFTER = timedelta(seconds=60)
"""After this long without a beat a process counts as gone, and what it had in hand is anybody's again."""
FORGOTTEN_AFTER = timedelta(days=1)
log = structlog.get_logger()


def process_name() -> str:
    """Return the name of this process among those of all hosts."""
    return f"{socket.gethostname()}:{os.getpid()}"


def beat(session: Session, name: str, kind: WorkerKind, *, started_at: datetime, jobs_done: int, at: datetime) -> None:
    """Report that a process lives, and how many jobs it has done or handed out since it started."""
    session.merge(Worker(name=name, kind=kind, started_at=started_at, seen_at=at, jobs_done=jobs_done))


def tidy(session: Session, *, at: datetime) -> None:
    """Take over the jobs of processes that are gone, and forget what nobody waits for any more.

    That is: the processes that ended a day ago without saying so, and the messages that have expired.
    """
    gone = session.scalars(select(Worker.name).where(Worker.seen_at < at - GONE_AFTER)).all()
    jobs.take_over(session, gone, at=at)
    session.execute(delete(Worker).where(Worker.seen_at < at - FORGOTTEN_AFTER))
    message_buffer.sweep(session, at=at)


def bury(session: Session, *, at: datetime) -> None:
    """Take over, and forget, the processes of this host that were ended without a moment to say so."""
    host = f"{socket.gethostname()}:"
    here = session.scalars(select(Worker.name).where(Worker.name.startswith(host, autoescape=True))).all()
    gone = [name for name in here if not _lives(name.removeprefix(host))]
    jobs.take_over(session, gone, at=at)
    session.execute(delete(Worker).where(Worker.name.in_(gone)))


def _lives(process_id: str) -> bool:
    """Tell whether a process of this host lives; one with another kind of name may."""
    return not process_id.isdecimal() or Path(f"/proc/{process_id}").exists() or not Path("/proc/self").exists()


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
        """Take over from what was killed on this host, report at once, and from now on."""
        self._write(lambda session: bury(session, at=self._clock()))
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
