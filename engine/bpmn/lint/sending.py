"""What processes send: the names of the messages and signals that their throwing events and tasks give away."""

from collections.abc import Iterable

from engine.bpmn.elements import ProcessModel

SENDERS = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def names_sent(models: Iterable[ProcessModel], kind: str) -> set[str]:
    """Return the names as written; `kind` is "message" or "signal". One that is computed starts with `=`."""
    return {
        element.event.name
        for model in models
        for element in model.elements.values()
        if element.kind in SENDERS and element.event is not None and element.event.kind == kind
        if element.event.name
    }
