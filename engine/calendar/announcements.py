"""What authorities announced and the library of holidays does not know: swapped days, and better words.

A line is added when a notice comes; it goes before what the library says of the day. Sources: CV 12729/VPCP-KGVX of
25/12/2025 (02/01/2026), TB 9441/TB-BNV (Tết and Quốc khánh 2026). The swap of 23/11/2026 was proposed and not decided.
"""

from collections.abc import Mapping
from datetime import date

from engine.model import DayKind

ANNOUNCED: Mapping[date, tuple[DayKind, str]] = {
    date(2026, 1, 2): (DayKind.OFF, "Nghỉ hoán đổi với thứ Bảy 10/01"),
    date(2026, 1, 10): (DayKind.WORKED, "Làm bù cho ngày 02/01"),
    date(2026, 8, 22): (DayKind.WORKED, "Làm bù cho ngày 31/8"),
    date(2026, 8, 31): (DayKind.OFF, "Nghỉ hoán đổi với thứ Bảy 22/8"),
}
