"""Drafts of a pack's files: who may design, opening, saving, and what others did meanwhile.

There is one draft a file at most, for all designers together; whoever saves names the revision the work began from, so
that nobody's work is replaced unseen. `engine.uploads` begins drafts from files, `engine.publishing` makes new versions
of drafts.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import directory, pack_files, tasks
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.model import Deployment, Draft, Person, Resource

DESIGNER_GROUPS = frozenset({directory.ADMINISTRATOR_GROUP, "/analyst"})
OWN_PACK = "studio"
"""The pack of the files that people upload or draw anew."""

LARGEST_FILE = 2 * 1024 * 1024
LONGEST_NAME = 100
SUFFIXES = frozenset({".bpmn", ".dmn"})
COMPANIONS = frozenset({".form", ".dmn"})

_NAME = re.compile(r"[^\W_][\w .()–-]*\Z")


class NotDesigner(Forbidden):
    """The person may not design processes."""

    code = "studio.not_designer"


class DesignFileNotFound(NotFound):
    """The pack has neither such a file nor a draft of one."""

    code = "studio.file_not_found"


class DesignNameRefused(Invalid):
    """A file's name is too long, holds signs it may not, or does not end as a diagram or a table does."""

    code = "studio.name_refused"


class DesignTooLarge(Invalid):
    """A file is larger than any diagram is."""

    code = "studio.too_large"


class DraftMoved(Conflict):
    """Somebody else has saved the draft, published it or thrown it away since this work began."""

    code = "draft.moved"


class DraftOutdated(Conflict):
    """Somebody else has published another content of the file since the draft was begun."""

    code = "draft.outdated"


class FileKey(NamedTuple):
    """One file of one pack."""

    pack_key: str
    name: str


@dataclass(frozen=True, slots=True)
class DesignFile:
    """A file as the studio opens it: its draft when there is one, else what is published.

    `outdated_by` is the deployment that published another content since the draft was begun.
    """

    key: FileKey
    content: bytes
    draft: Draft | None
    published: Deployment | None
    outdated_by: Deployment | None

    @property
    def revision(self) -> int:
        """The revision that whoever saves next must name; 0 while there is no draft."""
        return self.draft.revision if self.draft else 0

    @property
    def base_id(self) -> UUID | None:
        """The deployment that the work begins from."""
        return self.draft.base_id if self.draft else self.published.id if self.published else None


def is_companion(name: str) -> bool:
    """Tell whether a file is of a kind that diagrams need beside them: a form or a table."""
    return PurePosixPath(name).suffix in COMPANIONS


def may_design(session: Session, person: Person, at: datetime) -> bool:
    """Tell whether the person may use the studio: administrators and holders of a position of the kind analyst."""
    return not DESIGNER_GROUPS.isdisjoint(tasks.groups_of(session, person, at))


def must_design(session: Session, person: Person, at: datetime) -> None:
    """Refuse with `NotDesigner`."""
    if not may_design(session, person, at):
        raise NotDesigner(person=person.username)


def open_file(session: Session, key: FileKey, *, by: Person, at: datetime) -> DesignFile:
    """Return a file to look at or to work on; refuses with `NotDesigner` or `DesignFileNotFound`."""
    must_design(session, by, at)
    newest = pack_files.newest(session, key.pack_key)
    published = resource(session, newest, key.name)
    draft = find_draft(session, key)
    content = draft.content if draft else published.content if published else None
    if content is None:
        raise DesignFileNotFound(pack_key=key.pack_key, name=key.name)
    return DesignFile(key, content, draft, newest if published else None, outdated_by(session, draft))


def find_draft(session: Session, key: FileKey) -> Draft | None:
    """Return the draft of a file, if there is one."""
    return session.scalar(select(Draft).where(Draft.pack_key == key.pack_key, Draft.name == key.name))


def outdated_by(session: Session, draft: Draft | None) -> Deployment | None:
    """Return the deployment that published another content of the file since its draft was begun, if one did."""
    newest = pack_files.newest(session, draft.pack_key) if draft else None
    if draft is None or newest is None or newest.id == draft.base_id:
        return None
    now, then = resource(session, newest, draft.name), resource(session, draft.base, draft.name)
    if now is None or (then is not None and then.checksum == now.checksum):
        return None
    return session.scalar(
        select(Deployment)
        .join(Resource)
        .where(Deployment.pack_key == draft.pack_key, Deployment.number > (draft.base.number if draft.base else 0))
        .where(Resource.name == draft.name, Resource.checksum == now.checksum)
        .order_by(Deployment.number)
        .limit(1)
    )


def resource(session: Session, deployed: Deployment | None, name: str) -> Resource | None:
    """Return a file of a deployment, if it has it."""
    if deployed is None:
        return None
    return session.scalar(select(Resource).where(Resource.deployment_id == deployed.id, Resource.name == name))


def save(
    session: Session, key: FileKey, content: bytes, *, revision: int, base_id: UUID | None, by: Person, at: datetime
) -> Draft:
    """Keep work on a file as its draft; it may be unfinished and wrong.

    `revision` is that of the draft the work began from, 0 where there was none; `base_id` the deployment it began from.
    Refuses with `NotDesigner`, `DesignTooLarge`, `DesignFileNotFound`, and with `DraftMoved` when somebody was faster.
    """
    must_design(session, by, at)
    must_fit(content)
    pack_files.take_turn(session)
    draft = find_draft(session, key)
    if draft is not None:
        _must_stand_at(draft, revision)
        draft.content, draft.author, draft.saved_at = content, by, at
        session.flush()
        return draft
    base = session.get(Deployment, base_id) if base_id else None
    if base is None and key.pack_key == OWN_PACK:
        clean_name(key.name)
    elif base is None or base.pack_key != key.pack_key or resource(session, base, key.name) is None:
        raise DesignFileNotFound(pack_key=key.pack_key, name=key.name)
    return begin(session, key, content, base=base, by=by, at=at)


def _must_stand_at(draft: Draft, revision: int) -> None:
    if draft.revision != revision:
        raise DraftMoved(by=draft.author.full_name, at=draft.saved_at, revision=draft.revision)


def must_fit(content: bytes) -> None:
    """Refuse with `DesignTooLarge`."""
    if len(content) > LARGEST_FILE:
        raise DesignTooLarge(limit=LARGEST_FILE)


def begin(
    session: Session, key: FileKey, content: bytes, *, base: Deployment | None, by: Person, at: datetime
) -> Draft:
    """Store the first draft of a file that has none; rights and name have been looked at."""
    draft = Draft(pack_key=key.pack_key, name=key.name, content=content, base=base, author=by, saved_at=at)
    session.add(draft)
    session.flush()
    return draft


def clean_name(filename: str) -> str:
    """Return a file's name as it is kept, NFC; refuses with `DesignNameRefused`."""
    name = unicodedata.normalize("NFC", filename).strip()
    if len(name) > LONGEST_NAME or not _NAME.match(name) or PurePosixPath(name).suffix not in SUFFIXES:
        raise DesignNameRefused(name=name[:LONGEST_NAME], limit=LONGEST_NAME)
    return name


def discard(session: Session, key: FileKey, *, revision: int, by: Person, at: datetime) -> None:
    """Throw a draft away; what is published stays. Refuses with `NotDesigner`, `DesignFileNotFound`, `DraftMoved`."""
    draft = take(session, key, revision=revision, by=by, at=at)
    session.delete(draft)
    session.flush()


def keep_over(session: Session, key: FileKey, *, revision: int, by: Person, at: datetime) -> Draft:
    """Decide that a draft shall replace what somebody else has published meanwhile; refuses as `discard` does."""
    draft = take(session, key, revision=revision, by=by, at=at)
    draft.base, draft.author, draft.saved_at = pack_files.newest(session, key.pack_key), by, at
    session.flush()
    return draft


def take(session: Session, key: FileKey, *, revision: int, by: Person, at: datetime) -> Draft:
    """Return a draft as somebody saw it; refuses with `NotDesigner`, `DesignFileNotFound`, `DraftMoved`."""
    must_design(session, by, at)
    pack_files.take_turn(session)
    draft = find_draft(session, key)
    if draft is None:
        raise DesignFileNotFound(pack_key=key.pack_key, name=key.name)
    _must_stand_at(draft, revision)
    return draft


def publisher_of(deployed: Deployment) -> str:
    """Return who published a deployment: a person's full name, nothing for the installed files."""
    return deployed.deployed_by.full_name if deployed.deployed_by else ""
