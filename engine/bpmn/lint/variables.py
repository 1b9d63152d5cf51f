"""What a process writes into its variables, as far as the drawing tells."""

from collections.abc import Iterator

from engine.bpmn.elements import Element
from engine.bpmn.lint.subject import Subject

GIVEN = frozenset({"starter", "starter_unit", "outcome", "reason", "completed_by", "loopCounter"})
_COUNTED = frozenset(
    {"numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances"}
)
_BRING_ANYTHING = frozenset({"message", "signal", "error", "escalation"})
_CATCH = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})


def written(subject: Subject) -> set[str]:
    """Return the names that are surely written by somebody."""
    return {*GIVEN, *_COUNTED, *(name for key in subject.elements for name in _written_by(subject, key))}


def takes_anything(subject: Subject) -> bool:
    """Say whether something may write names that the drawing does not tell: a job, a payload, a form, a caller."""
    called = {
        element.called_process
        for model in (subject.model, *subject.siblings)
        for element in model.elements.values()
        if element.kind == "callActivity"
    }
    is_called = subject.model.process_id in called or any(name and name.startswith("=") for name in called)
    return is_called or any(_is_open(subject, element) for element in subject.elements.values())


def _written_by(subject: Subject, element_id: str) -> Iterator[str]:
    plan, element = subject.plan(element_id), subject.elements[element_id]
    yield from (mapping.target[0] for mapping in (*plan.inputs, *plan.outputs))
    loop = plan.loop
    said = [plan.result_variable]
    if loop is not None:
        said += [loop.input_element, loop.output_collection, loop.output_variable]
    yield from (name for name in said if name)
    if element.form_id is not None:
        yield from (subject.surroundings.form_fields or {}).get(element.form_id, ())


def _is_open(subject: Subject, element: Element) -> bool:
    plan = subject.plan(element.element_id)
    if plan.outputs:
        return False
    if element.kind == "callActivity":
        return plan.return_all_variables
    if element.kind in _CATCH and element.event is not None:
        return element.event.kind in _BRING_ANYTHING
    fields = subject.surroundings.form_fields
    is_open_form = element.form_id is not None and (fields is None or element.form_id not in fields)
    return element.job_type is not None or is_open_form
