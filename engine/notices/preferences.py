"""How somebody wants to be told outside the site: where, of what, when."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import database
from engine.errors import Invalid
from engine.model import Digest, Notice, NoticePreference, Person

DIGEST_AT = time(8)
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_WORD}(?:\.{_WORD})*@(?:[A-Za-z0-9-]{{1,63}}\.)+[A-Za-z]{{2,63}}")
LONGEST_ADDRESS = 254


class AddressInvalid(Invalid):
    """What was given is no e-mail address."""

    code = "notice.address_invalid"


class QuietHoursIncomplete(Invalid):
    """Quiet hours need a beginning and an end, and these differ."""

    code = "notice.quiet_hours_incomplete"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person has chosen; `muted` holds `channel:topic` of what is turned off."""

    address: str = ""
    language: str = "vi"
    muted: Collection[str] = ()
    digest: Digest = Digest.AT_ONCE
    digest_at: time = DIGEST_AT
    quiet_from: time | None = None
    quiet_until: time | None = None
    only_working_days: bool = False


def of_person(session: Session, person: Person) -> NoticePreference:
    """Return how a person wants to be told; the usual way, stored nowhere, for who has never said."""
    return session.get(NoticePreference, person.id) or usual(person.id)


def usual(person_id: UUID) -> NoticePreference:
    """Return how somebody is told who has never said how: at once, of everything, where no address is needed."""
    return as_preference(person_id, Wishes())


def as_preference(person_id: UUID, wishes: Wishes) -> NoticePreference:
    """Return what somebody has chosen as it would be stored; stored nowhere."""
    return _made(NoticePreference(person_id=person_id), wishes)


def save(session: Session, wishes: Wishes, *, by: Person, at: datetime) -> NoticePreference:
    """Store how `by` wants to be told; what waits to go out is looked at anew.

    Refuses with `AddressInvalid`, `QuietHoursIncomplete`.
    """
    if wishes.address and not is_address(wishes.address):
        raise AddressInvalid(address=wishes.address)
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        raise QuietHoursIncomplete
    if wishes.quiet_from is not None and wishes.quiet_from == wishes.quiet_until:
        raise QuietHoursIncomplete
    first = database.insert(session, NoticePreference).values(person_id=by.id)
    session.execute(first.on_conflict_do_nothing(index_elements=["person_id"]))
    kept = session.get_one(NoticePreference, by.id, populate_existing=True)
    waiting = update(Notice).where(Notice.person_id == by.id, Notice.outgoing_at > at).values(outgoing_at=at)
    session.execute(waiting.execution_options(synchronize_session=False))
    return _made(kept, wishes)


def is_address(text: str) -> bool:
    """Tell whether a text is an e-mail address that may stand in a header: one address, ASCII, one line."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def _made(kept: NoticePreference, wishes: Wishes) -> NoticePreference:
    kept.address, kept.language, kept.muted = wishes.address, wishes.language, sorted(wishes.muted)
    kept.digest, kept.digest_at = wishes.digest, wishes.digest_at
    kept.quiet_from, kept.quiet_until = wishes.quiet_from, wishes.quiet_until
    kept.only_working_days = wishes.only_working_days
    return kept
