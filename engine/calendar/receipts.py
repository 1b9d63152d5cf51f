"""How what comes in is taken: from which day it counts, and until when an answer of the same day is one."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from engine.calendar.working_time import WorkingTime
from engine.model import ReceiptShift


@dataclass(frozen=True, slots=True)
class Receipt:
    """The rules of an office or unit (R3, R3' and "sau 15 giờ"); without arguments those of who has set none.

    What comes after `received_until` counts from the next working day's opening, whatever is counted from it. What
    comes after `same_day_until` is answered on the next working day. The hour itself is not after it.
    """

    shift: ReceiptShift = ReceiptShift.OPENING
    received_until: time | None = None
    same_day_until: time | None = None

    def after_hours(self, office: WorkingTime, at: datetime, hours: Decimal) -> datetime:
        """Return the moment when so many working hours have passed since the receipt (R1)."""
        return office.after_hours(office.next_open(self._received(office, at)), hours)

    def after_days(self, office: WorkingTime, at: datetime, days: int) -> datetime:
        """Return closing time of the n-th working day after the day of receipt (R2); with 0, of the same day (E21).

        An answer of the same day to what comes out of hours is due on the next working day, whatever the shift.
        """
        received = self._received(office, at)
        if days:
            return office.after_days(received, days, shift=self.shift)
        return office.same_day(received, self.same_day_until or time.max)

    def _received(self, office: WorkingTime, at: datetime) -> datetime:
        return at if self.received_until is None else office.received(at, self.received_until)


USUAL = Receipt()
"""What holds where nobody has said anything else."""
