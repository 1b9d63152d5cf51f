"""Plays the tokens of one scope in all ways the drawing allows, to learn which joins can fire and which may starve.

Data is left out: every condition may be true. Where a choice gives more tokens than another, only the richer one is
played, and a place holds none, one or many tokens. So the game allows more than any run does: a join that it never
fires can surely not fire. The poor game plays only one of the conditional flows of an inclusive choice instead: where
everything else stands still then, a join that still waits may starve. At each marking one node is followed as long as
all it leads to is new (nodes share no places, so none can take another's tokens, and no standstill is missed); else
all are, which keeps loops from hiding the rest.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.elements import Element, Flow
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.ways import starts

MANY = 2
MOST_MARKINGS = 2_000
MOST_TOKENS = 100_000
"""Beyond so many markings, or tokens in all of them, nothing is claimed; drawings of offices need a few dozen."""

Marking = frozenset[tuple[str, int]]


@dataclass(slots=True)
class _Node:
    element_id: str
    is_join: bool
    inputs: list[str] = field(default_factory=list)
    choices: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the game showed: joins that got a token, those that fired, those that kept one when all stood still."""

    touched: frozenset[str]
    fired: frozenset[str]
    starved: frozenset[str]


def play_tokens(subject: Subject, elements: Collection[Element], *, is_poor: bool = False) -> Outcome | None:
    """Return what the joins of a scope can do; None when the scope is too large to tell."""
    nodes = {element.element_id: _node(subject, element, is_poor=is_poor) for element in elements}
    for element in elements:
        for target in _linked(subject, element):
            nodes[target].inputs.append(f"{element.element_id}#link")
    first = [key for key in starts(elements) if key in nodes]
    for key in first:
        nodes[key].inputs.append(f"#{key}")
    has_starts = any(element.kind == "startEvent" for element in elements)
    begun = [{f"#{key}"} for key in first] if has_starts else [{f"#{key}" for key in first}]
    return _explored(nodes, [frozenset((place, 1) for place in places) for places in begun])


def _explored(nodes: Mapping[str, _Node], begun: list[Marking]) -> Outcome | None:
    seen, waiting = set(begun), list(begun)
    touched: set[str] = set()
    fired: set[str] = set()
    starved: set[str] = set()
    tokens = 0
    owner = {place: node for node in nodes.values() for place in node.inputs}
    while waiting:
        marking = dict(waiting.pop())
        marked = {owner[place].element_id: owner[place] for place in marking if place in owner}
        touched |= {key for key, node in marked.items() if node.is_join}
        ready = [node for node in marked.values() if not node.is_join or all(place in marking for place in node.inputs)]
        fired |= {node.element_id for node in ready if node.is_join}
        starved |= set() if ready else {key for key, node in marked.items() if node.is_join}
        for node in ready:
            found = list(_after(node, marking))
            new = [each for each in found if each not in seen]
            seen.update(new)
            waiting += new
            if len(new) == len(found):
                break
        tokens += len(marking)
        if len(seen) > MOST_MARKINGS or tokens > MOST_TOKENS:
            return None
    return Outcome(frozenset(touched), frozenset(fired), frozenset(starved))


def _after(node: _Node, marking: Mapping[str, int]) -> Iterator[Marking]:
    """Yield the markings after a node has taken its tokens, one for each choice."""
    taken = [node.inputs] if node.is_join else [[place] for place in node.inputs if place in marking]
    for places in taken:
        for choice in node.choices:
            left = {place: count for place, count in marking.items() if place not in places or count == MANY}
            for place in choice:
                left[place] = min(MANY, left.get(place, 0) + 1)
            yield frozenset(left.items())


def _node(subject: Subject, element: Element, *, is_poor: bool) -> _Node:
    is_join = element.kind == "parallelGateway" and len(element.incoming) > 1
    choices = _poor_choices(subject, element) if is_poor and is_inclusive(subject, element) else None
    node = _Node(element.element_id, is_join, list(element.incoming), choices or _choices(subject, element))
    boundary = subject.boundary_events(element.element_id)
    beside = [flow for event in boundary if not event.is_interrupting for flow in (*event.outgoing, *event.outgoing)]
    node.choices += [list(event.outgoing) for event in boundary if event.is_interrupting]
    node.choices = [[*choice, *beside] for choice in node.choices]
    return node


def _choices(subject: Subject, element: Element) -> list[list[str]]:
    """Return the sets of flows by which a token may leave, the poorer ones left out."""
    flows = list(element.outgoing)
    if element.kind in {"exclusiveGateway", "eventBasedGateway"} and flows:
        return [[flow] for flow in flows]
    plain = [flow for flow in flows if not subject.flow(flow).is_default]
    links = [f"{element.element_id}#link"] if _linked(subject, element) else []
    if len(plain) < len(flows):
        return [plain, [flow for flow in flows if flow not in plain or subject.flow(flow).condition is None]]
    return [flows + links]


def is_inclusive(subject: Subject, element: Element) -> bool:
    """Say whether conditions let the element take some of its flows and leave others, more than one at a time."""
    may_take_several = element.kind not in {"exclusiveGateway", "eventBasedGateway"} and len(element.outgoing) > 1
    return may_take_several and any(subject.flow(flow).condition is not None for flow in element.outgoing)


def _poor_choices(subject: Subject, element: Element) -> list[list[str]]:
    """Return the poorest sets of flows: what is always taken, with one conditional flow or the default."""
    optional = [flow for flow in element.outgoing if _is_optional(subject.flow(flow))]
    always = [flow for flow in element.outgoing if flow not in optional]
    return [[*always, flow] for flow in optional]


def _is_optional(flow: Flow) -> bool:
    return flow.condition is not None or flow.is_default


def _linked(subject: Subject, element: Element) -> list[str]:
    is_link = element.kind == "intermediateThrowEvent" and element.event is not None and element.event.kind == "link"
    return subject.after(element) if is_link else []
