"""Nested scopes and mappings: the rules of the zeebe dialect."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from engine.play import Play
from tests.engine.bpmn.four_ways import Runs

Begin = Callable[..., Play]


def test_variables_go_to_the_process_when_no_scope_has_them(begin: Begin) -> None:
    play = begin("mappings", {"amount": 1})

    play.complete("plain", {"note": "x", "amount": 2})

    assert play.variables == {"amount": 2, "note": "x"}


def test_input_mappings_make_local_variables_one_after_the_other(begin: Begin) -> None:
    play = begin("mappings", {"amount": 1})

    play.complete("plain")

    assert play.task("mapped").variables == {
        "amount": 1, "shown": 2, "context": {"shown": 20}, "label": "fixed text",
    }  # fmt: skip
    assert play.variables == {"amount": 1}


def test_with_output_mappings_only_mapped_variables_leave(begin: Begin) -> None:
    play = begin("mappings", {"amount": 1, "decision": {"by": "lan"}}).complete("plain")

    play.complete("mapped", {"answer": "yes", "secret": "x"})

    assert play.variables == {"amount": 1, "decision": {"by": "lan", "answer": "yes"}, "kept": "fixed text"}


def test_a_variable_shadowed_by_an_input_mapping_stays_at_the_task(begin: Begin) -> None:
    play = begin("mappings", {"amount": 1}).complete("plain").complete("mapped")

    play.complete("local_only", {"amount": 99, "other": 1})

    assert play.variables["amount"] == 1
    assert play.variables["other"] == 1


@pytest.mark.construct("scriptTask", "businessRuleTask")
def test_a_script_and_a_decision_put_their_result_into_a_variable(begin: Begin) -> None:
    play = begin("mappings", {"amount": 1})

    play.complete("plain").complete("mapped").complete("local_only")

    assert play.variables["total"] == Decimal("1.3")
    assert play.variables["fee"] == {"decision": "fee", "amount": 1}


def test_a_sub_process_has_its_own_variables(begin: Begin) -> None:
    play = begin("sub_process", {"amount": 5})
    assert play.task("study").variables == {"amount": 5, "doubled": 10}

    play.complete("study", {"doubled": 11, "note": "n"})

    assert play.task("answer").variables == {"amount": 5, "doubled": 11, "note": "n"}
    assert play.variables == {"amount": 5, "note": "n"}


@pytest.mark.construct("subProcess")
def test_a_sub_process_hands_over_its_output_mappings_when_nothing_lives_in_it(begin: Begin) -> None:
    play = begin("sub_process", {"amount": 5, "result": {"by": "x"}}).complete("study")

    play.complete("answer", {"verdict": "good"})

    assert play.waiting() == ["decide"]
    assert play.variables["result"] == {"by": "x", "verdict": "good"}
    assert "doubled" not in play.variables


def test_variables_of_any_name_survive_every_step(begin: Begin) -> None:
    odd = {"typename": "Task", "#entry": {"typename": "x"}, "tổng số": Decimal("0.10"), "list": [None, True, {"a": []}]}
    play = begin("approval", {"drafter": "lan", **odd})

    play.complete("draft", {"__class__": "y"})

    assert play.variables == {"drafter": "lan", **odd, "__class__": "y"}
    assert str(play.variables["tổng số"]) == "0.10"


def test_variables_set_from_outside_are_seen_by_the_next_step(begin: Begin) -> None:
    play = begin("approval", {"drafter": "lan"}).complete("draft")

    play.set_variables({"outcome": "returned"}).complete("approve")

    assert play.waiting() == ["draft"]


def test_variables_set_at_a_token_stay_there(runs: Callable[..., Runs]) -> None:
    scene = runs("approval", drafter="lan")
    scene.complete("draft")
    token_id = scene.wait("approve").token_id

    scene.each(lambda run: run.set_variables({"seen": True}, token_id))
    assert scene.visible("approve")["seen"] is True
    scene.complete("approve")

    assert "seen" not in scene.variables
