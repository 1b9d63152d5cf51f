"""The inbox of a big office: a list costs what its reader has, not what everybody has."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.orm import Session

from engine import inbox, substitutes
from engine.database import is_postgresql
from engine.inbox import Counts, Tab
from engine.model import Person, ProcessDefinition, ProcessInstance, TaskCandidate, TaskState, UserTask

OPEN_TASKS, READERS = 4_000, 60
BY_ASSIGNEE = "ix_user_task_assignee_id_state_due_at"
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
READERS_GROUP, OTHER_GROUPS = "VPS/specialist", ("VPS/leader", "P.KHTCTH", "LĐS")


@pytest.fixture
def crowded(office: Any, pen: Any) -> Any:
    """An office with thousands of open tasks, every other one free; minh holds sixty and his group is offered sixty.

    A quarter of his is late, a quarter soon due; one quarter has time, one no date.
    """
    deployed = office.deploy(pen.process("waits", pen.start(), pen.end(), flows="start > end"), pack="waits")

    def fill(session: Session) -> None:
        (definition,) = session.scalars(select(ProcessDefinition).where(ProcessDefinition.deployment_id == deployed.id))
        case = {"id": uuid4(), "business_key": "W", "definition_id": definition.id, "started_at": office.now}
        minh = office.person(session, "minh").id
        others = list(session.scalars(select(Person.id).where(Person.id != minh)))
        rows = [
            task_of(office.now, number, case["id"], minh, others[number // 2 % len(others)])
            for number in range(OPEN_TASKS)
        ]
        session.execute(insert(ProcessInstance), [case | {"revision": 1}])
        session.execute(insert(UserTask), rows)
        offers = [{"task_id": row["id"], "key": key} for row in rows for key in row["candidate_groups"]]
        session.execute(insert(TaskCandidate), offers)

    office.write(fill)
    if is_postgresql(office.engine):  # its autovacuum would; SQLite is never asked to
        office.write(lambda session: session.execute(text("ANALYZE")))
    return office


def task_of(now: datetime, number: int, case_id: UUID, reader: UUID, other: UUID) -> dict[str, Any]:
    is_free, is_readers = number % 2 == 1, number < 2 * READERS
    group = READERS_GROUP if is_readers else OTHER_GROUPS[number % len(OTHER_GROUPS)]
    due_in = (timedelta(minutes=-1 - number), timedelta(minutes=number), timedelta(days=9), None)[number // 2 % 4]
    return {
        "id": uuid4(),
        "instance_id": case_id,
        "token_id": "1",
        "element_id": "sign",
        "name": f"Ký số {number}",
        "step": "Ký số",
        "assignee_id": None if is_free else reader if is_readers else other,
        "candidate_groups": [group] if is_free else [],
        "candidate_users": [],
        "state": TaskState.OPEN,
        "priority": 50 + number % 3,
        "created_at": now - timedelta(minutes=number),
        "due_at": None if due_in is None else now + due_in,
    }


@contextmanager
def statements_about_tasks(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Collect what a block asks about tasks."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "FROM user_task" in statement:
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def plan(session: Session, statement: str, parameters: Any) -> list[str]:
    """Return the lines that tell how the database finds the rows."""
    words = "EXPLAIN" if is_postgresql(session.get_bind()) else "EXPLAIN QUERY PLAN"
    rows = session.connection().exec_driver_sql(f"{words} {statement}", parameters).all()
    return [str(row[-1]) for row in rows]


def list_of(office: Any, session: Session, tab: Tab, **more: Any) -> list[UserTask]:
    return list(inbox.tasks_of(session, office.person(session, "minh"), tab=tab, at=office.now, **more))


def counts_of(office: Any, session: Session, tab: Tab) -> Counts:
    person = office.person(session, "minh")
    return inbox.counts(session, person, tab=tab, at=office.now, soon=office.now + timedelta(days=1))


def ways_to_tasks(office: Any, said: list[tuple[str, Any]]) -> set[str]:
    """Return by which index each statement finds tasks; fails when one goes through all of them."""
    ((statement, parameters),) = said
    with office.session() as session:
        found = plan(session, statement, parameters)
    assert not [line for line in found if "Seq Scan on user_task" in line or "SCAN user_task" in line], found
    by_id = {"pk_user_task", "sqlite_autoindex_user_task_1"}
    indexes = {name for name in (*by_id, BY_ASSIGNEE) for line in found if name in line}
    return {"id" if name in by_id else "assignee" for name in indexes}


@pytest.mark.parametrize(("tab", "ways"), [(Tab.MINE, {"assignee", "id"}), (Tab.UNIT, {"id"})])
def test_a_list_is_found_by_whom_tasks_are_assigned_or_offered_to_not_among_everybodys(
    crowded: Any, tab: Tab, ways: set[str]
) -> None:
    with statements_about_tasks(crowded.engine) as said, crowded.session() as session:
        list_of(crowded, session, tab, limit=10)

    assert ways_to_tasks(crowded, said) == ways


def test_counting_goes_once_by_the_assignee_and_once_by_what_is_offered(crowded: Any) -> None:
    with statements_about_tasks(crowded.engine) as said, crowded.session() as session:
        counts_of(crowded, session, Tab.UNIT)

    ((statement, parameters),) = said
    with crowded.session() as session:
        by_assignee = [line for line in plan(session, statement, parameters) if BY_ASSIGNEE in line]
    assert len(by_assignee) == 1, by_assignee
    assert ways_to_tasks(crowded, said) == {"assignee", "id"}


@pytest.mark.parametrize("tab", [Tab.MINE, Tab.UNIT])
def test_a_big_offices_reader_has_their_own_tasks_counted(crowded: Any, tab: Tab) -> None:
    with crowded.session() as session:
        counts = counts_of(crowded, session, tab)

    assert counts == Counts(mine=READERS, unit=READERS, late=READERS // 4, soon=READERS // 4)


@pytest.mark.parametrize("tab", [Tab.MINE, Tab.UNIT])
def test_pages_follow_one_another_by_due_time_and_then_priority_those_without_a_date_last(
    crowded: Any, tab: Tab
) -> None:
    with crowded.session() as session:
        pages = [list_of(crowded, session, tab, limit=25, offset=offset) for offset in (0, 25, 50)]

    assert [len(page) for page in pages] == [25, 25, 10]
    order = [(task.due_at or LATEST, -task.priority, task.created_at) for page in pages for task in page]
    assert order == sorted(order)
    assert len({task.id for page in pages for task in page}) == READERS


@pytest.fixture
def standing_in(crowded: Any) -> Any:
    """The same office; minh stands in for mai in everything, for an in one unit, and for bao in the one process."""
    absences = (("mai", "", ""), ("an", "P.KHTCTH", ""), ("bao", "", "waits"))

    def stand_in(session: Session) -> None:
        minh, today = crowded.person(session, "minh"), crowded.now.date()
        for absent, unit_code, process_key in absences:
            substitutes.set_substitute(
                session,
                person=crowded.person(session, absent),
                substitute=minh,
                first=today,
                last=today,
                scope=substitutes.Scope(unit_code, process_key),
                by=crowded.person(session, "admin"),
                at=crowded.now,
            )

    crowded.write(stand_in)
    return crowded


@pytest.mark.parametrize(("tab", "ways"), [(Tab.MINE, {"assignee", "id"}), (Tab.UNIT, {"id"})])
def test_what_a_substitute_finds_is_looked_up_like_what_is_their_own(
    standing_in: Any, tab: Tab, ways: set[str]
) -> None:
    with statements_about_tasks(standing_in.engine) as said, standing_in.session() as session:
        list_of(standing_in, session, tab, limit=10)

    assert ways_to_tasks(standing_in, said) == ways


def test_counting_for_a_substitute_goes_through_nobody_elses_tasks(standing_in: Any) -> None:
    with statements_about_tasks(standing_in.engine) as said, standing_in.session() as session:
        counts = counts_of(standing_in, session, Tab.MINE)

    assert ways_to_tasks(standing_in, said) == {"assignee", "id"}
    assert counts.mine > READERS
    assert counts.unit > READERS
