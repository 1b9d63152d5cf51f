"""`kill -9` of a worker in the middle of a job, of the dispatcher, of Redis with all it held, while people work."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import open_office
from tests.faults.servers import RedisServer
from web.settings import Settings

WORKERS, LONGEST_SPREADING_SECONDS = 3, 90
UNEVEN, MINUTES_THAT_TELL = 2, 1
"""No worker does more than twice what another does, once the load lasts much longer than workers take to start."""


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that keeps nothing."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def office_with_workers(instance: Settings, own_redis: RedisServer, rounds: int, book: Path) -> Iterator[Any]:
    """An office with a web server, a dispatcher and three workers."""
    with open_office(instance, rounds, book, REDIS_URL=own_redis.url) as office:
        office.serve()
        office.run("dispatch", "dispatch")
        for number in range(WORKERS):
            office.run(f"worker-{number}", "worker")
        yield office


def test_killed_workers_lose_no_job_and_double_no_step(office_with_workers: Any) -> None:
    def kill_and_start_again(number: int) -> None:
        worker = office_with_workers.programs[f"worker-{number % WORKERS}"]
        worker.kill()
        worker.start()

    with office_with_workers.at_work():
        office_with_workers.break_often(kill_and_start_again)

    office_with_workers.must_be_whole()


def test_a_redis_that_is_killed_and_comes_back_empty_loses_no_job(
    office_with_workers: Any, own_redis: RedisServer
) -> None:
    def kill_and_start_empty(_number: int) -> None:
        own_redis.kill()
        time.sleep(0.3)
        own_redis.start()

    with office_with_workers.at_work():
        office_with_workers.break_often(kill_and_start_empty)

    office_with_workers.must_be_whole()


def test_a_killed_dispatcher_leaves_nothing_lying(office_with_workers: Any) -> None:
    dispatcher = office_with_workers.programs["dispatch"]

    def kill_and_start_again(_number: int) -> None:
        dispatcher.kill()
        dispatcher.start()

    with office_with_workers.at_work():
        office_with_workers.break_often(kill_and_start_again)

    office_with_workers.must_be_whole()


@pytest.mark.only_on("postgresql")
def test_two_web_processes_and_three_workers_share_the_work_without_an_error(
    office_with_workers: Any, minutes: float, figures: Callable[..., None]
) -> None:
    office, ledger = office_with_workers, office_with_workers.ledger
    office.serve()
    begun = time.monotonic()

    def stamps() -> list[list[str]]:
        return [line.split() for line in office.book.read_text(encoding="ascii").splitlines()]

    def has_gone_on_long_enough() -> bool:
        is_spread = len({process_id for _, process_id in stamps()}) == WORKERS
        return time.monotonic() > begun + 60 * minutes + (0 if is_spread else LONGEST_SPREADING_SECONDS)

    with office.at_work():
        while not has_gone_on_long_enough():
            time.sleep(0.2)

    by_worker = Counter(process_id for _, process_id in stamps())
    shares = {f"worker_{number}": count for number, count in enumerate(by_worker.values())}
    figures(completed=len(ledger.promised), jobs=len(stamps()), slowest_seconds=ledger.slowest_seconds, **shares)
    figures(**{f"answered_{status}": count for status, count in ledger.answers.items()}, not_answered=ledger.broken)
    office.must_be_whole()
    assert (ledger.broken, ledger.answers[503]) == (0, 0)
    assert len(by_worker) == WORKERS
    assert len({key for key, _ in stamps()}) == len(stamps()), "nothing was killed, so no job may have run twice"
    if minutes >= MINUTES_THAT_TELL:
        assert min(by_worker.values()) * UNEVEN >= max(by_worker.values()), "one worker did nearly everything"
