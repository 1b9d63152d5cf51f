"""The room's first page: a card for each of its pages."""

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.administrators import must_administer
from web import clock
from web.admin.room import bp, page_cards
from web.database import session
from web.security import me


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what there is to administer."""
    must_administer(session(), me(), clock.now())
    return render_template("admin/index.html", room="admin", cards=page_cards())
