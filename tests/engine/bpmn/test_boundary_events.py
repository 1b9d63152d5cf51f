"""Events on the edge of an activity."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.play import Play

Begin = Callable[..., Play]
DUE = {"due": "2026-12-01"}


@pytest.mark.construct("boundaryEvent/timer")
def test_an_interrupting_timer_ends_the_activity(begin: Begin) -> None:
    play = begin("boundary", {"due": "2026-11-23T17:00:00"})

    play.advance(timedelta(hours=8, minutes=59))
    assert not play.ended
    play.advance(timedelta(minutes=1))

    assert play.end == "overdue"
    assert play.cancelled() == ["work"]


@pytest.mark.construct("boundaryEvent/signal")
def test_an_interrupting_signal_ends_the_activity(begin: Begin) -> None:
    play = begin("boundary", DUE)

    assert play.signal("recall", {"by": "thu"}) == 1

    assert play.end == "gone"
    assert play.cancelled() == ["work"]
    assert play.variables["by"] == "thu"


@pytest.mark.construct("boundaryEvent/message")
def test_a_non_interrupting_event_can_happen_many_times(begin: Begin) -> None:
    play = begin("boundary", DUE)

    play.message("question", {"text": "1"})
    play.message("question", {"text": "2"})

    assert play.waiting().count("answer") == 2
    assert "work" in play.waiting()
    assert play.variables["text"] == "2"


def test_what_a_non_interrupting_event_began_outlives_the_activity(begin: Begin) -> None:
    play = begin("boundary", DUE)
    play.message("question")

    play.complete("work")

    assert play.waiting() == ["answer"]
    play.complete("answer")
    assert play.ended


def test_a_cycle_comes_round_as_often_as_it_says(begin: Begin) -> None:
    play = begin("boundary", DUE)

    play.advance(timedelta(days=5))

    assert play.waiting().count("remind") == 3
    assert [timer.element_id for timer in play.timers()] == ["deadline"]


def test_a_cycle_does_not_drift_when_it_is_served_late(begin: Begin) -> None:
    play = begin("boundary", DUE)

    dues = []
    while (timer := play.timers()[0]).element_id == "reminder":
        dues.append(timer.due_at - play.now)
        play.stand_still(timedelta(days=1, minutes=17))

    assert dues == [timedelta(days=1), timedelta(days=1, minutes=-17), timedelta(days=1, minutes=-34)]
    assert play.waiting().count("remind") == 3


@pytest.mark.construct("boundaryEvent/error")
def test_an_exact_error_code_goes_before_an_event_that_catches_all(begin: Begin) -> None:
    play = begin("boundary_errors")

    play.throw_error("work", "REFUSED", message="Thiếu chữ ký")

    assert play.end == "failed"
    assert play.variables == {"why": "Thiếu chữ ký"}


def test_an_event_without_code_catches_every_error(begin: Begin) -> None:
    play = begin("boundary_errors")

    play.throw_error("work", "ANYTHING", {"seen": 1})

    assert play.end == "broken"
    assert play.variables == {"seen": 1}


@pytest.mark.construct("intermediateThrowEvent/escalation")
@pytest.mark.parametrize(("found", "waiting"), [("big", ["go_on", "consider"]), ("new", ["go_on"])])
def test_an_escalation_goes_on_whether_caught_or_not(begin: Begin, found: str, waiting: list[str]) -> None:
    play = begin("escalations")

    play.complete("look", {"found": found})

    assert sorted(play.waiting(), reverse=True) == waiting
    assert play.sent() == []


def test_completing_the_activity_disarms_its_events(begin: Begin) -> None:
    play = begin("boundary", DUE)

    play.complete("work")

    assert play.end == "done"
    assert play.cancelled() == []
    assert play.timers() == []
    assert play.message("question") is False


@pytest.mark.construct("error", "endEvent/error")
def test_an_error_end_event_is_caught_around_its_scope_and_not_beside_it(begin: Begin) -> None:
    play = begin("errors_in_scopes")

    play.complete("check", {"how": "refused"})

    assert play.end == "not_well"
    assert play.cancelled() == ["outer", "inner", "other"]


def test_an_error_that_nothing_catches_is_an_incident_and_the_scope_lives_on(begin: Begin) -> None:
    play = begin("errors_in_scopes")

    play.complete("check", {"how": "lost"})

    assert [(each.element_id, each.code) for each in play.incidents()] == [("lost", "bpmn.error_not_caught")]
    assert "other" in play.waiting()


@pytest.mark.construct("endEvent/escalation", "boundaryEvent/escalation")
def test_an_escalation_end_event_is_noticed_outside_and_the_scope_goes_on(begin: Begin) -> None:
    play = begin("errors_in_scopes")

    play.complete("check", {"how": "raised"})

    assert play.waiting() == ["other", "look"]
    play.complete("other")
    assert play.waiting() == ["look"]
    assert "well" in play.passed()
