"""A loop that no flow, boundary event or interruption leads out of."""

from collections.abc import Collection, Iterator, Mapping

from engine.bpmn.elements import Element
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.ways import closure, reached, with_way_out
from engine.wording import Bilingual, Severity

_ENDS_THAT_STOP_OTHERS = {"terminate", "error", "cancel", "escalation"}


def _check(subject: Subject) -> Iterator[Fault]:
    scopes = {None if around is None else around.element_id: elements for around, elements in subject.scopes()}
    ended = {scope_id for scope_id in scopes if _may_be_ended(subject, scopes, scope_id)}
    for around, elements in subject.scopes():
        if (around is not None and around.kind == "adHocSubProcess") or not ended.isdisjoint(
            _outwards(subject, around)
        ):
            continue
        stuck = reached(subject, elements) - with_way_out(subject, elements)
        for first in _firsts(subject, [element for element in elements if element.element_id in stuck]):
            yield _fault(first)


def _may_be_ended(subject: Subject, scopes: Mapping[str | None, list[Element]], scope_id: str | None) -> bool:
    """Say whether something in a scope, or at its border, may end all that runs in it."""
    for element in scopes[scope_id]:
        starts = scopes.get(element.element_id, []) if element.is_event_sub_process else []
        ends = element.kind == "endEvent" and element.event is not None and element.event.kind in _ENDS_THAT_STOP_OTHERS
        if ends or any(each.kind == "startEvent" and each.is_interrupting for each in starts):
            return True
    return scope_id is not None and any(event.is_interrupting for event in subject.boundary_events(scope_id))


def _outwards(subject: Subject, around: Element | None) -> Iterator[str | None]:
    """Yield a scope and those around it, the process last."""
    while around is not None:
        yield around.element_id
        around = None if around.scope_id is None else subject.elements[around.scope_id]
    yield None


def _firsts(subject: Subject, stuck: Collection[Element]) -> Iterator[Element]:
    """Yield the first element of each loop, in the order of the file; loops that hang together count as one."""
    after = {element.element_id: set(subject.after(element)) for element in stuck}
    beside = {key: {*after[key], *(other for other in after if key in after[other])} & after.keys() for key in after}
    told: set[str] = set()
    for element in stuck:
        key = element.element_id
        if key not in told and key in closure(after[key], after):
            told |= closure([key], beside)
            yield element


def _fault(first: Element) -> Fault:
    said = first.name or first.element_id
    return Fault(
        first.element_id,
        Bilingual(
            f"Vòng lặp qua “{said}” không có lối ra; hồ sơ vào đây không bao giờ kết thúc.",
            f"The loop through “{said}” has no way out; a case that comes here never ends.",
        ),
        Bilingual(
            "Hãy vẽ một luồng đi ra, ví dụ qua cổng loại trừ, hoặc một sự kiện biên.",
            "Draw a flow that leaves it, such as from an exclusive gateway, or a boundary event.",
        ),
    )


RULE = Rule(
    "endless_loop",
    Severity.ERROR,
    Bilingual("Vòng lặp nào cũng có lối ra.", "Every loop has a way out."),
    _check,
)
