"""The board: one process with what stands at each step, what stands longest over all, and the lists behind."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import definitions, oversight, standing_cases
from engine.definitions import LoadedDefinition, ProcessNotFound
from engine.model import ProcessDefinition
from engine.oversight import Scope
from engine.standing_cases import StepLoad
from engine.vietnamese import title_order
from web import clock
from web.board.loads import By, marks_of, rows_by, rows_of_process, version_name
from web.board.places import read_id, read_query, rows_of, title_of
from web.database import session
from web.language import gettext
from web.pages import pages_of, read_page
from web.security import me

bp = Blueprint("board", __name__, url_prefix="/board")
PAGE = 50


@bp.get("")
def board() -> ResponseReturnValue:
    """Show one process with what stands at its steps, and what stands longest over all processes."""
    scope = oversight.must_oversee(session(), me(), clock.now())
    steps = standing_cases.by_step(session(), by=me(), at=clock.now())
    choices = _choices(steps)
    chosen = _chosen(choices, steps)
    by = By(asked) if (asked := request.args.get("by", "")) in set(By) else By.STEP
    rows, offset = rows_by(by, steps), read_page(PAGE)
    standing = rows_of_process(chosen, steps) if chosen else {}
    return render_template(
        "board/board.html",
        room="board",
        scope=_scope_words(scope),
        processes=[(str(each.definition_id), version_name(each)) for each in choices],
        process=chosen and str(chosen.definition_id),
        process_name=version_name(chosen) if chosen else "",
        diagram_url=url_for(".diagram", definition_id=chosen.definition_id) if chosen else "",
        standing=list(standing.values()),
        marks=marks_of(standing),
        by=by.value,
        tabs=[(each.value, _address(chosen, each), each is by) for each in By],
        rows=rows[offset : offset + PAGE],
        pages=pages_of(offset, len(rows[offset : offset + PAGE]), len(rows), PAGE),
    )


def _scope_words(scope: Scope) -> str:
    if scope.is_everything:
        return gettext("The whole office")
    return gettext("What stands in or was started by %(units)s and the units below", units=", ".join(scope.led))


def _choices(steps: Iterable[StepLoad]) -> list[LoadedDefinition]:
    """Return the newest versions, and the older ones in which cases still stand."""
    latest = [each.id for each in definitions.all_latest(session())]
    found = [definitions.load(session(), each) for each in {*latest, *(step.definition_id for step in steps)}]
    return sorted(found, key=lambda each: (title_order(each.name), each.key, -each.version))


def _chosen(choices: list[LoadedDefinition], steps: list[StepLoad]) -> LoadedDefinition | None:
    """Return the process that the address names, else the one in which something stands longest."""
    by_id = {each.definition_id: each for each in choices}
    asked = read_id(request.args.get("process", ""))
    if asked in by_id:
        return by_id[asked]
    return by_id[steps[0].definition_id] if steps else next(iter(choices), None)


def _address(chosen: LoadedDefinition | None, by: By) -> str:
    return url_for(".board", process=chosen and chosen.definition_id, by=by.value, _anchor="longest")


@bp.get("/cases")
def cases() -> ResponseReturnValue:
    """List the cases that stand at a step, in a unit or at a person."""
    query, offset = read_query(request), read_page(PAGE)
    found = standing_cases.search(session(), query, by=me(), at=clock.now(), limit=PAGE, offset=offset)
    place: dict[str, Any] = {
        name: request.args[name] for name in ("process", "step", "unit", "person") if name in request.args
    }
    return render_template(
        "board/cases.html",
        room="board",
        board_url=url_for(".board", process=query.definition_id),
        title=title_of(query),
        is_late=query.is_late,
        all_url=url_for(".cases", **place),
        late_url=url_for(".cases", due="late", **place),
        rows=rows_of(found.places),
        total=found.total,
        pages=pages_of(offset, len(found.places), found.total, PAGE),
    )


@bp.get("/processes/<uuid:definition_id>/diagram.bpmn")
def diagram(definition_id: UUID) -> ResponseReturnValue:
    """Send the diagram of a version."""
    oversight.must_oversee(session(), me(), clock.now())
    definition = session().get(ProcessDefinition, definition_id)
    if definition is None:
        raise ProcessNotFound(definition_id=definition_id)
    return Response(definition.resource.content, mimetype="application/xml")
