"""What lies in the studio, the editors' pages, and what they send: checks, drafts, publications."""

from collections.abc import Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import drafts, hooks, neighbours, pack_files, publishing, shelves, uploads
from engine.bpmn.lint import Surroundings
from engine.deployment import DeploymentRefused
from engine.drafts import LARGEST_FILE, FileKey
from engine.errors import PlatformError
from engine.model import ProcessDefinition
from engine.publishing import Published
from engine.uploads import Place, Upload
from processes import catalogue
from processes.surroundings import surroundings_of
from web import clock
from web.database import session, write, writes
from web.errors import log_refusal
from web.language import gettext
from web.layout import lay_out
from web.moments import short_day_and_minute
from web.security import me
from web.steps import people_now
from web.studio.desk import desk_of, finding_said, office_functions, table_page, version_page
from web.studio.shelf import address, packs
from web.studio.uploading import back_url, place_asked, reason, report_of, unseal

bp = Blueprint("studio", __name__, url_prefix="/studio")
XML = "application/xml"
INERT_POLICY = "sandbox; default-src 'none'"
FILE = "/<pack_key>/<path:name>"
REFUSALS = (
    drafts.DesignNameRefused,
    drafts.DesignTooLarge,
    drafts.DesignFileNotFound,
    drafts.DraftMoved,
    uploads.DesignUnreadable,
    uploads.DraftExists,
)
"""What a person who brings a file is told on the page they came from."""


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


@bp.get("/past/<uuid:deployment_id>/<path:name>")
def look_back(deployment_id: UUID, name: str) -> ResponseReturnValue:
    """Open a rule table as it once was, to look at it."""
    found = shelves.past_file(session(), deployment_id, name, by=me(), at=clock.now())
    return render_template("studio/version.html", room="studio", page=table_page(found))


@bp.get("/past-files/<uuid:deployment_id>/<path:name>")
def past_file(deployment_id: UUID, name: str) -> ResponseReturnValue:
    """Send a file as it once was."""
    found = shelves.past_file(session(), deployment_id, name, by=me(), at=clock.now())
    path = PurePosixPath(name)
    return _file(found.content, f"{path.stem}-{found.deployment.number}{path.suffix}")


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
    """Begin a draft from a file, as a new file or in place of one; what an import has to change is shown before."""
    file, place = request.files.get("file"), place_asked()
    filename, received = (file.filename or "", file.stream.read(LARGEST_FILE + 1)) if file else ("", b"")
    try:
        brought = _examined(filename, received, place.key if place else None)
    except REFUSALS as refused:
        return _refused(refused, place)
    if brought.was_ours:
        return write(lambda: _kept(brought, place))
    report = report_of(brought, place)
    if len(report.sealed) > LARGEST_FILE:
        return _refused(drafts.DesignTooLarge(limit=LARGEST_FILE), place)
    return render_template("studio/import.html", room="studio", report=report)


@bp.post("/import")
def take_import() -> ResponseReturnValue:
    """Keep the import that was shown as a draft, and open it."""
    brought, place = unseal(request.form.get("sealed", ""))
    return write(lambda: _kept(brought, place))


@bp.post(f"/examine{FILE}")
def examine(pack_key: str, name: str) -> ResponseReturnValue:
    """Answer whether a file can be opened in place of another as it is, or has to go through an import."""
    try:
        brought = _examined(name, _body(), FileKey(pack_key, name))
    except (drafts.DesignTooLarge, uploads.DesignUnreadable) as refused:
        return jsonify({"detail": reason(refused)}), 422
    return jsonify({"was_ours": brought.was_ours})


def _examined(filename: str, received: bytes, into: FileKey | None) -> Upload:
    return uploads.examine(session(), filename, received, by=me(), at=clock.now(), into=into, lay_out=lay_out)


def _kept(brought: Upload, place: Place | None) -> ResponseReturnValue:
    try:
        if place is None:
            draft = uploads.keep_new(session(), brought, by=me(), at=clock.now())
        else:
            draft = uploads.keep_in_place(session(), brought, place, by=me(), at=clock.now())
    except REFUSALS as refused:
        session().rollback()
        return _refused(refused, place)
    return redirect(address("design", FileKey(draft.pack_key, draft.name)), code=303)


def _refused(refused: PlatformError, place: Place | None) -> ResponseReturnValue:
    log_refusal(refused)
    flash(reason(refused), "error")
    return redirect(back_url(place), code=303)


@bp.post(f"/lint{FILE}")
def lint(pack_key: str, name: str) -> ResponseReturnValue:
    """Answer what is wrong or dubious in the file that is sent, as a JSON list; stores nothing."""
    found = publishing.findings(
        session(),
        FileKey(pack_key, name),
        _body(),
        by=me(),
        at=clock.now(),
        **_what_is_known(pack_key),
    )
    return jsonify([finding_said(each, pack_key) for each in found])


def _body() -> bytes:
    return request.stream.read(LARGEST_FILE + 1)


def _what_is_known(pack_key: str) -> dict[str, Any]:
    """Return what checks of a pack's files ask: job types, forms, and what is beside them in the office."""
    job_types = hooks.job_types(current_app.extensions["plugins"]).keys()
    return {"known_job_types": job_types, "check_form": catalogue.form_findings, "look": partial(_around, pack_key)}


def _around(pack_key: str, files: Mapping[str, bytes]) -> Surroundings:
    return surroundings_of(files, people_now(session()), neighbours.of_pack(session(), pack_key))


@bp.post(f"/draft{FILE}")
def save(pack_key: str, name: str) -> ResponseReturnValue:
    """Keep what is sent as the file's draft; answers with the revision that the next save must name."""
    received = _body()
    return write(lambda: _keep_draft(FileKey(pack_key, name), received))


def _keep_draft(key: FileKey, received: bytes) -> ResponseReturnValue:
    draft = drafts.save(
        session(),
        key,
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
            session(), pack_key, {name: _revision(), **_chosen()}, by=me(), at=clock.now(), **_what_is_known(pack_key)
        )
    except DeploymentRefused as refused:
        log_refusal(refused)
        said = gettext("Not published: there are errors to mend first. The draft is kept.")
        return jsonify({"detail": said, "findings": [finding_said(each, pack_key) for each in refused.findings]}), 422
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
