"""Standard loops, loops by number, ad-hoc sub-processes."""

from collections.abc import Callable

import pytest

from engine.play import Play
from tests.engine.bpmn.four_ways import Runs

Begin = Callable[..., Play]


@pytest.mark.construct("standardLoopCharacteristics")
def test_a_standard_loop_repeats_while_its_condition_holds(begin: Begin) -> None:
    play = begin("standard_loop", {"good": False, "left": 0})

    play.complete("repeat")
    assert play.task("repeat").variables["loopCounter"] == 2
    play.complete("repeat", {"good": True})

    assert play.waiting() == ["last"]


def test_a_standard_loop_ends_at_its_maximum(begin: Begin) -> None:
    play = begin("standard_loop", {"good": False, "left": 0})

    for _round in range(5):
        play.complete("repeat")

    assert play.waiting() == ["last"]


@pytest.mark.parametrize("left", [0, 3])
def test_a_loop_may_ask_before_the_first_round(begin: Begin, left: int) -> None:
    play = begin("standard_loop", {"good": True, "left": left})

    play.complete("repeat")

    assert play.variables["left"] == 0
    assert play.passed().count("count_down") == left + 1


def test_a_number_of_instances_can_be_given(begin: Begin) -> None:
    play = begin("cardinality", {"copies": 3})
    assert play.waiting() == ["sign"] * 3

    for _copy in range(3):
        play.complete("sign")

    assert play.variables["signatures"] == [10, 20, 30]


@pytest.mark.parametrize("copies", [0, None, -1])
def test_no_instances_pass_at_once(begin: Begin, copies: int | None) -> None:
    play = begin("cardinality", {"copies": copies})

    assert play.waiting() == ["last"]


def test_too_many_instances_are_an_incident(begin: Begin) -> None:
    play = begin("cardinality", {"copies": 10**12})

    assert [(each.element_id, each.code) for each in play.incidents()] == [("sign", "bpmn.collection_expected")]


def test_an_ad_hoc_sub_process_starts_what_the_list_names(begin: Begin) -> None:
    play = begin("ad_hoc", {"wanted": ["visit", "ask_tax"]})

    assert sorted(play.waiting()) == ["ask_tax", "visit"]


def test_an_ad_hoc_sub_process_starts_everything_without_a_list(begin: Begin) -> None:
    play = begin("ad_hoc", {"wanted": None})

    assert play.waiting() == ["ask_tax", "ask_police", "visit"]


def test_an_ad_hoc_sub_process_ends_when_its_condition_holds(begin: Begin) -> None:
    play = begin("ad_hoc", {"wanted": ["ask_tax", "visit"]})
    play.complete("visit")
    assert "report_visit" in play.waiting()

    play.complete("ask_tax", {"is_clear": True})

    assert play.end == "end"
    assert play.cancelled() == ["report_visit"]


@pytest.mark.construct("adHocSubProcess")
def test_an_ad_hoc_sub_process_ends_when_nothing_lives_in_it(begin: Begin) -> None:
    play = begin("ad_hoc", {"wanted": ["visit"]})

    play.complete("visit").complete("report_visit")

    assert play.end == "end"


def test_a_list_with_unknown_names_is_an_incident_that_can_be_retried(begin: Begin) -> None:
    play = begin("ad_hoc", {"wanted": ["nobody"]})
    assert [(each.element_id, each.code) for each in play.incidents()] == [("study", "bpmn.elements_unknown")]

    play.set_variables({"wanted": ["visit"]}).retry("study")

    assert play.waiting() == ["visit"]
    assert play.incidents() == []


def test_more_can_be_activated_while_an_ad_hoc_sub_process_lives(runs: Callable[..., Runs]) -> None:
    scene = runs("ad_hoc", wanted=["ask_tax"])

    scene.each(lambda run: run.activate("ask_police"))

    assert scene.waiting == ["ask_tax", "ask_police"]
