"""The people of a head: what each is in charge of and has open, with a link to hand over the work of who leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from engine import substitutes
from engine.verbs import loads
from web import clock
from web.account.room import bp
from web.database import session
from web.security import me
from web.steps import people_now


@dataclass(frozen=True, slots=True)
class LedRow:
    """One person under the reader."""

    name: str
    username: str
    url: str
    positions: Sequence[str]
    fields: Sequence[str]
    open_tasks: int
    late_tasks: int


@bp.get("/account/people")
def people_led() -> ResponseReturnValue:
    """Show whom the person signed in leads; nobody, to who leads nobody."""
    office = people_now(session())
    found = loads.of(session(), substitutes.led_by(office, me()), clock.now())
    rows = [
        LedRow(
            name=load.person.full_name,
            username=load.person.username,
            url=url_for("admin.person", person_id=load.person.id),
            positions=[f"{held.title} · {held.unit_code}" for held in office.positions_of(load.person.id)],
            fields=office.fields_of(load.person.id),
            open_tasks=load.open_tasks,
            late_tasks=load.late_tasks,
        )
        for load in found
    ]
    return render_template("account/people.html", people=rows)
