"""Sequence flows and gateways."""

from collections.abc import Callable
from typing import Any

Play = Callable[..., Any]


def test_an_approval_returns_until_it_is_approved(play: Play) -> None:
    scene = play("approval", drafter="lan")

    for _round in range(3):
        scene.complete("draft")
        scene.complete("approve", {"outcome": "returned"})
    scene.complete("draft")
    scene.complete("approve", {"outcome": "approved"})

    assert scene.ended
    assert scene.run.end_element_ids == ["End"]
    assert scene.passed.count("draft") == 4


def test_a_parallel_join_waits_for_every_branch(play: Play) -> None:
    scene = play("parallel")

    scene.complete("left")

    assert scene.waiting == ["right"]
    assert not scene.ended


def test_a_parallel_join_works_again_in_every_round_of_a_loop(play: Play) -> None:
    scene = play("parallel")

    for repeat in (True, True, False):
        scene.complete("right", {"repeat": repeat})
        scene.complete("left")

    assert scene.ended
    assert scene.passed.count("join") == 3


def test_two_flows_from_one_task_into_a_join_count_as_two(play: Play) -> None:
    scene = play("parallel_twice_from_one")

    scene.complete("work")

    assert scene.waiting == ["after"]


def test_a_surplus_token_stays_at_the_join(play: Play) -> None:
    scene = play("parallel_surplus")

    scene.complete("quick")
    scene.complete("after_quick")
    scene.complete("quick")
    scene.complete("slow")

    assert scene.waiting == ["after_quick", "after"]
    assert scene.passed.count("join") == 1


def test_an_inclusive_join_waits_for_the_branches_that_were_taken(play: Play) -> None:
    scene = play("inclusive", amount=20, contract=True)

    scene.complete("finance")
    scene.complete("legal")

    assert scene.waiting == ["legal_check"]
    scene.complete("legal_check")
    assert scene.waiting == ["after"]


def test_an_inclusive_join_does_not_wait_for_branches_that_were_not_taken(play: Play) -> None:
    scene = play("inclusive", amount=20, contract=False)

    scene.complete("finance")

    assert scene.waiting == ["after"]


def test_an_inclusive_gateway_takes_the_default_when_no_condition_is_true(play: Play) -> None:
    scene = play("inclusive", amount=1, contract=None)

    assert scene.waiting == ["after"]
    assert "nobody" in scene.passed


def test_the_first_event_behind_an_event_gateway_switches_the_others_off(play: Play) -> None:
    scene = play("event_gateway", code="VB-1")
    assert scene.waiting == ["answered", "too_late", "withdrawn"]

    scene.fire("too_late")

    assert scene.run.end_element_ids == ["expired"]
    assert scene.ended


def test_a_receive_task_may_stand_behind_an_event_gateway(play: Play) -> None:
    scene = play("event_gateway", code="VB-1")

    scene.fire("withdrawn", {"why": "changed my mind"})

    assert scene.run.end_element_ids == ["dropped"]
    assert scene.variables == {"code": "VB-1", "why": "changed my mind"}


def test_message_name_and_key_are_settled_when_the_event_is_armed(play: Play) -> None:
    scene = play("event_gateway", code="VB-1")

    answered, withdrawn = scene.wait("answered"), scene.wait("withdrawn")

    assert answered.detail == {"name": "answer", "correlation_key": "VB-1"}
    assert withdrawn.detail == {"name": "withdrawal of VB-1", "correlation_key": None}
    assert answered.host_token_id == withdrawn.host_token_id


def test_without_a_start_event_everything_that_nothing_leads_to_starts(play: Play) -> None:
    scene = play("implicit", amount=5)

    assert scene.waiting == ["first", "always"]


def test_a_task_splits_and_takes_its_default_flow_when_no_condition_is_true(play: Play) -> None:
    scene = play("implicit", amount=5)

    scene.complete("first")

    assert scene.waiting == ["always", "otherwise"]


def test_a_true_condition_on_a_flow_out_of_a_task_replaces_the_default(play: Play) -> None:
    scene = play("implicit", amount=50)

    scene.complete("first")

    assert scene.waiting == ["always", "big"]


def test_a_process_without_end_event_ends_when_nothing_lives(play: Play) -> None:
    scene = play("implicit", amount=5)

    for element in ("first", "always", "otherwise"):
        scene.complete(element)

    assert scene.ended
    assert scene.run.end_element_ids == []


def test_a_terminate_end_event_ends_its_own_scope_only(play: Play) -> None:
    scene = play("terminate")

    scene.complete("a")

    assert scene.waiting == ["d", "c"]
    assert scene.cancelled == ["b"]


def test_a_terminate_end_event_of_the_process_ends_everything(play: Play) -> None:
    scene = play("terminate")

    scene.complete("a")
    scene.complete("c")

    assert scene.ended
    assert scene.cancelled == ["b", "d"]
    assert scene.run.end_element_ids == ["stop_all"]
