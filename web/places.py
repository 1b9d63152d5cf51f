"""One place at which one case stands, as lists of such places show it (`templates/places.html`)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A case at a step: at whom, in which unit, since when; without a task no due time can be told."""

    case_code: str
    case_title: str
    case_url: str
    process_name: str
    step_name: str
    who: str
    unit: str
    since: datetime
    waiting_text: str
    due_at: datetime | None
    has_due: bool
    is_suspended: bool
