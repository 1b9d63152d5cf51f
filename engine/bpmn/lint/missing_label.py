"""Elements without a name where people would read it: in the task list, the history, the drawing."""

from collections.abc import Iterator

from engine.bpmn.elements import Element
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity

_QUESTIONS = {"exclusiveGateway", "inclusiveGateway"}
_UNNAMED_EVENTS = {"compensation", "link"}


def _check(subject: Subject) -> Iterator[Fault]:
    for element in subject.elements.values():
        if _needs_name(element) and not element.name.strip():
            yield Fault(
                element.element_id,
                Bilingual(
                    f"Phần tử “{element.element_id}” chưa có tên.", f"The element “{element.element_id}” has no name."
                ),
                Bilingual(
                    "Hãy ghi tên; cổng rẽ nhánh ghi thành câu hỏi.", "Name it; a gateway that splits as a question."
                ),
            )
        if element.kind in _QUESTIONS and len(element.outgoing) > 1:
            yield from _unnamed_answers(subject, element)


def _unnamed_answers(subject: Subject, gateway: Element) -> Iterator[Fault]:
    for flow in map(subject.flow, gateway.outgoing):
        if not flow.name.strip():
            yield Fault(
                flow.flow_id,
                Bilingual(
                    f"Luồng “{flow.flow_id}” ra khỏi cổng “{gateway.name or gateway.element_id}” chưa có tên.",
                    f"The flow “{flow.flow_id}” out of the gateway “{gateway.name or gateway.element_id}” has no name.",
                ),
                Bilingual("Hãy ghi câu trả lời lên luồng.", "Write the answer on the flow."),
            )


def _needs_name(element: Element) -> bool:
    if element.kind.endswith("Gateway"):
        return element.kind in _QUESTIONS and len(element.outgoing) > 1
    if element.kind.endswith("Event"):
        is_plain_inside = element.scope_id is not None and element.event is None
        return not is_plain_inside and (element.event is None or element.event.kind not in _UNNAMED_EVENTS)
    return True


RULE = Rule(
    "missing_label",
    Severity.WARNING,
    Bilingual("Công việc, sự kiện và cổng rẽ nhánh có tên.", "Activities, events and splitting gateways have names."),
    _check,
)
