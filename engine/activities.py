"""Turns what a run reports into activity rows: one insert and one update a step, however many nodes it passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session, joinedload

from engine.bpmn import Fact, FactKind
from engine.definitions import LoadedDefinition
from engine.model import Activity, ActivityState, ProcessInstance

MULTI_INSTANCE_BODY = "multiInstanceBody"
_ENDS = {
    FactKind.COMPLETED: ActivityState.COMPLETED,
    FactKind.CANCELLED: ActivityState.CANCELLED,
    FactKind.FAILED: ActivityState.FAILED,
}
_TABLE = cast("Table", Activity.__table__)
_BEGIN = insert(_TABLE)
_CHANGED = ("state", "ended_at", "person_id", "on_behalf_of_id", "unit_code", "outcome", "reason", "step")
_END = (
    update(_TABLE)
    .where(
        _TABLE.c.instance_id == bindparam("of_instance"),
        _TABLE.c.token_id == bindparam("of_token"),
        or_(_TABLE.c.state == ActivityState.LIVE, _TABLE.c.state == ActivityState.FAILED),
    )
    .values({name: bindparam(f"new_{name}", type_=_TABLE.c[name].type) for name in _CHANGED})
)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did to one token, perhaps in an absent person's place: shown on its activity."""

    token_id: str
    person_id: UUID | None
    unit_code: str
    outcome: str | None
    reason: str | None
    step: str = ""
    on_behalf_of_id: UUID | None = None


def record(
    session: Session,
    instance: ProcessInstance,
    loaded: LoadedDefinition,
    facts: Sequence[Fact],
    *,
    at: datetime,
    deeds: Mapping[str, Deed],
) -> None:
    """Store the activities that began and ended in one step; `deeds` are what was done to tokens, by token."""
    begun: dict[str, dict[str, Any]] = {}
    ended: dict[str, dict[str, Any]] = {}
    for fact in facts:
        if fact.kind is FactKind.ENTERED:
            begun[fact.token_id] = _row(instance, loaded, fact, at) | _deed_columns(None)
        elif fact.kind in _ENDS:
            change = {"state": _ENDS[fact.kind], "ended_at": at}
            change |= _deed_columns(deeds.get(fact.token_id))
            if fact.token_id in begun:
                begun[fact.token_id] |= change
            else:
                ended[fact.token_id] = change
    if begun:
        session.connection().execute(_BEGIN, list(begun.values()))
    if ended:
        session.connection().execute(_END, [_change(instance, token, columns) for token, columns in ended.items()])


def _row(instance: ProcessInstance, loaded: LoadedDefinition, fact: Fact, at: datetime) -> dict[str, Any]:
    element = loaded.element(fact.element_id)
    return {
        "instance_id": instance.id,
        "token_id": fact.token_id,
        "element_id": fact.element_id,
        "element_kind": MULTI_INSTANCE_BODY if "instances" in fact.data else element.kind,
        "name": element.name or fact.element_id,
        "state": ActivityState.LIVE,
        "started_at": at,
        "ended_at": None,
        "parent_token_id": fact.parent_token_id,
        "loop_counter": fact.data.get("loop_counter"),
    }


def _deed_columns(deed: Deed | None) -> dict[str, Any]:
    if deed is None:
        return dict.fromkeys(_CHANGED[2:]) | {"unit_code": "", "step": ""}
    return {
        "person_id": deed.person_id,
        "on_behalf_of_id": deed.on_behalf_of_id,
        "unit_code": deed.unit_code,
        "outcome": deed.outcome,
        "reason": deed.reason,
        "step": deed.step,
    }


def _change(instance: ProcessInstance, token_id: str, columns: dict[str, Any]) -> dict[str, Any]:
    return {"of_instance": instance.id, "of_token": token_id} | {f"new_{name}": columns[name] for name in _CHANGED}


def of_case(session: Session, instance: ProcessInstance) -> Sequence[Activity]:
    """Return all activities of a case in the order they began."""
    return session.scalars(
        select(Activity)
        .where(Activity.instance_id == instance.id)
        .order_by(Activity.id)
        .options(joinedload(Activity.person), joinedload(Activity.on_behalf_of))
    ).all()
