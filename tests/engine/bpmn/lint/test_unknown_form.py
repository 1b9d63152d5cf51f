"""The rule `unknown_form`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def test_a_form_that_is_not_there_is_told(faults: Faults, pen: Any) -> None:
    task = pen.user("draft", assignee="=starter", form="draft_fomr")
    xml = pen.process("p", pen.start(), task, pen.end(), flows="start > draft > end")

    assert faults("unknown_form", xml, forms=["draft_form"]) == ["draft"]


def test_known_and_computed_forms_are_fine_and_so_is_not_knowing(faults: Faults, pen: Any) -> None:
    one, two = pen.user("one", assignee="an", form="draft"), pen.user("two", assignee="an", form='=kind + "_form"')
    xml = pen.process("p", pen.start(), one, two, pen.end(), flows="start > one > two > end")

    assert faults("unknown_form", xml, forms=["draft"]) == []
    assert faults("unknown_form", xml) == []
