"""Writes the notices of a transaction, once, at its end: who did it is not told, and nobody is told twice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from engine import directory
from engine.calendar.offices import ZONE
from engine.directory import Directory
from engine.model import HistoryEntry, Notice, ProcessInstance, TaskState, UserTask
from engine.notices.rules import RULES, Event, Rule

_HEARD = "history_heard"
LONGEST_WORDS = 300
"""A notice keeps the beginning of a reason or a question; the whole stands in the case."""

STEPS = frozenset({"step", "to_step"})
"""The data of an entry that names a step."""


@dataclass(slots=True)
class _Heard:
    """What was recorded in this session since its last commit; its tasks are kept, lest the session drops them."""

    entries: list[tuple[ProcessInstance, HistoryEntry]] = field(default_factory=list)
    tasks: dict[UUID, UserTask] = field(default_factory=dict)


def hear(session: Session, instance: ProcessInstance, entry: HistoryEntry, new_task: UserTask | None) -> None:
    """Note what was recorded; whom it concerns is told when the transaction is committed, in one statement.

    `new_task` is the task that the entry names, when that is new; a stored one is found if the session has it.
    """
    if entry.kind not in RULES and entry.actor_id is None:
        return
    heard = session.info.get(_HEARD)
    if heard is None:
        heard = session.info[_HEARD] = _Heard()
        event.listen(session, "before_commit", _write)
    heard.entries.append((instance, entry))
    task_id = _task_of(entry)
    task = new_task or (_at_hand(session, task_id) if task_id else None)
    if task is not None:
        heard.tasks[task.id] = task


def _task_of(entry: HistoryEntry) -> UUID | None:
    """Return the task that a notice of this entry is about."""
    rule = RULES.get(entry.kind)
    said = entry.data.get(rule.task) if rule and rule.task else None
    return UUID(said) if said else None


def _at_hand(session: Session, task_id: UUID) -> UserTask | None:
    """Return a stored task that this session has; the database is not asked for it."""
    return session.identity_map.get(inspect(UserTask).identity_key_from_primary_key((task_id,)))


def tell(
    session: Session,
    kind: str,
    people: Iterable[UUID],
    *,
    occasion: str,
    actor_id: UUID,
    data: Mapping[str, Any],
    at: datetime,
) -> None:
    """Tell people, `actor_id` excepted, of something that stands in no case's history."""
    for person_id in set(people) - {actor_id}:
        session.add(
            Notice(
                id=uuid4(),
                person_id=person_id,
                occasion=occasion,
                kind=kind,
                actor_id=actor_id,
                data=dict(data),
                at=at,
                outgoing_at=at,
            )
        )


def _write(session: Session) -> None:
    """Add the notices before the commit; what a savepoint took back is not there any more and tells nobody."""
    if session.in_nested_transaction():
        return
    heard: _Heard = session.info.pop(_HEARD)
    session.info[_HEARD] = _Heard()
    heard.entries = [(instance, entry) for instance, entry in heard.entries if entry in session]
    if any(entry.kind in RULES for _instance, entry in heard.entries):
        session.add_all(_notices(session, heard))


def _notices(session: Session, heard: _Heard) -> list[Notice]:
    entries = heard.entries
    people = directory.current(session, on=entries[-1][1].at.astimezone(ZONE).date())
    actors = {entry.actor_id for _instance, entry in entries if entry.actor_id}
    actor_id = next(iter(actors)) if len(actors) == 1 else None
    found: dict[tuple[UUID, UUID, UUID | None], Notice] = {}
    for said in _events(session, heard, people):
        for notice in _of_event(said, actors, actor_id):
            found.setdefault((notice.person_id, said.instance.id, notice.task_id), notice)
    with_task = {(person_id, case_id) for person_id, case_id, task_id in found if task_id}
    return [
        notice
        for (person_id, case_id, task_id), notice in found.items()
        if task_id or (person_id, case_id) not in with_task
    ]


def _events(session: Session, heard: _Heard, people: Directory) -> Iterator[Event]:
    """Yield the entries that tell somebody; a task that came in a way with words of its own did not merely come."""
    ruled = [(instance, entry, RULES[entry.kind]) for instance, entry in heard.entries if entry.kind in RULES]
    words = {instance.id: _word_of(entry) for instance, entry in heard.entries if entry.kind == "task.completed"}
    told_otherwise = {entry.data.get(rule.supersedes) for _, entry, rule in ruled if rule.supersedes}
    for instance, entry, rule in ruled:
        task_id = _task_of(entry)
        task = heard.tasks.get(task_id) if task_id else None
        is_superseded = not rule.supersedes and task_id is not None and entry.data[rule.task] in told_otherwise
        is_over = task is not None and task.state is not TaskState.OPEN
        if not (is_superseded or is_over):
            word = words.get(instance.id, {}) if entry.kind == "task.opened" else {}
            yield Event(session, instance, entry, people, task, word)


def _word_of(completed: HistoryEntry) -> dict[str, str]:
    """Return what somebody gave as their reason with an outcome: a word to whom the case goes to."""
    reason = completed.data.get("reason")
    return {"note": _short(f"{completed.data['outcome_label']}: {reason}")} if reason else {}


def _of_event(said: Event, actors: set[UUID], actor_id: UUID | None) -> Iterator[Notice]:
    rule, entry = RULES[said.entry.kind], said.entry
    for person_id, absent_id in _with_substitutes(said, rule):
        if person_id in actors:
            continue
        in_place = {"absent": said.people.name_of(absent_id)} if absent_id else {}
        yield Notice(
            id=uuid4(),
            person_id=person_id,
            occasion=f"{said.instance.id.hex}:{entry.sequence}",
            kind=entry.kind,
            instance_id=said.instance.id,
            task_id=_task_of(entry),
            actor_id=entry.actor_id or actor_id,
            data=_words(rule, entry.data, said.task) | dict(said.word) | in_place,
            at=entry.at,
            outgoing_at=entry.at,
        )


def _with_substitutes(said: Event, rule: Rule) -> list[tuple[UUID, UUID | None]]:
    """Return whom the event concerns, and with each in whose place; in their own right first."""
    told = [each for each in dict.fromkeys(rule.to(said)) if each is not None and said.people.name_of(each)]
    found: dict[UUID, UUID | None] = dict.fromkeys(told)
    if rule.reaches_substitutes and said.people.absences:
        for absent in told:
            for each in _substitutes(said, absent):
                found.setdefault(each, absent)
    return list(found.items())


def _substitutes(said: Event, person_id: UUID) -> Iterator[UUID]:
    """Yield who stands in for a person today, for tasks such as this one."""
    for absence in said.people.absences:
        if absence.person_id != person_id:
            continue
        fits_unit = not absence.unit_code or (said.task is not None and said.task.unit_code == absence.unit_code)
        if fits_unit and absence.process_key in {"", said.instance.definition.key}:
            yield absence.substitute_id


def _words(rule: Rule, data: Mapping[str, Any], task: UserTask | None) -> dict[str, Any]:
    """Return the few words the notice keeps; a task is called by its name, not by the short one of its step."""
    said = {name: data[name] for name in rule.words if data.get(name)}
    if task is not None:
        said |= dict.fromkeys(STEPS & said.keys(), task.name)
    return {name: _short(value) if isinstance(value, str) else value for name, value in said.items()}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_WORDS else f"{text[: LONGEST_WORDS - 1]}…"
