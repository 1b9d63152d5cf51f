"""Who signs for the head of a unit (thẩm quyền ký, NĐ 30/2020 Điều 13): by order (TL.) or written authority (TUQ.).

A thing of its own beside substitutes: it gives the right to sign, and no work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from engine import administrators, database, definitions, directory
from engine.directory import Directory, Holder, UnknownUnit
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.model import AuthorityKind, Person, SigningAuthority, Unit
from engine.runtime import OFFICE_ZONE
from engine.substitutes import PeriodBackwards, PeriodPast, PersonInactive, people_on

TURN = "signing authorities"


class AuthorityNotYours(Forbidden):
    """Only the head of the unit grants the authority to sign for the head, and administrators write it down."""

    code = "authority.not_yours"


class AuthorityNotPassedOn(Forbidden):
    """Who signs by authority may not let others sign by it."""

    code = "authority.not_passed_on"


class AuthorityForOneself(Invalid):
    """The head signs anyway."""

    code = "authority.oneself"


class UnitWithoutHead(Invalid):
    """The unit has no head now who could grant anything."""

    code = "authority.no_head"


class AuthorityWithoutPaper(Invalid):
    """The document that the authority stands in is not named."""

    code = "authority.no_reference"


class AuthorityWithoutEnd(Invalid):
    """A written authority is for a limited time; it has no last day."""

    code = "authority.no_end"


class AuthorityNotFound(NotFound):
    """There is no such authority."""

    code = "authority.not_found"


class AuthorityRevoked(Conflict):
    """The authority has been revoked or its time has passed."""

    code = "authority.over"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an authority is for: which days, which processes (none named: all), and the document it stands in."""

    kind: AuthorityKind
    first: date
    last: date | None
    reference: str
    process_keys: tuple[str, ...] = ()


def grant(
    session: Session, *, unit_code: str, grantee: Person, terms: Terms, by: Person, at: datetime
) -> SigningAuthority:
    """Let somebody sign for the head of a unit; the head grants it, or an administrator writes down that the head did.

    Refuses with `UnknownUnit`, `UnitWithoutHead`, `AuthorityNotPassedOn`, `AuthorityNotYours`, `AuthorityForOneself`,
    `PersonInactive`, `AuthorityWithoutPaper`, `AuthorityWithoutEnd`, `PeriodBackwards`, `PeriodPast` and
    `ProcessNotFound`.
    """
    people = people_on(session, at)
    unit = session.scalar(select(Unit).where(Unit.code == unit_code))
    if unit is None:
        raise UnknownUnit(unit=unit_code)
    head = people.leader_of(unit_code)
    _must_grant(session, people, unit, head, by, at)
    if head is None:
        raise UnitWithoutHead(unit=unit_code)
    if head.person_id == grantee.id:
        raise AuthorityForOneself(who=grantee.full_name)
    if not grantee.is_active:
        raise PersonInactive(who=grantee.full_name)
    _must_be_whole(session, terms, at.astimezone(OFFICE_ZONE).date())
    granted = SigningAuthority(
        kind=terms.kind,
        unit=unit,
        grantor_id=head.person_id,
        title=head.title,
        grantee=grantee,
        valid_from=terms.first,
        valid_to=terms.last,
        process_keys=sorted(terms.process_keys),
        reference=terms.reference.strip(),
        granted_by_id=by.id,
        granted_at=at,
    )
    session.add(granted)
    directory.changed(session)
    session.flush()
    return granted


def _must_grant(session: Session, people: Directory, unit: Unit, head: Holder | None, by: Person, at: datetime) -> None:
    if (head is not None and head.person_id == by.id) or administrators.may_administer(session, by, at):
        return
    if any(each.unit_code == people.heir_of(unit.code) and not each.is_over for each in people.authorities_of(by.id)):
        raise AuthorityNotPassedOn(unit=unit.code)
    raise AuthorityNotYours(unit=unit.code)


def _must_be_whole(session: Session, terms: Terms, today: date) -> None:
    if not terms.reference.strip():
        raise AuthorityWithoutPaper
    if terms.last is None and terms.kind is AuthorityKind.TUQ:
        raise AuthorityWithoutEnd
    if terms.last is not None and terms.last < terms.first:
        raise PeriodBackwards
    if terms.last is not None and terms.last < today:
        raise PeriodPast
    for key in terms.process_keys:
        definitions.latest(session, key)


def revoke(session: Session, authority_id: UUID, *, by: Person, at: datetime) -> SigningAuthority:
    """End an authority now; refuses with `AuthorityNotFound`, `AuthorityNotYours`, `AuthorityRevoked`."""
    database.take_turn(session, TURN)
    found = session.scalar(
        _with_people().where(SigningAuthority.id == authority_id).execution_options(populate_existing=True)
    )
    if found is None:
        raise AuthorityNotFound(authority_id=authority_id)
    people = people_on(session, at)
    _must_grant(session, people, found.unit, people.leader_of(found.unit.code), by, at)
    if found.is_over(at.astimezone(OFFICE_ZONE).date()):
        raise AuthorityRevoked
    found.revoked_at, found.revoked_by_id = at, by.id
    directory.changed(session)
    session.flush()
    return found


def _with_people() -> Select[SigningAuthority]:
    return select(SigningAuthority).options(
        joinedload(SigningAuthority.grantor), joinedload(SigningAuthority.grantee), joinedload(SigningAuthority.unit)
    )


def not_over(session: Session, *, by: Person, at: datetime, limit: int = 200) -> Sequence[SigningAuthority]:
    """Return the authorities that hold or are to come, for administrators (`AdministratorsOnly`); newest first."""
    administrators.must_administer(session, by, at)
    today = at.astimezone(OFFICE_ZONE).date()
    lasting = or_(SigningAuthority.valid_to.is_(None), SigningAuthority.valid_to >= today)
    query = _with_people().where(SigningAuthority.revoked_at.is_(None), lasting)
    newest_first = SigningAuthority.valid_from.desc(), SigningAuthority.id
    return session.scalars(query.order_by(*newest_first).limit(limit)).all()
