"""Activities that are done for each item of a list."""

from collections.abc import Callable
from typing import Any

import pytest

Play = Callable[..., Any]


UNITS = ["VPS", "TT.KCTVPTCN", "P.KHTCTH"]


def test_a_parallel_multi_instance_asks_everybody_at_once(play: Play) -> None:
    scene = play("multi_instance_parallel", units=UNITS)

    groups = [wait.detail["candidate_groups"] for wait in scene.run.waits() if wait.element_id == "give_opinion"]

    assert groups == [["VPS"], ["TT.KCTVPTCN"], ["P.KHTCTH"]]


def test_instances_see_their_item_and_the_counters(play: Play) -> None:
    scene = play("multi_instance_parallel", units=UNITS)
    scene.complete("give_opinion", {"opinion": "agree"}, nth=2)

    seen = scene.visible("give_opinion", 1)

    assert seen["unit"] == "TT.KCTVPTCN"
    assert seen["loopCounter"] == 2
    assert seen["numberOfInstances"] == 3
    assert seen["numberOfActiveInstances"] == 2
    assert seen["numberOfCompletedInstances"] == 1


def test_results_keep_the_order_of_the_items(play: Play) -> None:
    scene = play("multi_instance_parallel", units=UNITS)

    scene.complete("give_opinion", {"opinion": "third"}, nth=2)
    scene.complete("give_opinion", {"opinion": "first"}, nth=0)

    assert scene.variables["opinions"] == ["first", None, "third"]
    assert scene.waiting == ["sum_up"]


def test_the_completion_condition_sees_the_results_and_cancels_the_rest(play: Play) -> None:
    scene = play("multi_instance_parallel", units=UNITS)

    scene.complete("give_opinion", {"opinion": "reject"}, nth=1)

    assert scene.waiting == ["sum_up"]
    assert scene.cancelled == ["give_opinion", "give_opinion"]
    assert scene.variables == {"units": UNITS, "opinions": [None, "reject", None]}


def test_a_sequential_multi_instance_asks_one_after_the_other(play: Play) -> None:
    scene = play("multi_instance_sequential", units=UNITS)
    assert scene.waiting.count("give_opinion") == 1

    scene.complete("give_opinion", {"opinion": "a"})
    assert scene.wait("give_opinion").detail["candidate_groups"] == ["TT.KCTVPTCN"]
    scene.complete("give_opinion", {"opinion": "b"})

    assert scene.variables["opinions"] == ["a", "b", None]
    assert scene.waiting == ["sum_up"]


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_an_empty_list_is_done_at_once(play: Play, name: str) -> None:
    scene = play(name, units=[])

    assert scene.waiting == ["sum_up"]
    assert scene.variables["opinions"] == []


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_an_interrupting_boundary_event_cancels_all_instances(play: Play, name: str) -> None:
    scene = play(name, units=UNITS)

    scene.fire("recalled")

    assert scene.ended
    assert scene.run.end_element_ids == ["stopped"]
    assert "opinions" not in scene.variables


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_something_else_than_a_list_is_an_incident_that_can_be_retried(play: Play, name: str) -> None:
    scene = play(name, units="VPS")
    assert scene.wait("give_opinion").detail["code"] == "bpmn.collection_expected"
    token_id = scene.wait("give_opinion").token_id

    scene.each(lambda run: run.set_variables({"units": ["VPS"]}))
    scene.each(lambda run: run.retry(token_id))

    assert scene.wait("give_opinion").detail["candidate_groups"] == ["VPS"]


def test_instances_of_a_sub_process_do_not_see_each_other(play: Play) -> None:
    scene = play("multi_instance_sub_process", units=["A", "B"])

    scene.complete("write", {"text": "one"}, nth=0)
    scene.complete("sign")

    assert scene.waiting == ["write"]
    assert "opinion" not in scene.variables
    scene.complete("write", {"text": "two"})
    scene.complete("sign")
    assert scene.variables["opinions"] == ["A: one", "B: two"]
