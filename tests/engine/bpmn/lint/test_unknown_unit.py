"""The rule `unknown_unit`."""

from collections.abc import Callable
from typing import Any

from engine.bpmn.lint import Office

Faults = Callable[..., list[str]]

OFFICE = Office(units={"VPS"}, positions={"leader"}, people={"an"})


def assigned(pen: Any, assignee: str) -> bytes:
    task = pen.user("sign", assignee=assignee)
    xml: bytes = pen.process("p", pen.start(), task, pen.end(), flows="start > sign > end")
    return xml


def test_an_unknown_unit_code_in_an_office_function_is_told(faults: Faults, pen: Any) -> None:
    assert faults("unknown_unit", assigned(pen, '=if x then leader of("VPX") else null'), office=OFFICE) == ["sign"]


def test_known_and_computed_codes_are_fine(faults: Faults, pen: Any) -> None:
    known, computed = assigned(pen, '=leader of("VPS")'), assigned(pen, "=leader of(starter_unit)")

    assert faults("unknown_unit", known, computed, office=OFFICE) == []
    assert faults("unknown_unit", assigned(pen, '=leader of("VPX")')) == []
