"""Whom a verb is about: people found by what somebody types, people named by their username, who leads whom."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine import directory, tasks
from engine.directory import ADMINISTRATOR_GROUP, DEPUTY, LEADER, Directory, PersonEntry
from engine.errors import Invalid, NotFound
from engine.model import GroupKeys, InPlaceOf, Person, UserTask
from engine.runtime import OFFICE_ZONE
from engine.vietnamese import fold, name_order

MOST_FOUND = 12


class PersonUnknown(NotFound):
    """Nobody at work has this username."""

    code = "verb.person_unknown"


class PersonIsYou(Invalid):
    """The verb is about somebody else."""

    code = "verb.person_is_you"


class NobodyChosen(Invalid):
    """At least one person must be chosen."""

    code = "verb.nobody_chosen"


def office(session: Session, at: datetime) -> Directory:
    """Return the directory of the day."""
    return directory.current(session, on=at.astimezone(OFFICE_ZONE).date())


def named(people: Directory, username: str) -> PersonEntry:
    """Return the person with a username; refuses with `NobodyChosen` or `PersonUnknown`."""
    if not username:
        raise NobodyChosen
    found = people.people.get(username)
    if found is None:
        raise PersonUnknown(username=username)
    return found


def other_than(session: Session, by: Person, username: str, at: datetime) -> PersonEntry:
    """Return the person with a username, who is not `by`; refuses as `named` does, and with `PersonIsYou`."""
    found = named(office(session, at), username)
    if found.id == by.id:
        raise PersonIsYou
    return found


def others_than(session: Session, by: Person, usernames: Iterable[str], at: datetime) -> list[PersonEntry]:
    """Return several people, each once; refuses as `other_than` does, and with `NobodyChosen`."""
    found = [other_than(session, by, username, at) for username in dict.fromkeys(usernames)]
    if not found:
        raise NobodyChosen
    return found


def search(people: Directory, text: str, *, except_for: Person, near: Collection[str] = ()) -> list[PersonEntry]:
    """Return the first people whose name, username or unit holds every word typed; without words those of `near`."""
    words = fold(text).split()
    if not words:
        return _in_order(_of_units(people, near), except_for)
    found = (each for each in people.people.values() if all(word in _read_as(people, each) for word in words))
    return _in_order(found, except_for)


def _of_units(people: Directory, unit_codes: Collection[str]) -> list[PersonEntry]:
    usernames = dict.fromkeys(held.username for code in unit_codes for held in people.holders_in(code))
    return [people.people[username] for username in usernames]


def _read_as(people: Directory, person: PersonEntry) -> str:
    units = (held.unit_code for held in people.positions_of(person.id))
    return fold(" ".join([person.full_name, person.username, *units]))


def _in_order(found: Iterable[PersonEntry], except_for: Person) -> list[PersonEntry]:
    others = (each for each in found if each.id != except_for.id)
    return sorted(others, key=lambda each: (*name_order(each.full_name), each.username))[:MOST_FOUND]


def leads(groups: Collection[str], unit_codes: Iterable[str]) -> bool:
    """Tell whether somebody with these group keys is head or deputy of one of the units."""
    return any(f"{code}/{kind}" in groups for code in unit_codes if code for kind in (LEADER, DEPUTY))


def leads_for(task: UserTask, groups: GroupKeys, unit_codes: Collection[str]) -> bool:
    """Tell whether somebody leads one of the units, or stands in, within its scope, for somebody who does."""
    return leads(groups, unit_codes) or absent_head(task, groups, unit_codes) is not None


def absent_head(task: UserTask, groups: GroupKeys, unit_codes: Collection[str]) -> InPlaceOf | None:
    """Return the head or deputy of one of the units in whose place somebody acts who may not in their own right."""
    if ADMINISTRATOR_GROUP in groups or leads(groups, unit_codes):
        return None
    reached = (
        each
        for each in groups.stands_in_for
        if not each.process_key or task.instance.definition.key == each.process_key
    )
    return next((each for each in reached if leads(each.groups, unit_codes)), None)


def absent_one(task: UserTask, groups: GroupKeys, person_id: UUID | None) -> InPlaceOf | None:
    """Return that person as somebody absent in whose place one acts here, where the scope covers the task."""
    return next(
        (
            each
            for each in groups.stands_in_for
            if each.person_id == person_id
            and each.unit_code in {"", task.unit_code}
            and each.process_key in {"", task.instance.definition.key}
        ),
        None,
    )


def units_of(task: UserTask) -> Sequence[str]:
    """Return the codes of the units a task is offered to, each once."""
    named = (key.partition("/")[0] for key in task.candidate_groups)
    return list(dict.fromkeys(code for code in named if code))


def must_hold(session: Session, task: UserTask, by: Person, at: datetime) -> None:
    """Refuse when `by` may not work on the task, or when it waits for somebody to claim it (`TaskNotClaimed`)."""
    task.must_be_doable_by(by, tasks.groups_of(session, by, at))
    if task.assignee_id is None:
        raise TaskNotClaimed(task_id=task.id)


class TaskNotClaimed(Invalid):
    """The task still waits for its group; who wants to pass it on claims it first."""

    code = "task.not_claimed"
