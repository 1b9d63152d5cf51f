"""Conditional events: they hear changes, wherever these come from."""

from collections.abc import Callable
from typing import Any

Play = Callable[..., Any]


def test_a_condition_fires_when_a_variable_makes_it_true(play: Play) -> None:
    scene = play("conditional", amount=1, is_paid=False)

    scene.each(lambda run: run.set_variables({"amount": 500}))

    assert "look" in scene.waiting


def test_a_condition_fires_again_only_after_it_was_false(play: Play) -> None:
    scene = play("conditional", amount=1, is_paid=False)

    for amount in (500, 600, 50, 700):
        scene.each(lambda run, amount=amount: run.set_variables({"amount": amount}))

    assert scene.waiting.count("look") == 2


def test_a_condition_that_is_true_on_arrival_does_not_wait(play: Play) -> None:
    scene = play("conditional", amount=1, is_paid=False)

    scene.complete("work", {"is_paid": True})

    assert scene.ended


def test_a_condition_that_is_null_is_not_true(play: Play) -> None:
    scene = play("conditional")

    scene.complete("work", {"is_paid": 1})

    assert scene.waiting == ["paid"]
    scene.each(lambda run: run.set_variables({"is_paid": True}))
    assert scene.ended
