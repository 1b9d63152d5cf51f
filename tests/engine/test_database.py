"""What the platform asks of a database, and what it says when a database does not do it."""

import contextlib
import socket
from typing import Any

import pytest
from sqlalchemy import create_engine, text, update
from sqlalchemy.orm import Session

from engine import numbering
from engine.database import (
    ATTEMPTS,
    DatabaseBusy,
    DatabaseUnreachable,
    DatabaseUnsuitable,
    TransactionLost,
    begin_write,
    open_engine,
    postgresql,
    sqlite,
    until_not_lost,
)
from engine.model import NumberSeries


def test_a_server_that_is_not_there_is_said_so_without_the_password() -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        engine = open_engine(f"postgresql+psycopg://anh:mat-khau@127.0.0.1:{taken.getsockname()[1]}/luanchuyen")

        with pytest.raises(DatabaseUnreachable) as refusal, engine.connect():
            pass

    assert "127.0.0.1" in str(refusal.value)
    assert "mat-khau" not in str(refusal.value)


@pytest.mark.parametrize(("version", "encoding", "said"), [(12, "UTF8", "PostgreSQL 13"), (17, "LATIN1", "UTF8")])
def test_a_server_that_will_not_do_is_refused_with_what_is_needed(version: int, encoding: str, said: str) -> None:
    with pytest.raises(DatabaseUnsuitable, match=said):
        postgresql.must_suit(version, encoding)


@pytest.mark.only_on("postgresql")
def test_the_first_connection_to_a_database_in_another_encoding_is_refused(empty_database: str) -> None:
    server = create_engine(empty_database, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0"))
    server.dispose()
    engine = open_engine(empty_database.replace(server.url.database or "", "latin"))

    with pytest.raises(DatabaseUnsuitable, match="LATIN1"), engine.connect():
        pass


@pytest.mark.only_on("postgresql")
def test_every_session_reads_what_is_committed_and_waits_for_nothing_for_ever(office: Any) -> None:
    with office.session() as session:
        said = {
            name: session.scalar(text(f"SHOW {name}")) for name in (*postgresql.SESSION_SETTINGS, "application_name")
        }

    assert said == {
        "default_transaction_isolation": "read committed",
        "lock_timeout": "10s",
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "5min",
        "timezone": "UTC",
        "jit": "off",
        "application_name": "luanchuyen",
    }


@pytest.fixture
def impatient(office: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An office whose database does not let anybody wait longer than a moment."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setitem(postgresql.SESSION_SETTINGS, "lock_timeout", "50ms")
    office.engine.dispose()
    return office


def test_who_waits_too_long_for_another_is_told_that_the_database_is_busy(impatient: Any) -> None:
    def take(session: Session) -> int:
        return numbering.next_number(session, series="outgoing:BB", year=2026)

    with impatient.session() as holder, holder.begin():
        begin_write(holder)
        take(holder)

        with pytest.raises(DatabaseBusy):
            impatient.write(take)

    assert impatient.write(take) == 2


@pytest.mark.only_on("sqlite")
def test_a_reader_that_writes_after_somebody_else_wrote_may_begin_again(office: Any) -> None:
    office.write(lambda session: numbering.next_number(session, series="outgoing:BB", year=2026))
    with office.session() as reader:
        numbering.peek(reader, series="outgoing:BB", year=2026)
        office.write(lambda session: numbering.next_number(session, series="outgoing:BB", year=2026))

        with pytest.raises(TransactionLost):
            numbering.next_number(reader, series="outgoing:BB", year=2026)


@pytest.mark.only_on("postgresql")
def test_a_server_that_hangs_up_is_said_so_and_the_next_transaction_finds_it_again(office: Any) -> None:
    with office.session() as session, office.session() as other:
        own = session.scalar(text("SELECT pg_backend_pid()"))
        other.execute(text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": own})

        with pytest.raises(DatabaseUnreachable):
            session.scalar(text("SELECT 1"))

    with office.session() as session:
        assert session.scalar(text("SELECT 1")) == 1


@pytest.mark.only_on("postgresql")
def test_of_two_transactions_that_hold_what_the_other_needs_one_is_done_again_and_both_succeed(
    office: Any, at_once: Any
) -> None:
    for series in ("A", "B"):
        office.write(lambda session, key=series: numbering.next_number(session, series=key, year=2026))

    def count(session: Session, *order: str) -> None:
        for key in order:
            session.execute(update(NumberSeries).where(NumberSeries.key == key).values(last=NumberSeries.last + 1))
            session.execute(text("SELECT pg_sleep(0.2)"))

    tried: list[str] = []

    def transaction(*order: str) -> None:
        tried.append(order[0])
        office.write(lambda session: count(session, *order))

    at_once.all(
        lambda: until_not_lost(lambda: transaction("A", "B")),
        lambda: until_not_lost(lambda: transaction("B", "A")),
    )

    assert len(tried) == 3
    with office.session() as session:
        assert [numbering.peek(session, series=key, year=2026) for key in ("A", "B")] == [4, 4]


def test_a_transaction_that_is_lost_again_and_again_is_given_up_in_the_end() -> None:
    tried: list[int] = []

    def lose() -> None:
        tried.append(1)
        raise TransactionLost

    with pytest.raises(TransactionLost):
        until_not_lost(lose)

    assert len(tried) == ATTEMPTS
