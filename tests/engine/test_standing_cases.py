"""Where cases stand: counted at steps, units and people, for who leads a unit, from the rows of what is under way."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.orm import Session

from engine import cases, standing_cases
from engine.cases import CaseNotYours
from engine.database import is_postgresql
from engine.model import Activity, ActivityState, InstanceState, ProcessInstance, TaskState, UserTask
from engine.oversight import BoardForbidden
from engine.standing_cases import Load, Query

DIRECTOR, HEAD, DEPUTY, OTHER_HEAD, CLERK = "bao", "thu", "son", "lan", "mai"


@pytest.fixture
def busy(office: Any, pen: Any) -> Any:
    """An office with a process of two steps, the second at another unit, an hour's time for the first."""
    office.deploy(
        pen.process(
            "letter",
            pen.start(),
            pen.user("draft", assignee="=author", due='=duration("PT1H")'),
            pen.user("check", groups='=["P.KHTCTH/leader"]'),
            pen.end(),
            flows="start > draft > check > end",
        ),
        pack="letter",
    )
    return office


@pytest.fixture
def waiting(office: Any, pen: Any) -> Any:
    """An office with a process in which cases stand without anybody having a task."""
    every_way = pen.process(
        "waits",
        pen.start(),
        pen.node("parallelGateway", "fork"),
        pen.node("intermediateCatchEvent", "pause", pen.timer("PT5H")),
        pen.node("intermediateCatchEvent", "hear", '<messageEventDefinition messageRef="answer" />'),
        pen.node("exclusiveGateway", "is_good"),
        pen.call("ask", "small"),
        *(pen.end(f"end_{number}") for number in range(4)),
        flows="start > fork\nfork > pause > end_0\nfork > hear > end_1\nfork > is_good\nis_good > end_2 : =fee > 5\n"
        "fork > ask > end_3",
        globals=pen.message("answer", '="k"'),
    )
    boundary = f'<boundaryEvent id="late" attachedToRef="do" cancelActivity="false">{pen.timer("PT1H")}</boundaryEvent>'
    small = pen.process(
        "small",
        pen.start(),
        pen.user("do", assignee="an"),
        boundary,
        pen.end("warned"),
        pen.end(),
        flows="start > do > end\nlate > warned",
    )
    office.deploy(every_way, small)
    return office


def loads(office: Any, username: str, what: Callable[..., list[Any]] = standing_cases.by_step) -> dict[Any, Load]:
    with office.session() as session:
        rows = what(session, by=office.person(session, username), at=office.now)
        people = {person.id: name for name in ("minh", "an") for person in [office.person(session, name)]}
    names = ("element_id", "unit_code", "person_id")
    keys = [next(getattr(row, name) for name in names if hasattr(row, name)) for row in rows]
    return {people.get(key, key): row.load for key, row in zip(keys, rows, strict=True)}


def found(office: Any, username: str, query: Query = Query()) -> list[str]:  # noqa: B008  (frozen)
    with office.session() as session:
        page = standing_cases.search(session, query, by=office.person(session, username), at=office.now)
        assert page.total == len(page.places)
        return [place.element_id for place in page.places]


def test_each_step_says_how_many_cases_stand_there_the_oldest_and_how_many_are_late(busy: Any) -> None:
    first = busy.start("letter", author="minh")
    busy.later(hours=2)
    busy.start("letter", author="minh")
    busy.start("letter", author="an")

    assert loads(busy, DIRECTOR) == {"draft": Load(cases=3, late=1, soon=2, oldest=first.started_at)}


def test_a_case_that_moves_on_stands_at_its_new_step_since_then(busy: Any) -> None:
    busy.start("letter", author="minh")
    busy.later(days=3)
    busy.complete(busy.task("draft").id, "minh")

    assert loads(busy, DIRECTOR) == {"check": Load(cases=1, late=0, soon=0, oldest=busy.now)}


def test_a_case_that_stands_at_a_step_several_times_counts_once(office: Any, pen: Any) -> None:
    each = '<zeebe:loopCharacteristics inputCollection="=[1, 2, 3]" inputElement="number" />'
    repeated = f"<extensionElements>{each}</extensionElements>"
    loop = f"<multiInstanceLoopCharacteristics>{repeated}</multiInstanceLoopCharacteristics>"
    sign = pen.user("sign", assignee="an", inside=loop)
    office.deploy(pen.process("round", pen.start(), sign, pen.end(), flows="start > sign > end"))
    office.start("round")

    assert loads(office, DIRECTOR)["sign"].cases == 1
    assert found(office, DIRECTOR) == ["sign"] * 3


def test_units_and_people_are_told_apart_and_what_nobody_holds_is_told(busy: Any) -> None:
    for author in ("minh", "minh", "an"):
        busy.start("letter", author=author)
    draft = next(task for task in busy.open_tasks("draft") if task.assignee.username == "minh")
    busy.complete(draft.id, "minh")

    by_unit = loads(busy, DIRECTOR, standing_cases.by_unit)
    by_person = loads(busy, DIRECTOR, standing_cases.by_person)

    assert {unit: load.cases for unit, load in by_unit.items()} == {"VPS": 1, "P.KHTCTH": 2}
    assert {who: load.cases for who, load in by_person.items()} == {"minh": 1, "an": 1, None: 1}


def test_what_waits_for_no_person_stands_where_it_waits_and_a_boundary_timer_does_not(waiting: Any) -> None:
    waiting.start("waits", fee=1)

    assert {step: load.cases for step, load in loads(waiting, DIRECTOR).items()} == {
        "pause": 1,
        "hear": 1,
        "is_good": 1,
        "ask": 1,
        "do": 1,
    }
    assert found(waiting, DIRECTOR, Query(is_unheld=True, unit_code="")) == ["pause", "hear", "is_good", "ask"]


def test_what_is_over_stands_nowhere(busy: Any) -> None:
    busy.start("letter", author="minh")
    busy.complete(busy.task().id, "minh")
    busy.complete(busy.task().id, "lan")

    assert loads(busy, DIRECTOR) == {}


def test_a_unit_sees_what_stands_with_it_and_what_it_started_and_nothing_else(busy: Any) -> None:
    busy.start("letter", by="minh", author="an")
    busy.start("letter", by="an", author="an")
    busy.start("letter", by="an", author="minh")

    assert loads(busy, HEAD)["draft"].cases == loads(busy, DEPUTY)["draft"].cases == 2
    assert loads(busy, OTHER_HEAD)["draft"].cases == 3
    assert loads(busy, DIRECTOR)["draft"].cases == loads(busy, "admin")["draft"].cases == 3


def test_a_deputy_who_may_sign_for_the_agency_sees_everything(busy: Any) -> None:
    busy.start("letter", author="minh")

    assert loads(busy, "hien")["draft"].cases == 1


@pytest.mark.parametrize("what", [standing_cases.by_step, standing_cases.by_unit, standing_cases.by_person])
def test_who_leads_nothing_has_no_board(busy: Any, what: Any) -> None:
    with busy.session() as session, pytest.raises(BoardForbidden):
        what(session, by=busy.person(session, CLERK), at=busy.now)


def test_who_leads_nothing_has_no_list_either(busy: Any) -> None:
    with busy.session() as session, pytest.raises(BoardForbidden):
        standing_cases.search(session, Query(), by=busy.person(session, "minh"), at=busy.now)


def test_the_list_of_a_step_holds_the_late_ones_and_leads_to_the_longest_first(busy: Any) -> None:
    busy.start("letter", author="minh")
    busy.later(hours=2)
    busy.start("letter", author="minh")

    with busy.session() as session:
        bao = busy.person(session, DIRECTOR)
        here = standing_cases.search(session, Query(element_id="draft"), by=bao, at=busy.now).places
        late = standing_cases.search(session, Query(element_id="draft", is_late=True), by=bao, at=busy.now).places

    assert [place.since < busy.now for place in here] == [True, False]
    assert [place.business_key for place in late] == [here[0].business_key]


def test_a_head_may_open_what_the_board_shows_and_another_head_may_not(busy: Any) -> None:
    case = busy.start("letter", by="minh", author="minh")

    with busy.session() as session:
        assert cases.find(session, case.id, by=busy.person(session, HEAD), at=busy.now).id == case.id
        other = busy.person(session, OTHER_HEAD)
        with pytest.raises(CaseNotYours):
            cases.find(session, case.id, by=other, at=busy.now)


def listed(office: Any, username: str, **narrowed: Any) -> set[Any]:
    with office.session() as session:
        found = cases.search(session, office.person(session, username), cases.Query(**narrowed), at=office.now)
        assert (found.total, found.is_more) == (len(found.cases), False)
        return {case.id for case in found.cases}


def may_open(office: Any, username: str, case_id: UUID) -> bool:
    with office.session() as session:
        try:
            cases.find(session, case_id, by=office.person(session, username), at=office.now)
        except CaseNotYours:
            return False
        return True


def test_the_list_of_cases_holds_exactly_what_may_be_opened(busy: Any) -> None:
    there = [busy.start("letter", by=by, author=author).id for by in ("minh", "an") for author in ("minh", "an")]

    for username in (DIRECTOR, HEAD, DEPUTY, OTHER_HEAD, "hien", CLERK, "minh", "an"):
        assert listed(busy, username) == {each for each in there if may_open(busy, username, each)}, username
    assert len(listed(busy, HEAD)) == 3
    assert listed(busy, CLERK) == set()


def test_what_a_unit_started_stays_in_its_heads_list_when_it_is_over(busy: Any) -> None:
    case = busy.start("letter", by="minh", author="an")
    busy.complete(busy.task("draft").id, "an")
    busy.complete(busy.task("check").id, "lan")

    assert listed(busy, HEAD) == listed(busy, HEAD, state=InstanceState.ENDED) == {case.id}


FINISHED = 4_000


@pytest.fixture
def experienced(busy: Any) -> Any:
    """An office with two cases under way, and thousands behind it."""
    case = busy.start("letter", author="minh")
    busy.start("letter", author="an")

    def fill(session: Session) -> None:
        over = [
            {
                "id": uuid4(),
                "business_key": f"F-{number}",
                "definition_id": case.definition_id,
                "started_unit": "VPS",
                "started_at": busy.now,
                "state": InstanceState.ENDED,
                "revision": 1,
            }
            for number in range(FINISHED)
        ]
        session.execute(insert(ProcessInstance), over)
        session.execute(insert(UserTask), [done_task(each["id"], busy.now) for each in over])
        session.execute(insert(Activity), [done_activity(each["id"], busy.now) for each in over])

    busy.write(fill)
    if is_postgresql(busy.engine):  # its autovacuum would; SQLite is never asked to
        busy.write(lambda session: session.execute(text("ANALYZE")))
    return busy


def done_task(case_id: UUID, at: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "instance_id": case_id,
        "token_id": "1",
        "element_id": "draft",
        "name": "Dự thảo",
        "step": "Dự thảo",
        "unit_code": "VPS",
        "candidate_groups": [],
        "candidate_users": [],
        "state": TaskState.COMPLETED,
        "created_at": at,
    }


def done_activity(case_id: UUID, at: datetime) -> dict[str, Any]:
    return {
        "instance_id": case_id,
        "token_id": "1",
        "element_id": "pause",
        "element_kind": "intermediateCatchEvent",
        "name": "Chờ",
        "state": ActivityState.COMPLETED,
        "started_at": at,
    }


ABOUT_WHAT_STANDS = "user_task.state = 'open'", "activity.state = 'failed'"


@contextmanager
def questions(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Collect what a block asks about where cases stand."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if any(asked in statement for asked in ABOUT_WHAT_STANDS):
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def plan(session: Session, statement: str, parameters: Any) -> str:
    """Return how the database finds the rows."""
    words = "EXPLAIN" if is_postgresql(session.get_bind()) else "EXPLAIN QUERY PLAN"
    rows = session.connection().exec_driver_sql(f"{words} {statement}", parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


INDEXES = "ix_user_task_(open|state_unit_code)", "ix_activity_standing_instance_id"
WHOLE_TABLE = re.compile(
    r"Seq Scan on (user_task|activity|process_instance)|SCAN (user_task|activity|process_instance)$", re.MULTILINE
)


@pytest.mark.parametrize("username", [DIRECTOR, HEAD])
@pytest.mark.parametrize(
    "what", [standing_cases.by_step, standing_cases.by_unit, standing_cases.by_person, standing_cases.search]
)
def test_finished_cases_are_not_gone_through(experienced: Any, what: Any, username: str) -> None:
    with questions(experienced.engine) as said, experienced.session() as session:
        more = {"query": Query()} if what is standing_cases.search else {}
        what(session, by=experienced.person(session, username), at=experienced.now, **more)

    assert said
    with experienced.session() as session:
        for statement, parameters in said:
            found = plan(session, statement, parameters)
            asked_of = [name for name, asked in zip(INDEXES, ABOUT_WHAT_STANDS, strict=True) if asked in statement]
            assert [name for name in asked_of if not re.search(name, found)] == [], found
            assert not WHOLE_TABLE.search(found), found


def test_a_list_counts_as_far_as_anybody_pages_and_says_that_there_is_more(experienced: Any) -> None:
    with experienced.session() as session:
        first = cases.search(session, experienced.person(session, DIRECTOR), cases.Query(), at=experienced.now)
        last = cases.search(
            session, experienced.person(session, DIRECTOR), cases.Query(), at=experienced.now, offset=FINISHED
        )

    assert (len(first.cases), first.total, first.is_more) == (50, cases.MOST_COUNTED, True)
    assert (len(last.cases), last.total, last.is_more) == (2, FINISHED + 2, False)


def test_the_pages_of_a_list_follow_one_another(experienced: Any) -> None:
    with experienced.session() as session:
        director = experienced.person(session, DIRECTOR)
        pages = [
            cases.search(session, director, cases.Query(), at=experienced.now, limit=300, offset=offset).cases
            for offset in range(0, 1_500, 300)
        ]

    assert len({case.id for page in pages for case in page}) == 1_500
