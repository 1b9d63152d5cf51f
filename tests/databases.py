"""The databases that tests run on: SQLite files, and a private PostgreSQL server of this run.

A test that touches a database asks for it through the fixture `database` (most do so through `office` or `site`); it is
then run once for each kind that `--database` names. Loaded by `conftest.py` as a plugin.
"""

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from sqlalchemy import make_url

KINDS = ("sqlite", "postgresql")
ONE_KIND_ENOUGH = "browser"  # what people see does not depend on the database; `--database=postgresql` runs it there
BINARIES = Path("/usr/lib/postgresql")
ICU_SINCE = 15
MEMORY, ROOM_BYTES = Path("/dev/shm"), 2**30  # noqa: S108  (the name is nobody else's: mkdtemp makes it)
START_SECONDS = 30
SERVER_SETTINGS = {
    "listen_addresses": "",  # the socket in the server's own folder is the only way in
    "fsync": "off",  # tests need speed, not durability
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",
    "autovacuum": "off",
    "max_connections": "60",
    "deadlock_timeout": "100ms",
}


class Databases(Protocol):
    """Where tests make databases of one kind."""

    kind: str

    def empty(self, folder: Path) -> str:
        """Make an empty database, in the folder where it is a file, and return its address."""
        ...

    def copy(self, url: str, folder: Path) -> str:
        """Copy a database that nobody is connected to, and return the copy's address."""
        ...

    def drop(self, url: str) -> None:
        """Take a database away."""
        ...


class SqliteDatabases:
    """Files, named as an instance folder has them."""

    kind = "sqlite"

    def empty(self, folder: Path) -> str:
        """Return the address of a file that is not there yet."""
        return f"sqlite:///{folder / 'luanchuyen.sqlite'}"

    def copy(self, url: str, folder: Path) -> str:
        """Copy the file."""
        source, copied = _file_of(url), self.empty(folder)
        assert not source.with_name(f"{source.name}-wal").exists(), "somebody is still connected"
        shutil.copyfile(source, _file_of(copied))
        return copied

    def drop(self, url: str) -> None:
        """Leave the file to whoever clears the folder away."""


def _file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


class PostgresqlDatabases:
    """Databases on one server, of which only this process knows."""

    kind = "postgresql"

    def __init__(self, socket_folder: Path) -> None:
        self._socket_folder, self._numbers = socket_folder, itertools.count(1)
        self._server = psycopg.connect(host=str(socket_folder), user="postgres", dbname="postgres", autocommit=True)

    def empty(self, folder: Path) -> str:  # noqa: ARG002  (a server needs no folder)
        """Make a database from the server's empty template."""
        return self._made_from("template0")

    def copy(self, url: str, folder: Path) -> str:  # noqa: ARG002
        """Make a database from another one."""
        return self._made_from(make_url(url).database or "")

    def _made_from(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        by_files = "STRATEGY FILE_COPY" if self._server.info.server_version >= 150_000 else ""  # thrice as fast
        self._server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {by_files}'.encode())
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket_folder}"

    def drop(self, url: str) -> None:
        """Take the database from the server, whoever is connected."""
        self._server.execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)'.encode())

    def close(self) -> None:
        """Leave the server."""
        self._server.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--database` choose."""
    parser.addoption(
        "--database",
        choices=(*KINDS, "both"),
        default="sqlite",
        help="Databases to run on; with postgresql alone, tests that touch no database are left out.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Say which marks there are."""
    config.addinivalue_line("markers", "only_on(kind): the test is about one kind of database")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that touches a database once for each kind."""
    if "database" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only_on")
        metafunc.parametrize("database", only.args if only else KINDS, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the kinds that were not chosen; where only PostgreSQL was, also what touches no database."""
    chosen = config.getoption("--database")
    kept = [item for item in items if _kind_of(item) in _kinds_for(item, chosen)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _kind_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("database") if callspec else None


def _kinds_for(item: pytest.Item, chosen: str) -> tuple[str | None, ...]:
    if chosen == "both":
        return (KINDS[0], None) if ONE_KIND_ENOUGH in item.path.parts else (*KINDS, None)
    return (chosen,) if chosen == "postgresql" else (chosen, None)


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Where this test makes its databases: of the kind it is run for."""
    if request.param == "sqlite":
        yield SqliteDatabases()
        return
    with _running_server() as socket_folder:
        databases = PostgresqlDatabases(socket_folder)
        yield databases
        databases.close()


@pytest.fixture
def empty_database(database: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    url = database.empty(tmp_path)
    yield url
    database.drop(url)


@contextlib.contextmanager
def _running_server() -> Iterator[Path]:
    """Run a PostgreSQL server of this process's own and give the folder of its socket; it ends with this process."""
    binaries = newest_binaries()
    folder = Path(tempfile.mkdtemp(prefix="luanchuyen-postgresql-", dir=in_memory()))
    settings = [f"-c{name}={value}" for name, value in {**SERVER_SETTINGS, "unix_socket_directories": folder}.items()]
    try:
        initialise(binaries, folder)
        with (folder / "server.log").open("w") as log:
            command = [
                *as_nobody_special("--pdeathsig=QUIT"),
                str(binaries / "postgres"),
                "-D",
                str(folder / "data"),
                *settings,
            ]
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(folder, server)
            yield folder
        finally:
            server.send_signal(signal.SIGINT)  # a fast shutdown: it waits for nobody
            server.wait(timeout=START_SECONDS)
    finally:
        shutil.rmtree(folder)


def newest_binaries() -> Path:
    """Return the folder of the newest PostgreSQL that is installed."""
    found = max(BINARIES.glob("*/bin"), key=lambda folder: int(folder.parent.name), default=None)
    if found is None:
        pytest.fail("PostgreSQL is not installed; scripts/test installs it.")
    return found


def in_memory() -> Path | None:
    """Return a folder that lies in memory, if it has room: copying a database is ten times as fast there."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if is_roomy else None


def initialise(binaries: Path, folder: Path) -> None:
    """Make an empty cluster in a folder, which from then on belongs to the server's account."""
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    language = ["--locale-provider=icu", "--icu-locale=vi"] if int(binaries.parent.name) >= ICU_SINCE else []
    command = [*as_nobody_special(), str(binaries / "initdb"), "--pgdata", str(folder / "data"), "--username=postgres"]
    subprocess.run(
        [*command, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", *language, "--no-sync"],
        check=True,
        capture_output=True,
    )


def as_nobody_special(*options: str) -> list[str]:
    """Return what to put before a command of the server, which refuses to run as root."""
    account = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *account, *options]


def _wait_until_it_answers(socket_folder: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 20):
        assert server.poll() is None, (socket_folder / "server.log").read_text()
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(socket_folder), user="postgres", dbname="postgres").close()
            return
        time.sleep(0.05)
    pytest.fail("the PostgreSQL server did not answer")
