"""The rule `no_assignment`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def test_a_user_task_for_nobody_is_told(faults: Faults, pen: Any) -> None:
    xml = pen.process("p", pen.start(), pen.user("approve"), pen.end(), flows="start > approve > end")

    assert faults("no_assignment", xml) == ["approve"]


def test_an_assignee_or_groups_or_users_are_enough(faults: Faults, pen: Any) -> None:
    tasks = pen.user("one", assignee="=starter"), pen.user("two", groups="VPS"), pen.user("three", users="an, lan")
    xml = pen.process("p", pen.start(), *tasks, pen.end(), flows="start > one > two > three > end")

    assert faults("no_assignment", xml) == []
