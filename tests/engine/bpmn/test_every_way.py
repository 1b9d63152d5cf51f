"""Playing in every way notices a platform that forgets something."""

from collections.abc import Callable

import pytest

from engine.play import Play

Begin = Callable[..., Play]


def incident_retried(begin: Begin) -> None:
    begin("incidents", {"groups": 5}).set_variables({"groups": ["VPS"]}).retry("work")


def work_done_in_time(begin: Begin) -> None:
    begin("boundary", {"due": "2026-12-01"}).complete("work")


def letter_answered(begin: Begin) -> None:
    begin("event_gateway", {"code": "VB-1"}).message("answer", correlation_key="VB-1")


def numbered(begin: Begin) -> Play:
    return begin("jobs", {"code": "A"}).finish_job("issue_number", {"number": 15})


def papers_archived(begin: Begin) -> None:
    numbered(begin).complete("store")


def papers_called_back(begin: Begin) -> None:
    numbered(begin).cancel()


@pytest.mark.parametrize(
    ("forgotten", "story"),
    [
        ("engine.activities.record", papers_archived),
        ("engine.arrivals.Arrival.close", work_done_in_time),
        ("engine.arrivals.Arrival.close", letter_answered),
        ("engine.arrivals.Arrival.open", papers_archived),
        ("engine.arrivals.Arrival.resolve", incident_retried),
        ("engine.runtime._Step._cancel_called", papers_called_back),
        ("engine.runtime._Step._return_to_caller", papers_archived),
        ("engine.runtime._Step._send", papers_archived),
    ],
)
def test_a_platform_that_forgets_a_part_of_its_work_is_noticed(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, forgotten: str, story: Callable[[Begin], None]
) -> None:
    story(begin)
    monkeypatch.setattr(forgotten, lambda *_args, **_options: None)

    with pytest.raises(AssertionError):
        story(begin)
