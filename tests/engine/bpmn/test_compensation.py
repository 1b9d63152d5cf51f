"""Compensation and transactions: what was done is undone by its handler."""

from collections.abc import Callable
from typing import Any

import pytest

Play = Callable[..., Any]


@pytest.fixture
def booked(play: Play) -> Any:
    """Return a scene in which a room and a car are booked."""
    scene = play("compensation")
    scene.complete("book_room", {"room": "A1"})
    scene.complete("book_car", {"car": 7})
    return scene


def test_handlers_run_backwards_one_after_the_other_and_then_the_flow_goes_on(booked: Any) -> None:
    booked.complete("review", {"undo": "all"})
    assert booked.waiting == ["cancel_room"]
    assert booked.variables["car_state"] == "cancelled 7"

    booked.complete("cancel_room")

    assert booked.waiting == ["after"]
    assert booked.passed[-3:] == ["cancel_car", "cancel_room", "undo_all"]


def test_one_activity_can_be_named(booked: Any) -> None:
    booked.complete("review", {"undo": "car"})

    assert booked.waiting == ["after"]
    assert "cancel_room" not in booked.passed


def test_an_activity_done_twice_is_undone_twice_with_its_own_variables(booked: Any) -> None:
    booked.complete("review", {"undo": "again"})
    booked.complete("book_car", {"car": 8})

    booked.complete("review", {"undo": "car"})

    assert booked.passed.count("cancel_car") == 2
    assert booked.variables["car_state"] == "cancelled 7"


def test_nothing_to_undo_goes_on_at_once(play: Play) -> None:
    scene = play("compensation")
    scene.each(lambda run: run.activate("undo_all"))

    assert scene.waiting == ["book_room", "after"]


def test_cancelling_the_handler_alone_lets_the_flow_go_on(booked: Any) -> None:
    booked.complete("review", {"undo": "all"})
    token_id = booked.wait("cancel_room").token_id

    booked.each(lambda run: run.cancel_token(token_id))

    assert booked.waiting == ["after"]


def test_cancelling_everything_cancels_the_handler(booked: Any) -> None:
    booked.complete("review", {"undo": "all"})

    booked.each(lambda run: run.cancel())

    assert booked.ended
    assert booked.cancelled == ["cancel_room", "undo_all"]


def test_an_event_sub_process_undoes_what_the_scope_around_it_did(play: Play) -> None:
    scene = play("compensation_from_event_sub_process")
    scene.complete("pay")

    scene.fire("withdrawn")

    assert scene.waiting == ["refund"]
    scene.complete("refund")
    assert scene.ended


def test_a_cancelled_transaction_is_undone_and_left_by_its_boundary_event(play: Play) -> None:
    scene = play("transaction")
    scene.complete("take_money")

    scene.complete("hand_over", {"cancel": True})
    assert scene.waiting == ["give_back"]
    assert scene.cancelled == ["watch"]
    scene.complete("give_back")

    assert scene.run.end_element_ids == ["not_done"]
    assert scene.ended


def test_a_transaction_that_goes_well_is_a_sub_process(play: Play) -> None:
    scene = play("transaction")
    scene.complete("take_money")
    scene.complete("hand_over", {"cancel": False})
    scene.complete("watch")

    assert scene.run.end_element_ids == ["done"]
