"""The programs that are killed: started as operators start them, ended by their own process ids only."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 40


@dataclass
class Program:
    """One program and the processes it has forked."""

    name: str
    command: Sequence[str | Path]
    environ: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> None:
        """Start it; its output goes on in the same log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env={**os.environ, **self.environ}, stdout=log, stderr=log
            )

    @property
    def children(self) -> list[int]:
        """The processes it has forked and that still live."""
        assert self.process is not None
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
            return [int(each) for each in listed.split()]
        return []

    def kill(self) -> None:
        """`kill -9`, children first come first served; they get no moment to tidy up."""
        assert self.process is not None
        for process_id in (self.process.pid, *self.children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        self.process.wait(timeout=PATIENCE_SECONDS)

    def kill_a_child(self, number: int) -> None:
        """`kill -9` for one of the processes it has forked; it is the program's own matter to go on."""
        children = self.children
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(children[number % len(children)], signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_SECONDS)


def luanchuyen(name: str, environ: Mapping[str, str], folder: Path, *words: str) -> Program:
    """Return a `luanchuyen` command that has not been started."""
    return Program(name, [sys.executable, "-m", "web.cli", *words], environ, folder / f"{name}.log")


def wait_until_it_answers(url: str, program: Program) -> None:
    """Wait until the site answers; say what the program wrote when it ends instead."""
    for _ in range(PATIENCE_SECONDS * 20):
        assert program.process is not None
        assert program.process.poll() is None, program.log.read_text(encoding="utf-8")[-3000:]
        with contextlib.suppress(URLError, ConnectionError, TimeoutError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError(f"{program.name} did not answer")
