"""An element's texts in compiled form: what a flow node works with while it runs."""

from dataclasses import dataclass, field

from engine.bpmn.elements import Element
from engine.bpmn.values import IoMapping, Value


@dataclass(slots=True)
class EventPlan:
    """What an event waits for or throws; `kind` as in `EventDefinition`."""

    kind: str
    name: Value | None = None
    code: str | None = None
    correlation_key: Value | None = None
    timer: str | None = None
    expression: Value | None = None
    activity_ref: str | None = None


@dataclass(slots=True)
class LoopPlan:
    """How an activity repeats."""

    is_sequential: bool
    collection: Value | None = None
    cardinality: Value | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: Value | None = None
    output_variable: str | None = None
    completion_condition: Value | None = None
    is_standard_loop: bool = False
    tests_before: bool = False
    maximum: int | None = None


@dataclass(slots=True)
class Plan:
    """One element, compiled."""

    element: Element
    inputs: list[IoMapping] = field(default_factory=list)
    outputs: list[IoMapping] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    conditions: dict[str, Value] = field(default_factory=dict)
    default_flow: str | None = None
    result_variable: str | None = None
    pass_all_variables: bool = True
    return_all_variables: bool = True
    cancels_rest: bool = True
    event: EventPlan | None = None
    loop: LoopPlan | None = None
