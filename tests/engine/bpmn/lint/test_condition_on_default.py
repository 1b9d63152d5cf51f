"""The rule `condition_on_default`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def a_choice(pen: Any, default: str) -> bytes:
    xml: bytes = pen.process(
        "p",
        pen.start(),
        pen.node("exclusiveGateway", "choose", default=f"choose_to_{default}"),
        pen.end("dear"),
        pen.end("cheap"),
        flows="""
        start > choose > cheap
        choose > dear : =amount > 5
        """,
    )
    return xml


def test_a_condition_on_the_default_flow_is_told(faults: Faults, pen: Any) -> None:
    xml = a_choice(pen, "dear").replace(
        b'targetRef="cheap">', b'targetRef="cheap"><conditionExpression>=true</conditionExpression>'
    )

    assert faults("condition_on_default", xml) == ["choose_to_dear"]


def test_a_default_flow_without_condition_is_fine(faults: Faults, pen: Any) -> None:
    assert faults("condition_on_default", a_choice(pen, "cheap")) == []
