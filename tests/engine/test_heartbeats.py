"""The processes that do jobs report that they live."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import heartbeats, messages
from engine.heartbeats import Heart
from engine.model import BufferedMessage, Worker, WorkerKind


def workers(office: Any) -> dict[str, Worker]:
    """Return the processes that have reported, by name."""
    with office.session() as session:
        return {worker.name: worker for worker in session.scalars(select(Worker))}


def beat(office: Any, name: str, jobs_done: int = 0) -> None:
    office.write(
        lambda session: heartbeats.beat(
            session, name, WorkerKind.WORKER, started_at=office.now, jobs_done=jobs_done, at=office.now
        )
    )


def test_a_process_is_known_from_its_first_to_its_last_beat(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "BEAT_SECONDS", 0.02)
    beats, done = threading.Semaphore(0), [3]
    heart = Heart(office.session, lambda: office.now, name="host:1", kind=WorkerKind.WORKER, jobs_done=lambda: done[0])
    begun = office.now
    heart.start()
    office.later(minutes=5)
    while "host:1" not in workers(office) or workers(office)["host:1"].seen_at == begun:
        beats.acquire(timeout=0.02)

    (worker,) = workers(office).values()
    assert (worker.kind, worker.started_at, worker.seen_at, worker.jobs_done) == (
        WorkerKind.WORKER,
        begun,
        office.now,
        3,
    )
    heart.stop()
    assert workers(office) == {}


def test_a_beat_again_tells_the_newest(office: Any) -> None:
    beat(office, "host:1", jobs_done=1)
    office.later(seconds=15)
    beat(office, "host:1", jobs_done=5)

    assert [(worker.seen_at, worker.jobs_done) for worker in workers(office).values()] == [(office.now, 5)]


def test_a_process_that_died_is_forgotten_after_a_day(office: Any) -> None:
    beat(office, "host:1")
    office.later(days=1, seconds=-1)
    beat(office, "host:2")
    office.later(seconds=2)

    office.write(lambda session: heartbeats.tidy(session, at=office.now))

    assert set(workers(office)) == {"host:2"}


def test_messages_that_have_expired_are_tidied_away(office: Any) -> None:
    def publish(session: Any) -> None:
        messages.publish(session, "answer", "A1", {}, time_to_live=timedelta(hours=1), at=office.now)

    office.write(publish)
    office.later(hours=1)

    office.write(lambda session: heartbeats.tidy(session, at=office.now))

    with office.session() as session:
        assert session.scalars(select(BufferedMessage)).all() == []
