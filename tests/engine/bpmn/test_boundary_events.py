"""Events on the edge of an activity."""

from collections.abc import Callable
from typing import Any

import pytest

Play = Callable[..., Any]


def test_an_interrupting_event_ends_the_activity(play: Play) -> None:
    scene = play("boundary", due="2026-12-01")

    scene.fire("deadline")

    assert scene.run.end_element_ids == ["overdue"]
    assert scene.cancelled == ["work"]
    assert scene.ended


def test_a_non_interrupting_event_can_happen_many_times(play: Play) -> None:
    scene = play("boundary", due="2026-12-01")

    scene.fire("question", {"text": "1"})
    scene.fire("question", {"text": "2"})

    assert scene.waiting.count("answer") == 2
    assert "work" in scene.waiting
    assert scene.variables["text"] == "2"


def test_what_a_non_interrupting_event_began_outlives_the_activity(play: Play) -> None:
    scene = play("boundary", due="2026-12-01")
    scene.fire("question")

    scene.complete("work")

    assert scene.waiting == ["answer"]
    scene.complete("answer")
    assert scene.ended


def test_a_cycle_comes_round_as_often_as_it_says_without_drifting(play: Play) -> None:
    scene = play("boundary", due="2026-12-01")
    dues = []

    while "reminder" in scene.waiting:
        dues.append(scene.wait("reminder").detail["due_at"])
        scene.later(days=1, minutes=17)
        scene.fire("reminder")

    assert dues == ["2026-11-24T01:00:00+00:00", "2026-11-25T01:00:00+00:00", "2026-11-26T01:00:00+00:00"]
    assert scene.waiting.count("remind") == 3


def test_an_exact_error_code_goes_before_an_event_that_catches_all(play: Play) -> None:
    scene = play("boundary", due="2026-12-01")
    token_id = scene.wait("work").token_id

    scene.each(lambda run: run.throw_error(token_id, "REFUSED", "Thiếu chữ ký"))

    assert scene.run.end_element_ids == ["failed"]
    assert scene.variables["why"] == "Thiếu chữ ký"


def test_an_event_without_code_catches_every_error(play: Play) -> None:
    scene = play("boundary", due="2026-12-01")
    token_id = scene.wait("work").token_id

    scene.each(lambda run: run.throw_error(token_id, "ANYTHING", variables={"seen": 1}))

    assert scene.run.end_element_ids == ["broken"]
    assert scene.variables["seen"] == 1


@pytest.mark.parametrize("code", ["TOO_BIG", "OTHER"])
def test_an_escalation_goes_on_whether_caught_or_not(play: Play, code: str) -> None:
    scene = play("boundary", due="2026-12-01")
    token_id = scene.wait("work").token_id

    caught = scene.each(lambda run: run.throw_escalation(token_id, code))

    assert caught == (code == "TOO_BIG")
    assert ("consider" in scene.waiting) == caught
    assert scene.thrown[0]["name"] == code
    assert "work" in scene.waiting


def test_completing_the_activity_disarms_its_events(play: Play) -> None:
    scene = play("boundary", due="2026-12-01")

    scene.complete("work")

    assert scene.ended
    assert scene.cancelled == []


def test_an_error_end_event_is_caught_around_its_scope_and_not_beside_it(play: Play) -> None:
    scene = play("errors_in_scopes")

    scene.complete("check", {"how": "refused"})

    assert scene.run.end_element_ids == ["not_well"]
    assert scene.cancelled == ["other", "inner", "outer"]


def test_an_error_that_nothing_catches_is_an_incident_and_the_scope_lives_on(play: Play) -> None:
    scene = play("errors_in_scopes")

    scene.complete("check", {"how": "lost"})

    assert scene.wait("lost").kind == "incident"
    assert scene.wait("lost").detail["code"] == "bpmn.error_not_caught"
    assert "other" in scene.waiting


def test_an_escalation_end_event_is_noticed_outside_and_the_scope_goes_on(play: Play) -> None:
    scene = play("errors_in_scopes")

    scene.complete("check", {"how": "raised"})

    assert scene.waiting == ["other", "look"]
    scene.complete("other")
    assert scene.waiting == ["look"]
    assert "well" in scene.passed
