"""One at a time: backing up, restoring and removing by policy must not meet."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import Conflict

LOCK_FILE = "maintenance.lock"


class MaintenanceRuns(Conflict):
    """Another command of this kind is at work on the instance."""

    code = "maintenance.runs"


@contextmanager
def alone(instance: Path) -> Iterator[None]:
    """Keep other commands of maintenance away for the length of a block; refuses with `MaintenanceRuns`."""
    with (instance / LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise MaintenanceRuns(
                "Một lệnh sao lưu, phục hồi hoặc loại bỏ hồ sơ đang chạy; hãy đợi lệnh đó xong. / "
                "A backup, restore or retention command is running; wait until it has ended."
            ) from error
        yield
