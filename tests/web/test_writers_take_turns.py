"""Several threads write to one SQLite file: first come, first served, and nobody is left standing."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from engine import database
from engine.database import DatabaseBusy, sqlite

WRITERS, TIMES = 4, 25


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Engine]:
    """A database that holds one number."""
    engine = database.open_engine(f"sqlite:///{tmp_path / 'counter.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (number INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    yield engine
    engine.dispose()


def count_up(engine: Engine, *, fail: bool = False) -> None:
    with Session(engine) as session:
        database.begin_write(session)
        number = session.scalar(text("SELECT number FROM counter"))
        session.execute(text("UPDATE counter SET number = :number"), {"number": number + 1})
        if fail:
            raise RuntimeError("half-way")
        session.commit()


def read(engine: Engine) -> Any:
    with Session(engine) as session:
        return session.scalar(text("SELECT number FROM counter"))


def test_no_writer_loses_what_another_wrote(counter: Engine) -> None:
    def write() -> None:
        for _ in range(TIMES):
            count_up(counter)

    writers = [Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert read(counter) == WRITERS * TIMES


def test_a_writer_that_fails_lets_the_next_one_in(counter: Engine) -> None:
    with pytest.raises(RuntimeError, match="half-way"):
        count_up(counter, fail=True)

    count_up(counter)

    assert read(counter) == 1


def test_a_writer_that_waits_in_vain_is_told_and_blocks_nobody_afterwards(
    counter: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 50)
    told: list[Exception] = []
    with Session(counter) as holder:
        database.begin_write(holder)
        waiting = Thread(target=_try_to_write, args=(counter, told))
        waiting.start()
        waiting.join()

    [refusal] = told
    assert isinstance(refusal, DatabaseBusy)
    assert "database is locked" in str(refusal)
    count_up(counter)
    assert read(counter) == 1


def _try_to_write(engine: Engine, told: list[Exception]) -> None:
    try:
        count_up(engine)
    except Exception as error:  # noqa: BLE001  (a thread reports whatever befell it)
        told.append(error)
