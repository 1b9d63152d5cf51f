"""How long steps and jobs take, told to whoever listens; with nobody listening it costs nothing worth a word.

The engine knows no metrics library: the site (or a worker) gives a listener once, when its process starts.
"""

from enum import StrEnum
from typing import Protocol


class JobOutcome(StrEnum):
    """How one attempt at a job came out; a business error that went to the diagram is no failure."""

    DONE = "done"
    RETRIED = "retried"
    FAILED = "failed"


class Listener(Protocol):
    """Who keeps the figures; called in the thread that did the work, so it must be quick and safe among threads."""

    def step_done(self, process_key: str, seconds: float) -> None:
        """Take note of one step of a case, from opening it to its rows being ready to commit."""
        ...

    def job_done(self, job_type: str, outcome: JobOutcome, seconds: float) -> None:
        """Take note of one attempt at a job: a handler's type, or what kind of job it was where there is no handler."""
        ...


_listener: Listener | None = None


def listen(listener: Listener | None) -> None:
    """Let one listener hear of everything from now on; None ends it."""
    global _listener  # noqa: PLW0603  (one seam a process, set once)
    _listener = listener


def step_done(process_key: str, seconds: float) -> None:
    """Report a step that was not refused."""
    if _listener is not None:
        _listener.step_done(process_key, seconds)


def job_done(job_type: str, outcome: JobOutcome, seconds: float) -> None:
    """Report one attempt at a job."""
    if _listener is not None:
        _listener.job_done(job_type, outcome, seconds)
