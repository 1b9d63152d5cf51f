"""When timer start events are due."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice

import pytest

from engine.bpmn import Diagram, start_moments
from engine.feel import Environment

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
