"""Activities that are done for each item of a list."""

from collections.abc import Callable

import pytest

from engine.play import Play

Begin = Callable[..., Play]


UNITS = ["VPS", "TT.KCTVPTCN", "P.KHTCTH"]


def groups(play: Play) -> list[tuple[str, ...]]:
    """Return whose opinion is open."""
    return [task.candidate_groups for task in play.tasks() if task.element_id == "give_opinion"]


def test_a_parallel_multi_instance_asks_everybody_at_once(begin: Begin) -> None:
    play = begin("multi_instance_parallel", {"units": UNITS})

    assert groups(play) == [("VPS",), ("TT.KCTVPTCN",), ("P.KHTCTH",)]


def test_instances_see_their_item_and_the_counters(begin: Begin) -> None:
    play = begin("multi_instance_parallel", {"units": UNITS})
    play.complete("give_opinion", {"opinion": "agree"}, nth=2)

    seen = play.task("give_opinion", 1).variables

    assert seen["unit"] == "TT.KCTVPTCN"
    assert seen["loopCounter"] == 2
    assert seen["numberOfInstances"] == 3
    assert seen["numberOfActiveInstances"] == 2
    assert seen["numberOfCompletedInstances"] == 1


@pytest.mark.construct("multiInstanceLoopCharacteristics")
def test_results_keep_the_order_of_the_items(begin: Begin) -> None:
    play = begin("multi_instance_parallel", {"units": UNITS})

    play.complete("give_opinion", {"opinion": "third"}, nth=2)
    play.complete("give_opinion", {"opinion": "first"}, nth=0)

    assert play.variables["opinions"] == ["first", None, "third"]
    assert play.waiting() == ["sum_up"]


def test_the_completion_condition_sees_the_results_and_cancels_the_rest(begin: Begin) -> None:
    play = begin("multi_instance_parallel", {"units": UNITS})

    play.complete("give_opinion", {"opinion": "reject"}, nth=1)

    assert play.waiting() == ["sum_up"]
    assert play.cancelled() == ["give_opinion", "give_opinion"]
    assert play.variables == {"units": UNITS, "opinions": [None, "reject", None]}


def test_a_sequential_multi_instance_asks_one_after_the_other(begin: Begin) -> None:
    play = begin("multi_instance_sequential", {"units": UNITS})
    assert groups(play) == [("VPS",)]

    play.complete("give_opinion", {"opinion": "a"})
    assert groups(play) == [("TT.KCTVPTCN",)]
    play.complete("give_opinion", {"opinion": "b"})

    assert play.variables["opinions"] == ["a", "b", None]
    assert play.waiting() == ["sum_up"]


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_an_empty_list_is_done_at_once(begin: Begin, name: str) -> None:
    play = begin(name, {"units": []})

    assert play.waiting() == ["sum_up"]
    assert play.variables["opinions"] == []


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_an_interrupting_boundary_event_cancels_all_instances(begin: Begin, name: str) -> None:
    play = begin(name, {"units": UNITS})

    play.message("recall")

    assert play.end == "stopped"
    assert play.tasks() == []
    assert "opinions" not in play.variables


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_something_else_than_a_list_is_an_incident_that_can_be_retried(begin: Begin, name: str) -> None:
    play = begin(name, {"units": "VPS"})
    assert [(each.element_id, each.code) for each in play.incidents()] == [("give_opinion", "bpmn.collection_expected")]

    play.set_variables({"units": ["VPS"]}).retry("give_opinion")

    assert groups(play) == [("VPS",)]
    assert play.incidents() == []


def test_instances_of_a_sub_process_do_not_see_each_other(begin: Begin) -> None:
    play = begin("multi_instance_sub_process", {"units": ["A", "B"]})

    play.complete("write", {"text": "one"}, nth=0).complete("sign")

    assert play.waiting() == ["write"]
    assert "opinion" not in play.variables
    play.complete("write", {"text": "two"}).complete("sign")
    assert play.variables["opinions"] == ["A: one", "B: two"]


def test_of_those_who_wait_since_the_same_moment_the_first_gets_the_message(begin: Begin) -> None:
    units = [f"U{number}" for number in range(1, 13)]
    play = begin("multi_instance_messages", {"units": units})

    for number in range(1, 13):
        play.message("answer", {"text": str(number)})

    assert play.end == "end"
    assert play.variables["answers"] == [f"{unit}: {number}" for number, unit in enumerate(units, 1)]
