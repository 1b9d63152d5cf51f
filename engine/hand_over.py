"""Handing over (bàn giao): somebody leaves, and in one act their work, their positions and their account end.

Who leaves hands nothing over themselves: an administrator does, or the head above them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session, joinedload

from engine import arrivals, directory, history, leaving
from engine.administrators import may_administer
from engine.arrivals import person_key
from engine.directory import Directory
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.leaving import Leftovers
from engine.locking import lock_families
from engine.model import Consultation, Person, Position, ProcessInstance, TaskCandidate, TaskState, UserTask
from engine.runtime import OFFICE_ZONE
from engine.verbs import handing, wordings


class PersonNotFound(NotFound):
    """There is no such person."""

    code = "person.not_found"


class HandOverForbidden(Forbidden):
    """Only administrators and the head above somebody in all positions do it; to an administrator no head does."""

    code = "hand_over.forbidden"


class HandOverOfOneself(Forbidden):
    """Nobody takes their own account away."""

    code = "hand_over.oneself"


class HeirMissing(Invalid):
    """`count` tasks cannot go back to a group, so somebody has to take them."""

    code = "hand_over.heir_missing"


class HeirUnfit(Invalid):
    """The person chosen has left too, or is the one who leaves."""

    code = "hand_over.heir_unfit"


class LastDayAhead(Invalid):
    """The last day is still to come; the work is handed over when it has."""

    code = "hand_over.day_ahead"


class NothingToHandOver(Conflict):
    """The person has left already and holds nothing."""

    code = "hand_over.nothing"


class Way(StrEnum):
    """Where a task can go: to its owner, who had only delegated it; back to its group; to nobody but an heir."""

    OWNER = "owner"
    GROUP = "group"
    HEIR = "heir"


@dataclass(frozen=True, slots=True)
class Load:
    """Open tasks of one process, by where they can go."""

    process_name: str
    count: int
    by_way: Counter[Way]


@dataclass(frozen=True, slots=True)
class Preview:
    """What leaving would mean: the open tasks by process, what is left besides, and the positions that would end."""

    person: Person
    loads: Sequence[Load]
    left: Leftovers
    positions: Sequence[Position]

    @property
    def holds_anything(self) -> bool:
        """Whether there is something to hand over or to end."""
        return bool(self.loads or self.left)

    @property
    def by_way(self) -> Counter[Way]:
        """All tasks, by where they can go."""
        return sum((load.by_way for load in self.loads), Counter())


def may_hand_over(session: Session, person: Person, *, by: Person, at: datetime) -> bool:
    """Tell whether `by` may end the work of the person."""
    try:
        _must_end(session, person, by, at)
    except Forbidden:
        return False
    return True


def preview(session: Session, person_id: UUID, *, by: Person, at: datetime) -> Preview:
    """Return what a hand-over would do, counted by process.

    Every head above the person may look, administrators at themselves, too. Refuses with `PersonNotFound`,
    `HandOverForbidden` and `HandOverOfOneself`.
    """
    person = _person(session, person_id)
    if not may_administer(session, by, at):
        _must_see(session, person, by, at)
    office = _office(session, at)
    loads: dict[str, Load] = {}
    for task in _tasks(session, person, office):
        definition = task.instance.definition
        load = loads.get(definition.key, Load(definition.name, 0, Counter()))
        ways = load.by_way + Counter([_way(task, person, office)])
        loads[definition.key] = Load(definition.name, load.count + 1, ways)
    in_order = sorted(loads.values(), key=lambda load: (-load.count, load.process_name))
    left = leaving.of(session, person, at)
    return Preview(person, in_order, left, _positions(session, person, at.astimezone(OFFICE_ZONE).date()))


def hand_over(
    session: Session,
    person_id: UUID,
    *,
    to: str | None,
    back_to_groups: bool,
    last_day: date,
    by: Person,
    reason: str,
    at: datetime,
) -> int:
    """Hand over all that a person holds, end their positions after `last_day`, close their account; return the tasks.

    What was only delegated to them goes back to its owner; with `back_to_groups` what came from a group that somebody
    else is in returns to it; the rest goes to the person with the username `to`. So do open questions; without an heir
    they are closed. Substitutions and authorities to sign end. Whoever is signed in as the person is so no longer.
    Refuses with `PersonNotFound`, `HandOverForbidden`, `HandOverOfOneself`, `WordsMissing`, `LastDayAhead`,
    `NothingToHandOver`, `HeirUnfit`, `HeirMissing`; then nothing is stored. An administrator is always left: who does
    this to another one.
    """
    directory.lock(session)
    person = _person(session, person_id)
    _must_end(session, person, by, at)
    said = wordings.needed(reason)
    if last_day > at.astimezone(OFFICE_ZONE).date():
        raise LastDayAhead
    office = _office(session, at)
    heir = _heir(office, person, to) if to else None
    _lock_cases(session, person)
    tasks, left_behind = _tasks(session, person, office), leaving.of(session, person, at)
    if not (tasks or left_behind or person.is_active):
        raise NothingToHandOver(who=person.full_name)
    ways = {task.id: _chosen(_way(task, person, office), back_to_groups=back_to_groups) for task in tasks}
    left = sum(way is Way.HEIR for way in ways.values())
    if left and heir is None:
        raise HeirMissing(count=left)
    for task in tasks:
        receiver = {Way.OWNER: task.owner_id, Way.GROUP: None, Way.HEIR: heir}[ways[task.id]]
        _hand(session, task, receiver, person, office, at)
        _record(session, task, person, receiver, by, said, at)
    to_whom = session.get(Person, heir) if heir else None
    leaving.settle(session, left_behind, person, to_whom, by=by, reason=said, at=at)
    _end(session, person, last_day)
    return len(tasks)


def _lock_cases(session: Session, person: Person) -> None:
    held = select(UserTask.instance_id).where(_is_theirs(person))
    asked = select(Consultation.instance_id).where(leaving.asked_of(person))
    lock_families(session, select(ProcessInstance.id).where(ProcessInstance.id.in_(held.union(asked))))


def _must_see(session: Session, person: Person, by: Person, at: datetime) -> None:
    if person.id == by.id:
        raise HandOverOfOneself
    if may_administer(session, by, at):
        return
    if person.is_administrator or not _office(session, at).is_under(person.id, by.id):
        raise HandOverForbidden(who=person.full_name)


def _must_end(session: Session, person: Person, by: Person, at: datetime) -> None:
    _must_see(session, person, by, at)
    if not (may_administer(session, by, at) or _office(session, at).is_under_nobody_else(person.id, by.id)):
        raise HandOverForbidden(who=person.full_name)


def _person(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise PersonNotFound(person_id=person_id)
    return person


def _office(session: Session, at: datetime) -> Directory:
    return directory.current(session, on=at.astimezone(OFFICE_ZONE).date())


def _heir(office: Directory, person: Person, username: str) -> UUID:
    found = office.people.get(username.strip().lower())
    if found is None or found.id == person.id:
        raise HeirUnfit(who=username)
    return found.id


def _tasks(session: Session, person: Person, office: Directory) -> list[UserTask]:
    """Return the open tasks that would be left with nobody: held, owned, or offered to the person alone by name."""
    found = session.scalars(
        select(UserTask)
        .where(_is_theirs(person))
        .options(joinedload(UserTask.instance).joinedload(ProcessInstance.definition), joinedload(UserTask.owner))
        .order_by(UserTask.instance_id, UserTask.created_at, UserTask.id)
        .execution_options(populate_existing=True)
    )
    return [task for task in found if task.assignee_id or not _is_for_others(task, person, office)]


def _is_theirs(person: Person) -> ColumnElement[bool]:
    named = select(TaskCandidate.task_id).where(TaskCandidate.key == person_key(person.id))
    is_offered = UserTask.assignee_id.is_(None) & UserTask.id.in_(named)
    is_held = or_(UserTask.assignee_id == person.id, UserTask.owner_id == person.id)
    return (UserTask.state == TaskState.OPEN) & or_(is_held, is_offered)


def _is_for_others(task: UserTask, person: Person, office: Directory) -> bool:
    """Tell whether somebody else could take the task if it were free."""
    others = {each.id for key in task.candidate_groups for each in office.people_in_group(key)}
    others |= {office.people[name].id for name in task.candidate_users if name in office.people}
    return bool(others - {person.id})


def _way(task: UserTask, person: Person, office: Directory) -> Way:
    if task.owner_id is not None and task.owner_id != person.id and task.owner and task.owner.is_active:
        return Way.OWNER
    return Way.GROUP if _is_for_others(task, person, office) else Way.HEIR


def _chosen(way: Way, *, back_to_groups: bool) -> Way:
    return Way.HEIR if way is Way.GROUP and not back_to_groups else way


def _hand(
    session: Session, task: UserTask, receiver: UUID | None, person: Person, office: Directory, at: datetime
) -> None:
    """Put a locked task into other hands, nobody's when it goes back to its group."""
    if receiver is None:
        task.assignee_id = task.claimed_at = task.owner_id = None
        return
    task.unit_code = office.unit_of(receiver) or task.unit_code
    if task.owner_id == person.id and task.assignee_id not in {None, person.id, receiver}:
        task.owner_id = receiver  # somebody works on it for who leaves, and gives it back to the heir
        arrivals.involve(session, task.instance, [person_key(receiver)])
    else:
        task.owner_id = None
        handing.to(session, task, receiver, at)


def _record(
    session: Session, task: UserTask, person: Person, receiver: UUID | None, by: Person, reason: str, at: datetime
) -> None:
    history.record(
        session,
        task.instance,
        "task.handed_over",
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        task=task.id.hex,
        from_name=person.full_name,
        to_id=receiver.hex if receiver else None,
        to_name=_office(session, at).name_of(receiver) or None,
        reason=reason,
    )


def _positions(session: Session, person: Person, on: date) -> Sequence[Position]:
    lasting = or_(Position.valid_to.is_(None), Position.valid_to >= on)
    query = select(Position).where(Position.person_id == person.id, lasting).options(joinedload(Position.unit))
    return session.scalars(query.order_by(Position.is_primary.desc(), Position.rank, Position.title)).all()


def _end(session: Session, person: Person, last_day: date) -> None:
    session.execute(
        update(Position)
        .where(Position.person_id == person.id, or_(Position.valid_to.is_(None), Position.valid_to > last_day))
        .values(valid_to=last_day)
    )
    person.is_active, person.session_stamp = False, uuid4().hex
    directory.changed(session)
    session.flush()
