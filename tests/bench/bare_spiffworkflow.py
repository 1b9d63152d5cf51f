"""The yardstick: the same steps on SpiffWorkflow as it comes, with its own parser, engine and serializer, no database.

The only file outside `engine.bpmn` that imports SpiffWorkflow: what it measures is the engine without this platform.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bench.joint_minutes import CHAIN, DRAFT
from tests.bench.measures import Stopwatch, Timing

TWIN = Path(__file__).parent / "joint_minutes_stock.bpmn"
SIGN: Mapping[str, object] = {"outcome": "sign", "reason": None}
SIGN_IN_CHAIN: Mapping[str, object] = {"decision": "sign", "reason": None}  # the stock loop's own output item
STEPS = (SIGN, *(SIGN_IN_CHAIN for _ in CHAIN), SIGN)


def measure(cases: int) -> list[Timing]:
    """Sign `cases` documents twice: staying in memory, and stored as JSON and woken again for every step."""
    specs = _parse()
    _sign_in_memory(specs, Stopwatch())
    in_memory, stored = Stopwatch(), Stopwatch()
    for _ in range(cases):
        _sign_in_memory(specs, in_memory)
        _sign_stored(specs, stored)
    return [
        Timing.of("bare_in_memory", "bare SpiffWorkflow, in memory", in_memory.times_ms),
        Timing.of("bare_stored", "bare SpiffWorkflow, state as JSON", stored.times_ms),
    ]


def _parse() -> tuple[Any, Any]:
    parser = BpmnParser()
    parser.add_bpmn_file(str(TWIN))
    process_id = "joint_minutes_stock"
    return parser.get_spec(process_id), parser.get_subprocess_specs(process_id)


def _drafted(specs: tuple[Any, Any]) -> BpmnWorkflow:
    workflow = BpmnWorkflow(*specs)
    workflow.do_engine_steps()
    _complete(workflow, {**DRAFT, "chain": list(CHAIN), "outcome": "submit"})
    return workflow


def _complete(workflow: BpmnWorkflow, values: Mapping[str, object]) -> None:
    [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
    task.data.update(values)
    task.run()
    workflow.do_engine_steps()


def _sign_in_memory(specs: tuple[Any, Any], stopwatch: Stopwatch) -> None:
    workflow = _drafted(specs)
    for values in STEPS:
        with stopwatch.lap():
            _complete(workflow, values)
    _must_have_arrived(workflow)


def _sign_stored(specs: tuple[Any, Any], stopwatch: Stopwatch) -> None:
    serializer = BpmnWorkflowSerializer()
    workflow = _drafted(specs)
    text = serializer.serialize_json(workflow)
    for values in STEPS:
        with stopwatch.lap():
            workflow = serializer.deserialize_json(text)
            _complete(workflow, values)
            text = serializer.serialize_json(workflow)
    _must_have_arrived(workflow)


def _must_have_arrived(workflow: BpmnWorkflow) -> None:
    [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
    if task.task_spec.name != "issue_number":
        raise RuntimeError(f"the twin diagram went astray: it waits at {task.task_spec.name}")
