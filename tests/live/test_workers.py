"""Workers over Redis, as operators run them: whatever is killed, lost or hangs, no job is lost, nor done twice over."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from engine.abilities import Abilities
from engine.hooks import as_job_types
from engine.model import JobState, WorkerKind
from tests.live.handlers import job_types
from web import clock
from web.handing_over import HandingOver


def all_done(crew: Any) -> bool:
    return all(job.state is JobState.DONE for job in crew.jobs())


def test_jobs_are_spread_over_workers_each_done_once_and_redis_stays_small(
    crew: Any, everything: Callable[[Any], str]
) -> None:
    names = [f"Nguyễn {number}" for number in range(60)]
    for name in names:
        crew.order("live.note", name, seconds=0.1)
    crew.start("dispatch")
    client = redis.Redis(port=crew.redis.port)
    crew.wait_until(lambda: client.llen("rq:queue:luanchuyen.normal") == len(names))
    handed = everything(client)

    crew.start_workers(3)
    crew.wait_until(lambda: all_done(crew))

    assert "Nguy" not in handed
    assert sorted(crew.written("ended")) == sorted(names)
    assert {job.worker for job in crew.jobs()} == {"worker-0", "worker-1", "worker-2"}
    assert {job.attempts for job in crew.jobs()} == {1}
    assert list(client.scan_iter("rq:job:*")) == list(client.scan_iter("rq:results:*")) == []
    assert client.dbsize() < 20
    client.close()


def test_a_redis_that_is_killed_and_forgets_everything_loses_no_job(crew: Any) -> None:
    for number in range(30):
        crew.order("live.note", f"{number}", seconds=0.05)
    dispatcher = crew.start("dispatch")
    client = redis.Redis(port=crew.redis.port)
    crew.wait_until(lambda: client.llen("rq:queue:luanchuyen.normal") == 30)
    workers = crew.start_workers(2)
    crew.wait_until(lambda: len(crew.written("began")) > 4)

    crew.redis.kill()
    crew.order("live.note", "meanwhile")
    crew.wait_until(lambda: "dispatcher.waits" in crew.said(dispatcher))
    time.sleep(3)
    began = time.monotonic()
    crew.redis.start()
    crew.wait_until(lambda: all_done(crew))

    assert time.monotonic() - began < 60  # not as late as the marks would have run out
    assert sorted(crew.written("ended")) == sorted([*map(str, range(30)), "meanwhile"])
    assert crew.said(dispatcher).count("dispatcher.waits") == 1
    assert all(worker.process.poll() is None for worker in workers)
    client.close()


def test_a_redis_that_is_emptied_unnoticed_loses_no_job(crew: Any) -> None:
    client = redis.Redis(port=crew.redis.port)
    crew.start("dispatch")
    crew.order("live.note", "one")
    crew.wait_until(lambda: client.llen("rq:queue:luanchuyen.normal") == 1)

    client.flushall()
    crew.wait_until(lambda: client.llen("rq:queue:luanchuyen.normal") == 1)
    client.close()


def test_a_worker_told_to_end_finishes_what_it_has_in_hand(crew: Any) -> None:
    crew.order("live.note", "one", seconds=1.5)
    crew.start("dispatch")
    (worker,) = crew.start_workers(1)
    crew.wait_until(lambda: crew.written("began") == ["one"])

    crew.tell(worker, signal.SIGTERM)

    assert crew.wait_for_end(worker) == 0
    assert crew.written("ended") == ["one"]
    assert all_done(crew)
    assert "worker-0" not in crew.names()


def test_a_worker_gives_back_what_takes_too_long_when_it_is_told_to_end(crew: Any) -> None:
    case = crew.order("live.note", "one", seconds=600)
    crew.start("dispatch")
    (worker,) = crew.start_workers(1, "--grace", "0.5")
    crew.wait_until(lambda: crew.written("began") == ["one"])

    crew.tell(worker, signal.SIGTERM)

    assert crew.wait_for_end(worker) == 0
    (job,) = crew.jobs()
    assert (job.state, job.lease_token, job.attempts, job.instance_id) == (JobState.WAITING, None, 0, case)


def test_a_job_whose_worker_is_killed_is_done_once_more_when_its_lease_is_over(crew: Any) -> None:
    crew.order("live.note", "one", seconds=2)
    crew.start("dispatch")
    first, second = crew.start_workers(2)
    crew.wait_until(lambda: crew.written("began") == ["one"])
    (job,) = crew.jobs()
    holder, other = (first, second) if job.worker == "worker-0" else (second, first)

    holder.kill()
    time.sleep(1.5)
    assert crew.written("began") == ["one"]  # somebody might still be at it
    crew.change_jobs(lease_until=clock.system_time() - timedelta(seconds=1))
    crew.wait_until(lambda: all_done(crew))

    assert (crew.written("began"), crew.written("ended")) == (["one", "one"], ["one"])
    (job,) = crew.jobs()
    assert (job.attempts, job.worker) == (2, f"worker-{crew.programs.index(other) - 1}")


def test_what_hangs_fails_or_returns_rubbish_is_ended_tried_again_and_reported(crew: Any) -> None:
    for job_type in ("live.hang", "live.fail", "live.rubbish", "live.near"):
        crew.order(job_type, "Lê Thị Bưởi")
    crew.start("dispatch")
    crew.start_workers(1)

    crew.wait_until(lambda: all(job.state in {JobState.DONE, JobState.FAILED} for job in crew.jobs()))

    assert {job.job_type: (job.state, job.attempts) for job in crew.jobs()} == {
        "live.hang": (JobState.FAILED, 2),
        "live.fail": (JobState.FAILED, 2),
        "live.rubbish": (JobState.FAILED, 1),
        "live.near": (JobState.DONE, 1),
    }
    assert {(each.error_class, each.error_message) for each in crew.incidents()} == {
        ("HandlerTimedOut", "The handler did not end within 1 seconds."),
        ("ConnectionError", "no answer for …"),
        ("ResultRefused", "The handler returned a value of type int, not a mapping of variables."),
    }
    assert len(crew.written("hung")) == 2
    assert not any("Bưởi" in crew.said(program) for program in crew.programs)


def test_two_dispatchers_do_no_harm_and_everybody_reports(crew: Any) -> None:
    crew.start("dispatch")
    crew.start("dispatch")
    crew.start_workers(2)
    for number in range(20):
        crew.order("live.note", f"{number}")

    crew.wait_until(lambda: len(crew.jobs()) == 20 and all_done(crew))

    assert sorted(crew.written("ended"), key=int) == [str(number) for number in range(20)]
    assert Counter(crew.kinds()) == {WorkerKind.DISPATCHER: 2, WorkerKind.WORKER: 2}


def test_who_can_write_to_redis_can_run_nothing_of_their_own(crew: Any) -> None:
    client, mark = redis.Redis(port=crew.redis.port), crew.settings.instance / "was_here"
    queue = Queue("luanchuyen.normal", connection=client, serializer=JSONSerializer)
    for order in ("os.mkdir", "engine.working.perform"):
        queue.enqueue(order, str(mark), on_success=None)
    crew.start("dispatch")
    crew.start_workers(1)
    crew.order("live.note", "one")

    crew.wait_until(lambda: crew.written("ended") == ["one"])

    assert not mark.exists()
    client.close()


def test_a_request_hands_its_jobs_over_at_once_and_does_not_wait_for_a_redis_that_is_away(crew: Any) -> None:
    abilities = Abilities(as_job_types(job_types()), {})
    desk = HandingOver(crew.sessions, crew.redis.url, abilities, clock.system_time)
    crew.start_workers(1)

    desk.after_commit({crew.order("live.note", "one")})
    crew.wait_until(lambda: crew.written("ended") == ["one"])

    crew.redis.kill()
    began = time.monotonic()
    for number in range(20):
        desk.after_commit({crew.order("live.note", f"{number}")})
    assert time.monotonic() - began < 30


def test_a_worker_in_a_burst_ends_when_nothing_is_left(crew: Any) -> None:
    for number in range(3):
        crew.order("live.note", f"{number}")
    crew.start("dispatch")
    client = redis.Redis(port=crew.redis.port)
    crew.wait_until(lambda: client.llen("rq:queue:luanchuyen.normal") == 3)

    worker = crew.start("worker", "--burst")

    assert crew.wait_for_end(worker) == 0
    assert all_done(crew)
    client.close()
