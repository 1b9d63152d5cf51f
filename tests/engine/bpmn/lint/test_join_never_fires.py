"""The rule `join_never_fires`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def test_a_parallel_join_behind_an_exclusive_choice_is_told(faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.start(),
        pen.node("exclusiveGateway", "choose", default="choose_to_a"),
        pen.node("task", "a"),
        pen.node("task", "b"),
        pen.node("parallelGateway", "join"),
        pen.end(),
        flows="""
        start > choose > a > join > end
        choose > b : =dear
        b > join
        """,
    )

    assert faults("join_never_fires", xml) == ["join"]


def test_a_join_with_a_branch_that_nothing_reaches_is_told(faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.start(),
        pen.node("task", "lost"),
        pen.node("parallelGateway", "join"),
        pen.end(),
        flows="""
        start > join > end
        lost > join
        """,
    )

    assert faults("join_never_fires", xml) == ["join"]


def test_a_join_of_an_activity_and_its_interrupting_boundary_event_is_told(faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.start(),
        pen.user("ask", assignee="an"),
        pen.node("boundaryEvent", "late", pen.timer("P1D"), attachedToRef="ask"),
        pen.node("parallelGateway", "join"),
        pen.end(),
        flows="""
        start > ask > join > end
        late > join
        """,
    )

    assert faults("join_never_fires", xml) == ["join"]


def test_a_join_behind_a_fork_is_fine_even_with_choices_and_loops_in_its_branches(faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.start(),
        pen.node("parallelGateway", "fork"),
        pen.node("task", "a"),
        pen.node("exclusiveGateway", "again", default="again_to_join"),
        pen.node("task", "b"),
        pen.node("parallelGateway", "join"),
        pen.end(),
        flows="""
        start > fork > a > again > join > end
        again > a : =bad
        fork > b > join
        """,
    )

    assert faults("join_never_fires", xml) == []


def test_a_join_that_needs_two_rounds_of_a_loop_is_fine(faults: Faults, pen: Any) -> None:
    xml = pen.process(
        "p",
        pen.start(),
        pen.node("exclusiveGateway", "merge"),
        pen.node("task", "work"),
        pen.node("inclusiveGateway", "split"),
        pen.node("exclusiveGateway", "side", default="side_to_join"),
        pen.node("parallelGateway", "join"),
        pen.end(),
        flows="""
        start > merge > work > split > merge
        split > side > join > end
        side > join2 : =left
        """.replace("join2", "other"),
        globals="",
    ).replace(b"</process>", b'<task id="other" /><sequenceFlow id="x" sourceRef="other" targetRef="join" /></process>')

    assert faults("join_never_fires", xml) == []
