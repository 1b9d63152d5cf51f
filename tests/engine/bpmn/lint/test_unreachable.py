"""The rule `unreachable`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def test_an_island_of_flows_is_told(faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.start(),
        pen.end(),
        pen.node("task", "here"),
        pen.node("task", "there"),
        flows="""
        start > end
        here > there > here
        """,
    )

    assert faults("unreachable", xml) == ["here", "there"]


def test_boundary_events_links_and_event_sub_processes_lead_on(faults: Faults, pen: Any) -> None:
    inside = (
        f'<startEvent id="late">{pen.timer("P9D")}</startEvent><task id="warn" />'
        '<sequenceFlow id="f" sourceRef="late" targetRef="warn" />'
    )
    xml = pen.process(
        "p",
        pen.start(),
        pen.user("ask", assignee="an"),
        pen.node("boundaryEvent", "slow", pen.timer("P3D"), attachedToRef="ask"),
        pen.node("task", "remind"),
        pen.node("intermediateThrowEvent", "away", '<linkEventDefinition name="L" />'),
        pen.node("intermediateCatchEvent", "back", '<linkEventDefinition name="L" />'),
        pen.node("task", "after"),
        pen.node("subProcess", "watch", inside, triggeredByEvent="true"),
        flows="""
        start > ask > away
        slow > remind
        back > after
        """,
    )

    assert faults("unreachable", xml) == []
