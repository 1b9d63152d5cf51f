"""Where tokens can come to and get out from, in the drawing alone: conditions count as sometimes true."""

from collections.abc import Collection, Iterable, Mapping

from engine.bpmn.elements import Element
from engine.bpmn.lint.subject import Subject


def reached(subject: Subject, elements: Iterable[Element]) -> set[str]:
    """Return the elements of one scope that a token can come to."""
    inside = {element.element_id: element for element in elements}
    return closure(starts(inside.values()), {key: subject.after(element) for key, element in inside.items()})


def starts(elements: Collection[Element]) -> list[str]:
    """Return where tokens of a scope come from: start events, or what nothing leads to where there are none.

    Event sub-processes and compensation handlers come alive by themselves and count, too.
    """
    begun = [element.element_id for element in elements if element.kind == "startEvent"]
    by_themselves = [each.element_id for each in elements if each.is_event_sub_process or each.is_compensation_handler]
    if not begun:
        begun = [each.element_id for each in elements if not each.incoming and not _is_led_to(each)]
    return begun + by_themselves


def with_way_out(subject: Subject, elements: Iterable[Element]) -> set[str]:
    """Return the elements of one scope from which its end can be reached.

    A non-interrupting boundary event frees nothing: its activity goes on.
    """
    before: dict[str, list[str]] = {}
    ends = []
    for element in elements:
        for target in subject.after(element):
            if subject.elements[target].is_interrupting:
                before.setdefault(target, []).append(element.element_id)
        if not element.outgoing and not _is_link_throw(element):
            ends.append(element.element_id)
    return closure(ends, before)


def closure(first: Iterable[str], ways: Mapping[str, Collection[str]]) -> set[str]:
    """Return everything that `ways` lead to, the first ones included."""
    found = set(first)
    waiting = list(found)
    while waiting:
        for target in ways.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _is_led_to(element: Element) -> bool:
    """Say whether a token comes to the element by something else than a flow."""
    is_link = element.event is not None and element.event.kind == "link"
    return element.kind == "boundaryEvent" or (element.kind == "intermediateCatchEvent" and is_link)


def _is_link_throw(element: Element) -> bool:
    return element.kind == "intermediateThrowEvent" and element.event is not None and element.event.kind == "link"
