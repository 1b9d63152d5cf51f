"""The papers of a case: what may come in, how versions grow, where contents lie.

Contents are kept by their SHA-256 outside the database; a file is judged by its content, never by its name.
"""

import errno
import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4
from zipfile import BadZipFile, ZipFile

import puremagic
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine import database, history, signing
from engine.errors import Invalid, NotFound, Unavailable
from engine.model import InPlaceOf, Paper, PaperVersion, Person, ProcessInstance

MEGABYTE = 1024 * 1024
LARGEST_FILE = 50 * MEGABYTE
LONGEST_NAME = 150
MOST_PAPERS = 50
UNFINISHED = ".part"
ACCEPTED = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
OFFICE_FOLDERS = {".docx": re.compile(r"word/document\d*\.xml\Z"), ".xlsx": re.compile(r"xl/workbook\d*\.xml\Z")}
_OFFICE = frozenset(ACCEPTED[suffix] for suffix in OFFICE_FOLDERS)
ZIP = b"PK\x03\x04"
UNFINISHED_FOLDER = "unfinished"
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
SHOWN_INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})


class PaperRefused(Invalid):
    """A file cannot become a paper; the code says why."""

    code = "paper.refused"


class PaperEmpty(PaperRefused):
    """The file holds nothing."""

    code = "paper.empty"


class PaperTooLarge(PaperRefused):
    """The file is larger than the limit."""

    code = "paper.too_large"


class PaperNameTooLong(PaperRefused):
    """The file's name is longer than the limit."""

    code = "paper.name_too_long"


class PaperNameHasPath(PaperRefused):
    """The file's name holds parts of a path."""

    code = "paper.name_has_path"


class PaperNameUnreadable(PaperRefused):
    """The file's name holds control characters, which nobody can read or type."""

    code = "paper.name_unreadable"


class PaperTypeRefused(PaperRefused):
    """The content is of no accepted type, or not of the type its name claims."""

    code = "paper.type_refused"


class TooManyPapers(PaperRefused):
    """The case holds as many papers as it may."""

    code = "paper.too_many"


class PaperNotFound(NotFound):
    """There is no such paper in this case."""

    code = "paper.not_found"


class PaperDiskFull(Unavailable):
    """The disk where contents lie has no room left."""

    code = "paper.disk_full"


@dataclass(frozen=True, slots=True)
class PaperStore:
    """The folder where contents lie, two letters of the hash a folder."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Return where the content with this hash lies."""
        return self.root / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep a content, once, on the disk, and return its SHA-256; refuses with `PaperDiskFull`, leaving nothing."""
        sha256 = sha256_of(content)
        path = self.path(sha256)
        if not path.exists():
            part = path.with_name(f"{uuid4().hex}{UNFINISHED}")
            with _room_on_disk(part):
                path.parent.mkdir(parents=True, exist_ok=True)
                with part.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            part.replace(path)
            sync_folder(path.parent)
        return sha256

    def part(self, upload_id: UUID) -> Path:
        """Return where the pieces of a file lie that is still on its way."""
        return self.root / UNFINISHED_FOLDER / upload_id.hex

    def put_piece(self, upload_id: UUID, offset: int, piece: bytes) -> None:
        """Write a piece, on the disk, and nothing behind it; refuses with `PaperDiskFull`, what came before stays."""
        part = self.part(upload_id)
        with _room_on_disk():
            part.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                _write_at(descriptor, offset, piece)
                os.ftruncate(descriptor, offset + len(piece))
                os.fsync(descriptor)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(descriptor, offset)  # on a full disk others need the room
                raise
            finally:
                os.close(descriptor)

    def part_size(self, upload_id: UUID) -> int:
        """Return how many bytes of a file on its way lie here."""
        try:
            return self.part(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def drop_part(self, upload_id: UUID) -> None:
        """Take the pieces of a file away that is whole by now, or given up."""
        self.part(upload_id).unlink(missing_ok=True)

    def must_hold(self, name: str, size: int) -> None:
        """Refuse with `PaperDiskFull` where the disk has no room for so many bytes more."""
        self.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < size:
            raise PaperDiskFull(name=name)

    def is_sound(self, sha256: str) -> bool:
        """Tell whether a content is there and still what its hash says."""
        try:
            with self.path(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False


def _write_at(descriptor: int, offset: int, piece: bytes) -> None:
    written = 0
    while written < len(piece):
        written += os.pwrite(descriptor, piece[written:], offset + written)


@contextmanager
def _room_on_disk(part: Path | None = None) -> Iterator[None]:
    """Say of a full disk that it is full; what was written of `part` is taken away."""
    try:
        yield
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            raise PaperDiskFull from error
        raise


def sha256_of(content: bytes) -> str:
    """Return the name under which a content is kept."""
    return hashlib.sha256(content).hexdigest()


def sync_folder(folder: Path) -> None:
    """See to it that a folder's names are on the disk, as a file's own sync does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_turn(session: Session, sha256: str) -> None:
    """Keep others from adding or clearing away this content until the transaction ends."""
    database.take_turn(session, f"paper {sha256}")


def accept_name(name: str) -> str:
    """Return a file's name as it is kept (NFC, without invisible marks).

    Refuses control characters, parts of paths, and length over 150.
    """
    seen = "".join(letter for letter in unicodedata.normalize("NFC", name) if unicodedata.category(letter) != "Cf")
    if any(unicodedata.category(letter) == "Cc" for letter in seen):
        raise PaperNameUnreadable(name="".join(letter if letter.isprintable() else "�" for letter in seen[:60]))
    kept = seen.strip()
    if not kept or any(mark in kept for mark in "/\\") or kept.startswith("."):
        raise PaperNameHasPath(name=kept[:60])
    if len(kept) > LONGEST_NAME:
        raise PaperNameTooLong(name=kept[:60] + "…", length=len(kept), limit=LONGEST_NAME)
    return kept


def accept_content(name: str, content: bytes) -> str:
    """Return the media type of a content; refuses an empty or large file and any type that is not accepted."""
    claimed = accept_announced(name, len(content))
    if claimed not in _types_of(content):
        raise _type_refused(name)
    return claimed


def accept_announced(name: str, size: int) -> str:
    """Return the media type that a name claims; refuses what its name and size alone show to be no paper of ours."""
    if size < 1:
        raise PaperEmpty(name=name)
    if size > LARGEST_FILE:
        raise PaperTooLarge(name=name, size=size, limit=LARGEST_FILE)
    claimed = ACCEPTED.get(Path(name).suffix.lower())
    if claimed is None:
        raise _type_refused(name)
    return claimed


def accept_beginning(name: str, beginning: bytes) -> None:
    """Refuse what the first piece of a file shows to be something else than its name claims.

    Spares people the rest of the way. What a whole file is, `accept_content` says.
    """
    claimed = accept_announced(name, len(beginning))
    is_archive = claimed in _OFFICE and beginning.startswith(ZIP)
    if not is_archive and claimed not in _types_of(beginning):
        raise _type_refused(name)


def _type_refused(name: str) -> PaperTypeRefused:
    return PaperTypeRefused(name=name, accepted=", ".join(suffix.removeprefix(".") for suffix in ACCEPTED))


def _types_of(content: bytes) -> set[str]:
    if content.lstrip()[:5] == b"%PDF-":
        return {"application/pdf"}
    if content.startswith(ZIP):
        return _office_types(content)
    try:
        return {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()


def _office_types(content: bytes) -> set[str]:
    """Tell an Office document by the parts in it; one that brings macros is none of ours."""
    try:
        names = ZipFile(BytesIO(content)).namelist()
    except (BadZipFile, ValueError, NotImplementedError):
        return set()
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return set()
    return {ACCEPTED[suffix] for suffix, folder in OFFICE_FOLDERS.items() if any(map(folder.match, names))}


def add(
    session: Session,
    instance: ProcessInstance,
    store: PaperStore,
    *,
    name: str,
    content: bytes,
    by: Person,
    at: datetime,
    in_place_of: InPlaceOf | None = None,
) -> PaperVersion:
    """Add a file to the case; a file of the same name becomes the next version of that paper.

    New content makes the signatures given so far void (NĐ 30/2020 Điều 11: a changed draft goes back to its approvers).
    """
    kept_name = accept_name(name)
    media_type = accept_content(kept_name, content)
    present = must_have_place(session, instance, kept_name)
    paper = present or _paper_named(session, instance, kept_name, at)
    take_turn(session, sha256_of(content))
    sha256 = store.put(content)
    version = paper.versions[-1] if paper.versions and paper.versions[-1].sha256 == sha256 else None
    if present is not None and version is not None:
        return version
    if version is None:
        version = PaperVersion(paper=paper, version=len(paper.versions) + 1, sha256=sha256, size=len(content))
        version.media_type, version.uploaded_by_id, version.uploaded_at = media_type, by.id, at
        session.add(version)
    signing.void_all(session, instance, reason="", at=at)
    history.record(
        session,
        instance,
        "paper.added",
        at=at,
        actor_id=by.id,
        name=kept_name,
        version=version.version,
        sha256=sha256,
        size=len(content),
        **history.in_whose_place(in_place_of),
    )
    return version


def must_have_place(session: Session, instance: ProcessInstance, name: str) -> Paper | None:
    """Return the case's paper of this name, if any; refuses with `TooManyPapers` where one more would be too many."""
    papers = of_case(session, instance)
    present = next((each for each in papers if each.name == name), None)
    if present is None and len(papers) >= MOST_PAPERS:
        raise TooManyPapers(name=name, limit=MOST_PAPERS)
    return present


def _paper_named(session: Session, instance: ProcessInstance, name: str, at: datetime) -> Paper:
    removed = session.scalar(select(Paper).where(Paper.instance_id == instance.id, Paper.name == name))
    if removed is not None:
        removed.removed_at = None
        return removed
    paper = Paper(instance_id=instance.id, name=name, created_at=at)
    session.add(paper)
    return paper


def remove(
    session: Session,
    instance: ProcessInstance,
    paper_id: UUID,
    *,
    by: Person,
    at: datetime,
    in_place_of: InPlaceOf | None = None,
) -> None:
    """Take a paper out of the case; its versions stay on record."""
    paper = _paper(session, instance, paper_id)
    paper.removed_at = at
    signing.void_all(session, instance, reason="", at=at)
    said = {"name": paper.name, **history.in_whose_place(in_place_of)}
    history.record(session, instance, "paper.removed", at=at, actor_id=by.id, **said)


def _paper(session: Session, instance: ProcessInstance, paper_id: UUID) -> Paper:
    paper = session.get(Paper, paper_id)
    if paper is None or paper.instance_id != instance.id or paper.removed_at is not None:
        raise PaperNotFound(paper_id=paper_id)
    return paper


def of_case(session: Session, instance: ProcessInstance) -> Sequence[Paper]:
    """Return the papers of a case with their versions, oldest first."""
    return session.scalars(
        select(Paper)
        .where(Paper.instance_id == instance.id, Paper.removed_at.is_(None))
        .order_by(Paper.created_at, Paper.name)
        .options(selectinload(Paper.versions).joinedload(PaperVersion.uploaded_by))
    ).all()


def version(session: Session, instance: ProcessInstance, version_id: UUID) -> PaperVersion:
    """Return one version of a paper of this case; refuses with `PaperNotFound`."""
    found = session.get(PaperVersion, version_id)
    if found is None or found.paper.instance_id != instance.id:
        raise PaperNotFound(version_id=version_id)
    return found
