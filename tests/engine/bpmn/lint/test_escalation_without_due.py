"""The rule `escalation_without_due`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]
RULES = '=[{at: "due", to: "head"}]'


def of_two(pen: Any, first: dict[str, Any], second: dict[str, Any], **properties: str) -> bytes:
    tasks = pen.user("read", assignee="an", **first), pen.user("sign", assignee="lan", **second)
    xml: bytes = pen.process("p", pen.start(), *tasks, pen.end(), flows="start > read > sign > end", **properties)
    return xml


def test_a_task_with_rules_and_no_due_date_is_told_of(faults: Faults, pen: Any) -> None:
    assert faults("escalation_without_due", of_two(pen, {"lc": {"escalate": RULES}}, {})) == ["read"]


def test_a_process_with_rules_and_nothing_due_is_told_of(faults: Faults, pen: Any) -> None:
    own = {"due": "=working days(2)", "lc": {"escalate": "=[]"}}

    assert faults("escalation_without_due", of_two(pen, {}, own, escalate=RULES)) == ["p"]


def test_one_task_with_a_due_date_is_enough_and_no_rules_need_none(faults: Faults, pen: Any) -> None:
    due = {"due": "=working days(2)"}

    assert faults("escalation_without_due", of_two(pen, {}, due, escalate=RULES)) == []
    assert faults("escalation_without_due", of_two(pen, {"lc": {"escalate": "=[]"}}, {}, escalate="=[]")) == []
    assert faults("escalation_without_due", of_two(pen, due | {"lc": {"escalate": RULES}}, {})) == []
