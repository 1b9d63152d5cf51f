"""The rule `unknown_decision`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def deciding(pen: Any, decision_id: str) -> bytes:
    called = f'<zeebe:calledDecision decisionId="{decision_id}" resultVariable="level" />'
    rule = pen.node("businessRuleTask", "judge", f"<extensionElements>{called}</extensionElements>")
    xml: bytes = pen.process("p", pen.start(), rule, pen.end(), flows="start > judge > end")
    return xml


def test_a_decision_that_is_not_there_is_told(faults: Faults, pen: Any) -> None:
    assert faults("unknown_decision", deciding(pen, "levle"), decisions=["level"]) == ["judge"]


def test_a_known_decision_is_fine_and_so_is_not_knowing(faults: Faults, pen: Any) -> None:
    assert faults("unknown_decision", deciding(pen, "level"), decisions=["level"]) == []
    assert faults("unknown_decision", deciding(pen, "level")) == []
