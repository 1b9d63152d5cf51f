"""Conditional events: they hear changes, wherever these come from."""

from collections.abc import Callable

import pytest

from engine.play import Play

Begin = Callable[..., Play]
SMALL = {"amount": 1, "is_paid": False}


@pytest.mark.construct("boundaryEvent/conditional")
def test_a_condition_fires_when_a_variable_makes_it_true(begin: Begin) -> None:
    play = begin("conditional", SMALL)

    play.set_variables({"amount": 500})

    assert "look" in play.waiting()


def test_a_condition_fires_again_only_after_it_was_false(begin: Begin) -> None:
    play = begin("conditional", SMALL)

    for amount in (500, 600, 50, 700):
        play.set_variables({"amount": amount})

    assert play.waiting().count("look") == 2


@pytest.mark.construct("intermediateCatchEvent/conditional")
def test_a_condition_that_is_true_on_arrival_does_not_wait(begin: Begin) -> None:
    play = begin("conditional", SMALL)

    play.complete("work", {"is_paid": True})

    assert play.ended


def test_a_condition_that_is_null_is_not_true(begin: Begin) -> None:
    play = begin("conditional")
    play.complete("work", {"is_paid": 1})
    assert play.waiting() == ["paid"]

    play.set_variables({"is_paid": True})

    assert play.ended
