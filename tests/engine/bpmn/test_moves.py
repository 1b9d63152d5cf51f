"""Moving tokens, changing running multi-instances, and joins that starve."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.bpmn import MoveRefused, WaitKind

Start = Callable[..., Any]


def test_a_token_moves_back(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")
    token_id = scene.wait("approve").token_id

    scene.each(lambda run: run.move(token_id, "draft", variables={"reason": "Thiếu căn cứ"}))

    assert scene.waiting == ["draft"]
    assert scene.cancelled == ["approve"]
    assert scene.variables["reason"] == "Thiếu căn cứ"


def test_moving_onto_an_activity_arms_its_boundary_events(runs: Start) -> None:
    scene = runs("moves")
    token_id = scene.wait("draft").token_id

    scene.each(lambda run: run.move(token_id, "approve"))

    assert scene.waiting == ["approve", "late"]


def test_moving_into_a_sub_process_that_does_not_run_enters_it_there(runs: Start) -> None:
    scene = runs("moves")
    token_id = scene.wait("draft").token_id

    scene.each(lambda run: run.move(token_id, "post"))

    assert sorted(scene.waiting) == ["note_came", "post"]
    scene.complete("post")
    assert scene.ended
    assert scene.run.end_element_ids == ["end"]


def test_moving_into_a_running_sub_process_stays_in_it(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")
    scene.complete("approve")
    number = scene.wait("number")

    scene.each(lambda run: run.move(number.token_id, "stamp"))

    assert sorted(scene.waiting) == ["note_came", "stamp"]
    assert scene.wait("stamp").parent_token_id == number.parent_token_id


def test_a_whole_sub_process_moves_by_its_own_token(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")
    scene.complete("approve")
    parent_id = scene.wait("number").parent_token_id

    scene.each(lambda run: run.move(parent_id, "approve"))

    assert scene.waiting == ["approve", "late"]
    assert scene.cancelled == ["number", "issue"]


def test_the_last_token_that_leaves_a_sub_process_takes_it_along(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")
    scene.complete("approve")
    number_id = scene.wait("number").token_id

    scene.each(lambda run: run.move(number_id, "approve"))

    assert scene.waiting == ["approve", "late"]
    assert scene.cancelled == ["number", "issue"]
    assert scene.run.end_element_ids == []


def test_a_token_that_is_not_alone_leaves_its_sub_process_to_the_others(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")
    scene.complete("approve")
    number_id = scene.wait("number").token_id
    scene.each(lambda run: run.activate("stamp"))

    scene.each(lambda run: run.move(number_id, "approve"))

    assert sorted(scene.waiting) == ["approve", "late", "note_came", "stamp"]


def test_a_token_moves_within_its_own_round_of_a_repeated_sub_process(runs: Start) -> None:
    scene = runs("multi_instance_sub_process", units=["A", "B"])
    scene.complete("write", nth=1)
    sign = scene.wait("sign")

    scene.each(lambda run: run.move(sign.token_id, "write"))

    assert scene.waiting == ["write", "write"]
    moved = max(scene.run.waits(), key=lambda wait: int(wait.token_id))
    assert moved.parent_token_id == sign.parent_token_id
    assert scene.run.variables_at(moved.token_id)["unit"] == "B"


def test_moving_one_of_a_chain_moves_the_chain(runs: Start) -> None:
    scene = runs("multi_instance_sequential", units=["A", "B", "C"])
    token_id = scene.wait("give_opinion").token_id

    scene.each(lambda run: run.move(token_id, "sum_up"))

    assert scene.waiting == ["sum_up"]


def test_moving_one_of_several_at_once_leaves_the_others(runs: Start) -> None:
    scene = runs("multi_instance_parallel", units=["A", "B"])
    first_id = scene.wait("give_opinion").token_id

    scene.each(lambda run: run.move(first_id, "sum_up"))

    assert sorted(scene.waiting) == ["give_opinion", "recalled", "sum_up"]
    assert scene.visible("give_opinion")["unit"] == "B"
    last_id = scene.wait("give_opinion").token_id
    scene.each(lambda run: run.move(last_id, "sum_up"))
    assert scene.waiting == ["sum_up", "sum_up"]


def test_every_live_token_can_be_seen_with_what_is_around_it(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")
    scene.complete("approve")

    seen = {token.element_id: token for token in scene.run.tokens()}

    assert seen.keys() == {"issue", "number", "note_came"}
    assert seen["issue"].is_whole
    assert seen["issue"].waits_for is None
    assert seen["note_came"].is_armed
    assert seen["number"].parent_token_id == seen["issue"].token_id
    assert seen["number"].waits_for is WaitKind.USER_TASK


def test_a_refused_move_says_why_in_both_languages(runs: Start) -> None:
    scene = runs("moves")
    token_id = scene.wait("draft").token_id

    with pytest.raises(MoveRefused) as refused:
        scene.run.move(token_id, "nowhere")

    assert "không có bước “nowhere”" in refused.value.text.vi
    assert "no element “nowhere”" in refused.value.text.en


def test_cancelling_the_last_token_ends_its_scope(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")
    scene.complete("approve")
    token_id = scene.wait("number").token_id

    scene.each(lambda run: run.cancel_token(token_id))

    assert scene.ended
    assert scene.run.end_element_ids == ["end"]


@pytest.mark.parametrize("element_id", ["nowhere", "start", "late", "on_note", "read_note", "note_came"])
def test_some_elements_cannot_be_activated_and_then_nothing_happens(runs: Start, element_id: str) -> None:
    scene = runs("moves")
    run, token_id = scene.run, scene.wait("draft").token_id
    before = run.dump()

    with pytest.raises(MoveRefused):
        run.move(token_id, element_id)

    assert run.dump() == before


def test_an_armed_event_cannot_be_cancelled_alone(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")

    with pytest.raises(MoveRefused):
        scene.run.cancel_token(scene.wait("late").token_id)


def test_a_running_event_sub_process_can_be_moved_into(runs: Start) -> None:
    scene = runs("moves")
    scene.complete("draft")
    scene.complete("approve")
    scene.fire("note_came")

    scene.each(lambda run: run.activate("read_note"))

    assert scene.waiting.count("read_note") == 2


def test_the_rest_of_a_chain_can_be_changed(runs: Start) -> None:
    scene = runs("multi_instance_sequential", units=["A", "B", "C"])
    token_id = scene.wait("give_opinion").token_id
    assert scene.run.remaining_items(token_id) == ["B", "C"]

    scene.each(lambda run: run.set_remaining_items(token_id, ["X"]))

    assert scene.visible("give_opinion")["numberOfInstances"] == 2
    scene.complete("give_opinion", {"opinion": "a"})
    assert scene.visible("give_opinion")["unit"] == "X"
    scene.complete("give_opinion", {"opinion": "x"})
    assert scene.variables["opinions"] == ["a", "x"]


def test_items_can_join_a_running_parallel_multi_instance(runs: Start) -> None:
    scene = runs("multi_instance_parallel", units=["A"])
    token_id = scene.wait("give_opinion").parent_token_id

    scene.each(lambda run: run.set_remaining_items(token_id, ["B", "C"]))
    scene.complete("give_opinion", {"opinion": "c"}, nth=2)
    scene.complete("give_opinion", {"opinion": "a"}, nth=0)

    assert scene.variables["opinions"] == ["a", None, "c"]


@pytest.mark.parametrize("name", ["multi_instance_parallel", "multi_instance_sequential"])
def test_cancelling_the_running_instance_lets_the_others_go_on(runs: Start, name: str) -> None:
    scene = runs(name, units=["A", "B"])
    token_id = scene.wait("give_opinion").token_id

    scene.each(lambda run: run.cancel_token(token_id))

    assert scene.visible("give_opinion")["unit"] == "B"
    assert scene.visible("give_opinion")["numberOfTerminatedInstances"] == 1
    last_id = scene.wait("give_opinion").token_id
    scene.each(lambda run: run.cancel_token(last_id))
    assert scene.waiting == ["sum_up"]
    assert scene.variables["opinions"] == [None, None]


def test_a_sequence_goes_on_from_an_item_that_is_done_again(runs: Start) -> None:
    scene = runs("multi_instance_sequential", units=["A", "B"])
    scene.complete("give_opinion", {"opinion": "a"})
    whole = scene.wait("give_opinion").parent_token_id

    scene.each(lambda run: run.repeat_item(whole, 0))

    seen = scene.visible("give_opinion")
    assert (seen["unit"], seen["opinions"]) == ("A", [None, None])
    assert (seen["numberOfActiveInstances"], seen["numberOfCompletedInstances"]) == (1, 0)
    assert seen["numberOfTerminatedInstances"] == 0
    for opinion in ("x", "y"):
        scene.complete("give_opinion", {"opinion": opinion})
    assert scene.variables["opinions"] == ["x", "y"]


def test_one_of_a_parallel_multi_instance_is_done_again_beside_the_others(runs: Start) -> None:
    scene = runs("multi_instance_parallel", units=["A", "B"])
    scene.complete("give_opinion", {"opinion": "a"})
    whole = scene.wait("give_opinion").parent_token_id

    scene.each(lambda run: run.repeat_item(whole, 0))

    assert scene.waiting.count("give_opinion") == 2
    scene.complete("give_opinion", {"opinion": "b"}, nth=0)
    scene.complete("give_opinion", {"opinion": "x"}, nth=0)
    assert scene.variables["opinions"] == ["x", "b"]


def test_an_item_that_is_not_done_cannot_be_done_again(runs: Start) -> None:
    scene = runs("multi_instance_sequential", units=["A", "B"])

    with pytest.raises(MoveRefused):
        scene.run.repeat_item(scene.wait("give_opinion").parent_token_id, 1)


def test_a_multi_instance_that_is_over_is_taken_up_at_an_item(runs: Start) -> None:
    scene = runs("multi_instance_sequential", units=["A", "B"])
    for opinion in ("a", "b"):
        scene.complete("give_opinion", {"opinion": opinion})
    token_id = scene.wait("sum_up").token_id

    scene.each(lambda run: run.activate("give_opinion", item=1, instead_of=[token_id]))

    assert scene.waiting == ["recalled", "give_opinion"]
    assert scene.visible("give_opinion")["opinions"] == ["a", None]
    scene.complete("give_opinion", {"opinion": "x"})
    assert scene.variables["opinions"] == ["a", "x"]


def test_an_item_taken_out_of_a_parallel_multi_instance_leaves_no_gap(runs: Start) -> None:
    scene = runs("multi_instance_parallel", units=["A", "B", "C"])
    whole = scene.wait("give_opinion").parent_token_id
    running, waiting = scene.run.places(whole)
    assert (sorted(running), waiting) == ([0, 1, 2], [])

    scene.each(lambda run: run.remove_item(running[1]))

    seen = [scene.run.variables_at(wait.token_id) for wait in scene.run.waits() if wait.element_id == "give_opinion"]
    assert [(each["unit"], each["loopCounter"]) for each in seen] == [("A", 1), ("C", 2)]
    assert (seen[0]["numberOfInstances"], seen[0]["numberOfTerminatedInstances"]) == (2, 0)
    scene.complete("give_opinion", {"opinion": "c"}, nth=1)
    scene.complete("give_opinion", {"opinion": "a"}, nth=0)
    assert scene.variables["opinions"] == ["a", "c"]


def test_a_token_is_taken_back_from_the_join_it_waits_at(runs: Start) -> None:
    scene = runs("starved_join")
    scene.complete("right")
    box = next(token.token_id for token in scene.run.tokens() if token.element_id == "join")
    came = scene.run.gathered(box)
    assert len(came) == 1

    scene.each(lambda run: run.leave_join(box, came))

    assert "join" not in {token.element_id for token in scene.run.tokens()}


def test_only_multi_instances_have_remaining_items(runs: Start) -> None:
    scene = runs("moves")

    with pytest.raises(MoveRefused):
        scene.run.remaining_items(scene.wait("draft").token_id)


def test_a_parallel_join_that_starves_is_shown_as_an_incident(runs: Start) -> None:
    scene = runs("starved_join")
    scene.complete("right")

    scene.fire("given_up")

    assert scene.waiting == ["join"]
    assert scene.wait("join").detail["code"] == "bpmn.join_starved"
    assert not scene.ended


def test_retrying_a_starved_join_alone_changes_nothing(runs: Start) -> None:
    scene = runs("starved_join")
    scene.complete("right")
    scene.fire("given_up")
    token_id = scene.wait("join").token_id

    scene.each(lambda run: run.retry(token_id))

    assert scene.wait("join").detail["code"] == "bpmn.join_starved"


def test_a_token_moved_before_a_starved_join_feeds_it(runs: Start) -> None:
    scene = runs("starved_join")
    scene.complete("right")
    scene.fire("given_up")

    scene.each(lambda run: run.activate("left"))
    scene.complete("left")

    assert scene.ended
    assert scene.run.end_element_ids == ["nothing", "end"]
