"""How what comes in is taken, in words."""

from datetime import time

from engine.calendar import ReceiptShift
from web.language import gettext


def receipt_in_words(shift: ReceiptShift, received_until: time | None, same_day_until: time | None) -> list[str]:
    """Return a sentence for each part of a rule."""
    out_of_hours = gettext("What comes out of hours counts from the next opening.")
    if shift is ReceiptShift.CIVIL_DATE:
        out_of_hours = gettext("What comes out of hours counts from its date: the next working day is the first one.")
    lines = [out_of_hours]
    if received_until is not None:
        said = gettext("What comes after %(hour)s counts from the next working day.", hour=_hour(received_until))
        lines.append(said)
    if same_day_until is None:
        return [*lines, gettext("An answer of the same day is due that day until it closes.")]
    same_day = gettext(
        "An answer of the same day to what comes after %(hour)s is due the next working day.",
        hour=_hour(same_day_until),
    )
    return [*lines, same_day]


def _hour(at: time) -> str:
    return f"{at:%H:%M}"
