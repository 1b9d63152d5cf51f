"""Compensation and transactions: what was done is undone by its handler."""

from collections.abc import Callable

import pytest

from engine.play import Play
from tests.engine.bpmn.four_ways import Runs

Begin = Callable[..., Play]


@pytest.fixture
def booked(begin: Begin) -> Play:
    """A case in which a room and a car are booked."""
    return begin("compensation").complete("book_room", {"room": "A1"}).complete("book_car", {"car": 7})


@pytest.mark.construct("intermediateThrowEvent/compensation", "boundaryEvent/compensation")
def test_handlers_run_backwards_one_after_the_other_and_then_the_flow_goes_on(booked: Play) -> None:
    booked.complete("review", {"undo": "all"})

    assert booked.waiting() == ["cancel_room"]
    assert booked.variables["car_state"] == "cancelled 7"
    booked.complete("cancel_room")
    assert booked.waiting() == ["after"]
    assert booked.passed()[-3:] == ["undo_all", "cancel_car", "cancel_room"]


def test_one_activity_can_be_named(booked: Play) -> None:
    booked.complete("review", {"undo": "car"})

    assert booked.waiting() == ["after"]
    assert "cancel_room" not in booked.passed()


def test_an_activity_done_twice_is_undone_twice_with_its_own_variables(booked: Play) -> None:
    booked.complete("review", {"undo": "again"})
    booked.complete("book_car", {"car": 8})

    booked.complete("review", {"undo": "car"})

    assert booked.passed().count("cancel_car") == 2
    assert booked.variables["car_state"] == "cancelled 7"


def test_cancelling_everything_cancels_the_handler(booked: Play) -> None:
    booked.complete("review", {"undo": "all"})

    booked.cancel()

    assert booked.waiting() == []
    assert booked.cancelled() == ["undo_all", "cancel_room"]


@pytest.mark.construct("endEvent/compensation")
def test_an_event_sub_process_undoes_what_the_scope_around_it_did(begin: Begin) -> None:
    play = begin("compensation_from_event_sub_process")
    play.complete("pay")

    play.message("withdrawal")

    assert play.waiting() == ["refund"]
    play.complete("refund")
    assert play.ended


@pytest.mark.construct("endEvent/cancel", "boundaryEvent/cancel")
def test_a_cancelled_transaction_is_undone_and_left_by_its_boundary_event(begin: Begin) -> None:
    play = begin("transaction")
    play.complete("take_money")

    play.complete("hand_over", {"cancel": True})

    assert play.waiting() == ["give_back"]
    assert play.cancelled() == ["watch"]
    play.complete("give_back")
    assert play.end == "not_done"


@pytest.mark.construct("transaction")
def test_a_transaction_that_goes_well_is_a_sub_process(begin: Begin) -> None:
    play = begin("transaction")
    play.complete("take_money")

    play.complete("hand_over", {"cancel": False}).complete("watch")

    assert play.end == "done"


def test_nothing_to_undo_goes_on_at_once(runs: Callable[..., Runs]) -> None:
    scene = runs("compensation")

    scene.each(lambda run: run.activate("undo_all"))

    assert scene.waiting == ["book_room", "after"]


def test_cancelling_the_handler_alone_lets_the_flow_go_on(runs: Callable[..., Runs]) -> None:
    scene = runs("compensation")
    for element in ("book_room", "book_car"):
        scene.complete(element)
    scene.complete("review", {"undo": "all"})
    token_id = scene.wait("cancel_room").token_id

    scene.each(lambda run: run.cancel_token(token_id))

    assert scene.waiting == ["after"]
