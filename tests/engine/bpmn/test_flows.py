"""Sequence flows and gateways."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.play import Play

Begin = Callable[..., Play]


@pytest.mark.construct("process", "sequenceFlow", "startEvent", "userTask", "exclusiveGateway", "endEvent")
def test_an_approval_returns_until_it_is_approved(begin: Begin) -> None:
    play = begin("approval", {"drafter": "lan"})

    for _round in range(3):
        play.complete("draft").complete("approve", {"outcome": "returned"})
    play.complete("draft").complete("approve", {"outcome": "approved"})

    assert play.end == "End"
    assert play.passed().count("draft") == 4


def test_a_parallel_join_waits_for_every_branch(begin: Begin) -> None:
    play = begin("parallel")

    play.complete("left")

    assert play.waiting() == ["right"]
    assert not play.ended


@pytest.mark.construct("parallelGateway")
def test_a_parallel_join_works_again_in_every_round_of_a_loop(begin: Begin) -> None:
    play = begin("parallel")

    for repeat in (True, True, False):
        play.complete("right", {"repeat": repeat}).complete("left")

    assert play.ended
    assert play.passed().count("join") == 3


def test_two_flows_from_one_task_into_a_join_count_as_two(begin: Begin) -> None:
    play = begin("parallel_twice_from_one")

    play.complete("work")

    assert play.waiting() == ["after"]


def test_a_surplus_token_stays_at_the_join(begin: Begin) -> None:
    play = begin("parallel_surplus")

    play.complete("quick").complete("after_quick").complete("quick").complete("slow")

    assert play.waiting() == ["after_quick", "after"]
    assert play.passed().count("join") == 1


@pytest.mark.construct("inclusiveGateway")
def test_an_inclusive_join_waits_for_the_branches_that_were_taken(begin: Begin) -> None:
    play = begin("inclusive", {"amount": 20, "contract": True})

    play.complete("finance").complete("legal")

    assert play.waiting() == ["legal_check"]
    play.complete("legal_check")
    assert play.waiting() == ["after"]


def test_an_inclusive_join_does_not_wait_for_branches_that_were_not_taken(begin: Begin) -> None:
    play = begin("inclusive", {"amount": 20, "contract": False})

    play.complete("finance")

    assert play.waiting() == ["after"]


@pytest.mark.construct("task")
def test_an_inclusive_gateway_takes_the_default_when_no_condition_is_true(begin: Begin) -> None:
    play = begin("inclusive", {"amount": 1, "contract": None})

    assert play.waiting() == ["after"]
    assert "nobody" in play.passed()


@pytest.mark.construct("eventBasedGateway", "intermediateCatchEvent/timer")
def test_the_first_event_behind_an_event_gateway_switches_the_others_off(begin: Begin) -> None:
    play = begin("event_gateway", {"code": "VB-1"})
    assert play.waiting() == ["answered", "too_late", "withdrawn"]

    play.advance(timedelta(days=3))

    assert play.end == "expired"
    assert play.message("answer", correlation_key="VB-1") is False


@pytest.mark.construct("receiveTask")
def test_a_receive_task_may_stand_behind_an_event_gateway(begin: Begin) -> None:
    play = begin("event_gateway", {"code": "VB-1"})

    play.message("withdrawal of VB-1", {"why": "changed my mind"})

    assert play.end == "dropped"
    assert play.variables == {"code": "VB-1", "why": "changed my mind"}
    assert play.timers() == []


@pytest.mark.construct("message", "intermediateCatchEvent/message")
def test_message_name_and_key_are_settled_when_the_event_is_armed(begin: Begin) -> None:
    play = begin("event_gateway", {"code": "VB-1"})

    play.set_variables({"code": "VB-2"})

    assert play.message("withdrawal of VB-2") is False
    assert play.message("answer", correlation_key="VB-2") is False
    assert play.message("answer", correlation_key="VB-1") is True
    assert play.end == "done"


def test_without_a_start_event_everything_that_nothing_leads_to_starts(begin: Begin) -> None:
    play = begin("implicit", {"amount": 5})

    assert play.waiting() == ["first", "always"]


@pytest.mark.parametrize(("amount", "taken"), [(5, "otherwise"), (50, "big")])
def test_a_task_splits_and_takes_its_default_flow_when_no_condition_is_true(
    begin: Begin, amount: int, taken: str
) -> None:
    play = begin("implicit", {"amount": amount})

    play.complete("first")

    assert play.waiting() == ["always", taken]


def test_a_process_without_end_event_ends_when_nothing_lives(begin: Begin) -> None:
    play = begin("implicit", {"amount": 5})

    play.complete("first").complete("always").complete("otherwise")

    assert play.ended
    assert play.end is None


def test_a_terminate_end_event_ends_its_own_scope_only(begin: Begin) -> None:
    play = begin("terminate")

    play.complete("a")

    assert play.waiting() == ["d", "c"]
    assert play.cancelled() == ["b"]


@pytest.mark.construct("endEvent/terminate")
def test_a_terminate_end_event_of_the_process_ends_everything(begin: Begin) -> None:
    play = begin("terminate")

    play.complete("a").complete("c")

    assert play.end == "stop_all"
    assert play.cancelled() == ["b", "d"]
