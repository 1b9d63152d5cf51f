"""A boundary event on an activity during which it cannot happen."""

from collections.abc import Iterator

from engine.bpmn.elements import Element
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity

_AT_ONCE = {"task", "manualTask", "scriptTask", "businessRuleTask", "sendTask"}
_NEVER_FAIL = {"userTask", "receiveTask"}
_SUB_PROCESSES = {"subProcess", "transaction", "adHocSubProcess"}
_ASKED_FROM_INSIDE = {"error", "escalation"}


def _check(subject: Subject) -> Iterator[Fault]:
    for event in subject.elements.values():
        host = subject.elements.get(event.attached_to or "")
        if event.kind != "boundaryEvent" or event.event is None or host is None:
            continue
        if host.kind in _AT_ONCE and host.job_type is None and event.event.kind != "compensation":
            yield _fault(event, host, "công việc này xong ngay", "the activity is over at once")
        elif event.event.kind in _ASKED_FROM_INSIDE and not _may_throw(subject, event, host):
            yield _fault(event, host, "không có gì bên trong phát ra nó", "nothing inside throws it")


def _may_throw(subject: Subject, event: Element, host: Element) -> bool:
    """Say whether an error or escalation with the event's code can come out of the activity."""
    if host.kind in _NEVER_FAIL:
        return False
    if host.kind not in _SUB_PROCESSES:
        return True
    kind, code = (event.event.kind, event.event.code) if event.event is not None else (None, None)
    for inner in subject.elements.values():
        if not _lies_in(subject, inner, host.element_id):
            continue
        throws = inner.kind in {"endEvent", "intermediateThrowEvent"} and inner.event is not None
        if throws and inner.event is not None and inner.event.kind == kind and code in {None, inner.event.code}:
            return True
        if inner.kind == "callActivity" or (kind == "error" and inner.job_type is not None):
            return True
    return False


def _lies_in(subject: Subject, element: Element, scope_id: str) -> bool:
    current = element.scope_id
    while current is not None and current != scope_id:
        current = subject.elements[current].scope_id
    return current == scope_id


def _fault(event: Element, host: Element, why_vi: str, why_en: str) -> Fault:
    return Fault(
        event.element_id,
        Bilingual(
            f"Sự kiện biên của “{host.name or host.element_id}” không bao giờ xảy ra: {why_vi}.",
            f"The boundary event of “{host.name or host.element_id}” never happens: {why_en}.",
        ),
        Bilingual(
            "Hãy bỏ sự kiện, hoặc gắn nó vào công việc có thể gặp nó.",
            "Take it off, or attach it to an activity that can meet it.",
        ),
    )


RULE = Rule(
    "boundary_never_fires",
    Severity.WARNING,
    Bilingual("Sự kiện biên nào cũng có thể xảy ra.", "Every boundary event can happen."),
    _check,
)
