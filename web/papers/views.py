"""Uploading papers in one request, removing and downloading them."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from engine import cases, papers, receiving
from engine.errors import Invalid
from engine.papers import LARGEST_FILE, PaperRefused
from web import clock
from web.database import session, write, writes
from web.errors import sentence
from web.papers.checking import Checked, checked, note_infected
from web.papers.place import page_with_papers, quota, refused_sentence, store
from web.security import me

bp = Blueprint("papers", __name__)
PDF = "application/pdf"
INERT_POLICY = "sandbox; default-src 'none'"
PDF_POLICY = "frame-ancestors 'none'; base-uri 'none'"  # a sandbox would keep the browser's PDF viewer out


class NoFileChosen(Invalid):
    """The request holds no file."""

    code = "paper.none_chosen"


@bp.post("/tasks/<uuid:task_id>/papers")
def upload(task_id: UUID) -> ResponseReturnValue:
    """Add files to the case of a task; each refused file is named with its reason, the others are kept."""
    received = [checked(file.filename or "", _content(file)) for file in request.files.getlist("files")]
    return write(lambda: _add(task_id, received))


def _add(task_id: UUID, received: Sequence[Checked]) -> ResponseReturnValue:
    task, absent = receiving.editable_task(session(), task_id, by=me(), at=clock.now())
    errors = [] if any(each.name for each in received) else [sentence(NoFileChosen())]
    for file in received:
        try:
            if file.infected is not None:
                note_infected(task.instance, file.infected, absent)
                raise file.infected
            receiving.add(
                session(),
                task.instance,
                store(),
                name=file.name,
                content=file.content,
                quota=quota(),
                by=me(),
                at=clock.now(),
                in_place_of=absent,
            )
        except PaperRefused as refused:
            errors.append(refused_sentence(refused))
    session().flush()
    if errors:
        return page_with_papers(task_id, errors)
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@bp.post("/tasks/<uuid:task_id>/papers/<uuid:paper_id>/remove")
@writes
def remove(task_id: UUID, paper_id: UUID) -> ResponseReturnValue:
    """Take a paper out of the case of a task."""
    task, absent = receiving.editable_task(session(), task_id, by=me(), at=clock.now())
    papers.remove(session(), task.instance, paper_id, by=me(), at=clock.now(), in_place_of=absent)
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


def _content(file: FileStorage) -> bytes:
    """Read a file, but no more than shows that it is too large."""
    try:
        return file.stream.read(LARGEST_FILE + 1)
    finally:
        file.close()


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
