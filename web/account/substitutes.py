"""Who stands in for me, for whom I do, when I am away, and for heads of units: the same for those of my unit."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import leaves, substitutes
from engine.model import Leave, Substitution
from web import clock, entries
from web.account.leave_page import LeaveForm, leave_rows
from web.account.room import bp
from web.account.substitution_page import SubstitutionForm, empty_form, end, rows_of, scopes
from web.database import session, writes
from web.language import gettext
from web.security import me
from web.steps import people_now
from web.telling import answer


@bp.get("/account/substitutes")
def substitutes_page() -> ResponseReturnValue:
    """Show my substitutions and the form for another one."""
    return _page(empty_form(me()))


@bp.post("/account/substitutes")
@writes
def set_substitute() -> ResponseReturnValue:
    """Let somebody stand in for me, or for somebody of my unit."""
    form = SubstitutionForm.sent()
    return answer(form.store, _set, lambda refusal: _page(form, refusal))


def _set(made: Substitution) -> ResponseReturnValue:
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


@bp.post("/account/leaves")
@writes
def announce_leave() -> ResponseReturnValue:
    """Say that I am away, or somebody of my unit."""
    leave = LeaveForm.sent()
    return answer(leave.store, _announced, lambda refusal: _page(empty_form(me()), leave=leave, leave_refusal=refusal))


def _announced(made: Leave) -> ResponseReturnValue:
    flash(gettext("The leave of %(who)s is known.", who=made.person.full_name), "ok")
    return redirect(url_for(".substitutes_page"), code=303)


@bp.post("/account/leaves/<uuid:leave_id>/end")
@writes
def end_leave(leave_id: UUID) -> ResponseReturnValue:
    """End a leave before its last day."""
    ended = leaves.end(session(), leave_id, by=me(), at=clock.now())
    flash(gettext("%(who)s is back.", who=ended.person.full_name), "ok")
    return redirect(url_for(".substitutes_page"), code=303)


def _page(form: SubstitutionForm, refusal: str = "", *, leave: LeaveForm | None = None, leave_refusal: str = "") -> str:
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
        leave=leave or LeaveForm.offered(),
        leave_refusal=leave_refusal,
        leaves=leave_rows(),
    )
