"""What tasks ask of the outside."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.play import Play, PlaySent
from tests.engine.bpmn.four_ways import Runs

Begin = Callable[..., Play]


def test_a_user_task_settles_who_until_when_and_which_form(begin: Begin) -> None:
    play = begin("approval", {"drafter": "lan"})
    assert play.task("draft").assignee == "lan"

    play.complete("draft")

    task = play.task("Duyệt")
    assert (task.element_id, task.assignee) == ("approve", None)
    assert (task.candidate_groups, task.candidate_users) == (("LĐS/leader",), ("lan", "minh"))
    assert (task.due_at, task.priority, task.form_id) == (play.now + timedelta(days=2), 80, "approve")


def test_the_wait_of_a_user_task_says_when_to_ask_again(runs: Callable[..., Runs]) -> None:
    scene = runs("approval", drafter="lan")

    scene.complete("draft")

    assert scene.wait("approve").detail["follow_up_at"] == "2026-11-30T16:59:59+00:00"


def test_a_service_task_asks_for_a_job_and_waits(begin: Begin) -> None:
    play = begin("jobs", {"code": "A", "number": None})

    (job,) = play.jobs()

    assert (job.element_id, job.job_type, job.headers) == ("issue_number", "office.issue_number", {"book": "outgoing"})
    assert job.variables["code"] == "A"


def test_the_wait_of_a_job_says_how_often_it_may_be_tried(runs: Callable[..., Runs]) -> None:
    assert runs("jobs", code="A").wait("issue_number").detail["retries"] == 5


def test_a_business_error_of_a_job_goes_to_the_boundary_event(begin: Begin) -> None:
    play = begin("jobs", {"code": "A"})

    play.throw_error("issue_number", "BOOK_FULL", message="Sổ đã hết số")

    assert play.end == "by_hand"
    assert play.jobs() == []


@pytest.mark.construct("serviceTask", "sendTask", "intermediateThrowEvent/signal", "endEvent/message")
def test_messages_and_signals_leave_with_mapped_variables(begin: Begin) -> None:
    play = begin("jobs", {"code": "A"})

    play.finish_job("issue_number", {"number": 15}).complete("store")

    assert play.sent() == [
        PlaySent("message", "issued", "A", {"number": 15}),
        PlaySent("signal", "case closed", None, {}),
        PlaySent("message", "issued", "A", {}),
    ]


def test_the_none_start_event_is_meant_when_a_process_is_started_by_hand(begin: Begin) -> None:
    play = begin("starts", {"code": "1"})

    assert play.passed() == ["by_hand"]
    assert play.variables == {"code": "1"}


@pytest.mark.construct("startEvent/message")
def test_a_message_starts_a_process_with_what_is_mapped_of_it(deploy: Begin) -> None:
    play = deploy("starts")

    play.start_by_message("letter", {"letter": {"code": "2"}, "noise": 1})

    assert play.passed() == ["by_letter"]
    assert play.variables == {"code": "2"}
