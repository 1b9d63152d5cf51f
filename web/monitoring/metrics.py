"""Figures for Prometheus: histograms that processes of one machine keep together, gauges read from the database.

With several processes (gunicorn's workers, the dispatcher, RQ workers) each writes its histograms into a file of one
folder of the instance's (`folder_of`), and whichever web process is asked adds them all up; so it does not matter who
answers.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine import measuring, workload
from engine.errors import Unavailable
from engine.measuring import JobOutcome

if TYPE_CHECKING:
    from prometheus_client import Histogram
    from prometheus_client.metrics_core import Metric

FOLDER = "metrics"
MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of our own is made there, for us alone)
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus-client is told, before it is imported, where processes share their figures."""

CACHED_SECONDS = 10.0
MOST_LABELS = 100
OTHERS = "others"
STEP_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
JOB_BUCKETS = (0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0)


def share(instance: Path) -> Path:
    """Let this process and those it forks keep their figures in one folder with all others of the instance.

    Must be called before anything is measured.
    """
    return Path(os.environ.setdefault(SHARED, str(folder_of(instance))))


def folder_of(instance: Path) -> Path:
    """Return, made if need be, where the processes of an instance keep their figures.

    In memory where the system has such a place: figures are files mapped into memory, and a full disk under those ends
    every process that writes one.
    """
    name = hashlib.sha256(os.fsencode(instance.resolve())).hexdigest()[:16]
    for folder in (MEMORY / f"luanchuyen-{os.getuid()}-{name}", instance / FOLDER):
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.lstat().st_uid == os.getuid() and not folder.is_symlink():
                return folder
    raise NotADirectoryError(instance / FOLDER)


def forget_the_dead(folder: Path) -> None:
    """Clear away what processes left that are gone; for the site's start, when counts begin anew in any case."""
    for file in folder.glob("*.db"):
        if not _is_alive(file.stem.rpartition("_")[2]):
            file.unlink(missing_ok=True)


def leave(folder: Path) -> None:
    """Clear away what the site leaves when it ends; other processes of the instance may go on."""
    forget_the_dead(folder)
    with suppress(OSError):
        folder.rmdir()


def _is_alive(process_id: str) -> bool:
    try:
        os.kill(int(process_id), 0)
    except PermissionError:
        return True
    except (ValueError, ProcessLookupError):
        return False
    return True


class Instruments:
    """The histograms of this process; hears from the engine what it does."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Histogram  # noqa: PLC0415  (reads `SHARED` when imported)

        self.registry: CollectorRegistry = CollectorRegistry()
        self._steps = Histogram(
            "luanchuyen_step_seconds",
            "One step of a case from wait state to wait state, without the commit.",
            ["process"],
            registry=self.registry,
            buckets=STEP_BUCKETS,
        )
        self._jobs = Histogram(
            "luanchuyen_job_seconds",
            "One attempt at a job.",
            ["job_type", "outcome"],
            registry=self.registry,
            buckets=JOB_BUCKETS,
        )
        self._requests = Histogram(
            "luanchuyen_http_request_seconds",
            "One request, by where it went and the class of the answer.",
            ["endpoint", "status"],
            registry=self.registry,
            buckets=REQUEST_BUCKETS,
        )
        self._children: dict[tuple[str, ...], Histogram] = {}

    def step_done(self, process_key: str, seconds: float) -> None:
        """Take note of one step."""
        self._child(self._steps, process_key).observe(seconds)

    def job_done(self, job_type: str, outcome: JobOutcome, seconds: float) -> None:
        """Take note of one attempt at a job."""
        self._child(self._jobs, job_type, outcome.value).observe(seconds)

    def request_done(self, endpoint: str, status: int, seconds: float) -> None:
        """Take note of one request."""
        self._child(self._requests, endpoint, f"{status // 100}xx").observe(seconds)

    def _child(self, family: "Histogram", *labels: str) -> "Histogram":
        """Return the histogram of some labels; what comes after the first hundred goes together under `others`."""
        key = (family._name, *labels)  # noqa: SLF001  (a lookup of our own is half the cost of `labels`)
        child = self._children.get(key)
        if child is None:
            known = {each[1] for each in self._children if each[0] == key[0]}
            if len(known) >= MOST_LABELS and labels[0] not in {*known, OTHERS}:
                return self._child(family, OTHERS, *labels[1:])
            child = self._children[key] = family.labels(*labels)
        return child


@cache
def instruments() -> Instruments:
    """Return this process's histograms and let the engine report to them from now on."""
    made = Instruments()
    measuring.listen(made)
    return made


class Gauges:
    """What the database says of the work there is; asked at most every ten seconds, whoever scrapes how often."""

    def __init__(self, sessions: Callable[[], Session], clock: Callable[[], datetime]) -> None:
        self._sessions, self._clock = sessions, clock
        self._guard, self._read_at, self._kept = Lock(), float("-inf"), list["Metric"]()

    def collect(self) -> Iterator["Metric"]:
        """Yield the gauges, as prometheus-client asks for them."""
        with self._guard:
            if monotonic() - self._read_at > CACHED_SECONDS:
                self._kept, self._read_at = list(self._read()), monotonic()
            yield from self._kept

    def _read(self) -> Iterator["Metric"]:
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415  (as above)

        is_up = GaugeMetricFamily("luanchuyen_database_up", "1 when the database answers these questions.")
        try:
            with self._sessions() as session:
                yield from self._of_work(session)
        except (Unavailable, SQLAlchemyError):
            is_up.add_metric([], 0)
        else:
            is_up.add_metric([], 1)
        yield is_up

    def _of_work(self, session: Session) -> Iterator["Metric"]:
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415  (as above)

        at = self._clock()
        tasks = GaugeMetricFamily("luanchuyen_open_tasks", "Open user tasks.", labels=["process"])
        for process, count in _bounded(workload.open_tasks(session)):
            tasks.add_metric([process], count)
        counts = workload.job_counts(session, at)
        jobs = GaugeMetricFamily("luanchuyen_jobs", "Jobs that are not over.", labels=["state"])
        for state in ("due", "later", "held", "failed"):
            jobs.add_metric([state], getattr(counts, state))
        overdue = (at - counts.oldest_due_at).total_seconds() if counts.oldest_due_at else 0.0
        ages = GaugeMetricFamily(
            "luanchuyen_worker_heartbeat_age_seconds", "Since a process was last heard of.", labels=["kind", "worker"]
        )
        for worker in workload.workers(session, at)[:MOST_LABELS]:
            ages.add_metric([worker.kind.value, worker.name], (at - worker.seen_at) / timedelta(seconds=1))
        yield from (tasks, jobs, ages)
        yield GaugeMetricFamily(
            "luanchuyen_oldest_due_job_seconds", "How long the oldest due job waits.", value=overdue
        )
        incidents = workload.open_incidents(session)
        yield GaugeMetricFamily("luanchuyen_open_incidents", "Incidents nobody has resolved.", value=incidents)


def _bounded(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return the largest hundred counts, the rest together."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _, count in ordered[MOST_LABELS:])
    return [*ordered[:MOST_LABELS], *([(OTHERS, rest)] if rest else [])]


def exposition(gauges: Gauges) -> tuple[bytes, str]:
    """Return everything as Prometheus reads it, and the media type of that."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415  (as above)
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    registry = CollectorRegistry()
    registry.register(gauges)
    if SHARED in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST
    return generate_latest(registry) + generate_latest(instruments().registry), CONTENT_TYPE_LATEST
