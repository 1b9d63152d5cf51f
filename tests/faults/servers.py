"""A Redis of a test's own, to be killed."""

import contextlib
import shutil
import subprocess
import time
from pathlib import Path

import redis

from tests.conftest import free_port

PATIENCE_SECONDS = 60


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
