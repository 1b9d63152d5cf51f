"""One person's page: positions, open work, the hand-over when they leave, and their password."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import accounts, administrators, hand_over, positions
from engine.errors import Invalid
from engine.model import Person, Position
from engine.tasks import LONGEST_REASON
from web import clock, entries
from web.admin.room import bp, page_cards
from web.database import session, writes
from web.language import gettext, ngettext
from web.passwords import hash_password
from web.security import me
from web.steps import people_now
from web.telling import told

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


class PasswordTooShort(Invalid):
    """The password is shorter than `least` characters."""

    code = "person.password_too_short"


@bp.get("/people/<uuid:person_id>")
def person(person_id: UUID) -> ResponseReturnValue:
    """Show a person with what they hold."""
    ahead = hand_over.preview(session(), person_id, by=me(), at=clock.now())
    is_administrator = administrators.may_administer(session(), me(), clock.now())
    return render_template(
        "admin/person.html",
        room="admin",
        cards=page_cards() if is_administrator else [],
        ahead=ahead,
        colleagues=_colleagues(ahead.person),
        to_charge=_to_charge(ahead.positions),
        may_hand_over=hand_over.may_hand_over(session(), ahead.person, by=me(), at=clock.now()),
        is_administrator=is_administrator,
        today=clock.today(),
        longest_reason=LONGEST_REASON,
        shortest_password=SHORTEST_PASSWORD,
        longest_password=LONGEST_PASSWORD,
    )


def _to_charge(held: Sequence[Position]) -> set[UUID]:
    """Return the positions of which the reader may say what they are in charge of."""
    now = clock.now()
    return {each.id for each in held if positions.may_put_in_charge(session(), each, by=me(), at=now)}


def _colleagues(person: Person) -> list[tuple[str, str]]:
    """Return who is in the person's units besides, to choose the heir from; anybody else can be typed."""
    office = people_now(session())
    units = dict.fromkeys(held.unit_code for held in office.positions_of(person.id))
    return [each for each in entries.suggestions(office, *units) if each[0] != person.username]


@bp.post("/people/<uuid:person_id>/hand-over")
@writes
def end_work(person_id: UUID) -> ResponseReturnValue:
    """Hand over all that the person holds and close their account."""
    with told():
        count = hand_over.hand_over(
            session(),
            person_id,
            to=entries.entered("to") or None,
            back_to_groups=request.form.get("groups") == "yes",
            last_day=entries.day(entries.entered("last_day")),
            by=me(),
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
        closed = gettext("The account is closed.")
        handed_over = ngettext("%(num)s task handed over.", "%(num)s tasks handed over.", count)
        flash(f"{closed} {handed_over}", "ok")
    return redirect(url_for(".person", person_id=person_id), code=303)


@bp.post("/people/<uuid:person_id>/password")
@writes
def new_password(person_id: UUID) -> ResponseReturnValue:
    """Give the person a password, which they hear from the administrator."""
    password = request.form.get("password", "")[:LONGEST_PASSWORD]
    with told():
        if len(password) < SHORTEST_PASSWORD:
            raise PasswordTooShort(least=SHORTEST_PASSWORD)
        accounts.set_password(session(), person_id, password_hash=hash_password(password), by=me(), at=clock.now())
        flash(gettext("The password is set. Whoever was signed in with the old one has to sign in again."), "ok")
    return redirect(url_for(".person", person_id=person_id), code=303)
