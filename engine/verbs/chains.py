"""Adding and removing approvers (thêm, bớt người duyệt): the list of a running multi-instance user task is changed.

The diagram's list is a variable of usernames, unit codes or group keys; it is changed along with the running body, so
that forms, facts and a later round see who approves. `lc:approvers="fixed"` at the process forbids it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import directory, history, runtime, tasks
from engine.activities import MULTI_INSTANCE_BODY
from engine.directory import ADMINISTRATOR_GROUP, Directory
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.feel import FeelError
from engine.model import Activity, GroupKeys, InPlaceOf, Person, ProcessInstance, UserTask
from engine.runtime import OFFICE_ZONE
from engine.verbs import approver_lists, leaps, wordings
from engine.verbs.answers import Answer, Verb
from engine.verbs.approver_lists import Chain, Standing


class NoApprovers(Conflict):
    """Nobody is being asked one after another, or all at once, from a list that can be changed."""

    code = "approvers.none"


class ApproversFixed(Conflict):
    """The process does not let its approvers be changed."""

    code = "approvers.fixed"


class ApproversForbidden(Forbidden):
    """Only the starter, the head of the starter's unit, who approves now, or an administrator changes approvers.

    Who stands in for the head or for who approves now may do it in their place.
    """

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
    said = _said(found, key, name) | _in_whose_place(session, instance, found, by, at)
    history.record(session, instance, "approvers.added", at=at, actor_id=by.id, place=place + 1, reason=kept, **said)
    with runtime.step(session, instance, actor=by, at=at) as run:
        approver_lists.set_list(run, found, changed)
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
    said = _said(found, gone.key, gone.name) | _in_whose_place(session, instance, found, by, at)
    history.record(session, instance, "approvers.removed", at=at, actor_id=by.id, place=place + 1, reason=kept, **said)
    with runtime.step(session, instance, actor=by, at=at) as run:
        approver_lists.set_list(run, found, changed)
        if found.is_sequential:
            waiting = [each.key for each in found.approvers if each.standing is Standing.WAITING and each is not gone]
            run.set_remaining_items(found.token_id, [*waiting])
        else:
            running, _waiting = run.places(found.token_id)
            run.remove_item(running[place])
    if not found.is_sequential:
        _close_up(session, instance, found, place)
    return instance


def _said(chain: Chain, key: str, name: str) -> dict[str, Any]:
    return {"element": chain.element_id, "name": chain.name, "approver": key, "approver_name": name}


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
    people = _people(session, at)
    found = approver_lists.of_case(session, instance, run, people)
    if not found:
        raise NoApprovers(business_key=instance.business_key)
    if loaded.design.has_fixed_approvers:
        raise ApproversFixed(business_key=instance.business_key)
    if not _may_change_all(session, instance, people, by, at):
        found = [chain for chain in found if _approves_now(session, instance, chain, by, at)]
    if not found:
        raise ApproversForbidden(business_key=instance.business_key)
    return found


def _people(session: Session, at: datetime) -> Directory:
    return directory.current(session, on=at.astimezone(OFFICE_ZONE).date())


def _may_change_all(session: Session, instance: ProcessInstance, people: Directory, by: Person, at: datetime) -> bool:
    groups, head = tasks.groups_of(session, by, at), people.leader_of(instance.started_unit)
    is_head = head is not None and head.person_id == by.id
    if instance.started_by_id == by.id or is_head or ADMINISTRATOR_GROUP in groups:
        return True
    return _absent_head(instance, people, groups) is not None


def _absent_head(instance: ProcessInstance, people: Directory, groups: GroupKeys) -> InPlaceOf | None:
    """Return the head of the starter's unit as somebody whom one stands in for."""
    head = people.leader_of(instance.started_unit)
    return next(
        (
            each
            for each in groups.stands_in_for
            if head is not None
            and each.person_id == head.person_id
            and each.process_key in {"", instance.definition.key}
            and each.unit_code in {"", instance.started_unit}
        ),
        None,
    )


def _approves_now(session: Session, instance: ProcessInstance, chain: Chain, by: Person, at: datetime) -> bool:
    return _approving(session, instance, chain, by, at) is not None


def _approving(session: Session, instance: ProcessInstance, chain: Chain, by: Person, at: datetime) -> UserTask | None:
    """Return the task of a list that `by` holds, or whom `by` stands in for."""
    groups = tasks.groups_of(session, by, at)
    mine = (task for task in leaps.open_tasks(session, instance) if task.is_held_by(by, groups))
    return next((task for task in mine if approver_lists.belongs_to(session, task, chain)), None)


def _in_whose_place(
    session: Session, instance: ProcessInstance, chain: Chain, by: Person, at: datetime
) -> dict[str, Any]:
    """Return what history adds when somebody changes a list in an absent person's place."""
    groups, office = tasks.groups_of(session, by, at), _people(session, at)
    if not groups.stands_in_for or instance.started_by_id == by.id or ADMINISTRATOR_GROUP in groups:
        return {}
    task, head = _approving(session, instance, chain, by, at), office.leader_of(instance.started_unit)
    if head is not None and head.person_id == by.id:
        return {}
    return history.in_whose_place(task.in_place_of(by, groups) if task else _absent_head(instance, office, groups))


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
        raise ApproverTwice(name=approver_lists.called(people, key))
    return approver_lists.called(people, key)


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
