"""When timer start events are due."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from engine.bpmn import Diagram, start_moments
from engine.bpmn.failures import TimerInvalid
from engine.feel import Environment
from engine.play import Play

DEPLOYED = Environment(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))


def test_a_cycle_is_due_again_and_again_from_the_deployment(diagram: Callable[[str], Diagram]) -> None:
    model = diagram("starts").processes["starts"]

    moments = [moment.isoformat() for moment in islice(start_moments(model, "every_monday", DEPLOYED), 3)]

    assert moments == ["2026-11-30T01:00:00+00:00", "2026-12-07T01:00:00+00:00", "2026-12-14T01:00:00+00:00"]


@pytest.mark.parametrize(
    ("element", "moments"),
    [
        ("on_a_day", ["2026-12-01T00:00:00+00:00"]),
        ("after_a_while", ["2026-11-23T03:00:00+00:00"]),
        ("twice", ["2026-12-31T17:00:00+00:00", "2027-01-31T17:00:00+00:00"]),
    ],
)
def test_other_timers_are_due_as_often_as_they_say(
    diagram: Callable[[str], Diagram], element: str, moments: list[str]
) -> None:
    model = diagram("timer_starts").processes["timer_starts"]

    assert [moment.isoformat() for moment in start_moments(model, element, DEPLOYED)] == moments


def test_the_next_turn_of_a_cycle_is_found_however_many_went_by(diagram: Callable[[str], Diagram]) -> None:
    model = diagram("starts").processes["starts"]
    a_thousand_years_on = datetime(3026, 11, 23, 1, 0, tzinfo=UTC)

    (next_turn,) = islice(start_moments(model, "every_monday", DEPLOYED, after=a_thousand_years_on), 1)

    assert next_turn.isoformat() == "3026-11-27T01:00:00+00:00"


@pytest.mark.parametrize(("element", "after"), [("on_a_day", 2027), ("twice", 2028)])
def test_a_timer_that_is_through_is_not_due_again(diagram: Callable[[str], Diagram], element: str, after: int) -> None:
    model = diagram("timer_starts").processes["timer_starts"]

    assert list(start_moments(model, element, DEPLOYED, after=datetime(after, 1, 1, tzinfo=UTC))) == []


def test_a_cycle_without_length_is_refused(diagram: Callable[[str], Diagram]) -> None:
    model = diagram("timer_starts").processes["timer_starts"]

    with pytest.raises(TimerInvalid):
        next(start_moments(model, "without_length", DEPLOYED))


@pytest.mark.construct("startEvent/timer")
def test_a_timer_starts_a_process_again_and_again(deploy: Callable[..., Play]) -> None:
    play = deploy("starts")

    play.advance(timedelta(days=14))

    assert play.passed() == ["every_monday"]
    assert [task.element_id for task in play.tasks()] == ["work", "work"]


def test_turns_that_were_missed_are_made_up_for_once(deploy: Callable[..., Play]) -> None:
    play = deploy("starts")

    play.stand_still(timedelta(days=22))
    assert len(play.tasks()) == 1

    play.advance(timedelta(days=6))
    assert len(play.tasks()) == 2
