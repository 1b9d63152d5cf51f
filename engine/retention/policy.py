"""How long cases are kept: a term for each process, in whole years after the year a case ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from engine.runtime import OFFICE_ZONE

PERMANENT: Final = "permanent"
Term = int | Literal["permanent"]
"""Years, or for ever (vĩnh viễn)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What may go and when. A process without a term is kept for ever; finished jobs are kept while `jobs` is None.

    Terms (thời hạn lưu trữ) are counted from the end of the calendar year a case ended in, as archives count them.
    """

    terms: Mapping[str, Term] = field(default_factory=dict)
    jobs: timedelta | None = None

    def leaves_at(self, process_key: str, ended_at: datetime) -> datetime | None:
        """Return the instant from which a case may go; None is never."""
        years = self.terms.get(process_key, PERMANENT)
        if years == PERMANENT:
            return None
        return datetime(ended_at.astimezone(OFFICE_ZONE).year + years + 1, 1, 1, tzinfo=OFFICE_ZONE)

    def said(self, process_key: str) -> str:
        """Say the term of a process as the record of a removal keeps it."""
        return f"{process_key}: years_after_end = {self.terms.get(process_key, PERMANENT)}"
