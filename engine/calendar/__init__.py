"""The working calendar (lịch làm việc): due moments in working hours, working days and calendar days.

`working_time` computes and knows no database. `offices` keeps what the tables say as a snapshot and hands out the
working time of a unit; `years`, `editing` and `receipt_rules` change the tables; `receipts` says from when what comes
counts; `proposals` knows the public holidays; `due_functions` is what FEEL asks. A year that nobody approved is refused
everywhere, never guessed.
"""

from engine.calendar.working_time import CalendarYearMissing, Pause, Season, Span, WorkingTime
from engine.model import ReceiptShift

__all__ = ["CalendarYearMissing", "Pause", "ReceiptShift", "Season", "Span", "WorkingTime"]
