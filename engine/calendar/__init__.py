"""The working calendar (lịch làm việc): due moments in working hours, working days and calendar days.

`working_time` computes and knows no database.
"""

from engine.calendar.working_time import CalendarYearMissing, Pause, ReceiptShift, Season, Span, WorkingTime

__all__ = ["CalendarYearMissing", "Pause", "ReceiptShift", "Season", "Span", "WorkingTime"]
