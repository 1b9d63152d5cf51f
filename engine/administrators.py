"""Who administers the house: directory, calendar, standing rules."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine import tasks
from engine.directory import ADMINISTRATOR_GROUP
from engine.errors import Forbidden
from engine.model import Person


class AdministratorsOnly(Forbidden):
    """The person is no administrator."""

    code = "admin.forbidden"


def may_administer(session: Session, person: Person, at: datetime) -> bool:
    """Tell whether the person is an administrator."""
    return ADMINISTRATOR_GROUP in tasks.groups_of(session, person, at)


def must_administer(session: Session, person: Person, at: datetime) -> None:
    """Refuse with `AdministratorsOnly`."""
    if not may_administer(session, person, at):
        raise AdministratorsOnly(person=person.username)
