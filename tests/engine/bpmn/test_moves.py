"""Moving tokens, changing running multi-instances, and joins that starve."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.bpmn import MoveRefused

Play = Callable[..., Any]


def test_a_token_moves_back(play: Play) -> None:
    scene = play("moves")
    scene.complete("draft")
    token_id = scene.wait("approve").token_id

    scene.each(lambda run: run.move(token_id, "draft", variables={"reason": "Thiếu căn cứ"}))

    assert scene.waiting == ["draft"]
    assert scene.cancelled == ["approve"]
    assert scene.variables["reason"] == "Thiếu căn cứ"


def test_moving_onto_an_activity_arms_its_boundary_events(play: Play) -> None:
    scene = play("moves")
    token_id = scene.wait("draft").token_id

    scene.each(lambda run: run.move(token_id, "approve"))

    assert scene.waiting == ["approve", "late"]


def test_moving_into_a_sub_process_that_does_not_run_enters_it_there(play: Play) -> None:
    scene = play("moves")
    token_id = scene.wait("draft").token_id

    scene.each(lambda run: run.move(token_id, "post"))

    assert sorted(scene.waiting) == ["note_came", "post"]
    scene.complete("post")
    assert scene.ended
    assert scene.run.end_element_ids == ["end"]


def test_moving_into_a_running_sub_process_stays_in_it(play: Play) -> None:
    scene = play("moves")
    scene.complete("draft")
    scene.complete("approve")
    number = scene.wait("number")

    scene.each(lambda run: run.move(number.token_id, "stamp"))

    assert sorted(scene.waiting) == ["note_came", "stamp"]
    assert scene.wait("stamp").parent_token_id == number.parent_token_id


def test_a_whole_sub_process_moves_by_its_own_token(play: Play) -> None:
    scene = play("moves")
    scene.complete("draft")
    scene.complete("approve")
    parent_id = scene.wait("number").parent_token_id

    scene.each(lambda run: run.move(parent_id, "approve"))

    assert scene.waiting == ["approve", "late"]
    assert scene.cancelled == ["number", "issue"]


def test_cancelling_the_last_token_ends_its_scope(play: Play) -> None:
    scene = play("moves")
    scene.complete("draft")
    scene.complete("approve")
    token_id = scene.wait("number").token_id

    scene.each(lambda run: run.cancel_token(token_id))

    assert scene.ended
    assert scene.run.end_element_ids == ["end"]


@pytest.mark.parametrize("element_id", ["nowhere", "start", "late", "on_note", "read_note", "note_came"])
def test_some_elements_cannot_be_activated_and_then_nothing_happens(play: Play, element_id: str) -> None:
    scene = play("moves")
    run, token_id = scene.run, scene.wait("draft").token_id
    before = run.dump()

    with pytest.raises(MoveRefused):
        run.move(token_id, element_id)

    assert run.dump() == before


def test_an_armed_event_cannot_be_cancelled_alone(play: Play) -> None:
    scene = play("moves")
    scene.complete("draft")

    with pytest.raises(MoveRefused):
        scene.run.cancel_token(scene.wait("late").token_id)


def test_a_running_event_sub_process_can_be_moved_into(play: Play) -> None:
    scene = play("moves")
    scene.complete("draft")
    scene.complete("approve")
    scene.fire("note_came")

    scene.each(lambda run: run.activate("read_note"))

    assert scene.waiting.count("read_note") == 2


def test_the_rest_of_a_chain_can_be_changed(play: Play) -> None:
    scene = play("multi_instance_sequential", units=["A", "B", "C"])
    token_id = scene.wait("give_opinion").token_id
    assert scene.run.remaining_items(token_id) == ["B", "C"]

    scene.each(lambda run: run.set_remaining_items(token_id, ["X"]))

    assert scene.visible("give_opinion")["numberOfInstances"] == 2
    scene.complete("give_opinion", {"opinion": "a"})
    assert scene.visible("give_opinion")["unit"] == "X"
    scene.complete("give_opinion", {"opinion": "x"})
    assert scene.variables["opinions"] == ["a", "x"]


def test_items_can_join_a_running_parallel_multi_instance(play: Play) -> None:
    scene = play("multi_instance_parallel", units=["A"])
    token_id = scene.wait("give_opinion").parent_token_id

    scene.each(lambda run: run.set_remaining_items(token_id, ["B", "C"]))
    scene.complete("give_opinion", {"opinion": "c"}, nth=2)
    scene.complete("give_opinion", {"opinion": "a"}, nth=0)

    assert scene.variables["opinions"] == ["a", None, "c"]


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_cancelling_the_running_instance_lets_the_others_go_on(play: Play, name: str) -> None:
    scene = play(name, units=["A", "B"])
    token_id = scene.wait("give_opinion").token_id

    scene.each(lambda run: run.cancel_token(token_id))

    assert scene.visible("give_opinion")["unit"] == "B"
    assert scene.visible("give_opinion")["numberOfTerminatedInstances"] == 1
    last_id = scene.wait("give_opinion").token_id
    scene.each(lambda run: run.cancel_token(last_id))
    assert scene.waiting == ["sum_up"]
    assert scene.variables["opinions"] == [None, None]


def test_only_multi_instances_have_remaining_items(play: Play) -> None:
    scene = play("moves")

    with pytest.raises(MoveRefused):
        scene.run.remaining_items(scene.wait("draft").token_id)


def test_a_parallel_join_that_starves_is_shown_as_an_incident(play: Play) -> None:
    scene = play("starved_join")
    scene.complete("right")

    scene.fire("given_up")

    assert scene.waiting == ["join"]
    assert scene.wait("join").detail["code"] == "bpmn.join_starved"
    assert not scene.ended


def test_retrying_a_starved_join_alone_changes_nothing(play: Play) -> None:
    scene = play("starved_join")
    scene.complete("right")
    scene.fire("given_up")
    token_id = scene.wait("join").token_id

    scene.each(lambda run: run.retry(token_id))

    assert scene.wait("join").detail["code"] == "bpmn.join_starved"


def test_a_token_moved_before_a_starved_join_feeds_it(play: Play) -> None:
    scene = play("starved_join")
    scene.complete("right")
    scene.fire("given_up")

    scene.each(lambda run: run.activate("left"))
    scene.complete("left")

    assert scene.ended
    assert scene.run.end_element_ids == ["nothing", "end"]
