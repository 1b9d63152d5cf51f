"""Nested scopes and mappings: the rules of the zeebe dialect."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Play = Callable[..., Any]


def test_variables_go_to_the_process_when_no_scope_has_them(play: Play) -> None:
    scene = play("mappings", amount=1)

    scene.complete("plain", {"note": "x", "amount": 2})

    assert scene.variables == {"amount": 2, "note": "x"}


def test_input_mappings_make_local_variables_one_after_the_other(play: Play) -> None:
    scene = play("mappings", amount=1)
    scene.complete("plain")

    local = scene.run.local_variables(scene.wait("mapped").token_id)

    assert local == {"shown": 2, "context": {"shown": 20}, "label": "fixed text"}


def test_with_output_mappings_only_mapped_variables_leave(play: Play) -> None:
    scene = play("mappings", amount=1, decision={"by": "lan"})
    scene.complete("plain")

    scene.complete("mapped", {"answer": "yes", "secret": "x"})

    assert scene.variables == {"amount": 1, "decision": {"by": "lan", "answer": "yes"}, "kept": "fixed text"}


def test_a_variable_shadowed_by_an_input_mapping_stays_at_the_task(play: Play) -> None:
    scene = play("mappings", amount=1)
    scene.complete("plain")
    scene.complete("mapped")

    scene.complete("local_only", {"amount": 99, "other": 1})

    assert scene.variables["amount"] == 1
    assert scene.variables["other"] == 1


def test_a_script_and_a_decision_put_their_result_into_a_variable(play: Play) -> None:
    scene = play("mappings", amount=1)
    for element in ("plain", "mapped", "local_only"):
        scene.complete(element)

    assert scene.variables["total"] == Decimal("1.3")
    assert scene.variables["fee"] == {"decision": "fee", "amount": 1}


def test_a_sub_process_has_its_own_variables(play: Play) -> None:
    scene = play("sub_process", amount=5)
    assert scene.visible("study") == {"amount": 5, "doubled": 10}

    scene.complete("study", {"doubled": 11, "note": "n"})

    assert scene.visible("answer") == {"amount": 5, "doubled": 11, "note": "n"}
    assert scene.variables == {"amount": 5, "note": "n"}


def test_a_sub_process_hands_over_its_output_mappings_when_nothing_lives_in_it(play: Play) -> None:
    scene = play("sub_process", amount=5, result={"by": "x"})
    scene.complete("study")

    scene.complete("answer", {"verdict": "good"})

    assert scene.waiting == ["decide"]
    assert scene.variables["result"] == {"by": "x", "verdict": "good"}
    assert "doubled" not in scene.variables


def test_variables_of_any_name_survive_a_dump(play: Play) -> None:
    odd = {"typename": "Task", "#entry": {"typename": "x"}, "tổng số": Decimal("0.10"), "list": [None, True, {"a": []}]}
    scene = play("approval", drafter="lan", **odd)

    scene.complete("draft", {"__class__": "y"})

    assert scene.variables == {"drafter": "lan", **odd, "__class__": "y"}
    assert str(scene.variables["tổng số"]) == "0.10"


def test_variables_set_from_outside_are_seen_by_the_next_step(play: Play) -> None:
    scene = play("approval", drafter="lan")
    scene.complete("draft")
    token_id = scene.wait("approve").token_id

    scene.each(lambda run: run.set_variables({"outcome": "returned"}))
    scene.each(lambda run: run.set_variables({"seen": True}, token_id))
    assert scene.visible("approve")["seen"] is True
    scene.complete("approve")

    assert scene.waiting == ["draft"]
    assert "seen" not in scene.variables
