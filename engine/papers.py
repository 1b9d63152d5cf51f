"""The papers of a case: what may come in, how versions grow, where contents lie.

Contents are kept by their SHA-256 outside the database; a file is judged by its content, never by its name.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
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
from engine.errors import Invalid, NotFound
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
ZIP = b"PK\x03\x04"
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


@dataclass(frozen=True, slots=True)
class PaperStore:
    """The folder where contents lie, two letters of the hash a folder."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Return where the content with this hash lies."""
        return self.root / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep a content and return its SHA-256; the same content is kept once. It is on the disk when this returns."""
        sha256 = sha256_of(content)
        path = self.path(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{uuid4().hex}{UNFINISHED}")
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            sync_folder(path.parent)
        return sha256

    def is_sound(self, sha256: str) -> bool:
        """Tell whether a content is there and still what its hash says."""
        try:
            with self.path(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False


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
    if not content:
        raise PaperEmpty(name=name)
    if len(content) > LARGEST_FILE:
        raise PaperTooLarge(name=name, size=len(content), limit=LARGEST_FILE)
    claimed = ACCEPTED.get(Path(name).suffix.lower())
    found = _types_of(content)
    if claimed is None or claimed not in found:
        raise PaperTypeRefused(name=name, accepted=", ".join(suffix.removeprefix(".") for suffix in ACCEPTED))
    return claimed


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
    papers = of_case(session, instance)
    present = next((each for each in papers if each.name == kept_name), None)
    if present is None and len(papers) >= MOST_PAPERS:
        raise TooManyPapers(name=kept_name, limit=MOST_PAPERS)
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
