"""The rule `message_without_sender`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def waiting(pen: Any, name: str = "answer") -> bytes:
    xml: bytes = pen.process(
        "asker",
        pen.start(),
        pen.node("receiveTask", "listen", messageRef=name),
        pen.end(),
        flows="start > listen > end",
        globals=pen.message(name, "=case"),
    )
    return xml


def sending(pen: Any, name: str) -> bytes:
    xml: bytes = pen.process(
        "teller",
        pen.start(),
        pen.end("told", f'<messageEventDefinition messageRef="{name}" />'),
        flows="start > told",
        globals=pen.message(name),
    )
    return xml


def test_a_message_nobody_in_the_set_sends_is_told(faults: Faults, pen: Any) -> None:
    assert faults("message_without_sender", waiting(pen), sending(pen, "question")) == ["listen"]


def test_a_message_sent_by_another_process_of_the_set_is_fine(faults: Faults, pen: Any) -> None:
    assert faults("message_without_sender", waiting(pen), sending(pen, "answer")) == []
    assert faults("message_without_sender", waiting(pen), messages_sent=["answer"]) == []
