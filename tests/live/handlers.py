"""What the machines of the live tests do; workers load it as an operator's own module, by `LUANCHUYEN_PLUGINS`."""

import os
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from engine.hooks import JobCall, JobType, Offered, hookimpl

SOON = (timedelta(seconds=1),)


@hookimpl
def job_types() -> Mapping[str, Offered]:
    """Offer a step of each temper."""
    return {
        "live.near": near,
        "live.note": JobType(note, is_external=True),
        "live.hang": JobType(hang, is_external=True, timeout=timedelta(seconds=1), retry_delays=SOON),
        "live.fail": JobType(fail, is_external=True, retry_delays=SOON),
        "live.rubbish": JobType(rubbish, is_external=True, retry_delays=()),
    }


def _write(call: JobCall, what: str) -> None:
    with Path(os.environ["BOOK"]).open("a", encoding="utf-8") as book:
        book.write(f"{what} {call.variables['name']}\n")


def near(call: JobCall) -> Mapping[str, object]:
    """Say who did it."""
    return {"done_by": os.getpid(), "revision": call.instance.revision, "has_session": call.session.is_active}


def note(call: JobCall) -> Mapping[str, object]:
    """Write down that it began, take as many seconds as asked, write down that it ended."""
    _write(call, "began")
    time.sleep(float(str(call.variables.get("seconds", 0))))
    _write(call, "ended")
    return {"noted": True}


def hang(call: JobCall) -> Mapping[str, object]:
    """Hang the first time, in the system, where no Python runs."""
    _write(call, "hung")
    os.read(os.pipe()[0], 1)
    return {}


def fail(call: JobCall) -> Mapping[str, object]:
    """Fail and say too much."""
    raise ConnectionError(f"no answer for {call.variables['name']}")


def rubbish(_call: JobCall) -> Mapping[str, object]:
    """Return what no case can keep."""
    return 7  # type: ignore[return-value]
