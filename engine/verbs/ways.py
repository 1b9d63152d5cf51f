"""Where a token can get to in a diagram without waiting for others at a join that it does not feed by itself."""

from collections.abc import Collection, Iterator

from engine.bpmn import Element, ProcessModel

_JOINS = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})


class Ways:
    """The ways through one diagram, each scope for itself; asked often, worked out once."""

    def __init__(self, model: ProcessModel) -> None:
        self._model = model
        self._ahead: dict[str, frozenset[str]] = {}
        links = (each for each in model.elements.values() if each.event is not None and each.event.kind == "link")
        self._links = {(each.scope_id, each.event.name): each.element_id for each in links if not each.incoming}  # type: ignore[union-attr]

    def ahead(self, element_id: str) -> frozenset[str]:
        """Return what a token put on an element can pass in its scope.

        It stops before a join that waits for branches which do not come from there: what is inside a branch does not
        reach what is behind its end.
        """
        known = self._ahead.get(element_id)
        if known is None:
            known = self._ahead[element_id] = self._reached([element_id], self._shut(element_id))
        return known

    def after(self, element_id: str) -> frozenset[str]:
        """Return what the token can pass once the element is done; what only its boundary events lead to is not."""
        begins = [self._model.flows[flow_id].target_id for flow_id in self._model.elements[element_id].outgoing]
        return self._reached(begins, self._shut(element_id))

    def ends_alone(self, element_id: str) -> bool:
        """Tell whether a token put on an element needs no other token to get to the end of its scope."""
        return not self._shut(element_id)

    def joined_from(self, join_id: str, passed: Collection[str]) -> list[str]:
        """Return the flows by which what passed those elements comes to a join; none where it is no join."""
        join = self._model.elements[join_id]
        if join.kind not in _JOINS:
            return []
        return [flow_id for flow_id in join.incoming if self._model.flows[flow_id].source_id in passed]

    def _shut(self, element_id: str) -> frozenset[str]:
        """Return the joins that a token from the element cannot pass by itself."""
        shut: set[str] = set()
        while True:
            reached = self._reached([element_id], shut)
            at_the_edge = self._joins_next_to({element_id, *reached})
            more = {join for join in at_the_edge - shut if not self._feeds(element_id, join, shut)}
            if not more:
                return frozenset(shut)
            shut |= more

    def _joins_next_to(self, passed: Collection[str]) -> set[str]:
        found = {following for each in passed for following in self._next_to(self._model.elements[each])}
        elements = self._model.elements
        return {each for each in found if elements[each].kind in _JOINS and len(elements[each].incoming) > 1}

    def _feeds(self, element_id: str, join_id: str, shut: Collection[str]) -> bool:
        reached = {element_id, *self._reached([element_id], {*shut, join_id})}
        sources = {self._model.flows[flow_id].source_id for flow_id in self._model.elements[join_id].incoming}
        return sources <= reached

    def _reached(self, begins: Collection[str], shut: Collection[str]) -> frozenset[str]:
        seen: set[str] = set()
        pending = [each for each in begins if each not in shut]
        while pending:
            each = pending.pop()
            if each not in seen:
                seen.add(each)
                following = self._next_to(self._model.elements[each])
                pending += [other for other in following if other not in shut]
        return frozenset(seen)

    def _next_to(self, element: Element) -> Iterator[str]:
        yield from (self._model.flows[flow_id].target_id for flow_id in element.outgoing)
        yield from (
            other.element_id for other in self._model.elements.values() if other.attached_to == element.element_id
        )
        if element.event is not None and element.event.kind == "link" and element.incoming:
            target = self._links.get((element.scope_id, element.event.name))
            if target is not None:
                yield target
