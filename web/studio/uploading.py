"""A file on its way into the studio: the report of its import, and carrying it until the person has read that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from engine.bpmn.importing import Fate, Note
from engine.drafts import FileKey
from engine.errors import Invalid, PlatformError
from engine.uploads import DesignUnreadable, Place, Upload
from web.errors import sentence
from web.language import language
from web.security import me
from web.studio.shelf import address, pack_title

READING_SECONDS = 24 * 60 * 60
ENGINES: Mapping[str, str] = {
    "camunda": "Camunda 7",
    "operaton": "Operaton",
    "flowable": "Flowable",
    "activiti": "Activiti",
}


class ReportTooOld(Invalid):
    """The import that was shown is too old to be taken, or not what was shown."""

    code = "studio.report_too_old"


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What became of one piece, in the language of the person who asks."""

    element_id: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import made of a file; `sealed` goes back to take it, `back_url` leads away from it."""

    name: str
    engines: str
    pack_title: str
    open: Sequence[NoteRow]
    lost: Sequence[NoteRow]
    carried: Sequence[NoteRow]
    forms: Sequence[str]
    is_drawn_anew: bool
    has_layout: bool
    sealed: str
    back_url: str


def report_of(upload: Upload, place: Place | None) -> ImportReport:
    """Return the report of an import to show."""
    return ImportReport(
        name=upload.key.name,
        engines=_engines(upload.notes),
        pack_title=pack_title(upload.key.pack_key),
        open=_rows(upload.notes, Fate.OPEN),
        lost=_rows(upload.notes, Fate.LOST),
        carried=_rows(upload.notes, Fate.CARRIED),
        forms=sorted(upload.forms),
        is_drawn_anew=upload.is_drawn_anew,
        has_layout=upload.has_layout,
        sealed=_seal(upload, place),
        back_url=back_url(place),
    )


def _engines(notes: Sequence[Note]) -> str:
    found = {ENGINES[prefix]: None for prefix in (note.source.partition(":")[0] for note in notes) if prefix in ENGINES}
    return ", ".join(found)


def _rows(notes: Sequence[Note], fate: Fate) -> list[NoteRow]:
    return [
        NoteRow(
            element_id=note.element_id,
            message=note.message.said(language()),
            remedy=note.remedy.said(language()) if note.remedy else "",
        )
        for note in notes
        if note.fate is fate
    ]


def back_url(place: Place | None) -> str:
    """Return where a person goes who does not take the file, or may not."""
    return address("design", place.key) if place else url_for("studio.index")


def reason(refused: PlatformError) -> str:
    """Return the sentence of a refusal; for a file that cannot be read, with what is wrong and what to do."""
    said = sentence(refused)
    if isinstance(refused, DesignUnreadable) and refused.findings:
        first = refused.findings[0]
        return f"{said} {first.message.said(language())} {first.remedy.said(language())}"
    return said


def place_asked() -> Place | None:
    """Return the file that the form wants replaced, `None` for a new one."""
    pack_key, name = request.form.get("pack_key", ""), request.form.get("name", "")
    if not name:
        return None
    return Place(
        FileKey(pack_key, name),
        request.form.get("revision", 0, type=int),
        request.form.get("base", None, type=UUID),
    )


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"studio.import {me().username}")


def _seal(upload: Upload, place: Place | None) -> str:
    """Pack an import so that only this person can send it back, and only as it was shown."""
    held = {
        "key": upload.key,
        "content": upload.content.decode(),
        "forms": {name: content.decode() for name, content in upload.forms.items()},
        "place": [place.revision, str(place.base_id or "")] if place else None,
    }
    return str(_sealer().dumps(held))


def unseal(sealed: str) -> tuple[Upload, Place | None]:
    """Return the import that was shown; refuses with `ReportTooOld`."""
    try:
        held = _sealer().loads(sealed, max_age=READING_SECONDS)
    except BadData as error:
        raise ReportTooOld from error
    key = FileKey(*held["key"])
    forms = {name: text.encode() for name, text in held["forms"].items()}
    place = None
    if held["place"]:
        revision, base = held["place"]
        place = Place(key, revision, UUID(base) if base else None)
    return Upload(key, held["content"].encode(), forms, was_ours=False), place
