"""The rule `missing_label`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def test_what_people_read_needs_a_name(faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.node("startEvent", "start", name="Cần mua sắm"),
        pen.node("task", "weigh", name=""),
        pen.node("exclusiveGateway", "is_dear", name=" ", default="is_dear_to_cheap"),
        pen.node("endEvent", "dear", name="Đắt"),
        pen.node("endEvent", "cheap", name="Rẻ"),
        flows="""
        start > weigh > is_dear > cheap
        is_dear > dear : =amount > 5
        """,
    )

    assert sorted(faults("missing_label", xml)) == ["is_dear", "is_dear_to_cheap", "is_dear_to_dear", "weigh"]


def test_gateways_that_only_join_and_inner_plain_events_need_none(faults: Faults, pen: Any) -> None:
    inside = '<startEvent id="in" /><endEvent id="out" /><sequenceFlow id="f" sourceRef="in" targetRef="out" />'
    xml = pen.process(
        "p",
        pen.node("startEvent", "start", name="Bắt đầu"),
        pen.node("parallelGateway", "fork", name=""),
        pen.node("subProcess", "part", inside, name="Phần"),
        pen.node("exclusiveGateway", "join", name=""),
        pen.node("endEvent", "end", name="Xong"),
        flows="""
        start > fork > part > join > end
        fork > join
        """,
    )

    assert faults("missing_label", xml) == []
