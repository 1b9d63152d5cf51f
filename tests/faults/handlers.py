"""The outside world of the fault tests: a stamp that takes a moment and leaves its mark outside any transaction."""

import os
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from engine.hooks import JobCall, JobHandler, JobType, hookimpl

SECONDS_A_STAMP = 0.05
RETRY_DELAYS = (timedelta(seconds=1),) * 1000
"""An attempt that somebody shot at is made again soon: nobody shoots longer than the test lasts."""


@hookimpl
def job_types() -> Mapping[str, JobHandler | JobType]:
    """Offer the stamp."""
    return {"faults.stamp": JobType(stamp, is_external=True, retry_delays=RETRY_DELAYS)}


def stamp(call: JobCall) -> Mapping[str, object]:
    """Take a moment, then leave the job's key in the book of stamps: one line, appended at once."""
    time.sleep(SECONDS_A_STAMP)
    book = Path(os.environ["BOOK_OF_STAMPS"])
    with book.open("a", encoding="ascii") as lines:
        lines.write(f"{call.idempotency_key} {os.getpid()}\n")
    return {"stamped": True}
