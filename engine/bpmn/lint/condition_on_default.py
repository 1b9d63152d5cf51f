"""A default flow that has a condition, too: the condition is never looked at."""

from collections.abc import Iterator

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    for flow in subject.model.flows.values():
        if flow.is_default and flow.condition is not None:
            yield Fault(
                flow.flow_id,
                Bilingual(
                    f"Luồng mặc định “{flow.name or flow.flow_id}” có điều kiện; điều kiện này không được xét.",
                    f"The default flow “{flow.name or flow.flow_id}” has a condition, which is never looked at.",
                ),
                Bilingual(
                    "Hãy bỏ điều kiện, hoặc bỏ dấu mặc định.", "Take the condition off, or make another flow default."
                ),
            )


RULE = Rule(
    "condition_on_default",
    Severity.WARNING,
    Bilingual("Luồng mặc định không có điều kiện.", "Default flows have no condition."),
    _check,
)
