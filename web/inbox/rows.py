"""The list beside the task: tabs, chips, rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g, url_for

from engine import asides, inbox, tasks
from engine.due import soon_until
from engine.inbox import Counts, Tab
from engine.model import GroupKeys, InstanceState, TaskState, UserTask
from web import clock
from web.database import session
from web.inbox.more import reminded_by_task
from web.language import gettext
from web.security import me
from web.steps import people_now

PAGE = 50


@dataclass(frozen=True, slots=True)
class TabLink:
    """One tab over the list."""

    key: str
    url: str
    is_on: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter over the list."""

    key: str
    label: str
    count: int
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task in the list."""

    id: UUID
    title: str
    step_name: str
    process_name: str
    from_name: str
    from_unit: str
    since: datetime
    due_at: datetime | None
    is_done: bool
    is_suspended: bool
    is_selected: bool
    reminded: str
    in_place_of: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address says of the list: the tab and the filter."""

    tab: Tab
    due: str

    def address(self, *, tab: Tab | None = None, due: str | None = None) -> str:
        """Return the address of this list, or of a neighbouring one."""
        return url_for("inbox.inbox", tab=(tab or self.tab).value, due=(self.due if due is None else due) or None)


def several_url(choice: Choice) -> str:
    """Return where several tasks of the list are chosen at once; nothing where no verb fits them."""
    if choice.tab is Tab.DONE:
        return ""
    return url_for("several.choose", tab=choice.tab.value, due=choice.due or None)


def read_choice(tab: str | None, due: str | None) -> Choice:
    """Read the list's part of an address; what is unknown falls back to the plain list."""
    return Choice(Tab(tab) if tab in set(Tab) else Tab.MINE, due if due in {"late", "soon"} else "")


def counts_now(tab: Tab) -> Counts:
    """Count what waits for the person signed in."""
    now = clock.now()
    counts = g.counts = inbox.counts(session(), me(), tab=tab, at=now, soon=soon_until(session(), now))
    return counts


def waiting_now() -> int:
    """Return how many open tasks the navigation names; a page that has counted them is not asked twice."""
    counts: Counts = g.counts if "counts" in g else counts_now(Tab.MINE)
    return counts.mine + counts.unit


def tabs_of(choice: Choice, counts: Counts) -> list[TabLink]:
    """Return the tabs with their counts."""
    numbers = {Tab.MINE: counts.mine, Tab.UNIT: counts.unit, Tab.DONE: None}
    links = [
        TabLink(tab.value, choice.address(tab=tab, due=""), tab is choice.tab, number)
        for tab, number in numbers.items()
    ]
    return [*links, TabLink("asides", url_for("verbs.asides"), is_on=False, count=asides.count_new(session(), me()))]


def chips_of(choice: Choice, counts: Counts) -> list[Chip]:
    """Return the filters that would find something, and the one that is on."""
    if choice.tab is Tab.DONE:
        return []
    chips = [("late", gettext("Late"), counts.late), ("soon", gettext("Soon due"), counts.soon)]
    return [
        Chip(key, label, count, choice.address(due="" if choice.due == key else key), choice.due == key)
        for key, label, count in chips
        if count or choice.due == key
    ]


def tasks_in(choice: Choice) -> Sequence[UserTask]:
    """Return the tasks the address asks for."""
    now = clock.now()
    before = {"late": now, "soon": soon_until(session(), now)}.get(choice.due)
    after = now if choice.due == "soon" else None
    return inbox.tasks_of(session(), me(), tab=choice.tab, at=now, due_before=before, due_after=after, limit=PAGE)


def rows_of(found: Sequence[UserTask], choice: Choice, selected: UUID | None) -> list[TaskRow]:
    """Return the tasks as rows."""
    people, groups = people_now(session()), tasks.groups_of(session(), me(), clock.now())
    reminded = reminded_by_task([task.id for task in found if task.state is TaskState.OPEN])
    return [
        TaskRow(
            id=task.id,
            title=task.instance.title,
            step_name=task.name,
            process_name=task.instance.definition.name,
            from_name=task.sender.full_name if task.sender else "",
            from_unit=people.unit_of(task.sender_id),
            since=task.completed_at or task.created_at,
            due_at=task.due_at,
            is_done=task.state is not TaskState.OPEN,
            is_suspended=task.instance.state is InstanceState.SUSPENDED,
            is_selected=task.id == selected,
            reminded=reminded.get(task.id, ""),
            in_place_of=absent_name(task, groups),
            url=url_for("inbox.task", task_id=task.id, tab=choice.tab.value, due=choice.due or None),
        )
        for task in found
    ]


def absent_name(task: UserTask, groups: GroupKeys) -> str:
    """Return the name of whom the reader would act for with an open task, or nothing."""
    absent = task.in_place_of(me(), groups) if task.state is TaskState.OPEN else None
    return absent.full_name if absent else ""
