"""Files that people bring to the studio: what they hold, what an import makes of them, and the drafts they become.

First a file is examined, and nothing is stored: a diagram of another engine is turned into our dialect, and the person
sees what became of every piece. Then it is kept, as a new file of the office's own or in place of one that is there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from engine import deployment, drafts, pack_files
from engine.bpmn import DiagramRefused
from engine.bpmn.importing import Note, import_diagram
from engine.drafts import OWN_PACK, FileKey
from engine.errors import Conflict, Invalid
from engine.model import Draft, Person
from engine.wording import Finding

FORMS_FOLDER = "forms"
UNREADABLE = frozenset({"not_xml", "not_dmn", "doctype", "too_large"})
"""What findings say, in the last part of their code, of a table that no editor can open."""

_OTHER_ENDINGS: Mapping[str, str] = {".bpmn20.xml": ".bpmn", ".bpmn.xml": ".bpmn", ".dmn.xml": ".dmn", ".xml": ".bpmn"}
LayOut = Callable[[bytes], bytes | None]


class DesignUnreadable(Invalid):
    """A file does not hold what its name says; `findings` say why."""

    code = "studio.unreadable"

    def __init__(self, name: str, findings: list[Finding]) -> None:
        super().__init__(name=name)
        self.findings = findings


class DraftExists(Conflict):
    """Somebody is working on a file of this name already."""

    code = "draft.exists"


class Place(NamedTuple):
    """The file that a brought one shall replace, and where the work on it stood (see `drafts.save`)."""

    key: FileKey
    revision: int
    base_id: UUID | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file ready to become a draft: with the forms made for it by name, and the report of its import.

    What `was_ours` has its content as it came; else it was converted, or drawn anew, and people shall see `notes`
    before it is kept. Without layout no editor can open it.
    """

    key: FileKey
    content: bytes
    forms: Mapping[str, bytes]
    notes: tuple[Note, ...] = ()
    was_ours: bool = True
    has_layout: bool = True
    is_drawn_anew: bool = False


def examine(
    session: Session,
    filename: str,
    content: bytes,
    *,
    by: Person,
    at: datetime,
    into: FileKey | None = None,
    lay_out: LayOut | None = None,
) -> Upload:
    """Return what a file is and what becomes of it, as a new file or `into` one that is there; stores nothing.

    `lay_out` draws a diagram that has no drawing. Refuses with `NotDesigner`, `DesignNameRefused`, `DesignTooLarge`
    and `DesignUnreadable`.
    """
    drafts.must_design(session, by, at)
    key = into or FileKey(OWN_PACK, drafts.clean_name(_with_our_ending(filename)))
    drafts.must_fit(content)
    if PurePosixPath(key.name).suffix == ".bpmn":
        return _diagram(key, filename, content, lay_out)
    findings = deployment.check({key.name: content})
    if any(each.code.rpartition(".")[2] in UNREADABLE for each in findings):
        raise DesignUnreadable(filename[: drafts.LONGEST_NAME], findings)
    return Upload(key, content, {})


def _with_our_ending(filename: str) -> str:
    """Return the name with the ending that files of its kind have here: other engines write `x.bpmn20.xml`."""
    for theirs, ours in _OTHER_ENDINGS.items():
        if filename.endswith(theirs):
            return filename.removesuffix(theirs) + ours
    return filename


def _diagram(key: FileKey, filename: str, content: bytes, lay_out: LayOut | None) -> Upload:
    try:
        made = import_diagram(content, filename=key.name, lay_out=lay_out)
    except DiagramRefused as refused:
        raise DesignUnreadable(filename[: drafts.LONGEST_NAME], refused.findings) from refused
    if made.was_ours:
        return Upload(key, content, {})
    drafts.must_fit(made.xml)
    forms = {f"{FORMS_FOLDER}/{name}": text.encode() for name, text in made.forms.items()}
    return Upload(
        key,
        made.xml,
        forms,
        made.notes,
        was_ours=False,
        has_layout=made.has_layout,
        is_drawn_anew=made.is_drawn_anew,
    )


def keep_new(session: Session, upload: Upload, *, by: Person, at: datetime) -> Draft:
    """Begin a draft in the office's own pack; a file that is published there already gets a draft over it.

    Refuses with `NotDesigner`, and with `DraftExists` rather than replace somebody's draft.
    """
    drafts.must_design(session, by, at)
    pack_files.take_turn(session)
    _keep_forms(session, upload, by=by, at=at)
    return _begin(session, FileKey(OWN_PACK, upload.key.name), upload.content, by=by, at=at)


def keep_in_place(session: Session, upload: Upload, place: Place, *, by: Person, at: datetime) -> Draft:
    """Keep a file as the draft of another; refuses as `drafts.save` does, and as `keep_new` for a form of it."""
    draft = drafts.save(
        session, place.key, upload.content, revision=place.revision, base_id=place.base_id, by=by, at=at
    )
    _keep_forms(session, upload, by=by, at=at)
    return draft


def _keep_forms(session: Session, upload: Upload, *, by: Person, at: datetime) -> None:
    """Begin drafts of the forms that came with a diagram, but for those that are there as they are."""
    published = pack_files.contents(pack_files.newest(session, upload.key.pack_key))
    for name, content in upload.forms.items():
        key = FileKey(upload.key.pack_key, name)
        draft = drafts.find_draft(session, key)
        if content != (draft.content if draft else published.get(name)):
            _begin(session, key, content, by=by, at=at)


def _begin(session: Session, key: FileKey, content: bytes, *, by: Person, at: datetime) -> Draft:
    draft = drafts.find_draft(session, key)
    if draft is not None:
        raise DraftExists(name=key.name, by=draft.author.full_name, at=draft.saved_at)
    newest = pack_files.newest(session, key.pack_key)
    base = newest if drafts.resource(session, newest, key.name) else None
    return drafts.begin(session, key, content, base=base, by=by, at=at)
