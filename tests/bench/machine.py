"""What the numbers depend on besides the code: the machine, its load, and how fast its disk keeps a promise."""

import os
import platform
import sqlite3
import statistics
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from tests.bench.measures import Stopwatch

PACKAGES = ("SpiffWorkflow", "SQLAlchemy", "Flask", "gunicorn")


def conditions() -> Mapping[str, object]:
    """Return the machine, the versions, the load before the run, and the median of 50 `fsync` in milliseconds."""
    return {
        "processors": os.cpu_count(),
        "load_average_1_min": round(os.getloadavg()[0], 2),
        "fsync_ms": round(_fsync_ms(), 3),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def _fsync_ms() -> float:
    stopwatch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "page").open("wb") as file:
        for _ in range(50):
            file.write(bytes(4096))
            file.flush()
            with stopwatch.lap():
                os.fsync(file.fileno())
    return statistics.median(stopwatch.times_ms)
