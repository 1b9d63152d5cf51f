"""Who is an operator."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine import tasks
from engine.directory import ADMINISTRATOR_GROUP
from engine.errors import Forbidden
from engine.model import Person


class OperationsForbidden(Forbidden):
    """The person is no operator."""

    code = "operations.forbidden"


def may_operate(session: Session, person: Person, at: datetime) -> bool:
    """Tell whether the person may repair cases: administrators only."""
    return ADMINISTRATOR_GROUP in tasks.groups_of(session, person, at)


def must_operate(session: Session, person: Person, at: datetime) -> None:
    """Refuse with `OperationsForbidden`."""
    if not may_operate(session, person, at):
        raise OperationsForbidden(person=person.username)
