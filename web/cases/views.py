"""Search, one case, its diagram."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine import cases, definitions, repair
from engine.model import InstanceState
from web import clock
from web.cases.page import case_page, rows_of, state_words
from web.database import session
from web.language import gettext
from web.pages import pages_of, read_page
from web.security import me

bp = Blueprint("cases", __name__, url_prefix="/cases")
PAGE = 50
PURGED = "purged"


@bp.get("")
def search() -> ResponseReturnValue:
    """Show the cases the person may see."""
    text, state = request.args.get("q", "")[:200], request.args.get("state", "")
    process, offset = request.args.get("process", ""), read_page(PAGE)
    chosen = InstanceState(state) if state in set(InstanceState) else None
    query = cases.Query(text, chosen, process, is_purged=state == PURGED)
    found = cases.search(session(), me(), query, at=clock.now(), limit=PAGE, offset=offset)
    return render_template(
        "cases/cases.html",
        room="cases",
        cases=rows_of(found.cases),
        filters={"q": text, "state": state, "process": process},
        search_text=text,
        states=_states(),
        processes=[(each.key, each.name) for each in definitions.all_latest(session())],
        pages=pages_of(offset, len(found.cases), found.total, PAGE, is_more=found.is_more),
    )


def _states() -> list[tuple[str, str]]:
    """Return the states to choose from; operators also find what is hidden."""
    hidden = [(PURGED, gettext("Hidden"))] if repair.may_operate(session(), me(), clock.now()) else []
    return [*state_words().items(), *hidden]


@bp.get("/<uuid:instance_id>")
def case(instance_id: UUID) -> ResponseReturnValue:
    """Show one case: steps, papers, signatures, diagram, history."""
    found = cases.find(session(), instance_id, by=me(), at=clock.now())
    return render_template("cases/case.html", room="cases", case=case_page(found))


@bp.get("/<uuid:instance_id>/diagram.bpmn")
def diagram(instance_id: UUID) -> ResponseReturnValue:
    """Send the diagram of the case's version."""
    found = cases.find(session(), instance_id, by=me(), at=clock.now())
    return Response(found.definition.resource.content, mimetype="application/xml")
