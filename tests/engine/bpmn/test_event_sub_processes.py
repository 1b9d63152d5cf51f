"""Event sub-processes: what may interrupt a scope from inside."""

from collections.abc import Callable
from typing import Any

import pytest

Play = Callable[..., Any]


@pytest.fixture
def part(play: Play) -> Any:
    """Return a scene inside the sub-process that has one event sub-process of each kind."""
    scene = play("event_sub_process", amount=1)
    scene.complete("before")
    return scene


def test_event_sub_processes_are_armed_with_their_scope(play: Play) -> None:
    scene = play("event_sub_process", amount=1)
    assert scene.waiting == ["before"]

    scene.complete("before")

    assert sorted(scene.waiting) == [
        "beside", "on_amount_start", "on_note_start", "on_recall_start", "on_time_start", "work",
    ]  # fmt: skip


def test_armed_event_sub_processes_do_not_keep_the_scope_open(part: Any) -> None:
    part.complete("work")
    part.complete("beside")

    assert part.ended


@pytest.mark.parametrize("kind", ["on_recall", "on_time"])
def test_an_interrupting_one_ends_everything_else_in_the_scope(part: Any, kind: str) -> None:
    part.fire(f"{kind}_start")

    assert part.waiting == [f"{kind}_task"]
    assert part.cancelled == ["work", "beside"]
    part.complete(f"{kind}_task")
    assert part.run.end_element_ids == ["end"]


def test_a_non_interrupting_one_runs_beside_and_can_come_again(part: Any) -> None:
    part.fire("on_note_start")
    part.fire("on_note_start")

    assert part.waiting.count("on_note_task") == 2
    assert "work" in part.waiting


def test_the_scope_waits_for_a_running_one(part: Any) -> None:
    part.fire("on_note_start")
    part.complete("work")
    part.complete("beside")

    assert not part.ended
    part.complete("on_note_task")
    assert part.ended


def test_a_conditional_one_starts_when_a_task_makes_its_condition_true(part: Any) -> None:
    part.complete("work", {"amount": 500})

    assert "on_amount_task" in part.waiting


def test_an_error_in_the_scope_starts_the_error_one(part: Any) -> None:
    token_id = part.wait("work").token_id

    part.each(lambda run: run.throw_error(token_id, "REFUSED"))

    assert part.waiting == ["on_error_task"]


def test_an_escalation_in_the_scope_starts_the_escalation_one_beside(part: Any) -> None:
    token_id = part.wait("work").token_id

    part.each(lambda run: run.throw_escalation(token_id, "RAISED"))

    assert "on_raise_task" in part.waiting
    assert "work" in part.waiting


def test_one_inside_another_hears_its_own_event(play: Play) -> None:
    scene = play("event_sub_process_nested")
    scene.fire("note_came", {"text": "hello", "noise": 1})
    assert scene.variables == {"note": "hello"}
    assert scene.visible("read_note")["note"] == "hello"

    scene.fire("answer_came")

    assert scene.waiting == ["work", "note_came"]
    assert scene.cancelled == ["read_note"]
