"""The database is killed, locked, or has no room left, while eight people work."""

import contextlib
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tests.faults.conftest import open_office
from tests.faults.servers import PostgresqlServer
from web.cli import make_ready
from web.settings import Settings

ROOM_MB, ROOM_OF_A_ROUND_MB = 24, 2
"""A round of eight people's work stays on the disk: without room for it the disk would be full for good."""
FULL_SECONDS, LONGEST_FULL_SECONDS = 3, 30
"""The disk is full for three seconds, the first time until somebody has noticed: the write-ahead log has room left."""
LONGEST_LOCK_SECONDS = 60
"""A writer waits ten seconds of SQLite's own counting for its turn; on a machine with much to do that is longer."""


@pytest.fixture
def own_postgresql(short_folder: Path) -> Iterator[PostgresqlServer]:
    """A PostgreSQL server that may be killed."""
    server = PostgresqlServer(short_folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def office_on_own_server(own_postgresql: PostgresqlServer, tmp_path: Path, rounds: int, book: Path) -> Iterator[Any]:
    """An office on that server."""
    settings = Settings(instance=tmp_path, database_url=own_postgresql.url, secret_key="test")
    make_ready(settings, demo=True)
    with open_office(settings, rounds, book) as office:
        yield office


def test_a_killed_postgresql_loses_no_step_and_doubles_none(
    office_on_own_server: Any, own_postgresql: PostgresqlServer
) -> None:
    office_on_own_server.serve()

    def kill_and_start_again(_number: int) -> None:
        own_postgresql.kill()
        time.sleep(0.2)
        own_postgresql.start()

    with office_on_own_server.at_work():
        office_on_own_server.break_often(kill_and_start_again, pause=(0.5, 2.5))

    office_on_own_server.must_be_whole()


@pytest.fixture
def small_disk(tmp_path: Path, rounds: int) -> Iterator[Path]:
    """A disk with room for the work of the test and little more."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "small"
    folder.mkdir()
    room = ROOM_MB + ROOM_OF_A_ROUND_MB * rounds
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}m", "tmpfs", folder], check=True)  # noqa: S607
    yield folder
    subprocess.run(["umount", folder], check=True)  # noqa: S607


@pytest.fixture
def office_on_small_disk(small_disk: Path, rounds: int, book: Path) -> Iterator[Any]:
    """An office whose database, papers and logs lie on the small disk."""
    url = f"sqlite:///{small_disk / 'luanchuyen.sqlite'}"
    settings = Settings(instance=small_disk, database_url=url, secret_key="test")
    make_ready(settings, demo=True)
    with open_office(settings, rounds, book) as office:
        yield office


def test_a_full_disk_stops_the_work_and_loses_none_of_it(office_on_small_disk: Any, small_disk: Path) -> None:
    office_on_small_disk.serve()
    filler = small_disk / "filler"

    def fill_and_clear(_number: int) -> None:
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(65536))
        heard = office_on_small_disk.ledger.answers[503]
        deadline = time.monotonic() + (FULL_SECONDS if heard else LONGEST_FULL_SECONDS)
        while office_on_small_disk.ledger.answers[503] == heard and time.monotonic() < deadline:
            time.sleep(0.05)
        filler.unlink()

    with office_on_small_disk.at_work():
        office_on_small_disk.break_often(fill_and_clear)

    office_on_small_disk.must_be_whole()
    assert office_on_small_disk.ledger.answers[503] > 0, "nobody noticed that the disk was full"


@pytest.fixture
def office_on_sqlite(under_fire: Any) -> Any:
    """An office on a database file that somebody else can lock."""
    if not under_fire.settings.database_url.startswith("sqlite"):
        pytest.skip("rows are locked on PostgreSQL, never the whole database")
    return under_fire


def test_a_locked_database_makes_people_wait_then_says_that_it_is_busy(office_on_sqlite: Any) -> None:
    office_on_sqlite.serve()
    file = make_url(office_on_sqlite.settings.database_url).database or ""

    def lock(seconds: float, is_enough: Callable[[], bool]) -> None:
        with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            until = time.monotonic() + seconds
            while time.monotonic() < until and not is_enough():
                time.sleep(0.1)
            somebody.execute("ROLLBACK")

    def has_somebody_heard() -> bool:
        return bool(office_on_sqlite.ledger.answers[503])

    with office_on_sqlite.at_work():
        time.sleep(1)
        lock(1, lambda: False)
        assert not has_somebody_heard(), "a second is no time; nobody should have heard of it"
        lock(LONGEST_LOCK_SECONDS, has_somebody_heard)

    office_on_sqlite.must_be_whole()
    assert has_somebody_heard()
