"""The rule `unknown_process`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def calling(pen: Any, process_id: str) -> bytes:
    xml: bytes = pen.process("caller", pen.start(), pen.call("call", process_id), pen.end(), flows="start > call > end")
    return xml


def test_a_called_process_that_is_not_there_is_told(faults: Faults, pen: Any) -> None:
    assert faults("unknown_process", calling(pen, "chid"), processes=["child"]) == ["call"]


def test_a_process_of_the_same_set_or_one_deployed_before_is_fine(faults: Faults, pen: Any) -> None:
    child = pen.process("child", pen.start(), pen.end(), flows="start > end")

    assert faults("unknown_process", calling(pen, "child"), child, processes=[]) == []
    assert faults("unknown_process", calling(pen, "child"), processes=["child"]) == []
    assert faults("unknown_process", calling(pen, "child")) == []
