"""The rule `generated_id`."""

from collections.abc import Callable
from typing import Any

import pytest

Faults = Callable[..., list[str]]


@pytest.mark.parametrize(
    "element_id",
    ["Activity_0x3kabc", "Gateway_1", "UserTask_0abc12d", "sid-1B2C3D4E-0000-4000-8000-0123456789AB", "usertask1"],
)
def test_an_id_made_up_by_a_modeler_is_told(element_id: str, faults: Faults, pen: Any) -> None:
    xml = pen.process("p", pen.start(), pen.node("task", element_id), pen.end(), flows=f"start > {element_id} > end")

    assert faults("generated_id", xml) == [element_id]


@pytest.mark.parametrize("element_id", ["approve_request", "Approve", "step_2", "Task_list", "Activity_approve"])
def test_an_id_that_says_something_is_fine(element_id: str, faults: Faults, pen: Any) -> None:
    xml = pen.process("p", pen.start(), pen.node("task", element_id), pen.end(), flows=f"start > {element_id} > end")

    assert faults("generated_id", xml) == []


def test_the_id_of_the_process_counts_too(faults: Faults, pen: Any) -> None:
    xml = pen.process("Process_0k2j3hd", pen.start(), pen.end(), flows="start > end")

    assert faults("generated_id", xml) == ["Process_0k2j3hd"]
