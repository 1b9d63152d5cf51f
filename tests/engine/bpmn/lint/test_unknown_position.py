"""The rule `unknown_position`."""

from collections.abc import Callable
from typing import Any

from engine.bpmn.lint import Office

Faults = Callable[..., list[str]]

OFFICE = Office(units={"VPS"}, positions={"leader"}, people={"an"})


def for_position(pen: Any, kind: str) -> bytes:
    task = pen.user("sign", groups=f'=[position({kind}, "VPS")]')
    xml: bytes = pen.process("p", pen.start(), task, pen.end(), flows="start > sign > end")
    return xml


def test_a_position_nobody_holds_is_told(faults: Faults, pen: Any) -> None:
    assert faults("unknown_position", for_position(pen, '"laeder"'), office=OFFICE) == ["sign"]


def test_known_and_computed_positions_are_fine(faults: Faults, pen: Any) -> None:
    assert faults("unknown_position", for_position(pen, '"leader"'), for_position(pen, "kind"), office=OFFICE) == []
