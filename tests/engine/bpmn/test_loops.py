"""Standard loops, loops by number, ad-hoc sub-processes."""

from collections.abc import Callable
from typing import Any

import pytest

Play = Callable[..., Any]


def test_a_standard_loop_repeats_while_its_condition_holds(play: Play) -> None:
    scene = play("standard_loop", good=False, left=0)

    scene.complete("repeat")
    assert scene.visible("repeat")["loopCounter"] == 2
    scene.complete("repeat", {"good": True})

    assert scene.waiting == ["last"]


def test_a_standard_loop_ends_at_its_maximum(play: Play) -> None:
    scene = play("standard_loop", good=False, left=0)

    for _round in range(5):
        scene.complete("repeat")

    assert scene.waiting == ["last"]


@pytest.mark.parametrize("left", [0, 3])
def test_a_loop_may_ask_before_the_first_round(play: Play, left: int) -> None:
    scene = play("standard_loop", good=True, left=left)

    scene.complete("repeat")

    assert scene.variables["left"] == 0
    assert scene.passed.count("count_down") == left + 1


def test_a_number_of_instances_can_be_given(play: Play) -> None:
    scene = play("cardinality", copies=3)
    assert scene.waiting == ["sign"] * 3

    for _copy in range(3):
        scene.complete("sign")

    assert scene.variables["signatures"] == [10, 20, 30]


@pytest.mark.parametrize("copies", [0, None, -1])
def test_no_instances_pass_at_once(play: Play, copies: int | None) -> None:
    scene = play("cardinality", copies=copies)

    assert scene.waiting == ["last"]


def test_too_many_instances_are_an_incident(play: Play) -> None:
    scene = play("cardinality", copies=10**12)

    assert scene.wait("sign").detail["code"] == "bpmn.collection_expected"


def test_an_ad_hoc_sub_process_starts_what_the_list_names(play: Play) -> None:
    scene = play("ad_hoc", wanted=["visit", "ask_tax"])

    assert sorted(scene.waiting) == ["ask_tax", "visit"]


def test_an_ad_hoc_sub_process_starts_everything_without_a_list(play: Play) -> None:
    scene = play("ad_hoc", wanted=None)

    assert scene.waiting == ["ask_tax", "ask_police", "visit"]


def test_more_can_be_activated_while_an_ad_hoc_sub_process_lives(play: Play) -> None:
    scene = play("ad_hoc", wanted=["ask_tax"])

    scene.each(lambda run: run.activate("ask_police"))

    assert scene.waiting == ["ask_tax", "ask_police"]


def test_an_ad_hoc_sub_process_ends_when_its_condition_holds(play: Play) -> None:
    scene = play("ad_hoc", wanted=["ask_tax", "visit"])
    scene.complete("visit")
    assert "report_visit" in scene.waiting

    scene.complete("ask_tax", {"is_clear": True})

    assert scene.ended
    assert scene.cancelled == ["report_visit"]


def test_an_ad_hoc_sub_process_ends_when_nothing_lives_in_it(play: Play) -> None:
    scene = play("ad_hoc", wanted=["visit"])
    scene.complete("visit")
    scene.complete("report_visit")

    assert scene.ended


def test_a_list_with_unknown_names_is_an_incident_that_can_be_retried(play: Play) -> None:
    scene = play("ad_hoc", wanted=["nobody"])
    assert scene.wait("study").detail["code"] == "bpmn.elements_unknown"
    token_id = scene.wait("study").token_id

    scene.each(lambda run: run.set_variables({"wanted": ["visit"]}))
    scene.each(lambda run: run.retry(token_id))

    assert scene.waiting == ["visit"]
