"""Incidents (sự cố): looked for, tried again one by one or many at once, or closed with a note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from engine import arrivals, history, runtime
from engine.bpmn import WaitKind
from engine.errors import Conflict, NotFound, PlatformError
from engine.locking import lock_families
from engine.model import (
    Incident,
    Job,
    JobKind,
    JobState,
    Person,
    ProcessDefinition,
    ProcessInstance,
    Resolution,
)
from engine.repair import must_operate
from engine.repair.standing import said_reason
from engine.vietnamese import fold
from engine.wording import Bilingual

MOST_AT_ONCE = 200
"""Incidents tried again in one transaction; whoever wants more asks again."""

_BOUND_TO_CASE = {JobKind.SERVICE, JobKind.TIMER, JobKind.ESCALATION}


class IncidentNotFound(NotFound):
    """There is no such incident."""

    code = "incident.not_found"


class IncidentClosed(Conflict):
    """Somebody dealt with the incident before; `by` and `at` say who and when."""

    code = "incident.closed"


class IncidentWentOn(Conflict):
    """The case has gone on without the step, so the incident is over since `at`."""

    code = "incident.went_on"


class IncidentNotRetryable(Conflict):
    """There is nothing to try again: a person has to act, or the step has to be moved."""

    code = "incident.not_retryable"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; `is_open` None finds closed ones too, `text` is looked for in case, error and message."""

    is_open: bool | None = True
    process_key: str = ""
    element_id: str = ""
    code: str = ""
    error_class: str = ""
    text: str = ""
    instance_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of incidents, and how many there are in all."""

    incidents: Sequence[Incident]
    total: int


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents of one kind at one step of one process, over all its versions; `definition` is the newest of them.

    Work that belongs to no case has no definition and an empty element.
    """

    definition: ProcessDefinition | None
    element_id: str
    code: str
    count: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one incident among many: tried again, or refused."""

    incident: Incident
    refusal: PlatformError | None


def search(session: Session, query: Query, *, by: Person, at: datetime, limit: int = 50, offset: int = 0) -> Found:
    """Return incidents, the newest first; refuses with `OperationsForbidden`."""
    must_operate(session, by, at)
    chosen = _chosen(select(Incident), query)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    page = (
        chosen.order_by(Incident.created_at.desc(), Incident.id)
        .limit(limit)
        .offset(offset)
        .options(
            contains_eager(Incident.instance).contains_eager(ProcessInstance.definition),
            joinedload(Incident.resolved_by),
            joinedload(Incident.job),
        )
    )
    return Found(session.scalars(page).all(), total)


def groups(session: Session, query: Query, *, by: Person, at: datetime) -> list[Group]:
    """Return what `search` finds counted by process, element and code, the largest first."""
    must_operate(session, by, at)
    counted = select(
        ProcessDefinition.id, Incident.element_id, Incident.code, func.count(), func.max(Incident.created_at)
    )
    rows = session.execute(
        _chosen(counted.select_from(Incident), query).group_by(ProcessDefinition.id, Incident.element_id, Incident.code)
    ).all()
    known = select(ProcessDefinition).where(ProcessDefinition.id.in_({row[0] for row in rows}))
    definitions = {each.id: each for each in session.scalars(known)}
    merged: dict[tuple[str, str, str], Group] = {}
    for definition_id, element_id, code, count, newest in rows:
        group = Group(definitions.get(definition_id), element_id, code, count, newest)
        key = (group.definition.key if group.definition else "", element_id, code)
        merged[key] = _joined(merged[key], group) if key in merged else group
    return sorted(merged.values(), key=lambda group: (-group.count, group.code, group.element_id))


def _joined(one: Group, other: Group) -> Group:
    both = [each.definition for each in (one, other) if each.definition is not None]
    newest_version = max(both, key=lambda definition: definition.version, default=None)
    return Group(newest_version, one.element_id, one.code, one.count + other.count, max(one.newest, other.newest))


def _chosen(query: Select[*tuple[Any, ...]], wanted: Query) -> Select[*tuple[Any, ...]]:
    """Narrow a query over incidents, with their cases and definitions where they have one."""
    query = query.join(Incident.instance, isouter=True).join(ProcessInstance.definition, isouter=True)
    if wanted.is_open is not None:
        query = query.where(Incident.resolved_at.is_(None) if wanted.is_open else Incident.resolved_at.is_not(None))
    exact = {
        ProcessDefinition.key: wanted.process_key,
        Incident.element_id: wanted.element_id,
        Incident.code: wanted.code,
        Incident.error_class: wanted.error_class,
    }
    query = query.where(*(column == value for column, value in exact.items() if value))
    if wanted.instance_id is not None:
        query = query.where(Incident.instance_id == wanted.instance_id)
    for word in wanted.text.split():
        told = (Incident.message_vi, Incident.message_en, Incident.error_message, Incident.error_class, Incident.code)
        in_case = ProcessInstance.search_text.contains(fold(word), autoescape=True)
        query = query.where(or_(in_case, *(column.icontains(word, autoescape=True) for column in told)))
    return query


def retry(session: Session, incident_id: UUID, *, by: Person, at: datetime) -> Incident:
    """Try again what failed: the job is due at once with fresh attempts, or the run goes on where it stopped.

    Refuses with `OperationsForbidden`, `IncidentNotFound`, `IncidentClosed` (by whom and when), `IncidentWentOn`,
    `IncidentNotRetryable`, `CaseSuspended`. What fails once more is a new incident.
    """
    must_operate(session, by, at)
    incident = _lock(session, incident_id)
    _try_again(session, incident, by=by, at=at)
    if incident.job is not None and incident.instance_id is not None:
        arrivals.cases_with_due_jobs(session).add(incident.instance_id)
    return incident


def retry_many(session: Session, chosen: Sequence[UUID] | Query, *, by: Person, at: datetime) -> list[Outcome]:
    """Try many incidents again, given by id or by what finds them (then the open ones), `MOST_AT_ONCE` of them at most.

    Each goes or is refused by itself. Refuses with `OperationsForbidden`.
    """
    must_operate(session, by, at)
    picked: Select[*tuple[Any, ...]] = select(Incident.id, Incident.instance_id)
    if isinstance(chosen, Query):
        picked = _chosen(picked, chosen).where(Incident.resolved_at.is_(None))
    else:
        picked = picked.where(Incident.id.in_(chosen))
    rows = session.execute(picked.order_by(Incident.created_at, Incident.id).limit(MOST_AT_ONCE)).all()
    lock_families(session, select(ProcessInstance.id).where(ProcessInstance.id.in_({row.instance_id for row in rows})))
    return [_outcome(session, row.id, by=by, at=at) for row in rows]


def _outcome(session: Session, incident_id: UUID, *, by: Person, at: datetime) -> Outcome:
    incident = _lock(session, incident_id)
    try:
        with session.begin_nested():
            _try_again(session, incident, by=by, at=at)
    except PlatformError as refusal:
        return Outcome(incident, refusal)
    return Outcome(incident, None)


def resolve(session: Session, incident_id: UUID, *, by: Person, note: str, at: datetime) -> Incident:
    """Close an incident without trying again, with a note that says why; the case stays where it stands.

    Refuses with `OperationsForbidden`, `ReasonMissing`, `IncidentNotFound`, `IncidentClosed`, `IncidentWentOn`.
    """
    must_operate(session, by, at)
    kept = said_reason(note)
    incident = _lock(session, incident_id)
    _must_be_open(incident)
    _close(incident, Resolution.RESOLVED, by, at)
    incident.note = kept
    if incident.instance is not None:
        said: dict[str, Any] = {"element": incident.element_id, "code": incident.code, "note": kept}
        history.record(session, incident.instance, "incident.resolved", at=at, actor_id=by.id, **said)
    return incident


def why_not_retry(incident: Incident) -> PlatformError | None:
    """Return what stands against trying again, as far as the incident itself tells; asks nobody."""
    if incident.resolved_at is not None:
        return _closed(incident)
    is_bound = incident.job is None or incident.job.kind in _BOUND_TO_CASE
    if incident.instance is not None and is_bound:
        try:
            incident.instance.must_run()
        except PlatformError as refusal:
            return refusal
    return IncidentNotRetryable(reason=incident.code) if incident.code == arrivals.NOBODY_CODE else None


def _lock(session: Session, incident_id: UUID) -> Incident:
    """Return an incident that nobody else deals with now, as it stands, its case locked before it."""
    instance_id = session.scalar(select(Incident.instance_id).where(Incident.id == incident_id))
    if instance_id is not None:
        runtime.lock(session, instance_id)
    incident = session.scalar(
        select(Incident)
        .where(Incident.id == incident_id)
        .with_for_update(of=Incident)
        .execution_options(populate_existing=True)
    )
    if incident is None:
        raise IncidentNotFound(incident_id=incident_id)
    return incident


def _must_be_open(incident: Incident) -> None:
    if incident.resolved_at is not None:
        raise _closed(incident)


def _closed(incident: Incident) -> Conflict:
    if incident.resolved_by is None:
        return IncidentWentOn(at=incident.resolved_at)
    return IncidentClosed(by=incident.resolved_by.full_name, at=incident.resolved_at)


def _close(incident: Incident, resolution: Resolution, by: Person, at: datetime) -> None:
    incident.resolution, incident.resolved_by_id, incident.resolved_at = resolution, by.id, at
    if incident.instance is not None:
        incident.instance.open_incidents -= 1


def _try_again(session: Session, incident: Incident, *, by: Person, at: datetime) -> None:
    refusal = why_not_retry(incident)
    if refusal is not None:
        raise refusal
    _close(incident, Resolution.RETRIED, by, at)
    instance = incident.instance
    if instance is not None:
        said: dict[str, Any] = {"element": incident.element_id, "code": incident.code}
        history.record(session, instance, "incident.retried", at=at, actor_id=by.id, **said)
    if incident.job is not None:
        _put_back(incident.job, at)
    elif instance is not None:
        session.flush()  # closed by this person, before the step finds that the token has gone on
        _retry_run(session, incident, instance, by=by, at=at)


def _put_back(job: Job, at: datetime) -> None:
    if job.state is not JobState.FAILED:
        raise IncidentNotRetryable(reason=job.state.value)
    job.state, job.attempts, job.due_at = JobState.WAITING, 0, at
    job.finished_at = job.lease_until = job.lease_token = None


def _retry_run(session: Session, incident: Incident, instance: ProcessInstance, *, by: Person, at: datetime) -> None:
    """Let the token go on that stands at the incident; when it fails again, that is a new incident."""
    waits = {wait.token_id: wait for wait in runtime.held(session, instance, at).waits()}
    wait = waits.get(incident.token_id)
    if wait is not None and wait.kind is WaitKind.CALL:
        runtime.call_again(session, instance, wait.token_id, actor=by, at=at)
        return
    if wait is None or wait.kind is not WaitKind.INCIDENT:
        raise IncidentNotRetryable(reason=incident.code)
    with runtime.step(session, instance, actor=by, at=at) as run:
        run.retry(wait.token_id)
        still = next((each for each in run.waits() if each.token_id == wait.token_id), None)
    if still is not None and still.kind is WaitKind.INCIDENT:
        arrivals.report_incident(
            session,
            instance,
            token_id=still.token_id,
            element_id=still.element_id,
            code=str(still.detail["code"]),
            message=Bilingual(str(still.detail["message_vi"]), str(still.detail["message_en"])),
            attempt=incident.attempt + 1,
            at=at,
        )
