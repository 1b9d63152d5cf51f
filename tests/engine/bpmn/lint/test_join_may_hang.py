"""The rule `join_may_hang`."""

from collections.abc import Callable
from typing import Any

import pytest

Faults = Callable[..., list[str]]

BRANCHES = """
start > split
split > a : =cheap
split > b : =dear
a > join > end
b > join
"""


def chosen(pen: Any, split: str, join: str, flows: str = BRANCHES, *more: str) -> bytes:
    xml: bytes = pen.process(
        "p",
        pen.start(),
        pen.node(split, "split"),
        pen.node("task", "a"),
        pen.node("task", "b"),
        pen.node(join, "join"),
        *more,
        pen.end(),
        flows=flows,
    )
    return xml


def test_an_inclusive_choice_closed_by_a_parallel_join_is_told(faults: Faults, pen: Any) -> None:
    assert faults("join_may_hang", chosen(pen, "inclusiveGateway", "parallelGateway")) == ["join"]


def test_conditions_on_the_flows_of_an_activity_are_such_a_choice(faults: Faults, pen: Any) -> None:
    assert faults("join_may_hang", chosen(pen, "task", "parallelGateway")) == ["join"]


@pytest.mark.parametrize("join", ["inclusiveGateway", "exclusiveGateway"])
def test_another_join_is_fine(join: str, faults: Faults, pen: Any) -> None:
    assert faults("join_may_hang", chosen(pen, "inclusiveGateway", join)) == []


def test_branches_that_do_not_meet_are_fine(faults: Faults, pen: Any) -> None:
    flows = """
    start > split
    split > fork : =cheap
    split > b : =dear
    fork > a > join > end
    fork > c > join
    """
    more = pen.node("parallelGateway", "fork"), pen.node("task", "c")

    assert faults("join_may_hang", chosen(pen, "inclusiveGateway", "parallelGateway", flows, *more)) == []


def test_a_choice_that_ends_before_the_join_is_fine(faults: Faults, pen: Any) -> None:
    flows = """
    start > fork > split
    split > a : =cheap
    split > b : =dear
    a > gather > join > end
    b > gather
    fork > join
    """
    more = pen.node("parallelGateway", "fork"), pen.node("inclusiveGateway", "gather")

    assert faults("join_may_hang", chosen(pen, "inclusiveGateway", "parallelGateway", flows, *more)) == []


def test_the_sub_process_of_the_choice_does_not_matter(faults: Faults, pen: Any) -> None:
    inside = (
        '<startEvent id="in" /><inclusiveGateway id="split" /><parallelGateway id="join" />'
        '<sequenceFlow id="f1" sourceRef="in" targetRef="split" />'
        '<sequenceFlow id="f2" sourceRef="split" targetRef="join"><conditionExpression>=cheap</conditionExpression>'
        '</sequenceFlow><sequenceFlow id="f3" sourceRef="split" targetRef="join">'
        "<conditionExpression>=dear</conditionExpression></sequenceFlow>"
    )
    xml = pen.process("p", pen.start(), pen.node("subProcess", "part", inside), flows="start > part")

    assert faults("join_may_hang", xml) == ["join"]


def test_a_default_flow_beside_two_conditions_is_told_only_where_the_join_is_reached(faults: Faults, pen: Any) -> None:
    flows = BRANCHES + "split > end"
    xml = chosen(pen, "inclusiveGateway", "parallelGateway", flows).replace(
        b'id="split"', b'id="split" default="split_to_end"'
    )

    assert faults("join_may_hang", xml) == ["join"]


def test_a_drawing_too_large_to_play_is_looked_at_in_no_time_and_left_alone(faults: Faults, pen: Any) -> None:
    names = [f"t{number}" for number in range(400)]
    flows = "\n".join(f"split > {name} : =dear\n{name} > join" for name in names)
    more = [pen.node("task", name) for name in names]

    assert faults("join_may_hang", chosen(pen, "inclusiveGateway", "parallelGateway", BRANCHES + flows, *more)) == []
