"""The rule `boundary_never_fires`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def an_event_on(pen: Any, host: str, event: str, globals_: str = "") -> bytes:
    xml: bytes = pen.process(
        "p",
        pen.start(),
        host,
        pen.node("boundaryEvent", "caught", event, attachedToRef="host"),
        pen.end(),
        pen.end("other"),
        flows="""
        start > host > end
        caught > other
        """,
        globals=globals_ + '<error id="late" errorCode="LATE" /><error id="lost" errorCode="LOST" />',
    )
    return xml


def test_an_error_on_a_user_task_is_told(faults: Faults, pen: Any) -> None:
    xml = an_event_on(pen, pen.user("host", assignee="an"), '<errorEventDefinition errorRef="late" />')

    assert faults("boundary_never_fires", xml) == ["caught"]


def test_a_timer_on_an_activity_that_passes_at_once_is_told(faults: Faults, pen: Any) -> None:
    assert faults("boundary_never_fires", an_event_on(pen, pen.node("manualTask", "host"), pen.timer("P1D"))) == [
        "caught"
    ]


def test_an_error_that_nothing_in_the_sub_process_throws_is_told(faults: Faults, pen: Any) -> None:
    inside = (
        '<startEvent id="in" /><endEvent id="out"><errorEventDefinition errorRef="lost" /></endEvent>'
        '<sequenceFlow id="f" sourceRef="in" targetRef="out" />'
    )
    host = pen.node("subProcess", "host", inside)

    missed = an_event_on(pen, host, '<errorEventDefinition errorRef="late" />')
    caught = an_event_on(pen, host, '<errorEventDefinition errorRef="lost" />')

    assert faults("boundary_never_fires", missed) == ["caught"]
    assert faults("boundary_never_fires", caught) == []


def test_jobs_throw_errors_and_user_tasks_take_time(faults: Faults, pen: Any) -> None:
    error = an_event_on(pen, pen.service("host", "pay"), '<errorEventDefinition errorRef="late" />')
    timer = an_event_on(pen, pen.user("host", assignee="an"), pen.timer("P1D"))

    assert faults("boundary_never_fires", error, timer) == []
