"""A PostgreSQL server as an office has it: on disk, with `fsync`, on a socket of its own."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests import databases

PATIENCE_SECONDS = 60


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Run a server in a folder of its own and give the address of its database; ends it, and only it."""
    folder = Path(tempfile.mkdtemp(prefix="bench-postgresql-"))
    binaries = databases.newest_binaries()
    try:
        databases.initialise(binaries, folder)
        settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "100"}
        options = [f"-c{name}={value}" for name, value in settings.items()]
        command = [*databases.as_nobody_special(), str(binaries / "postgres"), "-D", str(folder / "data"), *options]
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(folder)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=PATIENCE_SECONDS)
    finally:
        shutil.rmtree(folder)


def _wait(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        time.sleep(0.05)
    raise RuntimeError((folder / "server.log").read_text(encoding="utf-8")[-2000:])
