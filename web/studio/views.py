"""What lies in the studio, the editors' pages, and what they send: checks, drafts, publications."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import definitions, drafts, hooks, pack_files, publishing, shelves
from engine.bpmn.lint import Surroundings
from engine.deployment import DeploymentRefused
from engine.drafts import LARGEST_FILE, FileKey
from engine.errors import PlatformError
from engine.model import ProcessDefinition
from engine.publishing import Published
from processes import catalogue, linting
from web import clock
from web.database import session, start_writing, writes
from web.errors import log_refusal, sentence
from web.language import gettext
from web.moments import short_day_and_minute
from web.security import me
from web.steps import people_now
from web.studio.desk import desk_of, finding_said, office_functions, version_page
from web.studio.shelf import address, packs

bp = Blueprint("studio", __name__, url_prefix="/studio")
XML = "application/xml"
INERT_POLICY = "sandbox; default-src 'none'"
FILE = "/<pack_key>/<path:name>"


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the packs with their processes, tables, versions and drafts."""
    return render_template("studio/shelf.html", room="studio", packs=packs())


@bp.get(f"/files{FILE}")
def design(pack_key: str, name: str) -> ResponseReturnValue:
    """Open a file in its editor: the draft when there is one, else what is published."""
    file = drafts.open_file(session(), FileKey(pack_key, name), by=me(), at=clock.now())
    return render_template("studio/desk.html", room="studio", desk=desk_of(file), office_functions=office_functions())


@bp.get("/versions/<uuid:definition_id>")
def look(definition_id: UUID) -> ResponseReturnValue:
    """Open one version of a process, to look at it."""
    return render_template("studio/version.html", room="studio", page=version_page(_version(definition_id)))


def _version(definition_id: UUID) -> ProcessDefinition:
    return shelves.version(session(), definition_id, by=me(), at=clock.now())


@bp.get("/versions/<uuid:definition_id>/file")
def version(definition_id: UUID) -> ResponseReturnValue:
    """Send the diagram of one version."""
    found = _version(definition_id)
    path = PurePosixPath(found.resource.name)
    return _file(found.resource.content, f"{path.stem}-v{found.version}{path.suffix}")


@bp.get(f"/content{FILE}")
def content(pack_key: str, name: str) -> ResponseReturnValue:
    """Send a file: the draft when there is one, else, or when asked for, what is published."""
    file = drafts.open_file(session(), FileKey(pack_key, name), by=me(), at=clock.now())
    published = pack_files.contents(file.published) if "published" in request.args else {}
    return _file(published.get(name, file.content), PurePosixPath(name).name)


def _file(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/json" if name.endswith(".form") else XML)
    if "download" in request.args:
        response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = INERT_POLICY
    return response


@bp.post("/upload")
def upload() -> ResponseReturnValue:
    """Begin a draft from a file, and open it."""
    file = request.files.get("file")
    filename, received = (file.filename or "", file.stream.read(LARGEST_FILE + 1)) if file else ("", b"")
    start_writing()
    try:
        draft = drafts.upload(session(), filename, received, by=me(), at=clock.now())
    except (drafts.DesignNameRefused, drafts.DesignTooLarge, drafts.DesignUnreadable, drafts.DraftExists) as refused:
        return _back_to_shelf(refused)
    return redirect(address("design", FileKey(draft.pack_key, draft.name)), code=303)


def _back_to_shelf(refused: PlatformError) -> ResponseReturnValue:
    log_refusal(refused)
    flash(sentence(refused), "error")
    return redirect(url_for(".index"), code=303)


@bp.post(f"/lint{FILE}")
def lint(pack_key: str, name: str) -> ResponseReturnValue:
    """Answer what is wrong or dubious in the file that is sent, as a JSON list; stores nothing."""
    found = publishing.findings(
        session(),
        FileKey(pack_key, name),
        _body(),
        by=me(),
        at=clock.now(),
        surroundings=_surroundings,
        **_what_packs_know(),
    )
    return jsonify([finding_said(each) for each in found])


def _surroundings(files: Mapping[str, bytes]) -> Surroundings:
    processes = [each.key for each in definitions.all_latest(session())]
    return linting.surroundings_of(files, people_now(session()), processes)


def _body() -> bytes:
    return request.stream.read(LARGEST_FILE + 1)


def _what_packs_know() -> dict[str, Any]:
    job_types = hooks.job_handlers(current_app.extensions["plugins"]).keys()
    return {"known_job_types": job_types, "check_form": catalogue.form_findings}


@bp.post(f"/draft{FILE}")
def save(pack_key: str, name: str) -> ResponseReturnValue:
    """Keep what is sent as the file's draft; answers with the revision that the next save must name."""
    received = _body()
    start_writing()
    draft = drafts.save(
        session(),
        FileKey(pack_key, name),
        received,
        revision=request.args.get("revision", 0, type=int),
        base_id=request.args.get("base", type=UUID),
        by=me(),
        at=clock.now(),
    )
    said = gettext("Draft saved %(at)s", at=short_day_and_minute(draft.saved_at))
    return jsonify({"revision": draft.revision, "said": said})


@bp.post(f"/discard{FILE}")
@writes
def discard(pack_key: str, name: str) -> ResponseReturnValue:
    """Throw a draft away."""
    key = FileKey(pack_key, name)
    drafts.discard(session(), key, revision=_revision(), by=me(), at=clock.now())
    flash(gettext("The draft of “%(name)s” is thrown away.", name=name), "ok")
    published = pack_files.contents(pack_files.newest(session(), pack_key))
    return redirect(address("design", key) if name in published else url_for(".index"), code=303)


@bp.post(f"/keep{FILE}")
@writes
def keep(pack_key: str, name: str) -> ResponseReturnValue:
    """Decide that a draft shall replace what was published meanwhile."""
    key = FileKey(pack_key, name)
    drafts.keep_over(session(), key, revision=_revision(), by=me(), at=clock.now())
    return redirect(address("design", key), code=303)


def _revision() -> int:
    return request.form.get("revision", 0, type=int)


@bp.post(f"/publish{FILE}")
@writes
def publish(pack_key: str, name: str) -> ResponseReturnValue:
    """Publish a draft, and those chosen besides; answers where to go next, or the findings that refuse it."""
    try:
        published = publishing.publish(
            session(), pack_key, {name: _revision(), **_chosen()}, by=me(), at=clock.now(), **_what_packs_know()
        )
    except DeploymentRefused as refused:
        log_refusal(refused)
        said = gettext("Not published: there are errors to mend first. The draft is kept.")
        return jsonify({"detail": said, "findings": [finding_said(each) for each in refused.findings]}), 422
    flash(_what_came(published), "ok")
    return jsonify({"url": address("design", FileKey(pack_key, name))})


def _chosen() -> dict[str, int]:
    """Return the other drafts that were ticked, with the revisions the person saw."""
    parts = [choice.partition(" ") for choice in request.form.getlist("also")]
    return {name: int(revision) for revision, _, name in parts if revision.isdecimal()}


def _what_came(published: Published) -> str:
    named = ", ".join(
        gettext("%(name)s version %(number)s", name=each.name, number=each.version) for each in published.versions
    )
    if not named:
        return gettext("Published; no process has a new version by it.")
    return gettext("Published: %(named)s. Running cases stay on their version.", named=named)
