"""Đôn đốc: who waits for a task urges whoever has it."""

from typing import Any

import pytest

from engine import repair
from engine.verbs import reminding
from engine.verbs.reminding import Reminded, may_remind, remind


def reminded(scene: Any) -> Reminded | None:
    with scene.office.session() as session:
        return reminding.of_tasks(session, [scene.task_id]).get(scene.task_id)


def test_a_task_is_urged_wherever_it_stands(scene: Any) -> None:
    scene.office.claim(scene.task_id, "mai")
    assert scene.ask(may_remind, "thu") is None

    scene.do(remind, by="thu", note="Cần trước 16 giờ.")

    assert reminded(scene) == Reminded(1, scene.office.now)
    (entry,) = scene.history("task.reminded")
    assert (entry.data["to_name"], entry.data["note"]) == ("Bùi Mai", "Cần trước 16 giờ.")
    assert scene.finish(by="mai")


@pytest.mark.parametrize("by", ["minh", "thu", "son", "bao", "admin"])
def test_sender_starter_heads_leaders_and_administrators_urge_it(desk: Any, by: str) -> None:
    desk.do(remind, by=by)

    assert reminded(desk) == Reminded(1, desk.office.now)


def test_reminders_of_several_people_and_hours_are_counted_together(desk: Any) -> None:
    desk.do(remind, by="minh")
    desk.office.later(minutes=30)
    desk.do(remind, by="thu")
    desk.office.later(minutes=30)

    desk.do(remind, by="minh")

    assert reminded(desk) == Reminded(3, desk.office.now)


def test_one_person_reminds_once_an_hour(desk: Any, refused: Any) -> None:
    desk.do(remind, by="minh")
    desk.office.later(minutes=59)

    assert desk.ask(may_remind, "minh") == "task.reminded_lately"
    assert refused(desk, remind, by="minh") == "task.reminded_lately"


@pytest.mark.parametrize("by", ["quynh", "lan", "an"])
def test_nobody_else_urges_it(desk: Any, refused: Any, by: str) -> None:
    desk.office.claim(desk.task_id, "mai")

    assert desk.ask(may_remind, by) == "task.reminder_forbidden"
    assert refused(desk, remind, by=by) == "task.reminder_forbidden"


def test_nobody_urges_themselves(desk: Any, refused: Any) -> None:
    desk.office.claim(desk.task_id, "mai")

    assert refused(desk, remind, by="mai") == "task.reminder_of_own"


def test_a_note_is_no_longer_than_the_history_takes(desk: Any, refused: Any) -> None:
    assert refused(desk, remind, by="minh", note="x" * 2001) == "verb.words_too_long"


def test_what_is_done_or_stands_still_is_not_urged(desk: Any, refused: Any) -> None:
    desk.do(repair.suspend, desk.case_id, by="admin", reason="Chờ")
    assert refused(desk, remind, by="minh") == "case.suspended"
    desk.do(repair.resume, desk.case_id, by="admin", reason="Xong")

    desk.finish(by="mai")

    assert refused(desk, remind, by="minh") == "task.completed"


def test_of_no_tasks_there_is_nothing_to_say(office: Any) -> None:
    with office.session() as session:
        assert reminding.of_tasks(session, []) == {}
