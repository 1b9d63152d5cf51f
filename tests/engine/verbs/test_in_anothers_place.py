"""Who stands in for the holder of a task does with it what the holder may, and history says in whose place."""

from typing import Any

import pytest

from engine.model import ProcessInstance
from engine.verbs.consulting import consult, may_consult
from engine.verbs.copying import copy, may_copy
from engine.verbs.delegating import delegate, hand_back, may_delegate, may_hand_back, may_take_back, take_back
from engine.verbs.reminding import may_remind, remind


@pytest.fixture
def left(scene: Any) -> Any:
    """The task, held by mai, for whom an stands in."""
    scene.office.claim(scene.task_id, "mai")
    scene.office.stand_in("mai", "an")
    return scene


def in_whose_place(scene: Any, kind: str) -> str | None:
    said = scene.history(kind)[-1].data.get("on_behalf_of")
    return said["username"] if said else None


def test_the_substitute_lets_somebody_do_the_work_which_comes_back_to_the_holder(left: Any) -> None:
    assert left.ask(may_delegate, "an") is None
    left.do(delegate, by="an", to="lan", reason="Làm giúp")
    assert in_whose_place(left, "task.delegated") == "mai"

    left.do(hand_back, by="lan", note="Xong")

    assert (left.holder, left.task.owner_id) == ("mai", None)
    assert left.finish(by="an")


def test_the_substitute_of_the_owner_takes_the_task_back(left: Any) -> None:
    left.do(delegate, by="mai", to="lan", reason="Làm giúp")
    assert left.ask(may_take_back, "an") is None

    left.do(take_back, by="an")

    assert left.holder == "mai"
    assert in_whose_place(left, "task.taken_back") == "mai"


def test_the_substitute_of_the_delegate_hands_the_task_back(left: Any) -> None:
    left.do(delegate, by="mai", to="lan", reason="Làm giúp")
    left.office.stand_in("lan", "son")
    assert left.ask(may_hand_back, "son") is None

    left.do(hand_back, by="son", note="Xong")

    assert in_whose_place(left, "task.handed_back") == "lan"


def test_the_substitute_asks_others(left: Any) -> None:
    assert left.ask(may_consult, "an") is None

    left.do(consult, by="an", to=["lan"], question="?", due_at=None)

    assert in_whose_place(left, "opinion.asked") == "mai"


def test_the_substitute_sends_the_case_to_others(left: Any) -> None:
    left.office.stand_in("quynh", "lan")

    with left.office.session() as session:
        case, at = session.get_one(ProcessInstance, left.case_id), left.office.now
        assert may_copy(session, case, left.office.person(session, "an"), at).is_allowed
        assert not may_copy(session, case, left.office.person(session, "lan"), at).is_allowed
    left.do(copy, left.case_id, by="an", to=["son"])

    assert left.history("case.copied")[0].data["to"] == ["son"]


def test_the_substitute_of_the_head_reminds(left: Any) -> None:
    assert left.ask(may_remind, "lan") == "task.reminder_forbidden"
    left.office.stand_in("thu", "lan")
    assert left.ask(may_remind, "lan") is None

    left.do(remind, by="lan")

    assert len(left.history("task.reminded")) == 1


def test_a_substitute_for_another_process_may_do_none_of_it(desk: Any, pen: Any, refused: Any) -> None:
    desk.office.deploy(pen.process("other", pen.start(), pen.end(), flows="start > end"), pack="other")
    desk.office.claim(desk.task_id, "mai")
    desk.do(delegate, by="mai", to="an", reason="Làm giúp")
    desk.office.stand_in("mai", "lan", process="other")

    assert refused(desk, take_back, by="lan") == "task.owner_only"
    assert refused(desk, consult, by="lan", to=["son"], question="?", due_at=None) == "task.not_yours"
    assert refused(desk, copy, desk.case_id, by="lan", to=["son"]) == "case.copying_forbidden"
