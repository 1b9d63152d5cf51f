"""What tasks ask of the outside."""

from collections.abc import Callable
from typing import Any

Play = Callable[..., Any]


def test_a_user_task_settles_who_until_when_and_which_form(play: Play) -> None:
    scene = play("approval", drafter="lan")
    assert scene.wait("draft").detail["assignee"] == "lan"

    scene.complete("draft")

    assert scene.wait("approve").detail == {
        "assignee": None,
        "candidate_groups": ["LĐS/leader"],
        "candidate_users": ["lan", "minh"],
        "due_at": "2026-11-25T01:00:00+00:00",
        "follow_up_at": "2026-11-30T16:59:59+00:00",
        "priority": 80,
        "form_id": "approve",
    }


def test_a_service_task_asks_for_a_job_and_waits(play: Play) -> None:
    scene = play("jobs", code="A", number=None)

    wait = scene.wait("issue_number")

    assert wait.kind == "job"
    assert wait.detail == {"job_type": "office.issue_number", "retries": 5, "headers": {"book": "outgoing"}}


def test_a_business_error_of_a_job_goes_to_the_boundary_event(play: Play) -> None:
    scene = play("jobs", code="A")
    token_id = scene.wait("issue_number").token_id

    caught = scene.each(lambda run: run.throw_error(token_id, "BOOK_FULL", "Sổ đã hết số"))

    assert caught
    assert scene.run.end_element_ids == ["by_hand"]


def test_messages_and_signals_leave_as_facts_with_mapped_variables(play: Play) -> None:
    scene = play("jobs", code="A")

    scene.complete("issue_number", {"number": 15})
    scene.complete("archive", {"box": 3, "shelf": 4})

    assert scene.thrown == [
        {"type": "message", "name": "issued", "payload": {"number": 15}, "correlation_key": "A"},
        {"type": "signal", "name": "case closed", "payload": {}, "correlation_key": None},
        {"type": "message", "name": "issued", "payload": {}, "correlation_key": "A"},
    ]


def test_a_call_activity_waits_for_its_child_and_takes_what_is_mapped(play: Play) -> None:
    scene = play("jobs", code="A")
    scene.complete("issue_number", {"number": 15})
    assert scene.wait("archive").detail == {
        "process_id": "archive_papers",
        "pass_all_variables": True,
        "return_all_variables": False,
    }

    scene.complete("archive", {"box": 3, "shelf": 4})

    assert scene.variables == {"code": "A", "number": 15, "box": 3}


def test_the_none_start_event_is_meant_unless_another_is_named(play: Play) -> None:
    by_hand = play("starts", code="1")
    by_letter = play("starts", "by_letter", letter={"code": "2"}, noise=1)

    assert by_hand.passed == ["by_hand"]
    assert by_hand.variables == {"code": "1"}
    assert by_letter.variables == {"code": "2"}
