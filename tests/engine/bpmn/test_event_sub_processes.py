"""Event sub-processes: what may interrupt a scope from inside."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.play import Play

Begin = Callable[..., Play]


@pytest.fixture
def part(begin: Begin) -> Play:
    """A case inside the sub-process that has one event sub-process of each kind."""
    return begin("event_sub_process", {"amount": 1}).complete("before")


def test_event_sub_processes_are_armed_with_their_scope(begin: Begin) -> None:
    play = begin("event_sub_process", {"amount": 1})
    assert play.waiting() == ["before"]

    play.complete("before")

    assert sorted(play.waiting()) == [
        "beside", "on_amount_start", "on_note_start", "on_recall_start", "on_time_start", "work",
    ]  # fmt: skip


def test_armed_event_sub_processes_do_not_keep_the_scope_open(part: Play) -> None:
    part.complete("work").finish_job("beside")

    assert part.end == "end"
    assert part.timers() == []
    assert part.message("note") is False


@pytest.mark.construct("subProcess[event]", "eventSubProcess/signal")
def test_an_interrupting_signal_ends_everything_else_in_the_scope(part: Play) -> None:
    part.signal("recall")

    assert part.waiting() == ["on_recall_task"]
    assert part.cancelled() == ["work", "beside"]
    part.complete("on_recall_task")
    assert part.end == "end"


@pytest.mark.construct("eventSubProcess/timer")
def test_an_interrupting_timer_ends_everything_else_in_the_scope(part: Play) -> None:
    part.advance(timedelta(days=1))

    assert part.waiting() == ["on_time_task"]
    assert part.jobs() == []
    part.complete("on_time_task")
    assert part.end == "end"


@pytest.mark.construct("eventSubProcess/message")
def test_a_non_interrupting_one_runs_beside_and_can_come_again(part: Play) -> None:
    part.message("note")
    part.message("note")

    assert part.waiting().count("on_note_task") == 2
    assert "work" in part.waiting()


def test_the_scope_waits_for_a_running_one(part: Play) -> None:
    part.message("note")

    part.complete("work").finish_job("beside")

    assert not part.ended
    part.complete("on_note_task")
    assert part.ended


@pytest.mark.construct("eventSubProcess/conditional")
def test_a_conditional_one_starts_when_a_task_makes_its_condition_true(part: Play) -> None:
    part.complete("work", {"amount": 500})

    assert "on_amount_task" in part.waiting()


@pytest.mark.construct("eventSubProcess/error")
def test_an_error_in_the_scope_starts_the_error_one(part: Play) -> None:
    part.throw_error("beside", "REFUSED")

    assert part.waiting() == ["on_error_task"]


@pytest.mark.construct("escalation", "eventSubProcess/escalation")
def test_an_escalation_in_the_scope_starts_the_escalation_one_beside(part: Play) -> None:
    part.complete("work", {"high": True})

    assert "on_raise_task" in part.waiting()
    assert "beside" in part.waiting()


def test_one_inside_another_hears_its_own_event(begin: Begin) -> None:
    play = begin("event_sub_process_nested")
    assert play.message("answer") is False

    play.message("note", {"text": "hello", "noise": 1})
    assert play.variables == {"note": "hello"}
    assert play.task("read_note").variables == {"note": "hello"}
    play.message("answer")

    assert play.waiting() == ["work", "note_came"]
    assert play.cancelled() == ["read_note"]
