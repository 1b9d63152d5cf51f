"""Adding and removing approvers (thêm, bớt người duyệt): the list of a running multi-instance user task is changed.

The diagram's list is a variable of usernames, unit codes or group keys; it is changed along with the running body, so
that forms, facts and a later round see who approves. `lc:approvers="fixed"` at the process forbids it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import directory, history, runtime, tasks
from engine.activities import MULTI_INSTANCE_BODY
from engine.bpmn import LiveToken, Run
from engine.directory import ADMINISTRATOR_GROUP, Directory
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.feel import FeelError
from engine.model import Activity, Person, ProcessInstance, UserTask
from engine.runtime import OFFICE_ZONE
from engine.task_design import USER_KINDS
from engine.verbs import leaps, wordings
from engine.verbs.answers import Answer, Verb

_VARIABLE = re.compile(r"=\s*([^\W\d]\w*)\s*")


class NoApprovers(Conflict):
    """Nobody is being asked one after another, or all at once, from a list that can be changed."""

    code = "approvers.none"


class ApproversFixed(Conflict):
    """The process does not let its approvers be changed."""

    code = "approvers.fixed"


class ApproversForbidden(Forbidden):
    """Only the starter, the head of the starter's unit, who approves now, or an administrator changes approvers."""

    code = "approvers.forbidden"


class ApproverUnknown(Invalid):
    """The list has no such kind of entry: no person, unit or group of that name (`name`)."""

    code = "approvers.unknown"


class ApproverTwice(Invalid):
    """`name` is among the approvers already."""

    code = "approvers.twice"


class ApproverNotRemovable(Conflict):
    """That one has approved, approves now in a sequence, or is the only one."""

    code = "approvers.not_removable"


class ApproversRefused(Invalid):
    """The diagram refuses a list like that; `said` is its sentence."""

    code = "approvers.refused"


class Standing(StrEnum):
    """How one stands in the list."""

    DONE = "done"
    NOW = "now"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Approver:
    """One of the list: its place from 0, the entry as the list holds it, and how people call it."""

    place: int
    key: str
    name: str
    standing: Standing
    is_removable: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """One list of approvers under way; `token_id` is the whole's."""

    token_id: str
    element_id: str
    name: str
    variable: str
    is_sequential: bool
    approvers: tuple[Approver, ...]


def may_change_approvers(session: Session, instance: ProcessInstance, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may add or remove approvers; `data["chains"]` holds the lists under way."""
    try:
        chains = _chains(session, instance, by, at)
    except (Conflict, Forbidden, NotFound) as refusal:
        return Answer(Verb.CHANGE_APPROVERS, refusal)
    return Answer(Verb.CHANGE_APPROVERS, data={"chains": chains})


def add_approver(
    session: Session,
    instance_id: UUID,
    *,
    chain: str,
    key: str,
    is_next: bool = False,
    by: Person,
    reason: str,
    at: datetime,
) -> ProcessInstance:
    """Add somebody at the end of a list, or, in a sequence, right after whoever approves now; all at once begin now.

    Refuses as `may_change_approvers`, and with `ApproverUnknown`, `ApproverTwice`, `ApproversRefused`, `WordsMissing`.
    """
    instance = runtime.lock(session, instance_id)
    found, kept = _chain(_chains(session, instance, by, at), chain), wordings.needed(reason)
    keys, people = [each.key for each in found.approvers], _people(session, at)
    name = _must_be_like(people, keys, key)
    waiting = [each.place for each in found.approvers if each.standing is Standing.WAITING]
    place = waiting[0] if is_next and waiting and found.is_sequential else len(keys)
    changed = [*keys[:place], key, *keys[place:]]
    _must_suit_the_diagram(session, instance, found, changed, at)
    said = {"element": found.element_id, "name": found.name, "approver": key, "approver_name": name, "reason": kept}
    history.record(session, instance, "approvers.added", at=at, actor_id=by.id, place=place + 1, **said)
    with runtime.step(session, instance, actor=by, at=at) as run:
        _set_list(run, found, changed)
        rest: list[object] = [*changed[waiting[0] :]] if waiting else [key]
        run.set_remaining_items(found.token_id, rest)
    return instance


def remove_approver(
    session: Session, instance_id: UUID, *, chain: str, place: int, by: Person, reason: str, at: datetime
) -> ProcessInstance:
    """Take somebody out of a list: out of a sequence who has not been reached, out of a round who has not answered.

    Refuses as `may_change_approvers`, and with `ApproverNotRemovable`, `ApproversRefused`, `WordsMissing`.
    """
    instance = runtime.lock(session, instance_id)
    found, kept = _chain(_chains(session, instance, by, at), chain), wordings.needed(reason)
    gone = next((each for each in found.approvers if each.place == place and each.is_removable), None)
    if gone is None:
        raise ApproverNotRemovable(place=place)
    changed = [each.key for each in found.approvers if each.place != place]
    _must_suit_the_diagram(session, instance, found, changed, at)
    said = {"element": found.element_id, "name": found.name, "approver": gone.key, "approver_name": gone.name}
    history.record(session, instance, "approvers.removed", at=at, actor_id=by.id, place=place + 1, reason=kept, **said)
    with runtime.step(session, instance, actor=by, at=at) as run:
        _set_list(run, found, changed)
        if found.is_sequential:
            waiting = [each.key for each in found.approvers if each.standing is Standing.WAITING and each is not gone]
            run.set_remaining_items(found.token_id, [*waiting])
        else:
            running, _waiting = run.places(found.token_id)
            run.remove_item(running[place])
    if not found.is_sequential:
        _close_up(session, instance, found, place)
    return instance


def _close_up(session: Session, instance: ProcessInstance, chain: Chain, place: int) -> None:
    """Let the activities of those after a removed one say the places they have now, also of a round taken up again."""
    wholes = select(Activity.token_id).where(
        Activity.instance_id == instance.id,
        Activity.element_id == chain.element_id,
        Activity.element_kind == MULTI_INSTANCE_BODY,
    )
    session.execute(
        update(Activity)
        .where(
            Activity.instance_id == instance.id,
            Activity.parent_token_id.in_(session.scalars(wholes).all()),
            Activity.loop_counter > place + 1,
        )
        .values(loop_counter=Activity.loop_counter - 1)
    )


def _chains(session: Session, instance: ProcessInstance, by: Person, at: datetime) -> list[Chain]:
    """Return the lists under way that `by` may change; refuses with what stands against it."""
    instance.must_run()
    loaded, run = runtime.loaded(session, instance), runtime.look(session, instance, at)
    people, wholes = _people(session, at), _wholes(session, instance)
    found = [
        chain
        for token in run.tokens()
        if token.token_id in wholes and (chain := _read(run, people, token, wholes[token.token_id])) is not None
    ]
    if not found:
        raise NoApprovers(business_key=instance.business_key)
    if loaded.design.has_fixed_approvers:
        raise ApproversFixed(business_key=instance.business_key)
    if not _may_change_all(session, instance, people, by, at):
        found = [chain for chain in found if _approves_now(session, instance, chain, by, at)]
    if not found:
        raise ApproversForbidden(business_key=instance.business_key)
    return found


def _wholes(session: Session, instance: ProcessInstance) -> Mapping[str, str]:
    """Return the tokens of the repeated wholes of a case, with their names."""
    rows = session.execute(
        select(Activity.token_id, Activity.name).where(
            Activity.instance_id == instance.id, Activity.element_kind == MULTI_INSTANCE_BODY
        )
    )
    return {row.token_id: row.name for row in rows}


def _read(run: Run, people: Directory, token: LiveToken, name: str) -> Chain | None:
    """Return a repeated user task as a list of approvers; None where its list is no variable of texts."""
    element = run.model.elements[token.element_id]
    repeats = element.multi_instance
    written = _VARIABLE.fullmatch(repeats.input_collection or "") if repeats else None
    if element.kind not in USER_KINDS or repeats is None or written is None or token.waits_for is not None:
        return None
    keys = run.variables_at(token.token_id).get(written[1])
    running, waiting = run.places(token.token_id)
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        return None
    if [*keys[len(keys) - len(waiting) :]] != run.remaining_items(token.token_id) and waiting:
        return None
    removable = Standing.WAITING if repeats.is_sequential else Standing.NOW
    approvers = tuple(
        Approver(
            place,
            key,
            _called(people, key),
            standing,
            standing is removable and (repeats.is_sequential or len(keys) > 1),
        )
        for place, key in enumerate(keys)
        for standing in [Standing.NOW if place in running else Standing.WAITING if place in waiting else Standing.DONE]
    )
    return Chain(token.token_id, token.element_id, name, written[1], repeats.is_sequential, approvers)


def _people(session: Session, at: datetime) -> Directory:
    return directory.current(session, on=at.astimezone(OFFICE_ZONE).date())


def _called(people: Directory, key: str) -> str:
    if key in people.people:
        return people.people[key].full_name
    return people.units[key].name if key in people.units else people.describe_group(key)


def _may_change_all(session: Session, instance: ProcessInstance, people: Directory, by: Person, at: datetime) -> bool:
    head = people.leader_of(instance.started_unit)
    is_head = head is not None and head.person_id == by.id
    return instance.started_by_id == by.id or is_head or ADMINISTRATOR_GROUP in tasks.groups_of(session, by, at)


def _approves_now(session: Session, instance: ProcessInstance, chain: Chain, by: Person, at: datetime) -> bool:
    groups = tasks.groups_of(session, by, at)
    mine = [task for task in leaps.open_tasks(session, instance) if task.is_held_by(by, groups)]
    return any(_belongs_to(session, task, chain) for task in mine)


def _belongs_to(session: Session, task: UserTask, chain: Chain) -> bool:
    parent = select(Activity.parent_token_id).where(
        Activity.instance_id == task.instance_id, Activity.token_id == task.token_id
    )
    return session.scalar(parent.limit(1)) == chain.token_id


def _chain(chains: Sequence[Chain], token_id: str) -> Chain:
    found = next((chain for chain in chains if chain.token_id == token_id), None)
    if found is None:
        raise NoApprovers(token_id=token_id)
    return found


def _must_be_like(people: Directory, keys: Sequence[str], key: str) -> str:
    """Return how a new entry is called; it is of the kind the others are, and none of them."""
    groups = {each for each in [*keys, key] if people.people_in_group(each)}
    known = next((each for each in (people.people, people.units, groups) if all(one in each for one in keys)), None)
    if known is None or key not in known:
        raise ApproverUnknown(name=key)
    if key in keys:
        raise ApproverTwice(name=_called(people, key))
    return _called(people, key)


def _must_suit_the_diagram(
    session: Session, instance: ProcessInstance, chain: Chain, changed: Sequence[str], at: datetime
) -> None:
    """Refuse a list that the form which fills it would refuse (`lc:refuse.<the variable>`)."""
    run = runtime.look(session, instance, at)
    scope = {**run.variables_at(chain.token_id), chain.variable: [*changed]}
    for design in runtime.loaded(session, instance).tasks.values():
        for field, expression in design.refusals.items():
            if field.partition("#")[0] != chain.variable:
                continue
            try:
                sentence = expression.evaluate(scope, run.environment)
            except FeelError:
                continue
            if isinstance(sentence, str):
                raise ApproversRefused(said=sentence)


def _set_list(run: Run, chain: Chain, changed: Sequence[str]) -> None:
    """Write the list where it was: into the nearest scope around the whole that has it, else into the process."""
    parents = {token.token_id: token.parent_token_id for token in run.tokens()}
    token_id = parents.get(chain.token_id)
    while token_id is not None and chain.variable not in run.local_variables(token_id):
        token_id = parents.get(token_id)
    run.set_variables({chain.variable: [*changed]}, token_id)
