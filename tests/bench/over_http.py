"""Completing tasks as browsers do: one client, then four at once, each a process with a connection of its own."""

import multiprocessing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter

from tests.bench import server
from tests.bench.browser import Browser, Pass, form_body
from tests.bench.joint_minutes import DRAFT, DRAFTER, PAPERS, PROCESS, SIGNED, SIGNERS, fields
from tests.bench.measures import Stopwatch, Timing
from tests.bench.server import Memory, Server
from web.cli import DEMO_PASSWORD

CLIENTS = 4
Work = Sequence[tuple[str, bytes, Pass]]
"""Addresses, bodies and who sends them, made ready before the clock runs."""


@dataclass(frozen=True, slots=True)
class HttpResult:
    """What the server did; processor time is that of master and worker together, per completion."""

    timings: list[Timing]
    processor_ms: float
    four_clients_per_second: float
    idle: Memory
    after_load: Memory


def measure(folder: Path, cases: int) -> HttpResult:
    """Let everybody sign `cases` documents with one client, and as many again with four."""
    with server.running(folder) as running:
        idle = running.memory()
        office = Office(running)
        office.draft(1)
        office.sign_all_with_one(looking=True)
        office.draft(cases)
        before = running.processor_ms()
        one = office.sign_all_with_one()
        processor_ms = (running.processor_ms() - before) / len(one)
        office.draft(cases)
        four, seconds = office.sign_all_with_many(CLIENTS)
        return HttpResult(
            timings=[
                Timing.of("http_one_client", "over HTTP, one client", one),
                Timing.of("http_four_clients", "over HTTP, four clients at once", four),
            ],
            processor_ms=processor_ms,
            four_clients_per_second=len(four) / seconds,
            idle=idle,
            after_load=running.memory(),
        )


class Office:
    """The people of the demo office, signed in once."""

    def __init__(self, running: Server) -> None:
        self._server, self._browser = running, Browser(running.port)
        self._passes = {name: self._browser.sign_in(name, DEMO_PASSWORD) for name in (DRAFTER, *SIGNERS)}

    def draft(self, cases: int) -> None:
        """Start cases, upload their papers and submit them to the first signer."""
        drafter = self._passes[DRAFTER]
        for _ in range(cases):
            started = self._browser.send(f"/start/{PROCESS}", drafter, {})
            address = str(started.headers["Location"]).partition("?")[0]
            self._browser.upload(f"{address}/papers", drafter, PAPERS)
            self._browser.send(f"{address}/complete", drafter, fields("submit", DRAFT))

    def sign_all_with_one(self, *, looking: bool = False) -> list[float]:
        """Let one signer after another sign everything; the time from sending to having read the answer.

        `looking` opens each task's page first, untimed.
        """
        stopwatch = Stopwatch()
        for _ in SIGNERS:
            for address, body, who in self._waiting():
                if looking:
                    self._browser.get(address.removesuffix("/complete"), who)
                with stopwatch.lap():
                    self._browser.post(address, who, body)
        return stopwatch.times_ms

    def sign_all_with_many(self, count: int) -> tuple[list[float], float]:
        """Do the same with several clients; also return the seconds in which at least one was at work."""
        clients = _Clients(self._server.port, count)
        times, seconds = [], 0.0
        for _ in SIGNERS:
            round_times, round_seconds = clients.send(self._waiting())
            times += round_times
            seconds += round_seconds
        clients.close()
        return times, seconds

    def _waiting(self) -> Work:
        signed: Mapping[str, str] = fields("sign", SIGNED)
        return [
            (f"/tasks/{task_id}/complete", form_body(self._passes[username], signed), self._passes[username])
            for task_id, username in self._server.open_tasks()
            if username in SIGNERS
        ]


class _Clients:
    """Client processes that wait for work, begin together and report their times."""

    def __init__(self, port: int, count: int) -> None:
        context = multiprocessing.get_context("fork")
        barrier = context.Barrier(count)
        self._work: list[Queue[Work | None]] = [context.Queue() for _ in range(count)]
        self._reports: Queue[tuple[float, float, list[float]]] = context.Queue()
        self._processes: list[ForkProcess] = [
            context.Process(target=_client, args=(port, barrier, queue, self._reports)) for queue in self._work
        ]
        for process in self._processes:
            process.start()

    def send(self, work: Work) -> tuple[list[float], float]:
        """Share the work out, wait for the last client; return all times and how long the round took."""
        for number, queue in enumerate(self._work):
            queue.put(work[number :: len(self._work)])
        reports = [self._reports.get(timeout=120) for _ in self._work]
        begun, ended = min(report[0] for report in reports), max(report[1] for report in reports)
        return [each for report in reports for each in report[2]], ended - begun

    def close(self) -> None:
        """Send the clients home."""
        for queue in self._work:
            queue.put(None)
        for process in self._processes:
            process.join()


def _client(
    port: int, barrier: Barrier, work: "Queue[Work | None]", reports: "Queue[tuple[float, float, list[float]]]"
) -> None:
    browser = Browser(port)
    browser.connection.connect()
    while (mine := work.get()) is not None:
        stopwatch = Stopwatch()
        barrier.wait()
        begun = perf_counter()
        for address, body, who in mine:
            with stopwatch.lap():
                browser.post(address, who, body)
        reports.put((begun, perf_counter(), stopwatch.times_ms))
