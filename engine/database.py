"""How the platform speaks to its databases: SQLite by default, PostgreSQL when told."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

BUSY_TIMEOUT_MS = 10_000
_WRITES = "luanchuyen_writes"


def engine_options(url: str) -> Mapping[str, Any]:
    """Return the options an engine for this address is made with."""
    if url in {"sqlite://", "sqlite:///:memory:"}:
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    return {} if url.startswith("sqlite:") else {"pool_pre_ping": True}  # a file does not hang up


def open_engine(url: str) -> Engine:
    """Make an engine for an address, set up as `set_up` says."""
    engine = create_engine(url, **engine_options(url))
    set_up(engine)
    return engine


def set_up(engine: Engine) -> None:
    """Give every SQLite connection foreign keys, a write-ahead log and a busy timeout; transactions begin as asked.

    A transaction opened by `begin_write` takes the write lock at once, so that a step never fails half-way because
    somebody else wrote in between.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_connection)
        event.listen(engine, "begin", _begin)


def _prepare_connection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin by itself
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def begin_write(session: Session) -> None:
    """Open the session's transaction as one that will write; must come before its first query."""
    session.connection(execution_options={_WRITES: True})
