"""Accounts: what administrators do about signing in."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.administrators import must_administer
from engine.hand_over import PersonNotFound
from engine.model import Person


def set_password(session: Session, person_id: UUID, *, password_hash: str, by: Person, at: datetime) -> Person:
    """Give a person a password, which who has signed in with the old one notices; the caller hashes and judges it.

    Refuses with `AdministratorsOnly` and `PersonNotFound`.
    """
    must_administer(session, by, at)
    person = session.get(Person, person_id)
    if person is None:
        raise PersonNotFound(person_id=person_id)
    person.password_hash, person.session_stamp = password_hash, uuid4().hex
    session.flush()
    return person
