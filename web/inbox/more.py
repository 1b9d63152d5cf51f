"""What a task pane shows beside the task itself: the other verbs, opinions asked and given, who handed it on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from engine import consultations
from engine.model import Consultation, ConsultationState, Person, TaskState, UserTask
from engine.verbs import Answer, Verb, handing, possible, recalling, reminding
from web import clock
from web.cases.log import LogLine, lines_of
from web.database import session
from web.errors import sentence
from web.language import gettext, ngettext
from web.moments import day_and_minute
from web.security import me

_NOT_MISSED = frozenset(
    {
        "task.not_yours",
        "task.already_claimed",
        "task.completed",
        "task.cancelled",
        "task.not_completed",
        "task.not_the_sender",
        "task.assigning_forbidden",
        "task.not_delegated",
        "task.delegate_only",
        "task.owner_only",
        "task.reminder_forbidden",
        "task.reminder_of_own",
        "case.copying_forbidden",
        "consultation.nothing_asked",
    }
)
"""Why nobody looks for a verb: the task is somebody else's or over, or there is nothing to use the verb on."""


@dataclass(frozen=True, slots=True)
class VerbEntry:
    """One verb in the menu: a dialog `verb-<key>` of the page, or a page of its own; `why_not` disables it."""

    key: str
    label: str
    why_not: str
    page_url: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """One question about the case and what became of it.

    `answer_url` where it waits for the reader's answer; `withdraw_url` and `again_url` where the reader has asked it.
    """

    asked_by: str
    person: str
    question: str
    asked_at: datetime
    due_at: datetime | None
    is_open: bool
    is_withdrawn: bool
    answer: str
    over_at: datetime | None
    answer_url: str
    withdraw_url: str
    again_url: str


@dataclass(frozen=True, slots=True)
class MoreOfTask:
    """The rest of a task pane."""

    verbs: list[VerbEntry]
    opinions: list[Opinion]
    word: LogLine | None
    owner_name: str
    reminded: str


def more_of(task: UserTask) -> MoreOfTask:
    """Gather what concerns the task beside its form and its outcomes."""
    is_open = task.state is TaskState.OPEN
    word = handing.last_word(session(), task) if is_open else None
    return MoreOfTask(
        verbs=_entries(task, possible.answers(session(), task, me(), clock.now())),
        opinions=opinions_of(consultations.of_case(session(), task.instance_id)),
        word=lines_of([word])[0] if word else None,
        owner_name=task.owner_name if is_open else "",
        reminded=reminded_by_task([task.id]).get(task.id, "") if is_open else "",
    )


def reminded_by_task(task_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return in words how often each task was urged; what never was is left out."""
    return {
        task_id: ngettext(
            "reminded %(num)s time, last %(at)s",
            "reminded %(num)s times, last %(at)s",
            each.count,
            at=day_and_minute(each.last_at),
        )
        for task_id, each in reminding.of_tasks(session(), task_ids).items()
    }


def opinions_of(found: Sequence[Consultation]) -> list[Opinion]:
    """Return questions and answers as the page shows them."""
    return [
        Opinion(
            asked_by=each.asked_by.full_name,
            person=each.person.full_name,
            question=each.question,
            asked_at=each.asked_at,
            due_at=each.due_at,
            is_open=each.state is ConsultationState.OPEN,
            is_withdrawn=each.state is ConsultationState.WITHDRAWN,
            answer=each.answer or "",
            over_at=each.over_at,
            answer_url=url_for("verbs.answer", consultation_id=each.id) if _is_mine_to_answer(each) else "",
            withdraw_url=_where_allowed("withdraw", recalling.may_withdraw_question, each),
            again_url=_where_allowed("again", recalling.may_ask_again, each),
        )
        for each in found
    ]


def _where_allowed(
    endpoint: str, may: Callable[[Session, Consultation, Person, datetime], Answer], asked: Consultation
) -> str:
    is_allowed = may(session(), asked, me(), clock.now()).is_allowed
    return url_for(f"questions.{endpoint}", consultation_id=asked.id) if is_allowed else ""


def _is_mine_to_answer(asked: Consultation) -> bool:
    return asked.state is ConsultationState.OPEN and asked.person_id == me().id


def _entries(task: UserTask, answers: Sequence[Answer]) -> list[VerbEntry]:
    """Return the menu: what is possible, then why not what one would look for; empty where nothing is possible.

    Claiming is not in it: the page says it in one place, with its button or why there is none.
    """
    labels = _labels()
    if not any(answer.is_allowed for answer in answers if answer.verb in labels):
        return []
    pages = {
        Verb.ASSIGN: url_for("verbs.assign", task_id=task.id),
        Verb.SEND_BACK: url_for("going_back.send_back", task_id=task.id),
        Verb.WITHDRAW: url_for("going_back.withdraw", task_id=task.id),
    }
    entries = [
        VerbEntry(
            key=answer.verb.value,
            label=labels[answer.verb],
            why_not=sentence(answer.refusal) if answer.refusal else "",
            page_url=pages.get(answer.verb, ""),
        )
        for answer in answers
        if answer.verb in labels and (answer.refusal is None or answer.refusal.code not in _NOT_MISSED)
    ]
    return sorted(entries, key=lambda entry: bool(entry.why_not))


def _labels() -> Mapping[Verb, str]:
    return {
        Verb.SEND_BACK: gettext("Send back"),
        Verb.WITHDRAW: gettext("Withdraw"),
        Verb.RELEASE: gettext("Give back"),
        Verb.ASSIGN: gettext("Assign"),
        Verb.TRANSFER: gettext("Transfer"),
        Verb.DELEGATE: gettext("Delegate"),
        Verb.HAND_BACK: gettext("Hand back"),
        Verb.TAKE_BACK: gettext("Take back"),
        Verb.CONSULT: gettext("Ask for opinions"),
        Verb.CLOSE_ROUND: gettext("Wait no longer for opinions"),
        Verb.COPY: gettext("Send to know"),
        Verb.REMIND: gettext("Remind"),
    }
