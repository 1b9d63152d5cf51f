"""Which cases may go, and their going: a whole family of cases in one transaction, or none of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from engine import history, runtime
from engine.errors import Conflict
from engine.model import (
    Activity,
    Base,
    CaseCopy,
    Consultation,
    HistoryEntry,
    Incident,
    InstanceState,
    Involvement,
    Job,
    MigratedCase,
    Notice,
    Paper,
    PaperUpload,
    PaperVersion,
    ProcessDefinition,
    ProcessInstance,
    Reminder,
    Removal,
    Signature,
    Subscription,
    TaskCandidate,
    TaskDraft,
    UserTask,
)
from engine.retention.policy import PERMANENT, Policy

PURGED = "purged"
OVER = (InstanceState.ENDED, InstanceState.CANCELLED)
OF_CASES = (
    Notice,
    CaseCopy,
    Consultation,
    Involvement,
    Subscription,
    MigratedCase,
    HistoryEntry,
    Activity,
    Incident,
    Signature,
    Job,
    PaperUpload,
    UserTask,
    Paper,
)
"""What goes with a case, in an order in which nothing is left pointing at what has gone."""


class CaseHeld(Conflict):
    """A case cannot be removed: it is not due any more, a pack's table holds it, or its history was changed."""

    code = "retention.case_held"


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case that may go, with how many called cases, since when, and why; `policy` is what its record will say."""

    instance_id: UUID
    business_key: str
    process_key: str
    ended_at: datetime
    called: int
    policy: str


def due(session: Session, policy: Policy, *, at: datetime) -> Iterator[DueCase]:
    """Yield the cases at the top of their families that may go now, longest ended first.

    A family goes once all of it is over and its last case's term has passed, or its top was purged.
    """
    has_term = [key for key, term in policy.terms.items() if term != PERMANENT]
    tops = (
        select(ProcessInstance)
        .join(ProcessInstance.definition)
        .where(
            ProcessInstance.parent_id.is_(None),
            ProcessInstance.state.in_(OVER),
            or_(ProcessDefinition.key.in_(has_term), ProcessInstance.purged_at.is_not(None)),
        )
        .options(joinedload(ProcessInstance.definition))
        .order_by(ProcessInstance.ended_at, ProcessInstance.id)
    )
    for top in session.scalars(tops).yield_per(200):
        found = _judge(session, policy, top, at)
        if found is not None:
            yield found


def _judge(session: Session, policy: Policy, top: ProcessInstance, at: datetime) -> DueCase | None:
    key = top.definition.key
    leaves_at = policy.leaves_at(key, top.ended_at) if top.ended_at else None
    if top.purged_at is None and (leaves_at is None or leaves_at > at):
        return None
    family = _family(session, top)
    if any(case.state not in OVER or case.ended_at is None for case in family):
        return None
    ended_at = max(case.ended_at for case in family if case.ended_at)
    leaves_at = policy.leaves_at(key, ended_at)
    if top.purged_at is None and (leaves_at is None or leaves_at > at):
        return None
    why = PURGED if top.purged_at is not None else policy.said(key)
    return DueCase(top.id, top.business_key, key, ended_at, len(family) - 1, why)


def _family(session: Session, top: ProcessInstance) -> list[ProcessInstance]:
    """Return a case and all that it called, callers first."""
    family, callers = [top], [top.id]
    while callers:
        called = session.scalars(select(ProcessInstance).where(ProcessInstance.parent_id.in_(callers))).all()
        family += called
        callers = [case.id for case in called]
    return family


def remove(session: Session, case: DueCase, policy: Policy, *, by: str, at: datetime) -> list[Removal]:
    """Remove a family of cases with all its rows and leave a record of each; files are cleared afterwards.

    `by` is the account the command runs under. Refuses with `CaseHeld`; then the transaction is to be rolled back.
    """
    top = runtime.lock(session, case.instance_id)
    found = _judge(session, policy, top, at)
    if found is None:
        raise CaseHeld(f"{case.business_key}: not due any more")
    family = _family(session, top)
    records = [_record(session, each, found.policy, by, at) for each in family]
    ids = [each.id for each in family]
    _must_be_free(session, case, ids)
    for each in family:
        session.expunge(each)
    try:
        _delete(session, ids)
        session.add_all(records)
        session.flush()
    except IntegrityError as error:
        raise CaseHeld(f"{case.business_key}: a table that no installed pack explains refers to it") from error
    return records


def _record(session: Session, case: ProcessInstance, policy: str, by: str, at: datetime) -> Removal:
    if history.verify(session, case):
        raise CaseHeld(f"{case.business_key}: its history was changed; see luanchuyen audit verify")
    return Removal(
        instance_id=case.id,
        business_key=case.business_key,
        process_key=case.definition.key,
        process_version=case.definition.version,
        started_at=case.started_at,
        ended_at=case.ended_at,
        history_length=case.history_length,
        history_head=case.history_head,
        policy=policy,
        removed_at=at,
        removed_by=by,
    )


def _must_be_free(session: Session, case: DueCase, ids: Sequence[UUID]) -> None:
    """Refuse while a pack's table refers to the case without saying, by ON DELETE, what is to become of its row."""
    for key in _foreign_keys():
        if session.execute(select(key.parent).where(key.parent.in_(ids)).limit(1)).first():
            raise CaseHeld(f"{case.business_key}: the table {key.parent.table.name} refers to it")


def _foreign_keys() -> Iterator[ForeignKey]:
    cases, ours = ProcessInstance.__table__, {ProcessInstance.__table__, *(kind.__table__ for kind in OF_CASES)}
    keys = (key for table in Base.metadata.sorted_tables if table not in ours for key in table.foreign_keys)
    return (key for key in keys if key.column.table is cases and key.ondelete is None)


def _delete(session: Session, ids: Sequence[UUID]) -> None:
    tasks = select(UserTask.id).where(UserTask.instance_id.in_(ids))
    papers = select(Paper.id).where(Paper.instance_id.in_(ids))
    _delete_where(session, TaskCandidate, TaskCandidate.task_id.in_(tasks))
    _delete_where(session, TaskDraft, TaskDraft.task_id.in_(tasks))
    _delete_where(session, Reminder, Reminder.task_id.in_(tasks))
    _delete_where(session, PaperVersion, PaperVersion.paper_id.in_(papers))
    for kind in OF_CASES:
        _delete_where(session, kind, kind.instance_id.in_(ids))
    _delete_where(session, ProcessInstance, ProcessInstance.id.in_(ids))


def _delete_where(session: Session, kind: type[Base], condition: ColumnElement[bool]) -> None:
    session.execute(delete(kind).where(condition).execution_options(synchronize_session=False))
