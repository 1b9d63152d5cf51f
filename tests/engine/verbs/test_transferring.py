"""Chuyển xử lý: the holder gives a task away for good."""

from typing import Any

import pytest

from engine import cases, repair
from engine.verbs.delegating import delegate
from engine.verbs.transferring import may_transfer, transfer

WHY = "Đúng việc của phòng Kế hoạch."


@pytest.fixture
def held(scene: Any) -> Any:
    """The task, held by mai."""
    scene.office.claim(scene.task_id, "mai")
    return scene


@pytest.fixture
def mine(desk: Any) -> Any:
    """The task in a plain sequence, held by mai."""
    desk.office.claim(desk.task_id, "mai")
    return desk


def test_the_new_holder_sees_the_case_and_completes_the_task(held: Any) -> None:
    assert held.ask(may_transfer, "mai") is None

    held.do(transfer, by="mai", to="an", reason=WHY)

    assert held.task_id in held.inbox("an")
    assert held.inbox("mai") == []
    assert held.ask(may_transfer, "mai") == "task.already_claimed"
    assert held.finish(by="an")


def test_history_says_from_whom_to_whom_and_why(mine: Any) -> None:
    mai = mine.task.assignee_id

    mine.do(transfer, by="mai", to="an", reason=f"  {WHY} ")

    (entry,) = mine.history("task.transferred")
    assert (entry.actor_id, entry.data["from_name"], entry.data["to_name"], entry.data["reason"]) == (
        mai,
        "Bùi Mai",
        "Lê An",
        WHY,
    )


def test_a_task_may_be_transferred_twice(mine: Any) -> None:
    mine.do(transfer, by="mai", to="an", reason=WHY)
    mine.do(transfer, by="an", to="lan", reason=WHY)

    assert mine.holder == "lan"
    assert mine.task.unit_code == "P.KHTCTH"
    assert len(mine.history("task.transferred")) == 2


def test_the_new_holder_keeps_the_due_time(office: Any, pen: Any, desk: Any) -> None:
    timed = pen.user("timed", assignee="=starter", due='=duration("PT4H")')
    office.deploy(pen.process("timely", pen.start(), timed, flows="start > timed"), pack="timely")
    office.start("timely")
    due_at = office.task("timed").due_at
    office.later(hours=1)

    desk.do(transfer, office.task("timed").id, by="minh", to="an", reason=WHY)

    assert due_at is not None
    assert office.task("timed").due_at == due_at


def test_who_stands_in_for_the_holder_transfers_in_the_holders_place(mine: Any) -> None:
    office = mine.office
    office.stand_in("mai", "quynh")

    mine.do(transfer, by="quynh", to="an", reason=WHY)

    (entry,) = mine.history("task.transferred")
    assert entry.data["on_behalf_of"]["name"] == "Bùi Mai"
    with office.session() as session:
        cases.find(session, mine.case_id, by=office.person(session, "quynh"), at=office.now)  # which refuses nothing


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"to": "an", "reason": " \n"}, "verb.words_missing"),
        ({"to": "an", "reason": "x" * 2001}, "verb.words_too_long"),
        ({"to": "", "reason": WHY}, "verb.nobody_chosen"),
        ({"to": "nobody", "reason": WHY}, "verb.person_unknown"),
        ({"to": "mai", "reason": WHY}, "verb.person_is_you"),
    ],
)
def test_a_transfer_needs_another_person_and_a_reason(mine: Any, refused: Any, said: dict[str, str], code: str) -> None:
    assert refused(mine, transfer, by="mai", **said) == code


@pytest.mark.parametrize(("by", "code"), [("quynh", "task.already_claimed"), ("an", "task.not_yours")])
def test_only_the_holder_transfers(mine: Any, refused: Any, by: str, code: str) -> None:
    assert mine.ask(may_transfer, by) == code
    assert refused(mine, transfer, by=by, to="thu", reason=WHY) == code


def test_a_task_that_waits_for_its_group_is_claimed_first(desk: Any, refused: Any) -> None:
    assert desk.ask(may_transfer, "mai") == "task.not_claimed"
    assert refused(desk, transfer, by="mai", to="an", reason=WHY) == "task.not_claimed"


def test_a_delegated_task_comes_back_before_it_is_transferred(mine: Any, refused: Any) -> None:
    mine.do(delegate, by="mai", to="minh", reason="Soạn giúp")

    for by in ("mai", "minh"):
        assert refused(mine, transfer, by=by, to="an", reason=WHY) == "task.delegated"


def test_a_task_of_a_suspended_case_is_not_transferred(mine: Any, refused: Any) -> None:
    mine.do(repair.suspend, mine.case_id, by="admin", reason="Chờ")

    assert refused(mine, transfer, by="mai", to="an", reason=WHY) == "case.suspended"


def test_a_task_that_is_done_is_not_transferred(mine: Any, refused: Any) -> None:
    mine.finish(by="mai")

    assert refused(mine, transfer, by="mai", to="an", reason=WHY) == "task.completed"
