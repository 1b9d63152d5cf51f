"""Nhận việc, trả việc về nhóm: wherever a task of a group may stand."""

from typing import Any

import pytest

from engine import repair, tasks
from engine.inbox import Tab
from engine.verbs.claiming import may_claim, may_release
from engine.verbs.delegating import delegate
from engine.verbs.transferring import transfer


def test_a_task_is_claimed_given_back_and_claimed_by_a_colleague(scene: Any) -> None:
    assert scene.ask(may_claim, "mai") is None
    scene.do(tasks.claim, by="mai")
    assert scene.ask(may_claim, "quynh") == "task.already_claimed"
    assert scene.ask(may_release, "mai") is None

    scene.do(tasks.release, by="mai")
    scene.do(tasks.claim, by="quynh")

    assert scene.holder == "quynh"
    assert scene.finish(by="quynh")
    assert len(scene.history("task.released")) == 1


def test_who_stands_in_for_a_clerk_claims_and_gives_back_in_their_place(scene: Any) -> None:
    scene.office.stand_in("mai", "minh")

    scene.do(tasks.claim, by="minh")
    assert scene.holder == "mai"
    scene.do(tasks.release, by="minh")

    assert scene.holder is None
    (entry,) = scene.history("task.released")
    assert entry.data["on_behalf_of"]["username"] == "mai"


@pytest.mark.parametrize(("by", "code"), [("an", "task.not_yours"), ("mai", None)])
def test_only_the_group_claims(desk: Any, refused: Any, by: str, code: str | None) -> None:
    assert desk.ask(may_claim, by) == code
    if code is not None:
        assert refused(desk, tasks.claim, by=by) == code


def test_only_who_holds_the_task_gives_it_back(desk: Any, refused: Any) -> None:
    assert refused(desk, tasks.release, by="mai") == "task.not_yours"
    desk.office.claim(desk.task_id, "mai")

    assert desk.ask(may_release, "quynh") == "task.not_yours"
    assert refused(desk, tasks.release, by="quynh") == "task.not_yours"


def test_who_was_given_a_task_of_the_group_gives_it_back_to_the_group(desk: Any) -> None:
    desk.office.claim(desk.task_id, "mai")
    desk.do(transfer, by="mai", to="an", reason="Đúng việc")

    desk.do(tasks.release, by="an")

    assert desk.task_id in desk.inbox("quynh", Tab.UNIT)


@pytest.mark.parametrize("by", ["mai", "an"])
def test_neither_owner_nor_delegate_gives_a_delegated_task_back(desk: Any, refused: Any, by: str) -> None:
    desk.office.claim(desk.task_id, "mai")
    desk.do(delegate, by="mai", to="an", reason="Làm giúp")

    assert desk.ask(may_release, by) == "task.delegated"
    assert refused(desk, tasks.release, by=by) == "task.delegated"


def test_a_task_given_to_one_person_has_no_group_to_go_back_to(desk: Any, refused: Any) -> None:
    desk.office.start("work")
    desk.task_id = desk.office.task("write").id

    assert desk.ask(may_release, "minh") == "task.not_offered"
    assert refused(desk, tasks.release, by="minh") == "task.not_offered"


def test_in_a_suspended_case_nobody_claims_or_gives_back(desk: Any, refused: Any) -> None:
    desk.do(repair.suspend, desk.case_id, by="admin", reason="Chờ")
    assert refused(desk, tasks.claim, by="mai") == "case.suspended"
    desk.do(repair.resume, desk.case_id, by="admin", reason="Xong")
    desk.office.claim(desk.task_id, "mai")
    desk.do(repair.suspend, desk.case_id, by="admin", reason="Chờ")

    assert refused(desk, tasks.release, by="mai") == "case.suspended"


def test_what_is_done_is_neither_claimed_nor_given_back(desk: Any, refused: Any) -> None:
    desk.finish(by="mai")

    assert desk.ask(may_claim, "quynh") == desk.ask(may_release, "mai") == "task.completed"
    assert refused(desk, tasks.release, by="mai") == "task.completed"
