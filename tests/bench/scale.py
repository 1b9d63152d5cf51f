"""`scripts/bench scale`: many clients, many waiting timers, many open tasks, on both databases in one run.

python -m tests.bench.scale [--quick] [--json FILE]
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from engine import cases, database, inbox, jobs, standing_cases
from engine.abilities import Abilities
from engine.inbox import Tab
from engine.model import JobPriority, Person
from engine.play import FIRST_MOMENT
from engine.standing_cases import Query as Places
from tests.bench import crowd, job_throughput, machine, server
from tests.bench.over_http import Office
from tests.bench.postgresql import running_postgresql
from web.cli import make_ready
from web.settings import Settings

WEB_PROCESSES = "2"
OVERSEER = "ta.duy"
CLIENTS = (1, 4, 8)
FEW_TASKS, MANY_TASKS = 1_000, 100_000
TIMERS, DUE_TIMERS = 100_000, 100
MOST_PICK_UP_MS, MOST_INBOX_GROWTH, MOST_BOARD_MS = 50.0, 2.0, 150.0
NO_TYPES = Abilities({}, {})


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement on one database; `limit` where one was promised."""

    key: str
    label: str
    database: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def verdict(self) -> str:
        """Say whether the promise is kept."""
        if self.limit is None:
            return ""
        return f"≤ {self.limit:g}: {'met' if self.value <= self.limit else 'NOT MET'}"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    cases: int
    few: int
    many: int
    timers: int
    jobs: int


T = TypeVar("T")
FULL = Sizes(cases=40, few=FEW_TASKS, many=MANY_TASKS, timers=TIMERS, jobs=1_000)
QUICK = Sizes(cases=2, few=200, many=1_000, timers=1_000, jobs=20)


def main() -> int:
    """Measure, print, and return 0; a missed target is said, not punished."""
    parser = argparse.ArgumentParser(prog="scripts/bench scale", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run that shows that everything works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON there and the table to the output")
    options = parser.parse_args()
    conditions = machine.conditions()
    figures = [each for kind in ("sqlite", "postgresql") for each in measure(kind, QUICK if options.quick else FULL)]
    said = {"conditions": dict(conditions), "figures": [asdict(each) | {"verdict": each.verdict} for each in figures]}
    if options.json is not None:
        options.json.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(as_table(conditions, figures)) + "\n")
    return 0


def as_table(conditions: Mapping[str, object], figures: list[Figure]) -> Iterator[str]:
    """Return the figures for people, the two databases side by side."""
    yield f"On {conditions['processors']} processors, load {conditions['load_average_1_min']}"
    yield f"{'':<40}{'sqlite':>12}{'postgresql':>12}"
    for key in dict.fromkeys(each.key for each in figures):
        row = [each for each in figures if each.key == key]
        values = "".join(f"{each.value:>12.2f}" for each in row)
        worst = max(row, key=lambda each: each.value)
        yield f"{worst.label:<40}{values} {worst.unit} {worst.verdict}".rstrip()


def measure(kind: str, sizes: Sizes) -> Iterator[Figure]:
    """Measure everything on one database."""
    for subject in (_clients, _sizes, _inbox, _board, _timers, _jobs):
        with instance(kind) as settings:
            yield from (Figure(**{**asdict(each), "database": kind}) for each in subject(settings, sizes))


@contextmanager
def instance(kind: str) -> Iterator[Settings]:
    """Give an office of its own on one kind of database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-scale-")))
        url = f"sqlite:///{folder / 'luanchuyen.sqlite'}"
        if kind == "postgresql":
            url = stack.enter_context(running_postgresql())
        settings = Settings(folder, url, "bench")
        make_ready(settings, demo=True)
        yield settings


def _clients(settings: Settings, sizes: Sizes) -> Iterator[Figure]:
    words = ("--workers", WEB_PROCESSES) if settings.database_url.startswith("postgresql") else ()
    with server.running(settings.instance, *words, database_url=settings.database_url) as running:
        office = Office(running)
        office.draft(2)
        office.sign_all_with_one(looking=True)
        for count in CLIENTS:
            office.draft(sizes.cases)
            times, seconds = office.sign_all_with_many(count)
            label = f"completions a second, {count} client{'s' if count > 1 else ''}"
            yield Figure(f"clients_{count}", label, "", len(times) / seconds, "/s")
            yield Figure(f"clients_{count}_ms", "  median answer", "", statistics.median(times), "ms")


def _sizes(settings: Settings, sizes: Sizes) -> Iterator[Figure]:
    """Weigh cases that went their whole way; PostgreSQL is weighed after a vacuum, SQLite packed."""
    with server.running(settings.instance, database_url=settings.database_url) as running:
        office = Office(running)
        office.draft(1)
        office.sign_all_with_one()
        before = _bytes(settings)
        office.draft(sizes.cases)
        office.sign_all_with_one()
    grown = _bytes(settings) - before
    yield Figure("bytes_a_case", "bytes a case of seven steps", "", grown / sizes.cases, "B")
    yield Figure("bytes_a_step", "bytes a step", "", grown / sizes.cases / 7, "B")


def _bytes(settings: Settings) -> int:
    with database.opened(settings.database_url) as engine:
        if engine.dialect.name == "sqlite":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
                free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
                return int((pages - free) * connection.exec_driver_sql("PRAGMA page_size").scalar_one())
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL")
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _inbox(settings: Settings, sizes: Sizes) -> Iterator[Figure]:
    """Ask for the reader's lists in an office with few and with many open tasks; the reader's own are as many."""
    with database.opened(settings.database_url) as engine:
        _fill(engine, lambda session: crowd.add_open_tasks(session, sizes.few, at=FIRST_MOMENT))
        few = _inbox_ms(engine)
        more = sizes.many - sizes.few
        _fill(engine, lambda session: crowd.add_open_tasks(session, more, at=FIRST_MOMENT, readers=0))
        many = _inbox_ms(engine)
    yield Figure("inbox_few", f"inbox, {sizes.few:,} open tasks", "", few, "ms")
    yield Figure("inbox_many", f"inbox, {sizes.many:,} open tasks", "", many, "ms")
    yield Figure("inbox_growth", "the one over the other", "", many / few, "×", MOST_INBOX_GROWTH)


def _inbox_ms(engine: Engine) -> float:
    """Return the median of counts, own tasks and offered tasks together."""
    times = []
    for _ in range(31):
        with Session(engine) as session:
            reader = session.scalars(select(Person).where(Person.username == crowd.READER)).one()
            begun = perf_counter()
            soon = FIRST_MOMENT + timedelta(days=1)
            inbox.counts(session, reader, tab=Tab.MINE, at=FIRST_MOMENT, soon=soon)
            inbox.tasks_of(session, reader, tab=Tab.MINE, at=FIRST_MOMENT)
            inbox.tasks_of(session, reader, tab=Tab.UNIT, at=FIRST_MOMENT)
            times.append((perf_counter() - begun) * 1000)
    return statistics.median(times)


def _board(settings: Settings, sizes: Sizes) -> Iterator[Figure]:
    """Ask for what leaders count among many open tasks, with few finished cases behind them and with many."""
    with database.opened(settings.database_url) as engine:
        _fill(engine, lambda session: crowd.add_open_tasks(session, sizes.many, at=FIRST_MOMENT))
        _fill(engine, lambda session: crowd.add_finished_cases(session, sizes.few, at=FIRST_MOMENT))
        few = _leaders_ms(engine)
        _fill(engine, lambda session: crowd.add_finished_cases(session, sizes.many - sizes.few, at=FIRST_MOMENT))
        many = _leaders_ms(engine)
    for key, (label, _ask) in _LEADERS_ASK.items():
        limit = MOST_BOARD_MS if key == "board" else None
        yield Figure(key, f"{label}, {sizes.many:,} open tasks", "", few[key], "ms", limit)
        yield Figure(f"{key}_finished", f"  and {sizes.many:,} finished cases", "", many[key], "ms", limit)


def _leaders_ms(engine: Engine) -> dict[str, float]:
    """Return the median of each question, asked by who sees everything."""
    return {key: _asked_ms(engine, ask) for key, (_label, ask) in _LEADERS_ASK.items()}


def _asked_ms(engine: Engine, ask: Callable[[Session, Person], object]) -> float:
    times = []
    for _ in range(7):
        with Session(engine) as session:
            reader = session.scalars(select(Person).where(Person.username == OVERSEER)).one()
            begun = perf_counter()
            ask(session, reader)
            times.append((perf_counter() - begun) * 1000)
    return statistics.median(times)


_LEADERS_ASK: dict[str, tuple[str, Callable[[Session, Person], object]]] = {
    "board": ("board", lambda session, by: standing_cases.by_step(session, by=by, at=FIRST_MOMENT)),
    "board_units": ("  by unit", lambda session, by: standing_cases.by_unit(session, by=by, at=FIRST_MOMENT)),
    "board_list": ("  list", lambda session, by: standing_cases.search(session, Places(), by=by, at=FIRST_MOMENT)),
    "cases": ("cases, newest", lambda session, by: cases.search(session, by, cases.Query(), at=FIRST_MOMENT)),
}


def _timers(settings: Settings, sizes: Sizes) -> Iterator[Figure]:
    """Pick up the timers that are due among those that wait.

    As a dispatcher does, all in one transaction, its commit counted; then as the site does without Redis, each by a
    claim of its own (the commit is the one of the job before, so it is not counted here).
    """
    with database.opened(settings.database_url) as engine:
        _fill(engine, lambda session: crowd.add_open_tasks(session, sizes.few, at=FIRST_MOMENT))
        _fill(engine, lambda session: crowd.add_timers(session, sizes.timers, due=DUE_TIMERS, at=FIRST_MOMENT))
        begun = perf_counter()
        handed_out = len(_write(engine, _hand_out))
        spent = (perf_counter() - begun) * 1000
        claimed, claiming = _write(engine, _claim_all)
    if (handed_out, claimed) != (DUE_TIMERS, DUE_TIMERS):
        raise RuntimeError(f"{handed_out} timers were handed out and {claimed} claimed, {DUE_TIMERS} were due")
    label = f"{DUE_TIMERS} due of {sizes.timers:,} timers, handed out"
    yield Figure("timers", label, "", spent, "ms", MOST_PICK_UP_MS)
    yield Figure("timers_claimed", "  claimed one by one, each", "", claiming / claimed, "ms")


def _hand_out(session: Session) -> list[UUID]:
    return jobs.hand_out(session, NO_TYPES, priority=JobPriority.NORMAL, most=2 * DUE_TIMERS, at=FIRST_MOMENT)


def _claim_all(session: Session) -> tuple[int, float]:
    """Claim what is due; return how many jobs, and the milliseconds."""
    begun, claimed = perf_counter(), 0
    while jobs.claim(session, NO_TYPES, worker="bench", at=FIRST_MOMENT) is not None:
        claimed += 1
    return claimed, (perf_counter() - begun) * 1000


def _jobs(settings: Settings, sizes: Sizes) -> Iterator[Figure]:
    yield Figure("jobs_inside", "jobs a second, in-process", "", job_throughput.inside(settings, sizes.jobs), "/s")
    for workers in (1, 3):
        rate = job_throughput.over_redis(settings, sizes.jobs, workers)
        label = f"jobs a second, over RQ, {workers} worker{'s' if workers > 1 else ''}"
        yield Figure(f"jobs_rq_{workers}", label, "", rate, "/s")


def _fill(engine: Engine, add: Callable[[Session], None]) -> None:
    """Add rows; PostgreSQL looks at them once, as its autovacuum does in every office. SQLite is never asked to."""
    _write(engine, add)
    if database.is_postgresql(engine):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def _write(engine: Engine, do: Callable[[Session], T]) -> T:
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        return do(session)


if __name__ == "__main__":
    sys.exit(main())
