"""One process as the lint rules see it: its elements, what follows what, and every expression in it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from engine.bpmn.blueprint import Blueprint
from engine.bpmn.elements import Element, Flow, ProcessModel
from engine.bpmn.lint.surroundings import Surroundings
from engine.bpmn.plan import Plan
from engine.bpmn.values import Value
from engine.feel import Expression, FeelError, parse


@dataclass(frozen=True)
class Subject:
    """A process to look at, with everything it is deployed with; `siblings` are all processes of the set."""

    model: ProcessModel
    surroundings: Surroundings = field(default_factory=Surroundings)
    siblings: Collection[ProcessModel] = ()

    @property
    def elements(self) -> Mapping[str, Element]:
        """Return the flow nodes of the process, those of its sub-processes included."""
        return self.model.elements

    def flow(self, flow_id: str) -> Flow:
        """Return a sequence flow."""
        return self.model.flows[flow_id]

    def plan(self, element_id: str) -> Plan:
        """Return an element's texts in compiled form."""
        return self._plans[element_id]

    def scopes(self) -> Iterator[tuple[Element | None, list[Element]]]:
        """Yield each scope as its sub-process (None for the process itself) with the elements directly in it."""
        inside: dict[str | None, list[Element]] = {None: []}
        for element in self.elements.values():
            inside.setdefault(element.scope_id, []).append(element)
        for scope_id, elements in inside.items():
            yield None if scope_id is None else self.elements[scope_id], elements

    def after(self, element: Element) -> list[str]:
        """Return what a token may come to next: by flows, boundary events of the element, and links."""
        found = [self.flow(flow_id).target_id for flow_id in element.outgoing]
        found += [event.element_id for event in self.boundary_events(element.element_id)]
        if element.kind == "intermediateThrowEvent" and element.event is not None and element.event.kind == "link":
            found += [catch.element_id for catch in self._link_catches if _is_bound(element, catch)]
        return found

    def boundary_events(self, host_id: str) -> list[Element]:
        """Return the boundary events of an activity that tokens leave by: compensation is none of them."""
        return self._boundary_events.get(host_id, [])

    def expressions(self) -> Iterator[tuple[str, Expression]]:
        """Yield every FEEL expression with the id of its element or flow; the process's own come first."""
        for name, text in self.model.properties.items():
            yield from self._property(self.model.process_id, name, text)
        for element_id, element in self.elements.items():
            plan = self.plan(element_id)
            yield from ((element_id, value.expression) for value in _values(plan) if value.expression is not None)
            yield from ((flow_id, value.expression) for flow_id, value in plan.conditions.items() if value.expression)
            for name, text in element.properties.items():
                yield from self._property(element_id, name, text)

    @cached_property
    def _plans(self) -> Mapping[str, Plan]:
        blueprint = cast("Blueprint", self.model.blueprint)
        return {element_id: blueprint.node(element_id)[1].plan for element_id in self.elements}

    @cached_property
    def _boundary_events(self) -> Mapping[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for element in self.elements.values():
            is_bond = element.event is not None and element.event.kind == "compensation"
            if element.kind == "boundaryEvent" and element.attached_to and not is_bond:
                found.setdefault(element.attached_to, []).append(element)
        return found

    @cached_property
    def _link_catches(self) -> list[Element]:
        return [
            element
            for element in self.elements.values()
            if element.kind == "intermediateCatchEvent" and element.event is not None and element.event.kind == "link"
        ]

    def _property(self, element_id: str, name: str, text: str) -> Iterator[tuple[str, Expression]]:
        """Yield one of our own properties, parsed; other properties are anybody's text."""
        if name.startswith("lc:") and text.strip().startswith("="):
            try:
                yield element_id, parse(text.strip()[1:])
            except FeelError:  # reading has said so
                return


def _is_bound(throw: Element, catch: Element) -> bool:
    same_scope = throw.scope_id == catch.scope_id
    return same_scope and throw.event is not None and catch.event is not None and throw.event.name == catch.event.name


def _values(plan: Plan) -> Iterator[Value]:
    """Yield every compiled text of an element but its flows' conditions."""
    yield from plan.values.values()
    yield from (mapping.source for mapping in (*plan.inputs, *plan.outputs))
    event, loop = plan.event, plan.loop
    said: list[Value | None] = [] if event is None else [event.name, event.correlation_key, event.expression]
    if loop is not None:
        said += [loop.collection, loop.cardinality, loop.output_element, loop.completion_condition]
    yield from (value for value in said if value is not None)
