"""Picturing and replacing a PostgreSQL database, with PostgreSQL's own tools."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from engine.backups.errors import BackupDamaged, BackupToolFailed, DatabaseInUse, DatabaseNotThere
from engine.backups.picture import CONTENTS, COUNTED, HEADS, Picture

MAGIC = b"PGDMP"
CONNECT_SECONDS = 10
LONGEST_SAID = 500
NOT_THERE = "Chưa có cơ sở dữ liệu; hãy chạy luanchuyen prepare. / There is no database yet; run luanchuyen prepare."
IN_USE = (
    "Còn tiến trình đang dùng cơ sở dữ liệu; hãy dừng trang và worker trước. / "
    "Somebody is connected to the database; stop the site and the workers first."
)
UNSOUND = "Tệp database.dump không phải của pg_dump. / The file database.dump was not written by pg_dump."


class PostgresqlDatabase:
    """One database on a server; everything of ours lies in its current schema."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        address = make_url(url)
        known = {"host": address.host, "port": address.port, "user": address.username, "dbname": address.database}
        given = {**{name: value for name, value in known.items() if value is not None}, **address.query}
        self._conninfo = make_conninfo(connect_timeout=CONNECT_SECONDS, **given)  # type: ignore[arg-type]
        self._password = address.password

    def take(self, target: Path) -> Picture:
        """Let pg_dump write what one transaction sees; we read in the very same one."""
        with self._connected() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute("SET idle_in_transaction_session_timeout = 0")
            if self._is_empty(connection):
                raise DatabaseNotThere(NOT_THERE)
            (snapshot,) = _row(connection, "SELECT pg_export_snapshot()")
            picture = Picture(
                revisions=_column(connection, HEADS),
                contents=_column(connection, CONTENTS),
                counts={table: _count(connection, table) for table in COUNTED},
            )
            options = ["--format=custom", f"--schema={self._schema(connection)}", f"--snapshot={snapshot}"]
            self._run("pg_dump", *options, f"--file={target}")
        return picture

    def is_empty(self) -> bool:
        """Tell whether the schema holds no table."""
        with self._connected() as connection:
            return self._is_empty(connection)

    def _is_empty(self, connection: psycopg.Connection) -> bool:
        query = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        return _row(connection, query) == (0,)

    def must_be_unused(self) -> None:
        """Look for other connections to this database."""
        with self._connected() as connection:
            others = _row(
                connection,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
            )
        if others != (0,):
            raise DatabaseInUse(IN_USE)

    def must_be_sound(self, picture: Path) -> None:
        """Tell a dump by its first letters and by pg_restore's being able to list it.

        What a dump's statements do is seen only when they run: as the platform's own account, in its own database.
        """
        with picture.open("rb") as file:
            is_dump = file.read(len(MAGIC)) == MAGIC
        if not is_dump:
            raise BackupDamaged(UNSOUND)
        try:
            self._run("pg_restore", "--list", str(picture), is_connected=False)
        except BackupToolFailed as error:
            raise BackupDamaged(UNSOUND) from error

    def put_aside(self, stamp: str) -> str:
        """Give the schema another name and make an empty one of its own."""
        with self._connected() as connection:
            schema = self._schema(connection)
            _rename_schema(connection, schema, stamp)
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        return f"schema {stamp}"

    def put(self, picture: Path) -> None:
        """Let pg_restore fill the schema in one transaction."""
        with self._connected() as connection:
            schema = self._schema(connection)
        options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--schema={schema}"]
        self._run("pg_restore", *options, str(picture))

    def clear(self) -> None:
        """Drop every table of the schema."""
        with self._connected() as connection:
            for table in _column(connection, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"):
                connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(table)))

    def put_back(self, stamp: str) -> None:
        """Drop the schema that was filled, and give the old one its name again."""
        self.clear()
        with self._connected() as connection:
            schema = self._schema(connection)
            connection.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(schema)))
            _rename_schema(connection, stamp, schema)

    def _schema(self, connection: psycopg.Connection) -> str:
        (schema,) = _row(connection, "SELECT current_schema()")
        return str(schema)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        try:
            with psycopg.connect(self._conninfo, password=self._password) as connection:
                yield connection
        except psycopg.Error as error:
            raise BackupToolFailed(f"PostgreSQL: {str(error).strip()[:LONGEST_SAID]}") from error

    def _run(self, tool: str, *arguments: str, is_connected: bool = True) -> None:
        """Run one of PostgreSQL's tools; the password goes by the environment, where only its owner can read it."""
        path = shutil.which(tool)
        if path is None:
            raise BackupToolFailed(
                f"Chưa có {tool}; hãy cài gói postgresql-client cùng phiên bản với máy chủ. / "
                f"{tool} is not installed; install the package postgresql-client in the server's version."
            )
        address = [f"--dbname={self._conninfo}", "--no-password"] if is_connected else []
        password = {"PGPASSWORD": self._password} if self._password else {}
        done = subprocess.run(  # noqa: S603  (a tool of PostgreSQL with arguments of ours)
            [path, *address, *arguments],
            env={**os.environ, **password},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BackupToolFailed(f"{tool}: {done.stderr.strip()[:LONGEST_SAID]}")


def _rename_schema(connection: psycopg.Connection, name: str, other: str) -> None:
    connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(other)))


def _row(connection: psycopg.Connection, query: LiteralString) -> tuple[object, ...]:
    row = connection.execute(query).fetchone()
    return tuple(row or ())


def _column(connection: psycopg.Connection, query: LiteralString) -> list[str]:
    return [str(row[0]) for row in connection.execute(query)]


def _count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(row[0]) if row else 0
