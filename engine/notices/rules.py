"""The one table that says which kinds of history entries tell whom, and what the notice is about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.directory import ADMINISTRATOR_GROUP, Directory
from engine.model import HistoryEntry, Notice, ProcessInstance, TaskState, UserTask

SMALL_GROUP = 5
"""A task offered to at most so many people tells each of them; larger groups see it counted in their inbox."""
MOST_INCIDENTS = 20
"""Of so many incidents an administrator is told within an hour; operations shows all of them."""


class Topic(StrEnum):
    """What notices are about, as people turn them on and off."""

    TASKS = "tasks"
    RETURNS = "returns"
    OPINIONS = "opinions"
    COPIES = "copies"
    URGING = "urging"
    CASES = "cases"
    SUBSTITUTES = "substitutes"
    INCIDENTS = "incidents"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a case's history, at the end of the transaction that wrote it.

    `task` is what it is about, if that is at hand, `word` what who sent it said with their outcome.
    """

    session: Session
    instance: ProcessInstance
    entry: HistoryEntry
    people: Directory
    task: UserTask | None
    word: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Mapping[str, Any]:
        """What the entry says."""
        return self.entry.data

    def named(self, *usernames: object) -> list[UUID]:
        """Return the active people among these user names."""
        return [self.people.people[str(name)].id for name in usernames if str(name) in self.people.people]

    def small_group(self, keys: Iterable[object], usernames: Iterable[object] = ()) -> list[UUID]:
        """Return the people whom group keys and user names mean, nobody when they are many."""
        found = dict.fromkeys(self.named(*usernames))
        for key in keys:
            found |= dict.fromkeys(person.id for person in self.people.people_in_group(str(key)))
        return list(found) if len(found) <= SMALL_GROUP else []


Whom = Callable[[Event], Iterable[UUID | None]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom a kind of entry tells; `task` and `words` name the data of the entry the notice keeps.

    With `reaches_substitutes` who stands in for somebody is told as well. `supersedes` names the data that holds a task
    whose coming needs no notice of its own any more.
    """

    topic: Topic
    to: Whom
    task: str = "task"
    words: tuple[str, ...] = ("step",)
    reaches_substitutes: bool = field(default=False, kw_only=True)
    supersedes: str = field(default="", kw_only=True)


def _named(key: str) -> Whom:
    """Return the people whose user names, one or several, stand in the data under a key."""

    def whom(event: Event) -> list[UUID]:
        said = event.data.get(key)
        return event.named(*(said if isinstance(said, list) else [said]))

    return whom


def _by_id(key: str) -> Whom:
    """Return the people whose ids, one or several, stand in the data under a key."""

    def whom(event: Event) -> list[UUID]:
        said = event.data.get(key)
        return [UUID(each) for each in (said if isinstance(said, list) else [said]) if each]

    return whom


def _receivers(event: Event) -> list[UUID]:
    """Return who got a new task: its assignee, or the few people it was offered to."""
    if event.data.get("assignee"):
        return event.named(event.data["assignee"])
    return event.small_group(event.data.get("groups") or (), event.data.get("users") or ())


def _holder_or_group(event: Event) -> list[UUID]:
    return event.named(event.data.get("to")) or event.small_group(event.data.get("groups") or ())


def _starter(event: Event) -> list[UUID | None]:
    """Return who started the case; the starter of a called case is whoever moved its caller, and is not told."""
    return [] if event.instance.parent_id else [event.instance.started_by_id]


def _starter_and_holders(event: Event) -> list[UUID | None]:
    """Return who started the case, and who had an open task in it when it was cancelled."""
    cancelled = select(UserTask.assignee_id).where(
        UserTask.instance_id == event.instance.id,
        UserTask.state == TaskState.CANCELLED,
        UserTask.completed_at == event.entry.at,
    )
    return [*_starter(event), *event.session.scalars(cancelled)]


def _starter_and_approver(event: Event) -> list[UUID | None]:
    approver = str(event.data["approver"])
    return [*_starter(event), *event.small_group([approver], [approver])]


def _administrators(event: Event) -> list[UUID]:
    """Return the administrators; whoever has been told of enough incidents within the hour knows where to look."""
    found = [person.id for person in event.people.people_in_group(ADMINISTRATOR_GROUP)]
    told = select(Notice.person_id).where(
        Notice.person_id.in_(found), Notice.kind == event.entry.kind, Notice.at > event.entry.at - timedelta(hours=1)
    )
    enough = told.group_by(Notice.person_id).having(func.count() >= MOST_INCIDENTS)
    with event.session.no_autoflush:  # what the step has to write goes to the database together, later
        flooded = set(event.session.scalars(enough))
    return [each for each in found if each not in flooded]


RULES: Mapping[str, Rule] = {
    "task.opened": Rule(Topic.TASKS, _receivers, reaches_substitutes=True),
    "task.assigned": Rule(Topic.TASKS, _named("to"), words=("step", "reason"), reaches_substitutes=True),
    "task.transferred": Rule(Topic.TASKS, _named("to"), words=("step", "reason"), reaches_substitutes=True),
    "task.delegated": Rule(Topic.TASKS, _named("to"), words=("step", "reason")),
    "task.handed_back": Rule(Topic.TASKS, _named("to"), words=("step", "reason"), reaches_substitutes=True),
    "task.taken_back": Rule(Topic.RETURNS, _named("from"), task=""),
    "task.handed_over": Rule(Topic.TASKS, _by_id("to_id"), words=("step", "from_name"), reaches_substitutes=True),
    "task.sent_back": Rule(
        Topic.RETURNS, _named("to_username"), words=("to_step", "reason"), supersedes="task", reaches_substitutes=True
    ),
    "task.withdrawn": Rule(Topic.RETURNS, _by_id("ended_for"), task="", words=("step", "reason"), supersedes="opened"),
    "opinion.asked": Rule(Topic.OPINIONS, _named("to"), words=("step", "question")),
    "opinion.handed_over": Rule(Topic.OPINIONS, _named("to"), words=("step", "question")),
    "opinion.withdrawn": Rule(Topic.OPINIONS, _named("to")),
    "opinions.closed": Rule(Topic.OPINIONS, _named("to")),
    "opinion.given": Rule(Topic.OPINIONS, _named("to")),
    "case.copied": Rule(Topic.COPIES, _named("to"), words=("note",)),
    "task.reminded": Rule(Topic.URGING, _holder_or_group, words=("step", "note"), reaches_substitutes=True),
    "task.escalated": Rule(Topic.URGING, _named("to"), words=("step", "rule", "holder")),
    "case.ended": Rule(Topic.CASES, _starter),
    "case.cancelled": Rule(Topic.CASES, _starter_and_holders, words=("reason",)),
    "approvers.added": Rule(Topic.CASES, _starter_and_approver, words=("name", "approver_name", "reason")),
    "approvers.removed": Rule(Topic.CASES, _starter_and_approver, words=("name", "approver_name", "reason")),
    "incident.raised": Rule(Topic.INCIDENTS, _administrators, words=("element", "code")),
}
"""Which entries tell whom (history kind → rule); what is not here tells nobody."""

SUBSTITUTE_SET = "substitute.set"
TOPICS: Mapping[str, Topic] = {
    **{kind: rule.topic for kind, rule in RULES.items()},
    SUBSTITUTE_SET: Topic.SUBSTITUTES,
}
"""What each kind of notice is about."""
