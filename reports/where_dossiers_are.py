"""«Hồ sơ đang ở đâu»: every open step with its holder, since when, due when, late by how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, desc, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine import directory, oversight
from engine.arrivals import person_key
from engine.cases import OVERSEER_GROUPS
from engine.due import Due, cue
from engine.model import InstanceState, Involvement, Person, ProcessDefinition, ProcessInstance, TaskState, UserTask
from engine.runtime import OFFICE_ZONE
from reports.report import Column, Report

BATCH = 500
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader narrowed the report to; nothing means everything. `soon` ends the time that counts as soon."""

    process_key: str = ""
    unit_code: str = ""
    due: Due | None = None
    soon: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenStep:
    """One open step of one case; instants are aware.

    A late one is late by `late_hours`, whole working hours past the due time; in a year whose calendar nobody has
    approved they are not known, and `late_plain_hours` counts those of the clock.
    """

    task_id: UUID
    instance_id: UUID
    process: str
    case_code: str
    case_title: str
    step: str
    holder: str
    unit: str
    since: datetime
    due_at: datetime | None
    is_suspended: bool
    late_hours: int | None = None
    late_plain_hours: int | None = None


COLUMNS: tuple[Column[OpenStep], ...] = (
    Column("process", "Quy trình", "Process", lambda row: row.process, 28),
    Column("case_code", "Mã hồ sơ", "Case", lambda row: row.case_code, 18),
    Column("case_title", "Tên hồ sơ", "Title", lambda row: row.case_title, 48),
    Column("step", "Bước", "Step", lambda row: row.step, 28),
    Column("holder", "Người giữ", "Holder", lambda row: row.holder, 26),
    Column("unit", "Đơn vị", "Unit", lambda row: row.unit, 18),
    Column("since", "Từ lúc", "Since", lambda row: row.since, 18),
    Column("due_at", "Hạn", "Due", lambda row: row.due_at, 18),
    Column("late_hours", "Quá hạn (giờ làm việc)", "Late by (working hours)", lambda row: row.late_hours, 14),
    Column(
        "late_plain_hours",
        "Quá hạn (giờ liên tục, năm chưa duyệt lịch)",
        "Late by (plain hours, calendar of the year not approved)",
        lambda row: row.late_plain_hours,
        24,
    ),
)


def where_dossiers_are(
    session: Session,
    reader: Person,
    *,
    at: datetime,
    filters: Filters,
    title: str,
    limit: int | None = None,
    offset: int = 0,
) -> Report[OpenStep]:
    """Return the report within the reader's scope; rows are streamed, the longest waiting first.

    Overseers see every unit; heads and deputies their unit and those below; everybody else the cases that came to them.
    """
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    query = _narrowed(_scoped(_open_steps(), session, reader, at), filters, at).limit(limit).offset(offset)
    return Report(title=title, columns=COLUMNS, rows=_rows(session, query, people, at))


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """How much waits at one unit; `oldest` is since when the longest waiting step waits."""

    unit: str
    open_count: int
    late_count: int
    soon_count: int
    oldest: datetime


def load_by_unit(session: Session, reader: Person, *, at: datetime, filters: Filters) -> list[UnitLoad]:
    """Return what waits at each unit within the reader's scope, the fullest first; counted by the database."""
    soon = filters.soon or at
    counted = select(
        UserTask.unit_code,
        func.count().label("open_count"),
        func.count().filter(UserTask.due_at < at),
        func.count().filter(UserTask.due_at >= at, UserTask.due_at < soon),
        func.min(UserTask.created_at),
    )
    query = _narrowed(_scoped(_of_open_tasks(counted), session, reader, at), filters, at)
    rows = session.execute(query.group_by(UserTask.unit_code).order_by(desc("open_count"), UserTask.unit_code))
    return [UnitLoad(*row) for row in rows]


def _open_steps() -> Select[*tuple[Any, ...]]:
    holder = aliased(Person)
    return _of_open_tasks(
        select(
            UserTask.id.label("task_id"),
            UserTask.instance_id,
            ProcessDefinition.name.label("process"),
            ProcessInstance.business_key,
            ProcessInstance.title,
            UserTask.step,
            UserTask.name,
            holder.full_name.label("holder"),
            UserTask.candidate_groups,
            UserTask.candidate_users,
            UserTask.unit_code,
            UserTask.created_at,
            UserTask.due_at,
            ProcessInstance.state,
        ).join(holder, UserTask.assignee_id == holder.id, isouter=True)
    ).order_by(UserTask.created_at, UserTask.id)


def _of_open_tasks(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.join(UserTask.instance).join(ProcessInstance.definition).where(UserTask.state == TaskState.OPEN)


def _scoped(
    query: Select[*tuple[Any, ...]], session: Session, reader: Person, at: datetime
) -> Select[*tuple[Any, ...]]:
    groups = directory.current(session, on=at.astimezone(OFFICE_ZONE).date()).groups_of(reader.id)
    scope = oversight.scope_of(session, reader, at)
    if scope.is_everything or groups & OVERSEER_GROUPS:
        return query
    involved = select(Involvement.instance_id).where(Involvement.key.in_(sorted(groups | {person_key(reader.id)})))
    return query.where(scope.holds(UserTask.unit_code) | UserTask.instance_id.in_(involved))


def _narrowed(query: Select[*tuple[Any, ...]], filters: Filters, at: datetime) -> Select[*tuple[Any, ...]]:
    if filters.process_key:
        query = query.where(ProcessDefinition.key == filters.process_key)
    if filters.unit_code:
        query = query.where(UserTask.unit_code == filters.unit_code)
    if filters.due is Due.LATE:
        query = query.where(UserTask.due_at < at)
    elif filters.due is Due.SOON:
        query = query.where(UserTask.due_at >= at, UserTask.due_at < filters.soon)
    elif filters.due is Due.OK:
        query = query.where(or_(UserTask.due_at.is_(None), UserTask.due_at >= (filters.soon or at)))
    return query


def _rows(
    session: Session, query: Select[*tuple[Any, ...]], people: directory.Directory, at: datetime
) -> Iterator[OpenStep]:
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        yield OpenStep(
            task_id=row.task_id,
            instance_id=row.instance_id,
            process=row.process,
            case_code=row.business_key,
            case_title=row.title,
            step=row.name if row.step == row.name else f"{row.name} · {row.step}",
            holder=row.holder or _offered_to(people, row),
            unit=row.unit_code,
            since=row.created_at,
            due_at=row.due_at,
            is_suspended=row.state is InstanceState.SUSPENDED,
            **_lateness(session, row.due_at, at),
        )


def _lateness(session: Session, due_at: datetime | None, at: datetime) -> dict[str, int]:
    standing = cue(session, due_at, at=at)
    if standing.due is not Due.LATE:
        return {}
    return {"late_hours" if standing.is_working_time else "late_plain_hours": int(standing.by / HOUR)}


def _offered_to(people: directory.Directory, row: Row[*tuple[Any, ...]]) -> str:
    groups = [people.describe_group(key) for key in row.candidate_groups]
    named = [people.people[name].full_name for name in row.candidate_users if name in people.people]
    return ", ".join([*groups, *named])
