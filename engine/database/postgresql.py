"""PostgreSQL: what a session is set to, and which servers will do."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from engine.database.failures import DatabaseUnsuitable

OLDEST_VERSION = 13
ENCODING = "UTF8"
CONNECT_SECONDS, POOL_SECONDS = 5, 10
KEPT_CONNECTIONS, MORE_CONNECTIONS = 5, 15
"""A request holds one connection and, while it does its case's quick jobs, another; the job runner one more."""

SESSION_SETTINGS = {
    "default_transaction_isolation": "read committed",  # rows are locked where it matters, see `engine.runtime.lock`
    "lock_timeout": "10s",  # whoever waits longer for a lock is told that the system is busy
    "statement_timeout": "30s",  # no page takes that long; a runaway query must not hold the database
    "idle_in_transaction_session_timeout": "5min",  # a handler may think that long between two statements
    "jit": "off",  # compiling a query takes longer than any of ours runs
    "timezone": "UTC",
}


def options() -> Mapping[str, Any]:
    """Return the options of an engine."""
    return {
        "pool_pre_ping": True,
        "pool_size": KEPT_CONNECTIONS,
        "max_overflow": MORE_CONNECTIONS,
        "pool_timeout": POOL_SECONDS,
        "connect_args": {"application_name": "luanchuyen", "connect_timeout": CONNECT_SECONDS},
    }


def set_up(engine: Engine) -> None:
    """Give every connection its settings; the first one to a server that will not do raises `DatabaseUnsuitable`."""
    event.listen(engine, "connect", _prepare_connection)


def _prepare_connection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    server = connection.info
    must_suit(server.server_version // 10_000, server.parameter_status("server_encoding") or "")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("; ".join(f"SET {name} = '{value}'" for name, value in SESSION_SETTINGS.items()))
    cursor.close()
    connection.autocommit = False


def must_suit(version: int, encoding: str) -> None:
    """Refuse a server with `DatabaseUnsuitable` by its major version and the encoding of the database."""
    if version < OLDEST_VERSION:
        raise DatabaseUnsuitable(
            f"{DatabaseUnsuitable.said}: cần PostgreSQL {OLDEST_VERSION} trở lên, máy chủ là bản {version} / "
            f"PostgreSQL {OLDEST_VERSION} or newer is needed, the server is version {version}"
        )
    if encoding != ENCODING:
        raise DatabaseUnsuitable(
            f"{DatabaseUnsuitable.said}: phải tạo với bảng mã {ENCODING}, hiện là {encoding} / "
            f"it must be created with the encoding {ENCODING}, it has {encoding}"
        )
