"""The rule `unknown_person`."""

from collections.abc import Callable
from typing import Any

from engine.bpmn.lint import Office

Faults = Callable[..., list[str]]

OFFICE = Office(units={"VPS"}, positions={"leader"}, people={"an", "lan"})


def test_a_username_nobody_has_is_told(faults: Faults, pen: Any) -> None:
    task = pen.user("sign", assignee="lam", users='=["an", "ann"]')
    xml = pen.process("p", pen.start(), task, pen.end(), flows="start > sign > end")

    assert faults("unknown_person", xml, office=OFFICE) == ["sign", "sign"]


def test_known_people_and_variables_are_fine(faults: Faults, pen: Any) -> None:
    one, two = pen.user("one", assignee="lan"), pen.user("two", assignee="=person(signer).username", users="an, lan")
    xml = pen.process("p", pen.start(), one, two, pen.end(), flows="start > one > two > end")

    assert faults("unknown_person", xml, office=OFFICE) == []
