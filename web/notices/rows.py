"""Notices as rows, and the bell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from engine.notices import reading, sentences
from engine.notices.reading import MOST_COUNTED, Seen
from web.database import session
from web.language import language
from web.security import me


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as people see it; one whose case they may not see any more tells nothing of it."""

    url: str
    sentence: str
    about: str
    note: str
    by: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Bell:
    """How many notices are new, and as what that is shown."""

    count: int
    shown: str


def bell() -> Bell:
    """Count what is new for the person signed in."""
    count = reading.count_unread(session(), me())
    return Bell(count, f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count))


def rows_of(found: Sequence[Seen]) -> list[NoticeRow]:
    """Return notices as rows."""
    return [_row(each) for each in found]


def _row(seen: Seen) -> NoticeRow:
    notice, case = seen.notice, seen.notice.instance
    if not seen.is_open:
        said, about, note, by = sentences.NO_CONTENT.said(language()), "", "", ""
    else:
        said = sentences.sentence(notice.kind, notice.data, language())
        about = f"{case.title} · {case.business_key}" if case else ""
        note, by = sentences.note(notice.data), notice.actor.full_name if notice.actor else ""
    return NoticeRow(
        url=url_for("notices.open_one", notice_id=notice.id),
        sentence=said,
        about=about,
        note=note,
        by=by,
        at=notice.at,
        is_new=notice.read_at is None,
    )
