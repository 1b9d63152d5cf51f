"""Every substitution that holds or is to come, and the form for one of anybody."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import substitutes
from engine.administrators import must_administer
from engine.model import Substitution
from web import clock, entries
from web.account.substitution_page import SubstitutionForm, empty_form, end, rows_of, scopes
from web.admin.room import bp, page_cards
from web.database import session, writes
from web.language import gettext
from web.security import me
from web.steps import people_now
from web.telling import answer


@bp.get("/substitutes")
def substitutions() -> ResponseReturnValue:
    """Show the substitutions of the whole office."""
    return _page(empty_form())


@bp.post("/substitutes")
@writes
def set_substitute() -> ResponseReturnValue:
    """Let somebody stand in for anybody."""
    must_administer(session(), me(), clock.now())
    form = SubstitutionForm.sent()
    return answer(form.store, _set, lambda refusal: _page(form, refusal))


def _set(made: Substitution) -> ResponseReturnValue:
    said = {"who": made.substitute.full_name, "absent": made.person.full_name}
    flash(gettext("%(who)s stands in for %(absent)s.", **said), "ok")
    return redirect(url_for(".substitutions"), code=303)


@bp.post("/substitutes/<uuid:substitution_id>/end")
@writes
def end_substitution(substitution_id: UUID) -> ResponseReturnValue:
    """End a substitution before its last day."""
    must_administer(session(), me(), clock.now())
    end(substitution_id)
    flash(gettext("The substitution has ended."), "ok")
    return redirect(url_for(".substitutions"), code=303)


def _page(form: SubstitutionForm, refusal: str = "") -> str:
    found = substitutes.not_over(session(), by=me(), at=clock.now())
    people = people_now(session())
    return render_template(
        "admin/substitutes.html",
        room="admin",
        cards=page_cards(),
        rows=rows_of(found, ".end_substitution"),
        form=form,
        refusal=refusal,
        absentees=[],
        may_name_anybody=True,
        colleagues=entries.suggestions(people),
        scopes=scopes(list(people.units)),
    )
