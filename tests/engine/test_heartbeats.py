"""The processes that do jobs report that they live."""

import os
import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import heartbeats, jobs, messages
from engine.abilities import Abilities
from engine.heartbeats import Heart
from engine.hooks import JobType
from engine.model import BufferedMessage, Job, Worker, WorkerKind


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


@pytest.fixture
def in_hand(office: Any, pen: Any) -> Any:
    """An office whose only job is in the hands of a worker that has just reported."""
    office.deploy(pen.process("sends", pen.start(), pen.service("send", "test.send"), flows="start > send"))
    office.start("sends", by=None)
    abilities = Abilities({"test.send": JobType(lambda _call: {})}, {})
    beat(office, "host:1")
    office.write(lambda session: jobs.claim(session, abilities, worker="host:1", at=office.now))
    return office


def is_free(office: Any) -> bool:
    """Tell whether nobody has the job in hand."""
    (job,) = office.jobs()
    return job.lease_token is None


def test_what_a_worker_had_in_hand_is_free_again_a_minute_after_its_last_beat(in_hand: Any) -> None:
    in_hand.later(seconds=59)
    in_hand.write(lambda session: heartbeats.tidy(session, at=in_hand.now))
    assert not is_free(in_hand)

    in_hand.later(seconds=2)
    in_hand.write(lambda session: heartbeats.tidy(session, at=in_hand.now))

    assert is_free(in_hand)


def test_what_a_killed_process_had_in_hand_is_free_as_soon_as_another_starts_on_its_host(
    in_hand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = "4194305"  # one more than a process id can be
    monkeypatch.setattr(socket, "gethostname", lambda: "host")
    in_hand.write(lambda session: session.execute(update(Worker).values(name=f"host:{nobody}")))
    in_hand.write(lambda session: session.execute(update(Job).values(worker=f"host:{nobody}")))

    in_hand.write(lambda session: heartbeats.bury(session, at=in_hand.now))

    assert is_free(in_hand)
    assert workers(in_hand) == {}


def test_what_a_living_process_has_in_hand_stays_in_its_hands(in_hand: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "host")
    in_hand.write(lambda session: session.execute(update(Worker).values(name=f"host:{os.getpid()}")))
    in_hand.write(lambda session: session.execute(update(Job).values(worker=f"host:{os.getpid()}")))

    in_hand.write(lambda session: heartbeats.bury(session, at=in_hand.now))

    assert not is_free(in_hand)
