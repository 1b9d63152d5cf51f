"""The rule `unknown_group`."""

from collections.abc import Callable
from typing import Any

from engine.bpmn.lint import Office

Faults = Callable[..., list[str]]

OFFICE = Office(units={"VPS", "LĐS"}, positions={"leader", "records_clerk"}, people={"an"})


def a_task_for(pen: Any, groups: str, **properties: str) -> bytes:
    task = pen.user("issue", groups=groups)
    xml: bytes = pen.process("p", pen.start(), task, pen.end(), flows="start > issue > end", **properties)
    return xml


def test_unknown_units_and_positions_in_group_keys_are_told(faults: Faults, pen: Any) -> None:
    literal = a_task_for(pen, "VPS, VPX", starters='=["LĐS/boss"]', fallback="/nobody")
    feel = a_task_for(pen, '=["VPX/leader", unit_code + "/leader"]')

    assert faults("unknown_group", literal, feel, office=OFFICE) == ["p", "p", "issue", "issue"]


def test_known_keys_are_fine_and_so_is_not_knowing_the_office(faults: Faults, pen: Any) -> None:
    xml = a_task_for(pen, '=["VPS/records_clerk", "/leader"]', starters='=["LĐS"]', fallback="/administrator")

    assert faults("unknown_group", xml, office=OFFICE) == []
    assert faults("unknown_group", a_task_for(pen, "NOWHERE")) == []
