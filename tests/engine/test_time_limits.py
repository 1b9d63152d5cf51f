"""Ending what takes too long, on threads."""

import threading
import time
from threading import Event, Thread

import pytest

from engine import time_limits
from engine.time_limits import Stopped, ThreadLimit, TimeUp


def test_what_ends_in_time_gives_its_result_or_its_error() -> None:
    limit = ThreadLimit()

    assert limit.run(lambda: 6 * 7, 1) == 42
    with pytest.raises(ZeroDivisionError):
        limit.run(lambda: 1 // 0, 1)


def test_what_is_left_behind_ends_when_it_comes_back() -> None:
    before, came_on = set(threading.enumerate()), Event()

    def hang() -> None:
        time.sleep(3)
        came_on.set()

    with pytest.raises(TimeUp):
        ThreadLimit().run(hang, 0.1)
    (left_behind,) = set(threading.enumerate()) - before
    left_behind.join(30)

    assert not left_behind.is_alive()
    assert not came_on.is_set()


def test_who_is_told_to_end_waits_for_what_runs_but_no_longer_than_the_grace() -> None:
    limit, quick, began = ThreadLimit(), [], time.monotonic()

    def work() -> str:
        time.sleep(0.2)
        return "done"

    patient = Thread(target=lambda: quick.append(limit.run(work, 60)))
    patient.start()
    time.sleep(0.05)

    limit.stop_within(5)
    patient.join()

    assert quick == ["done"]
    assert time.monotonic() - began < 30


def test_what_does_not_end_within_the_grace_is_given_back() -> None:
    limit, raised = ThreadLimit(), []

    def run() -> None:
        try:
            limit.run(lambda: time.sleep(6), 60)
        except Stopped:
            raised.append(time.monotonic())

    runner, began = Thread(target=run), time.monotonic()
    runner.start()
    time.sleep(0.05)
    limit.stop_within(0.1)
    runner.join()

    assert limit.is_stopping
    assert raised[0] - began < 5


def test_nothing_is_begun_while_too_much_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limits, "MOST_ABANDONED", 1)
    monkeypatch.setattr(time_limits, "UNWINDING_SECONDS", 0.05)
    limit, begun = ThreadLimit(), Event()
    with pytest.raises(TimeUp):
        limit.run(lambda: time.sleep(0.8), 0.05)

    with pytest.raises(TimeUp):
        limit.run(begun.set, 0.1)
    assert not begun.is_set()

    limit.run(begun.set, 5)
    assert begun.is_set()
