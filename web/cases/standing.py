"""A case that stands still, as everybody is told who meets it."""

from dataclasses import dataclass
from datetime import datetime

from engine import repair
from engine.model import ProcessInstance
from web.database import session


@dataclass(frozen=True, slots=True)
class Suspension:
    """Who let the case stand still, when and why."""

    who: str
    at: datetime
    reason: str


def suspension_note(case: ProcessInstance) -> Suspension | None:
    """Return why a case stands still, `None` when it does not."""
    entry = repair.suspension_of(session(), case)
    if entry is None:
        return None
    return Suspension(entry.actor.full_name if entry.actor else "", entry.at, str(entry.data["reason"]))
