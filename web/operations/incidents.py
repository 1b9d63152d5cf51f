"""Sự cố: what needs a person of operations, and what that person does about it."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import definitions, incidents
from engine.incidents import MOST_AT_ONCE, Query
from web import clock
from web.database import session, writes
from web.language import gettext, ngettext
from web.operations.incident_rows import group_rows, outcome_rows, rows_of
from web.operations.room import bp, page_links, told
from web.operations.words import incident_words
from web.pages import pages_of, read_page
from web.security import me, safe_target

PAGE = 50
LONGEST_SEARCH = 200
NARROWED_BY = ("q", "state", "process", "element", "code", "error")


def _query() -> Query:
    said = {name: request.values.get(name, "")[:LONGEST_SEARCH] for name in NARROWED_BY}
    return Query(
        is_open={"closed": False, "all": None}.get(said["state"], True),
        process_key=said["process"],
        element_id=said["element"],
        code=said["code"],
        error_class=said["error"],
        text=said["q"],
    )


@bp.get("")
def index() -> ResponseReturnValue:
    """Go to the incidents."""
    return redirect(url_for(".incidents"))


@bp.get("/incidents", endpoint="incidents")
def list_incidents() -> ResponseReturnValue:
    """Show the incidents, counted by step and kind, and one by one."""
    query, offset, now = _query(), read_page(PAGE), clock.now()
    found = incidents.search(session(), query, by=me(), at=now, limit=PAGE, offset=offset)
    groups = group_rows(incidents.groups(session(), query, by=me(), at=now))
    filters = {name: request.args.get(name, "") for name in NARROWED_BY}
    return render_template(
        "operations/incidents.html",
        room="operations",
        links=page_links("incidents"),
        filters=filters,
        narrowed=[(label, value, _without(name)) for name, label, value in _narrowed(query)],
        groups=groups,
        incidents=rows_of(found.incidents),
        total=found.total,
        most=MOST_AT_ONCE,
        processes=[(each.key, each.name) for each in definitions.all_latest(session())],
        codes=sorted({(group.code, group.title) for group in groups}, key=lambda code: code[1]),
        here=request.full_path,
        pages=pages_of(offset, len(found.incidents), found.total, PAGE),
    )


def _narrowed(query: Query) -> Sequence[tuple[str, str, str]]:
    """Return what narrows the list without a field of its own, to be taken away again."""
    said = [("element", gettext("Step"), query.element_id), ("error", gettext("Error"), query.error_class)]
    return [each for each in said if each[2]]


def _without(name: str) -> str:
    kept = {key: value for key, value in request.args.items() if key not in {name, "page"}}
    return f"{url_for('.incidents')}?{urlencode(kept)}"


@bp.post("/incidents/<uuid:incident_id>/retry")
@writes
def retry(incident_id: UUID) -> ResponseReturnValue:
    """Try one incident again."""
    with told():
        incident = incidents.retry(session(), incident_id, by=me(), at=clock.now())
        flash(gettext("Tried again: %(what)s.", what=incident_words(incident.code)), "ok")
    return _back()


@bp.post("/incidents/retry")
@writes
def retry_many() -> ResponseReturnValue:
    """Try again what was ticked, or a whole group, and tell what became of each."""
    ticked = [UUID(each) for each in request.form.getlist("incident") if _is_uuid(each)]
    chosen = _query() if "group" in request.form else ticked
    rows = outcome_rows(incidents.retry_many(session(), chosen, by=me(), at=clock.now()))
    if not rows:
        flash(gettext("Nothing was chosen, or nothing is left to try again."))
        return _back()
    done = sum(not row.refusal for row in rows)
    return render_template(
        "operations/outcomes.html",
        room="operations",
        links=page_links("incidents"),
        outcomes=rows,
        said=ngettext("%(num)s incident is tried again", "%(num)s incidents are tried again", done),
        refused=len(rows) - done,
        is_full=len(rows) == MOST_AT_ONCE,
        back_url=safe_target(request.form.get("next"), url_for(".incidents")),
    )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@bp.post("/incidents/<uuid:incident_id>/resolve")
@writes
def resolve(incident_id: UUID) -> ResponseReturnValue:
    """Close an incident with a note, without trying again."""
    with told():
        incidents.resolve(session(), incident_id, by=me(), note=request.form.get("note", ""), at=clock.now())
        flash(gettext("The incident is closed; the case stays where it stands."), "ok")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(safe_target(request.form.get("next"), url_for(".incidents")), code=303)
