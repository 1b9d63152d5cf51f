"""Papers in pieces: begin, ask where it stands, send on, finish, give up. What the browser talks to over a slow line.

A script asks for JSON and gets where the upload stands, or a problem (RFC 9457) with `received`; `finish` answers as an
upload in one request does.
"""

from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from engine import receiving
from engine.errors import Invalid
from engine.model import PaperUpload
from engine.papers import PaperRefused
from engine.receiving import LARGEST_PIECE
from engine.scanning import PaperInfected
from web import clock
from web.database import session, write, writes
from web.papers.checking import note_infected, scanners, verdict_on
from web.papers.place import page_with_papers, quota, refused_sentence, store
from web.security import me

bp = Blueprint("pieces", __name__, url_prefix="/tasks/<uuid:task_id>/papers/uploads")
OFFSET, LARGEST_NUMBER = "Upload-Offset", 2**53


class PieceUnreadable(Invalid):
    """A piece came without saying where it belongs, or not whole."""

    code = "paper.piece_unreadable"


@bp.app_template_global()
def papers_are_scanned() -> bool:
    """Tell templates whether files go past a scanner."""
    return bool(scanners())


@bp.post("")
@writes
def begin(task_id: UUID) -> ResponseReturnValue:
    """Begin an upload, or find the one of the same file again."""
    upload = receiving.begin(
        session(),
        task_id,
        store(),
        name=request.form.get("name", ""),
        size=_number(request.form.get("size")),
        modified=_number(request.form.get("modified")),
        quota=quota(),
        by=me(),
        at=clock.now(),
    )
    return _standing(upload), 201


@bp.get("/<uuid:upload_id>")
def standing(task_id: UUID, upload_id: UUID) -> ResponseReturnValue:
    """Say how much of an upload is here."""
    return _standing(receiving.find(session(), task_id, upload_id, by=me(), at=clock.now()))


@bp.patch("/<uuid:upload_id>")
def send(task_id: UUID, upload_id: UUID) -> ResponseReturnValue:
    """Take the next piece; it is received before anything is locked."""
    offset, piece = _number(request.headers.get(OFFSET)), _piece()

    def receive() -> ResponseReturnValue:
        upload = receiving.receive(
            session(), task_id, upload_id, store(), offset=offset, piece=piece, by=me(), at=clock.now()
        )
        return _standing(upload)

    return write(receive)


@bp.post("/<uuid:upload_id>/finish")
def finish(task_id: UUID, upload_id: UUID) -> ResponseReturnValue:
    """Make a paper of what is here; what cannot become one is told and forgotten."""
    infected = _infected(task_id, upload_id)
    response = write(lambda: _finish(task_id, upload_id, infected))
    store().drop_part(upload_id)  # it is a paper by now
    return response


def _infected(task_id: UUID, upload_id: UUID) -> PaperInfected | None:
    if not scanners():
        return None
    upload = receiving.find_whole(session(), task_id, upload_id, store(), by=me(), at=clock.now())
    return verdict_on(store().part(upload.id), upload.name)


def _finish(task_id: UUID, upload_id: UUID, infected: PaperInfected | None) -> ResponseReturnValue:
    try:
        if infected is not None:
            task, absent = receiving.editable_task(session(), task_id, by=me(), at=clock.now())
            note_infected(task.instance, infected, absent)
            raise infected
        receiving.finish(session(), task_id, upload_id, store(), quota=quota(), by=me(), at=clock.now())
    except PaperRefused as refused:
        receiving.give_up(session(), task_id, upload_id, store(), by=me())
        session().flush()
        return page_with_papers(task_id, [refused_sentence(refused)])
    session().flush()
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@bp.delete("/<uuid:upload_id>")
@writes
def give_up(task_id: UUID, upload_id: UUID) -> ResponseReturnValue:
    """Forget an upload of the person's own."""
    receiving.give_up(session(), task_id, upload_id, store(), by=me())
    return Response(status=204)


def _standing(upload: PaperUpload) -> Response:
    address = url_for("pieces.standing", task_id=upload.task_id, upload_id=upload.id)
    return jsonify(
        url=address, received=receiving.stands_at(upload, store()), size=upload.size, largest_piece=LARGEST_PIECE
    )


def _number(given: str | None) -> int:
    """Read a number that a script sent; refuses with `PieceUnreadable`."""
    if given is None or not given.isascii() or not given.isdigit() or len(given) > 16 or int(given) > LARGEST_NUMBER:
        raise PieceUnreadable
    return int(given)


def _piece() -> bytes:
    """Read the piece, but no more than shows that it is too large; one that breaks off is none."""
    length = request.content_length
    try:
        piece = request.stream.read(LARGEST_PIECE + 1)
    except ClientDisconnected as error:
        raise PieceUnreadable from error
    if length is None or len(piece) < min(length, LARGEST_PIECE + 1):
        raise PieceUnreadable
    return piece
