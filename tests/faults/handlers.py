"""The outside world of the fault tests: a stamp that takes a moment and leaves its mark outside any transaction."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from engine.hooks import JobCall, JobHandler, JobType, hookimpl

SECONDS_A_STAMP = 0.05


@hookimpl
def job_types() -> Mapping[str, JobHandler | JobType]:
    """Offer the stamp."""
    return {"faults.stamp": JobType(stamp, is_external=True)}


def stamp(call: JobCall) -> Mapping[str, object]:
    """Take a moment, then leave the job's key in the book of stamps: one line, appended at once."""
    time.sleep(SECONDS_A_STAMP)
    book = Path(os.environ["BOOK_OF_STAMPS"])
    with book.open("a", encoding="ascii") as lines:
        lines.write(f"{call.idempotency_key} {os.getpid()}\n")
    return {"stamped": True}
