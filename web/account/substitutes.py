"""Who stands in for me, for whom I do, and for heads of units: for those of my unit."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import substitutes
from engine.errors import Conflict, Invalid, NotFound
from web import clock, entries
from web.account.room import bp
from web.account.substitution_page import SubstitutionForm, empty_form, end, rows_of, scopes
from web.database import session, writes
from web.errors import log_refusal, sentence
from web.language import gettext
from web.security import me
from web.steps import people_now


@bp.get("/account/substitutes")
def substitutes_page() -> ResponseReturnValue:
    """Show my substitutions and the form for another one."""
    return _page(empty_form(me()))


@bp.post("/account/substitutes")
@writes
def set_substitute() -> ResponseReturnValue:
    """Let somebody stand in for me, or for somebody of my unit."""
    form = SubstitutionForm.sent()
    try:
        made = form.store()
    except (Conflict, Invalid, NotFound) as refused:
        log_refusal(refused)
        session().rollback()
        return _page(form, sentence(refused)), 422
    flash(
        gettext("%(who)s stands in for %(absent)s.", who=made.substitute.full_name, absent=made.person.full_name), "ok"
    )
    return redirect(url_for(".substitutes_page"), code=303)


@bp.post("/account/substitutes/<uuid:substitution_id>/end")
@writes
def end_substitution(substitution_id: UUID) -> ResponseReturnValue:
    """End a substitution before its last day."""
    end(substitution_id)
    flash(gettext("The substitution has ended."), "ok")
    return redirect(url_for(".substitutes_page"), code=303)


def _page(form: SubstitutionForm, refusal: str = "") -> str:
    people = people_now(session())
    units = list(dict.fromkeys(held.unit_code for held in people.positions_of(me().id)))
    led = [(each.username, each.full_name) for each in substitutes.led_by(people, me())]
    found = substitutes.of_person(session(), me(), at=clock.now())
    return render_template(
        "account/substitutes.html",
        rows=rows_of(found, ".end_substitution"),
        form=form,
        refusal=refusal,
        absentees=[(me().username, me().full_name), *led] if led else [],
        colleagues=entries.suggestions(people, *units) if units else [],
        scopes=scopes(units),
    )
