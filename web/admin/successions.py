"""Units that were merged or renamed: which unit stands for which, and the form that closes one."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import successions
from engine.administrators import must_administer
from engine.model import Unit
from web import clock, entries
from web.admin.room import bp, page_cards
from web.database import session, writes
from web.language import gettext
from web.security import me
from web.steps import people_now
from web.telling import answer


@dataclass(frozen=True, slots=True)
class SuccessionForm:
    """The form as somebody filled it."""

    unit: str = ""
    successor: str = ""
    last: str = ""

    def store(self) -> Unit:
        """Close the unit as it says; refuses as `successions.succeed` does, and what cannot be read."""
        last = entries.day(self.last)
        return successions.succeed(
            session(), self.unit, successor_code=self.successor, last=last, by=me(), at=clock.now()
        )


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """One unit that has a successor; `heir` is the unit that stands for it today."""

    code: str
    name: str
    last: date | None
    successor: str
    heir: str


@bp.get("/successions")
def succession_list() -> ResponseReturnValue:
    """Show the units that have a successor, and the form that closes another one."""
    return _page(SuccessionForm(last=clock.today().isoformat()))


@bp.post("/successions")
@writes
def succeed_unit() -> ResponseReturnValue:
    """Close a unit and let another one take its place."""
    form = SuccessionForm(*map(entries.entered, ("unit", "successor", "last")))
    return answer(form.store, _closed, lambda refusal: _page(form, refusal))


def _closed(unit: Unit) -> ResponseReturnValue:
    successor = unit.successor.code if unit.successor else ""
    flash(gettext("%(successor)s follows %(unit)s.", successor=successor, unit=unit.code), "ok")
    return redirect(url_for(".succession_list"), code=303)


def _page(form: SuccessionForm, refusal: str = "") -> str:
    must_administer(session(), me(), clock.now())
    people = people_now(session())
    rows = [
        SuccessionRow(unit.code, unit.name, unit.valid_to, successor.code, people.heir_of(unit.code))
        for unit, successor in successions.all_with_successor(session())
    ]
    return render_template(
        "admin/successions.html",
        room="admin",
        cards=page_cards(),
        rows=rows,
        form=form,
        refusal=refusal,
        units=list(people.units.values()),
    )
