"""What an operator asks about a database: which one, how large, what time it has."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

WAL = "-wal"


@dataclass(frozen=True, slots=True)
class Description:
    """One database as it stands. Sizes are in bytes; SQLite also has a write-ahead log beside its file."""

    kind: str
    version: str
    size: int
    log_size: int
    now: datetime


def describe(connection: Connection) -> Description:
    """Ask a database what it is."""
    return _describe_sqlite(connection) if connection.dialect.name == "sqlite" else _describe_postgresql(connection)


def _describe_sqlite(connection: Connection) -> Description:
    said = _row(connection, "SELECT sqlite_version(), strftime('%Y-%m-%dT%H:%M:%f', 'now')")
    pages = _row(connection, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    file = connection.engine.url.database or ""
    log = Path(f"{file}{WAL}")
    return Description(
        kind="SQLite",
        version=said[0],
        size=pages[0],
        log_size=log.stat().st_size if file and log.exists() else 0,
        now=datetime.fromisoformat(said[1]).replace(tzinfo=UTC),
    )


def _describe_postgresql(connection: Connection) -> Description:
    said = _row(
        connection,
        "SELECT current_setting('server_version'), pg_database_size(current_database()), clock_timestamp()",
    )
    return Description(kind="PostgreSQL", version=said[0].split()[0], size=said[1], log_size=0, now=said[2])


def _row(connection: Connection, query: str) -> tuple[Any, ...]:
    return tuple(connection.exec_driver_sql(query).one())
