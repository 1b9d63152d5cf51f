"""SQLite: a write-ahead log, foreign keys, short immediate write transactions, first come, first served."""

from collections import deque
from collections.abc import Mapping
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection, Engine, FromClause, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

BUSY_TIMEOUT_MS = 10_000
WRITES, _HOLDS_TURN = "luanchuyen_writes", "luanchuyen_holds_turn"


def options(url: str) -> Mapping[str, Any]:
    """Return the options of an engine; a database in memory has one connection, a file does not hang up."""
    if url in {"sqlite://", "sqlite:///:memory:"}:
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    return {}


def set_up(engine: Engine) -> None:
    """Give every connection its pragmas; transactions begin as asked.

    A transaction opened by `begin_write` takes the write lock at once, so that a step never fails half-way because
    somebody else wrote in between. A query may say by `Select.with_hint` which index it means (`INDEXED BY`).
    """
    engine.dialect.statement_compiler = _Compiler
    queue = _WriteQueue()
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", queue.begin)
    event.listen(engine, "checkin", queue.leave)


class _Compiler(SQLiteCompiler):
    """Writes a hint of a table behind its name, as other databases' compilers do."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:  # noqa: ARG002  (SQLAlchemy's)
        """Return what is written there."""
        return text


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


class _WriteQueue:
    """The writers of this process, first come, first served.

    SQLite lets a second writer sleep and try again, for up to 100 ms at a time, while others pass it; here the next one
    is woken when its turn has come. Writers of other processes are still kept apart by SQLite.
    """

    def __init__(self) -> None:
        self._guard, self._is_taken = Lock(), False
        self._turns: deque[Event] = deque()

    def begin(self, connection: Connection) -> None:
        """Begin the connection's transaction; one that writes waits for its turn, no longer than SQLite would."""
        writes = connection.get_execution_options().get(WRITES, False)
        if writes and self._enter():
            connection.info[_HOLDS_TURN] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def _enter(self) -> bool:
        turn = Event()
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            self._turns.append(turn)
        if turn.wait(BUSY_TIMEOUT_MS / 1000):
            return True
        with self._guard:
            if turn in self._turns:
                self._turns.remove(turn)
            return turn.is_set()

    def leave(self, _connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        """Let the next writer in: the connection has gone back to the pool, its transaction is over."""
        if not entry.info.pop(_HOLDS_TURN, False):
            return
        with self._guard:
            if self._turns:
                self._turns.popleft().set()
            else:
                self._is_taken = False
