"""A variable that a condition reads and that nothing in the process writes: most often a typing mistake."""

from collections.abc import Iterator
from difflib import get_close_matches

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.variables import takes_anything, written
from engine.bpmn.values import Value
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    """Where anything may be written from outside, only what looks like a slip of a known name is told."""
    known, is_open = written(subject), takes_anything(subject)
    for element_id, value in _conditions(subject):
        if value.expression is None:
            continue
        expression = value.expression
        for name in sorted(expression.reads - expression.possible_reads - known):
            near = get_close_matches(name, list(known), n=1, cutoff=0.8)
            if near or not is_open:
                yield _fault(element_id, name, near)


def _conditions(subject: Subject) -> Iterator[tuple[str, Value]]:
    for element_id in subject.elements:
        plan = subject.plan(element_id)
        yield from plan.conditions.items()
        if plan.event is not None and plan.event.kind == "conditional" and plan.event.expression is not None:
            yield element_id, plan.event.expression
        if plan.loop is not None and plan.loop.completion_condition is not None:
            yield element_id, plan.loop.completion_condition


def _fault(element_id: str, name: str, near: list[str]) -> Fault:
    hint = (f" Ý bạn là “{near[0]}”?", f" Did you mean “{near[0]}”?") if near else ("", "")
    return Fault(
        element_id,
        Bilingual(
            f"Điều kiện đọc biến “{name}”, nhưng không bước nào ghi biến này.{hint[0]}",
            f"The condition reads the variable “{name}”, which no step writes.{hint[1]}",
        ),
        Bilingual(
            "Hãy kiểm tra tên biến với trường của biểu mẫu và ánh xạ của các bước trước.",
            "Compare the name with the forms' fields and the mappings of the steps before.",
        ),
    )


RULE = Rule(
    "variable_never_written",
    Severity.HINT,
    Bilingual("Biến trong điều kiện có bước ghi.", "Variables in conditions are written by some step."),
    _check,
)
