"""Called processes: cases of their own that come back to their caller."""

from collections.abc import Callable

import pytest

from engine.play import Play

Begin = Callable[..., Play]


@pytest.mark.construct("callActivity")
def test_a_call_activity_waits_for_its_child_and_takes_what_is_mapped(begin: Begin) -> None:
    play = begin("jobs", {"code": "A"}).finish_job("issue_number", {"number": 15})
    assert play.waiting() == ["archive"]
    assert play.task("store").variables == {"code": "A", "number": 15}

    play.complete("store", {"box": 3, "shelf": 4})

    assert play.end == "end"
    assert play.variables == {"code": "A", "number": 15, "box": 3}


def test_a_called_process_is_cancelled_with_its_caller(begin: Begin) -> None:
    play = begin("jobs", {"code": "A"}).finish_job("issue_number")

    play.cancel()

    assert play.tasks() == []
    assert not play.ended


def test_of_two_calls_at_once_the_second_sees_what_the_first_has_brought(begin: Begin) -> None:
    play = begin("calls_side_by_side", {"few": False})

    assert play.waiting() == ["archive"]
    assert play.task("store").variables["sheets"] == 3


def test_a_called_process_that_ends_at_once_may_end_its_caller_before_the_next_is_called(begin: Begin) -> None:
    play = begin("calls_side_by_side", {"few": True})

    assert play.end == "enough"
    assert play.tasks() == []


def test_a_process_that_only_calls_another_comes_back_through_both(begin: Begin) -> None:
    play = begin("call_in_call")

    assert play.waiting() == ["read"]
    assert play.variables == {"sheets": 3}


def test_calls_for_each_item_stop_when_enough_have_come_back(begin: Begin) -> None:
    play = begin("calls_for_each", {"papers": ["a", "b", "c"]})

    assert play.waiting() == ["sum_up"]
    assert play.variables["counted"] == ["a", "b", None]
    assert play.passed().count("count") == 3  # two of the three, and the whole


def test_an_error_that_a_called_process_does_not_catch_is_caught_at_the_call(begin: Begin) -> None:
    play = begin("calls_with_edges")

    play.complete("look", {"found": "refused"})

    assert play.end == "not_well"
    assert play.cancelled() == ["check"]
    assert play.incidents() == []


def test_an_error_that_the_call_does_not_catch_either_is_an_incident_where_it_was_thrown(begin: Begin) -> None:
    play = begin("calls_with_edges")

    play.complete("look", {"found": "lost"})

    assert [(each.element_id, each.code) for each in play.incidents()] == [("lost", "bpmn.error_not_caught")]
    assert play.waiting() == ["check"]


def test_an_escalation_of_a_called_process_is_noticed_at_the_call(begin: Begin) -> None:
    play = begin("calls_with_edges")

    play.complete("look", {"found": "raised"})

    assert "well" in play.passed()
    assert play.waiting() == ["consider"]


@pytest.mark.parametrize(("found", "end"), [("refused", "not_well"), ("raised", "higher"), ("nothing", "well")])
def test_errors_and_escalations_go_up_through_every_call_until_one_catches_them(
    begin: Begin, found: str, end: str
) -> None:
    play = begin("calls_interrupted")

    play.complete("look", {"found": found})

    assert play.end == end
    assert play.incidents() == []
