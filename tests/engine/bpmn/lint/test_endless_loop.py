"""The rule `endless_loop`."""

from collections.abc import Callable
from typing import Any

import pytest

Faults = Callable[..., list[str]]

LOOP = """
start > first > second > first
"""


def test_a_loop_without_a_way_out_is_told_once(faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p", pen.start(), pen.user("first", assignee="an"), pen.user("second", assignee="lan"), flows=LOOP
    )

    assert faults("endless_loop", xml) == ["first"]


@pytest.mark.parametrize("way_out", ["start > fork > stop", "second > stop"])
def test_a_way_out_or_something_that_ends_everything_is_enough(way_out: str, faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.start(),
        pen.node("parallelGateway", "fork"),
        pen.user("first", assignee="an"),
        pen.user("second", assignee="lan"),
        pen.end("stop", "<terminateEventDefinition />"),
        flows=LOOP + way_out,
    )

    assert faults("endless_loop", xml) == []


@pytest.mark.parametrize(("interrupts", "found"), [("true", []), ("false", ["turn"])])
def test_only_an_interrupting_boundary_event_frees(interrupts: str, found: list[str], faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.start(),
        pen.node("exclusiveGateway", "turn"),
        pen.user("wait", assignee="an"),
        pen.node("boundaryEvent", "late", pen.timer("P1D"), attachedToRef="wait", cancelActivity=interrupts),
        pen.end(),
        flows="""
        start > turn > wait > turn
        late > end
        """,
    )

    assert faults("endless_loop", xml) == found


def test_a_sub_process_that_can_be_interrupted_may_loop(faults: Faults, pen: Any) -> None:
    inside = (
        '<startEvent id="in" /><exclusiveGateway id="turn" /><receiveTask id="poll" messageRef="news" />'
        '<sequenceFlow id="f1" sourceRef="in" targetRef="turn" /><sequenceFlow id="f2" sourceRef="turn" '
        'targetRef="poll" /><sequenceFlow id="f3" sourceRef="poll" targetRef="turn" />'
    )
    xml = pen.process(
        "p",
        pen.start(),
        pen.node("subProcess", "watch", inside),
        pen.node("boundaryEvent", "enough", pen.timer("P1D"), attachedToRef="watch"),
        pen.end(),
        flows="""
        start > watch
        enough > end
        """,
        globals=pen.message("news", "=case"),
    )

    assert faults("endless_loop", xml) == []
