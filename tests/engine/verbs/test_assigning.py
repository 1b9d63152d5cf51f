"""Phân công: the head of a unit gives its tasks to its people."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import positions, repair, tasks
from engine.inbox import Tab
from engine.model import Person, Position
from engine.verbs import assigning, loads
from engine.verbs.assigning import assign, may_assign


def test_the_head_gives_a_task_of_the_unit_to_one_of_its_people_who_completes_it(scene: Any) -> None:
    assert scene.ask(may_assign, "thu") is None

    scene.do(assign, by="thu", to="quynh")

    assert (scene.holder, scene.task.claimed_at) == ("quynh", scene.office.now)
    assert scene.task_id in scene.inbox("quynh")
    assert scene.inbox("mai", Tab.UNIT) == []
    assert scene.finish(by="quynh")
    (entry,) = scene.history("task.assigned")
    assert (entry.data["to_name"], entry.data["from_name"]) == ("Lý Quỳnh", "")


@pytest.mark.parametrize("by", ["son", "admin"])
def test_a_deputy_or_an_administrator_assigns_a_task_anew_with_a_reason(desk: Any, by: str) -> None:
    desk.do(assign, by="thu", to="quynh")

    desk.do(assign, by=by, to="mai", reason=" Quỳnh đi họp. ")

    assert desk.holder == "mai"
    assert desk.inbox("quynh") == []
    entry = desk.history("task.assigned")[-1]
    assert (entry.data["from_name"], entry.data["reason"]) == ("Lý Quỳnh", "Quỳnh đi họp.")


def test_who_was_given_a_task_may_give_it_back_to_the_group(desk: Any) -> None:
    desk.do(assign, by="thu", to="quynh")

    desk.office.release(desk.task_id, "quynh")

    assert desk.task_id in desk.inbox("mai", Tab.UNIT)


def test_who_holds_the_task_already_is_not_given_it_twice(desk: Any, refused: Any) -> None:
    desk.do(assign, by="thu", to="quynh")

    assert refused(desk, assign, by="thu", to="quynh") == "task.already_claimed"


@pytest.mark.parametrize(("process", "code"), [("", None), ("work", None), ("other", "task.assigning_forbidden")])
def test_who_stands_in_for_the_head_assigns_within_the_scope(
    desk: Any, pen: Any, process: str, code: str | None
) -> None:
    desk.office.deploy(pen.process("other", pen.start(), pen.end(), flows="start > end"), pack="other")
    desk.office.stand_in("thu", "lan", process=process)

    assert desk.ask(may_assign, "lan") == code
    if code is None:
        desk.do(assign, by="lan", to="mai")
        assert desk.history("task.assigned")[0].data["on_behalf_of"]["name"] == "Nguyễn Thu"


@pytest.mark.parametrize("by", ["mai", "lan", "bao", "minh"])
def test_nobody_else_assigns(desk: Any, refused: Any, by: str) -> None:
    assert desk.ask(may_assign, by) == "task.assigning_forbidden"
    assert refused(desk, assign, by=by, to="quynh") == "task.assigning_forbidden"


@pytest.mark.parametrize(
    ("to", "code"),
    [("an", "task.person_not_in_group"), ("nobody", "verb.person_unknown"), ("", "verb.nobody_chosen")],
)
def test_only_people_of_the_group_are_given_its_tasks(desk: Any, refused: Any, to: str, code: str) -> None:
    assert refused(desk, assign, by="thu", to=to) == code


def test_a_reason_is_no_longer_than_the_history_takes(desk: Any, refused: Any) -> None:
    assert refused(desk, assign, by="thu", to="mai", reason="x" * 2001) == "verb.words_too_long"


def test_a_task_that_came_to_one_person_is_not_assigned(office: Any, pen: Any, desk: Any, refused: Any) -> None:
    office.deploy(
        pen.process("own", pen.start(), pen.user("mine", assignee="=starter"), flows="start > mine"), pack="own"
    )
    office.start("own")
    desk.task_id = office.task("mine").id

    assert desk.ask(may_assign, "thu") == "task.without_group"
    assert refused(desk, assign, by="thu", to="mai") == "task.without_group"


def test_a_task_that_is_done_is_not_assigned(desk: Any, refused: Any) -> None:
    desk.finish(by="mai")

    assert refused(desk, assign, by="thu", to="mai") == "task.completed"


def test_a_task_of_a_suspended_case_is_not_assigned(desk: Any, refused: Any) -> None:
    desk.do(repair.suspend, desk.case_id, by="admin", reason="Chờ")

    assert desk.ask(may_assign, "thu") == "case.suspended"
    assert refused(desk, assign, by="thu", to="mai") == "case.suspended"


def loads_now(desk: Any) -> list[loads.Load]:
    with desk.office.session() as session:
        found: list[loads.Load] = assigning.candidates(session, tasks.find(session, desk.task_id), desk.office.now)
        return found


@pytest.fixture
def busy(office: Any, pen: Any, desk: Any) -> Any:
    """Mai holds two tasks, one of them late, and took the last one an hour after quynh took her only one."""
    late = pen.user("late", groups='=["VPS"]', due='=duration("PT1H")')
    office.deploy(pen.process("more", pen.start(), late, flows="start > late"), pack="more")
    office.start("more")
    desk.do(assign, office.task("late").id, by="thu", to="mai")
    later = pen.user("later", groups='=["VPS"]')
    office.deploy(pen.process("less", pen.start(), later, flows="start > later"), pack="less")
    office.start("less")
    desk.do(assign, office.task("later").id, by="thu", to="quynh")
    office.later(hours=2)
    office.start("less")
    newest = next(task for task in office.open_tasks("later") if task.assignee is None)
    desk.do(assign, newest.id, by="thu", to="mai")
    return desk


def test_who_assigns_sees_what_everybody_has_open_and_late(busy: Any) -> None:
    said = {load.person.username: (load.open_tasks, load.late_tasks) for load in loads_now(busy)}

    assert said == {"mai": (2, 1), "quynh": (1, 0)}


def test_the_least_loaded_and_the_next_in_turn_are_suggested(busy: Any) -> None:
    found = loads_now(busy)

    assert loads.least_loaded(found).person.username == "quynh"  # type: ignore[union-attr]
    assert loads.next_in_turn(found).person.username == "quynh"  # type: ignore[union-attr]
    assert {load.person.username: load.last_given_at for load in found}["quynh"] == busy.office.now - timedelta(hours=2)


def test_who_was_never_given_anything_is_next_in_turn(desk: Any) -> None:
    desk.do(assign, by="thu", to="mai")

    assert loads.next_in_turn(loads_now(desk)).person.username == "quynh"  # type: ignore[union-attr]


def test_where_there_is_nobody_nobody_is_suggested() -> None:
    assert (loads.least_loaded([]), loads.next_in_turn([])) == (None, None)


def test_by_field_the_least_loaded_of_those_in_charge_of_it_comes_first(desk: Any) -> None:
    found = {load.person.username: load for load in loads_now(desk)}
    mai = replace(found["mai"], fields=("Lưu trữ", "Văn thư"), open_tasks=3)
    quynh = replace(found["quynh"], fields=("văn thư",), open_tasks=1)
    both = [mai, quynh]

    assert loads.in_charge(both, "Văn thư") is quynh
    assert loads.in_charge(both, "Lưu trữ") is mai
    assert loads.in_charge(both, "Ngân sách") is None
    assert sorted(both, key=loads.by_field("Lưu trữ")) == [mai, quynh]
    assert sorted(both, key=loads.by_field("Văn thư")) == [quynh, mai]


def test_who_assigns_sees_what_each_is_in_charge_of(desk: Any) -> None:
    def put(session: Any) -> None:
        held = session.scalars(select(Position).join(Position.person).where(Person.username == "quynh")).one()
        by = desk.office.person(session, "thu")
        positions.put_in_charge(session, held.id, fields="Văn thư", by=by, at=desk.office.now)

    desk.office.write(put)

    assert {load.person.username: load.fields for load in loads_now(desk)} == {"mai": (), "quynh": ("Văn thư",)}
