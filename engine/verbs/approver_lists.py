"""A list of approvers under way: the running multi-instance user task, read as who has approved and who is to come."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.activities import MULTI_INSTANCE_BODY
from engine.bpmn import LiveToken, Run
from engine.directory import Directory
from engine.model import Activity, ProcessInstance, UserTask
from engine.task_design import USER_KINDS

_VARIABLE = re.compile(r"=\s*([^\W\d]\w*)\s*")


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


def of_case(session: Session, instance: ProcessInstance, run: Run, people: Directory) -> list[Chain]:
    """Return the lists of a case that are under way and can be read."""
    wholes = _wholes(session, instance)
    return [
        chain
        for token in run.tokens()
        if token.token_id in wholes and (chain := _read(run, people, token, wholes[token.token_id])) is not None
    ]


def belongs_to(session: Session, task: UserTask, chain: Chain) -> bool:
    """Tell whether a task is one of a list."""
    parent = select(Activity.parent_token_id).where(
        Activity.instance_id == task.instance_id, Activity.token_id == task.token_id
    )
    return session.scalar(parent.limit(1)) == chain.token_id


def set_list(run: Run, chain: Chain, changed: Sequence[str]) -> None:
    """Write the list where it was: into the nearest scope around the whole that has it, else into the process."""
    parents = {token.token_id: token.parent_token_id for token in run.tokens()}
    token_id = parents.get(chain.token_id)
    while token_id is not None and chain.variable not in run.local_variables(token_id):
        token_id = parents.get(token_id)
    run.set_variables({chain.variable: [*changed]}, token_id)


def called(people: Directory, key: str) -> str:
    """Return how people call an entry of a list."""
    if key in people.people:
        return people.people[key].full_name
    return people.units[key].name if key in people.units else people.describe_group(key)


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
            called(people, key),
            standing,
            standing is removable and (repeats.is_sequential or len(keys) > 1),
        )
        for place, key in enumerate(keys)
        for standing in [Standing.NOW if place in running else Standing.WAITING if place in waiting else Standing.DONE]
    )
    return Chain(token.token_id, token.element_id, name, written[1], repeats.is_sequential, approvers)
