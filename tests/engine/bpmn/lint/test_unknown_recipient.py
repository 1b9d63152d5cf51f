"""The rule `unknown_recipient`."""

from collections.abc import Callable
from typing import Any

from engine.bpmn.lint import Office

Faults = Callable[..., list[str]]

OFFICE = Office(units={"VPS", "LĐS"}, positions={"leader", "records_clerk"}, people={"an"})


def telling(pen: Any, task: str, process: str = "[]") -> bytes:
    issue = pen.user("issue", groups="VPS", due="=working days(2)", lc={"escalate": f"={task}"})
    flows = "start > issue > end"
    xml: bytes = pen.process("p", pen.start(), issue, pen.end(), flows=flows, escalate=f"={process}")
    return xml


def test_who_is_not_in_the_directory_is_told_of_with_what_may_be_meant(faults: Faults, pen: Any) -> None:
    rules = '[{at: "due", to: ["asignee", "ann", "VPX", "VPX/leader", "VPS/boss", "/boss"]}]'

    assert faults("unknown_recipient", telling(pen, rules), office=OFFICE) == ["issue"] * 6
    assert faults("unknown_recipient", telling(pen, "[]", '{at: "due", to: "thu"}'), office=OFFICE) == ["p"]


def test_words_known_keys_and_people_are_fine_and_so_is_not_knowing_the_office(faults: Faults, pen: Any) -> None:
    words = '["assignee", "head", "superior", "starter", "an", "VPS", "VPS/leader", "/records_clerk", "/administrator"]'

    assert faults("unknown_recipient", telling(pen, f'[{{at: "due", to: {words}}}]'), office=OFFICE) == []
    assert faults("unknown_recipient", telling(pen, '[{at: "due", to: "whoever"}]')) == []
