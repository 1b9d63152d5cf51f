"""What a task pane says of the draft of its form, and of two versions of it that differ."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from engine import task_drafts
from engine.model import TaskDraft, UserTask
from engine.runtime import OFFICE_ZONE
from processes import drafting
from web import clock
from web.database import session
from web.language import gettext
from web.moments import day
from web.security import me

Labelled = tuple[str, int]
"""A label, and which one of those that read alike."""


@dataclass(frozen=True, slots=True)
class DraftNote:
    """The draft as the form knows it: its revision, what is said of it, where it is saved and thrown away.

    `said` is empty where there is no draft.
    """

    revision: int
    said: str
    save_url: str
    discard_url: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two versions of a form fill in differently."""

    label: str
    mine: str
    saved: str


@dataclass(frozen=True, slots=True)
class Clash:
    """Two versions of one person's form: that of this window (mine) and the saved one; `revision` is the latter's."""

    revision: int
    said: str
    differences: list[Difference]


def draft_of(task: UserTask) -> TaskDraft | None:
    """Return the draft that the person signed in has of a task; it may have been thrown away."""
    return task_drafts.find(session(), task, me())


def note_of(task: UserTask, draft: TaskDraft | None, known: int | None) -> DraftNote:
    """Return what the form is to know of its draft; `known` is the revision that what it shows began from."""
    revision = draft.revision if draft else 0
    return DraftNote(
        revision=revision if known is None else known,
        said=saved_words(draft) if draft and draft.content is not None else "",
        save_url=url_for("drafts.save", task_id=task.id),
        discard_url=url_for("drafts.discard", task_id=task.id),
    )


def saved_words(draft: TaskDraft) -> str:
    """Say when a draft was saved: the hour, with the day when it was not today."""
    if day(draft.saved_at) == day(clock.now()):
        return gettext("Draft saved at %(hour)s", hour=_hour(draft.saved_at))
    return gettext("Draft saved at %(hour)s on %(day)s", hour=_hour(draft.saved_at), day=day(draft.saved_at))


def clash_of(task: UserTask, mine: Mapping[str, object]) -> Clash:
    """Set what a window holds against the saved draft, or, where it was thrown away, against the form without it."""
    draft, now = draft_of(task), clock.now()
    saved = draft.content if draft else None
    if draft is None or saved is None:
        said = gettext("Another window has thrown the draft away since. Saved now is the form as it came.")
    else:
        said = gettext("Another window has saved this form since, at %(hour)s.", hour=_hour(draft.saved_at))
    here = drafting.read_out(session(), task, mine, now)
    there = drafting.read_out(session(), task, saved, now)
    return Clash(draft.revision if draft else 0, said, list(_differences(here, there)))


def _differences(here: Iterable[tuple[str, str]], there: Iterable[tuple[str, str]]) -> Iterator[Difference]:
    mine, saved = _by_label(here), _by_label(there)
    for key in dict.fromkeys([*mine, *saved]):
        if mine.get(key, "") != saved.get(key, ""):
            yield Difference(key[0], mine.get(key, ""), saved.get(key, ""))


def _by_label(lines: Iterable[tuple[str, str]]) -> dict[Labelled, str]:
    seen: Counter[str] = Counter()
    found: dict[Labelled, str] = {}
    for label, text in lines:
        found[label, seen[label]] = text
        seen[label] += 1
    return found


def _hour(moment: datetime) -> str:
    return moment.astimezone(OFFICE_ZONE).strftime("%H:%M")
