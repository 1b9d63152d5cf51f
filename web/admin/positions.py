"""What somebody is in charge of, set on their page by administrators and the head above."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import positions
from engine.positions import HIGHEST_RANK, RankUnfit
from web import clock, entries
from web.admin.room import bp
from web.database import session, writes
from web.language import gettext
from web.security import me
from web.telling import told


@bp.post("/people/<uuid:person_id>/positions/<uuid:position_id>")
@writes
def put_in_charge(person_id: UUID, position_id: UUID) -> ResponseReturnValue:
    """Say which fields who holds the position is in charge of, and its place in the order."""
    with told():
        fields, rank = request.form.get("fields", ""), _rank()
        positions.put_in_charge(session(), position_id, fields=fields, rank=rank, by=me(), at=clock.now())
        flash(gettext("It is kept what the position is in charge of."), "ok")
    return redirect(url_for(".person", person_id=person_id), code=303)


def _rank() -> int:
    text = entries.entered("rank")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(HIGHEST_RANK))):
        raise RankUnfit(most=HIGHEST_RANK)
    return int(text)
