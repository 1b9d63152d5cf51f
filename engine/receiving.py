"""Papers come in from the holder of a task: whole, or in pieces over a slow line that may break at any moment.

An upload is begun, goes on from where it stands, is finished or given up; each asks anew whether the person may.
Its pieces lie in the store under the upload's id, apart from contents, and become a paper only when all of it is here.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import papers, tasks
from engine.errors import Conflict, Forbidden, NotFound
from engine.model import InPlaceOf, PaperUpload, PaperVersion, Person, ProcessInstance, UserTask
from engine.paper_quota import KEPT, PaperQuota
from engine.papers import MEGABYTE, PaperRefused, PaperStore
from engine.task_design import PapersMode

LARGEST_PIECE = 4 * MEGABYTE
MOST_AT_ONCE = 20
TELLING = 512
"""A first piece as long as this tells what a file is."""


class PapersNotEditable(Forbidden):
    """The task does not let its holder change papers."""

    code = "paper.not_editable"


class UploadNotFound(NotFound):
    """The person has begun no such upload for this task, or it was left alone for too long."""

    code = "paper.upload_not_found"


class PieceOutOfPlace(Conflict):
    """The piece does not begin where the upload stands; `received` says where that is."""

    code = "paper.piece_out_of_place"


class PieceTooLarge(PaperRefused):
    """The piece is larger than one may be, or goes past the size that was announced."""

    code = "paper.piece_too_large"


class UploadIncomplete(Conflict):
    """Not all of the file is here yet; `received` says how much is."""

    code = "paper.upload_incomplete"


def editable_task(session: Session, task_id: UUID, *, by: Person, at: datetime) -> tuple[UserTask, InPlaceOf | None]:
    """Return the locked task whose papers the person may change, and in whose place they do.

    Refuses as the task does, and with `PapersNotEditable`.
    """
    return _must_be_editable(session, tasks.lock(session, task_id), by, at)


def _must_be_editable(session: Session, task: UserTask, by: Person, at: datetime) -> tuple[UserTask, InPlaceOf | None]:
    groups = tasks.groups_of(session, by, at)
    task.must_be_doable_by(by, groups)
    if tasks.design_of(session, task).papers is not PapersMode.EDIT:
        raise PapersNotEditable(task_id=task.id)
    return task, task.in_place_of(by, groups)


def begin(
    session: Session,
    task_id: UUID,
    store: PaperStore,
    *,
    name: str,
    size: int,
    modified: int,
    quota: PaperQuota,
    by: Person,
    at: datetime,
) -> PaperUpload:
    """Begin to receive a file, or go on with what the person has sent of the same one before.

    Refuses what name, size, the case, the quota and the disk show already, before anything is sent.
    """
    task, _absent = editable_task(session, task_id, by=by, at=at)
    kept_name = papers.accept_name(name)
    papers.accept_announced(kept_name, size)
    papers.must_have_place(session, task.instance, kept_name)
    begun = _begun_by(session, by)
    file = (task.id, kept_name, size, modified)
    same = next((each for each in begun if _file_of(each) == file and each.touched_at > at - KEPT), None)
    instead_of = same.id if same else None
    quota.must_fit(session, task.instance, name=kept_name, size=size, by=by, at=at, instead_of=instead_of)
    if same is not None:
        same.received, same.touched_at = stands_at(same, store), at
        return same
    store.must_hold(kept_name, size)
    _let_go(session, store, begun, at)
    upload = PaperUpload(person_id=by.id, task_id=task.id, instance_id=task.instance_id, name=kept_name, size=size)
    upload.modified, upload.received, upload.touched_at = modified, 0, at
    session.add(upload)
    session.flush()
    return upload


def _begun_by(session: Session, by: Person) -> list[PaperUpload]:
    """Return what a person has begun to send, last touched first."""
    ordered = select(PaperUpload).where(PaperUpload.person_id == by.id).order_by(PaperUpload.touched_at.desc())
    return list(session.scalars(ordered))


def _file_of(upload: PaperUpload) -> tuple[UUID, str, int, int]:
    return upload.task_id, upload.name, upload.size, upload.modified


def _let_go(session: Session, store: PaperStore, begun: Sequence[PaperUpload], at: datetime) -> None:
    """Forget what a person has left for a day, and the oldest of what is too much; the disk is not theirs to fill."""
    left = [each.id for each in begun if each.touched_at <= at - KEPT] + [each.id for each in begun[MOST_AT_ONCE - 1 :]]
    for upload_id in left:
        store.drop_part(upload_id)  # should this transaction be lost, it is sent again from its beginning
    session.execute(delete(PaperUpload).where(PaperUpload.id.in_(left)))


def find(session: Session, task_id: UUID, upload_id: UUID, *, by: Person, at: datetime) -> PaperUpload:
    """Return an upload of the person's, locked, whose task still lets them; refuses with `UploadNotFound` and so on."""
    upload = session.scalar(
        select(PaperUpload)
        .where(PaperUpload.id == upload_id, PaperUpload.task_id == task_id, PaperUpload.person_id == by.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if upload is None or upload.touched_at <= at - KEPT:
        raise UploadNotFound(upload_id=upload_id)
    _must_be_editable(session, tasks.find(session, task_id), by, at)
    return upload


def receive(
    session: Session,
    task_id: UUID,
    upload_id: UUID,
    store: PaperStore,
    *,
    offset: int,
    piece: bytes,
    by: Person,
    at: datetime,
) -> PaperUpload:
    """Take the next piece of an upload. It is on the disk when this returns.

    Of two with the same offset one is taken. Refuses with `PieceOutOfPlace`, `PieceTooLarge`, and, from the first piece
    on, what is not what its name says.
    """
    upload = find(session, task_id, upload_id, by=by, at=at)
    if len(piece) > LARGEST_PIECE or offset + len(piece) > upload.size:
        raise PieceTooLarge(name=upload.name, limit=LARGEST_PIECE)
    if offset != stands_at(upload, store):
        raise PieceOutOfPlace(received=stands_at(upload, store))
    if offset == 0 and len(piece) >= min(TELLING, upload.size):
        papers.accept_beginning(upload.name, piece)
    store.put_piece(upload.id, offset, piece)
    upload.received, upload.touched_at = offset + len(piece), at
    return upload


def finish(
    session: Session,
    task_id: UUID,
    upload_id: UUID,
    store: PaperStore,
    *,
    quota: PaperQuota,
    by: Person,
    at: datetime,
) -> PaperVersion:
    """Make a paper of an upload all of which is here; its SHA-256 and its type are those of the whole.

    Refuses with `UploadIncomplete` and as `papers.add` does; the pieces are the caller's to drop once it is stored.
    """
    task, absent = editable_task(session, task_id, by=by, at=at)
    upload = find_whole(session, task_id, upload_id, store, by=by, at=at)
    quota.must_fit(session, task.instance, name=upload.name, size=upload.size, by=by, at=at, instead_of=upload.id)
    content = store.part(upload.id).read_bytes()
    version = papers.add(
        session, task.instance, store, name=upload.name, content=content, by=by, at=at, in_place_of=absent
    )
    session.delete(upload)
    return version


def find_whole(
    session: Session, task_id: UUID, upload_id: UUID, store: PaperStore, *, by: Person, at: datetime
) -> PaperUpload:
    """Return an upload as `find` does, all of which is here; refuses with `UploadIncomplete`."""
    upload = find(session, task_id, upload_id, by=by, at=at)
    if stands_at(upload, store) != upload.size:
        raise UploadIncomplete(received=stands_at(upload, store))
    return upload


def stands_at(upload: PaperUpload, store: PaperStore) -> int:
    """Return how many bytes of an upload are here; what a disk has lost since is to be sent again."""
    return min(upload.received, store.part_size(upload.id))


def add(
    session: Session,
    instance: ProcessInstance,
    store: PaperStore,
    *,
    name: str,
    content: bytes,
    quota: PaperQuota,
    by: Person,
    at: datetime,
    in_place_of: InPlaceOf | None,
) -> PaperVersion:
    """Add a file that came in one request; refuses as the quota and `papers.add` do."""
    quota.must_fit(session, instance, name=papers.accept_name(name), size=len(content), by=by, at=at)
    return papers.add(session, instance, store, name=name, content=content, by=by, at=at, in_place_of=in_place_of)


def give_up(session: Session, task_id: UUID, upload_id: UUID, store: PaperStore, *, by: Person) -> None:
    """Forget an upload of the person's, whatever became of its task; one that is not there is no matter."""
    upload = session.scalar(
        select(PaperUpload).where(
            PaperUpload.id == upload_id, PaperUpload.task_id == task_id, PaperUpload.person_id == by.id
        )
    )
    if upload is not None:
        store.drop_part(upload.id)
        session.delete(upload)
