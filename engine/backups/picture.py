"""One consistent picture of a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

HEADS: Final = "SELECT version_num FROM alembic_version ORDER BY version_num"
CONTENTS: Final = "SELECT DISTINCT sha256 FROM paper_version ORDER BY sha256"
COUNTED: Final = ("process_instance", "user_task", "job", "history", "paper_version", "person")


@dataclass(frozen=True, slots=True)
class Picture:
    """What was in the database at the one moment: its revisions, the contents of papers it names, rows per table."""

    revisions: Sequence[str]
    contents: Sequence[str]
    counts: Mapping[str, int]
