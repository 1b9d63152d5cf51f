"""What a diagram says, as plain values: processes, their elements, flows and lanes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.wording import Finding


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who a user task is for, as written: a literal, or FEEL when it starts with `=`."""

    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """How an activity repeats (BPMN 2.0 §10.3.8): over a collection, a number of times, or as a standard loop."""

    is_sequential: bool
    input_collection: str | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    completion_condition: str | None = None
    cardinality: str | None = None
    is_standard_loop: bool = False
    tests_before: bool = False
    loop_maximum: int | None = None


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws; `kind` is the BPMN tag without `EventDefinition` ("timer", "message", …).

    `name` is the message's, signal's or link's name, `code` the error's or escalation's code; both as written.
    `timer` is "timeDate", "timeDuration" or "timeCycle"; `expression` is the timer's or the condition's text.
    """

    kind: str
    name: str | None = None
    code: str | None = None
    correlation_key: str | None = None
    timer: str | None = None
    expression: str | None = None
    activity_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow."""

    flow_id: str
    source_id: str
    target_id: str
    name: str = ""
    condition: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane (làn): its name and the ids of the elements drawn in it."""

    lane_id: str
    name: str
    element_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node as drawn: raw texts, nothing evaluated.

    `kind` is the BPMN tag ("userTask"); `scope_id` the sub-process around it; `incoming` and `outgoing` are flow ids;
    `properties` are the zeebe properties in document order.
    """

    element_id: str
    kind: str
    name: str = ""
    documentation: str = ""
    lane: str | None = None
    scope_id: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    assignment: Assignment | None = None
    form_id: str | None = None
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None
    job_type: str | None = None
    retries: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    called_process: str | None = None
    decision_id: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    multi_instance: MultiInstance | None = None
    event: EventDefinition | None = None
    attached_to: str | None = None
    is_interrupting: bool = True
    is_event_sub_process: bool = False
    is_compensation_handler: bool = False
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """One executable process of a diagram, read and checked; shared by all its runs and never changed."""

    process_id: str
    name: str
    properties: Mapping[str, str]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    lanes: tuple[Lane, ...]
    start_elements: tuple[Element, ...]
    blueprint: Any = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Diagram:
    """One file as read: its executable processes by id, and what is odd about it without being refused."""

    filename: str
    processes: Mapping[str, ProcessModel]
    warnings: tuple[Finding, ...] = ()
