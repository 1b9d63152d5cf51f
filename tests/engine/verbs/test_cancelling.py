"""Rút hồ sơ: the starter cancels the whole case, wherever its tasks stand."""

from typing import Any

from engine.model import Person, ProcessInstance, TaskState, UserTask
from engine.verbs import Answer
from engine.verbs.cancelling import cancel, may_cancel


def asked_of(scene: Any, case_id: Any, username: str) -> Answer:
    with scene.office.session() as session:
        person: Person = scene.office.person(session, username)
        return may_cancel(session, session.get_one(ProcessInstance, case_id), person)


def test_everything_open_ends_with_the_case_and_those_it_called(scene: Any) -> None:
    root = scene.office.case(scene.case_id).root_id or scene.case_id
    assert asked_of(scene, root, "minh").is_allowed

    scene.do(cancel, root, by="minh", reason="Không cần nữa")

    assert scene.office.open_tasks() == []
    assert scene.office.case(scene.case_id).is_over
    assert len(scene.history("case.cancelled")) == 1
    with scene.office.session() as session:
        assert session.get_one(UserTask, scene.task_id).state is TaskState.CANCELLED


def test_a_called_case_is_not_cancelled_by_itself_nor_a_case_twice(scene: Any, refused: Any) -> None:
    root = scene.office.case(scene.case_id).root_id or scene.case_id
    if root != scene.case_id:
        assert refused(scene, cancel, scene.case_id, by="minh", reason="Thôi") == "case.not_the_starter"

    scene.do(cancel, root, by="minh", reason="Không cần nữa")

    assert refused(scene, cancel, root, by="minh", reason="Thôi") == "case.over"


def test_who_stands_in_for_the_starter_does_not_cancel(scene: Any, refused: Any) -> None:
    root = scene.office.case(scene.case_id).root_id or scene.case_id
    scene.office.stand_in("minh", "an")

    assert refused(scene, cancel, root, by="an", reason="Thôi") == "case.not_the_starter"
