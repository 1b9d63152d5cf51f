"""The real server as its own process: started, asked for its memory and processor time, and ended."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database
from engine.model import Person, TaskState, UserTask
from tests.bench.browser import Browser

LONGEST_START_SECONDS = 60
MEGABYTE = 1024 * 1024
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """What the server holds, in MB: `pss` counts every shared page once, `rss` once per process that maps it."""

    pss_mb: float
    rss_mb: float
    worker_pss_mb: float
    worker_rss_mb: float


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: gunicorn's master and its worker."""

    port: int
    master_id: int
    database_url: str

    @property
    def worker_ids(self) -> list[int]:
        """The processes that the master has forked."""
        children = Path(f"/proc/{self.master_id}/task/{self.master_id}/children").read_text(encoding="ascii")
        return [int(each) for each in children.split()]

    def memory(self) -> Memory:
        """Return what master and worker hold at this moment."""
        master, worker = _memory_of(self.master_id), _sum(_memory_of(each) for each in self.worker_ids)
        return Memory(
            pss_mb=master["Pss"] + worker["Pss"],
            rss_mb=master["Rss"] + worker["Rss"],
            worker_pss_mb=worker["Pss"],
            worker_rss_mb=worker["Rss"],
        )

    def processor_ms(self) -> float:
        """Return the processor time that master and worker have used so far; its grain is 10 ms."""
        return sum(_processor_ms_of(each) for each in (self.master_id, *self.worker_ids))

    def open_tasks(self) -> list[tuple[UUID, str]]:
        """Return the open tasks and whose they are, read past the server."""
        with database.opened(self.database_url) as engine, Session(engine) as session:
            mine = select(UserTask.id, Person.username).join(UserTask.assignee).where(UserTask.state == TaskState.OPEN)
            return [(task_id, username) for task_id, username in session.execute(mine.order_by(UserTask.created_at))]


@contextmanager
def running(folder: Path, *words: str, database_url: str = "", **environ: str) -> Iterator[Server]:
    """Run `luanchuyen run` on a free port of the loopback with its instance in `folder`; ends it, and only it.

    Without an address the database is the instance's own SQLite file.
    """
    port, url = free_port(), database_url or f"sqlite:///{folder / 'luanchuyen.sqlite'}"
    environ = {**os.environ, "DATABASE_URL": url, "LUANCHUYEN_INSTANCE": str(folder), **environ}
    command = [str(Path(sys.executable).parent / "luanchuyen"), "run", "--port", str(port), *words]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        _wait_for(process, port, folder / "server.log")
        yield Server(port, process.pid, url)
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    browser, deadline = Browser(port), time.monotonic() + LONGEST_START_SECONDS
    while not browser.is_answered():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
        time.sleep(0.1)
    browser.connection.close()


def _memory_of(process_id: int) -> dict[str, float]:
    """Return Rss and Pss in MB."""
    sizes = {}
    for line in Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        if name in {"Rss", "Pss"}:
            sizes[name] = int(rest.split()[0]) * 1024 / MEGABYTE
    return sizes


def _sum(memories: Iterator[dict[str, float]]) -> dict[str, float]:
    total = {"Rss": 0.0, "Pss": 0.0}
    for memory in memories:
        for name, size in memory.items():
            total[name] += size
    return total


def _processor_ms_of(process_id: int) -> float:
    after_name = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) * 1000 / TICKS_PER_SECOND
