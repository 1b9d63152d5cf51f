"""PostgreSQL and Redis of a test's own, to be killed: the tests' shared server must live."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import redis

from tests import databases
from tests.conftest import free_port

PATIENCE_SECONDS = 60


class PostgresqlServer:
    """One PostgreSQL server in a folder of its own, with the durability an office has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._binaries = databases.newest_binaries()
        databases.initialise(self._binaries, folder)
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its one database."""
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start it, or start it again over what is left, and wait until it answers."""
        settings = {"listen_addresses": "", "unix_socket_directories": str(self._folder), "max_connections": "80"}
        options = [f"-c{name}={value}" for name, value in settings.items()]
        command = [
            *databases.as_nobody_special(),
            str(self._binaries / "postgres"),
            "-D",
            str(self._folder / "data"),
            *options,
        ]
        with (self._folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres").close()
                return
            time.sleep(0.05)
        raise AssertionError((self._folder / "server.log").read_text(encoding="utf-8")[-2000:])

    def kill(self) -> None:
        """`kill -9` of the server and of every process it has forked."""
        assert self._server is not None
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text(encoding="ascii")
        for process_id in (self._server.pid, *(int(each) for each in children.split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        self._server.wait(timeout=PATIENCE_SECONDS)

    def stop(self) -> None:
        """End it at once."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(timeout=PATIENCE_SECONDS)


class RedisServer:
    """One Redis server that keeps nothing: what it held is gone when it is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port, self._program = folder, free_port(), shutil.which("redis-server") or ""
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it empty and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self._folder / "redis.log").open("ab") as log:
            self._server = subprocess.Popen([self._program, *options], cwd=self._folder, stdout=log, stderr=log)
        with contextlib.closing(redis.Redis(port=self.port)) as client:
            for _ in range(PATIENCE_SECONDS * 20):
                with contextlib.suppress(redis.ConnectionError):
                    client.ping()
                    return
                time.sleep(0.05)
        raise AssertionError("redis did not answer")

    def kill(self) -> None:
        """`kill -9`; everything it held is lost."""
        assert self._server is not None
        self._server.kill()
        self._server.wait(timeout=PATIENCE_SECONDS)

    def stop(self) -> None:
        """End it."""
        if self._server is not None and self._server.poll() is None:
            self.kill()
