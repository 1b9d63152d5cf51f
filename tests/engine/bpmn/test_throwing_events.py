"""Events a token causes on its way."""

from collections.abc import Callable
from typing import Any

Play = Callable[..., Any]


def test_tasks_without_engine_work_and_none_events_pass(play: Play) -> None:
    scene = play("throws", "on_order")

    assert scene.passed == ["on_order", "print", "printed", "told"]


def test_a_message_event_with_a_job_type_waits_for_its_handler_and_throws_nothing_more(play: Play) -> None:
    scene = play("throws", "on_order")

    assert scene.wait("sent_by_job").detail == {"job_type": "office.send", "retries": 3, "headers": {}}
    assert [each["name"] for each in scene.thrown] == ["note"]


def test_an_escalation_caught_by_an_interrupting_event_ends_the_sub_process(play: Play) -> None:
    scene = play("throws", "on_order")

    scene.complete("sent_by_job")
    assert scene.wait("hears_order").detail == {"name": "order"}
    scene.fire("hears_order")

    assert scene.ended
    assert "never_reached" not in scene.passed
    assert scene.run.end_element_ids == ["end"]
    assert [(each["type"], each["name"]) for each in scene.thrown[1:]] == [
        ("escalation", "RAISED"),
        ("signal", "order"),
    ]
