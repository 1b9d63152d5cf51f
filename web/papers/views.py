"""Uploading and downloading papers."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from engine import cases, papers, tasks
from engine.errors import Forbidden, Invalid
from engine.model import InPlaceOf, UserTask
from engine.papers import LARGEST_FILE, PaperRefused, PaperStore
from engine.task_design import PapersMode
from web import clock
from web.database import session, write, writes
from web.errors import log_refusal, sentence
from web.inbox.page import task_page
from web.inbox.pane import pane_of
from web.security import me

bp = Blueprint("papers", __name__)
PDF = "application/pdf"
INERT_POLICY = "sandbox; default-src 'none'"
PDF_POLICY = "frame-ancestors 'none'; base-uri 'none'"  # a sandbox would keep the browser's PDF viewer out


class PapersNotEditable(Forbidden):
    """The task does not let its holder change papers."""

    code = "paper.not_editable"


class NoFileChosen(Invalid):
    """The request holds no file."""

    code = "paper.none_chosen"


def store() -> PaperStore:
    """Return where contents lie."""
    found: PaperStore = current_app.extensions["paper_store"]
    return found


@bp.post("/tasks/<uuid:task_id>/papers")
def upload(task_id: UUID) -> ResponseReturnValue:
    """Add files to the case of a task; each refused file is named with its reason, the others are kept."""
    received = [(file.filename or "", _content(file)) for file in request.files.getlist("files")]
    return write(lambda: _add(task_id, received))


def _add(task_id: UUID, received: Sequence[tuple[str, bytes]]) -> ResponseReturnValue:
    task, absent = _editable(task_id)
    errors = [] if any(name for name, _ in received) else [sentence(NoFileChosen())]
    for name, content in received:
        try:
            papers.add(
                session(),
                task.instance,
                store(),
                name=name,
                content=content,
                by=me(),
                at=clock.now(),
                in_place_of=absent,
            )
        except PaperRefused as refused:
            log_refusal(refused)
            errors.append(sentence(refused))
    session().flush()
    if errors:
        return task_page(pane_of(tasks.find(session(), task_id), paper_errors=errors)), 200
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@bp.post("/tasks/<uuid:task_id>/papers/<uuid:paper_id>/remove")
@writes
def remove(task_id: UUID, paper_id: UUID) -> ResponseReturnValue:
    """Take a paper out of the case of a task."""
    task, absent = _editable(task_id)
    papers.remove(session(), task.instance, paper_id, by=me(), at=clock.now(), in_place_of=absent)
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


def _content(file: FileStorage) -> bytes:
    """Read a file, but no more than shows that it is too large."""
    try:
        return file.stream.read(LARGEST_FILE + 1)
    finally:
        file.close()


def _editable(task_id: UUID) -> tuple[UserTask, InPlaceOf | None]:
    """Return the locked task whose papers the person may change, and in whose place they do."""
    task, groups = tasks.lock(session(), task_id), tasks.groups_of(session(), me(), clock.now())
    task.must_be_doable_by(me(), groups)
    if tasks.design_of(session(), task).papers is not PapersMode.EDIT:
        raise PapersNotEditable(task_id=task_id)
    return task, task.in_place_of(me(), groups)


@bp.get("/cases/<uuid:case_id>/papers/<uuid:version_id>")
def download(case_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """Send one version of a paper: shown in the browser only where its type is harmless."""
    case = cases.find(session(), case_id, by=me(), at=clock.now())
    version = papers.version(session(), case, version_id)
    response: Response = send_file(
        store().path(version.sha256),
        mimetype=version.media_type,
        as_attachment=version.media_type not in papers.SHOWN_INLINE or "download" in request.args,
        download_name=version.paper.name,
        etag=version.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = PDF_POLICY if version.media_type == PDF else INERT_POLICY
    return response
