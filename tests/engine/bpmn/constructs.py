"""Which rows of the profile a diagram draws, and at which element: what ties the tests to the table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lxml import etree

from engine.bpmn import PROFILE, Fact, FactKind

WHOLE = frozenset({"process", "sequenceFlow"})
"""What every diagram has that runs."""


def passed(files: Iterable[bytes], facts: Iterable[Fact]) -> set[str]:
    """Return the profile's keys of everything in these diagrams that was gone through."""
    at = [keys_at(content) for content in files]
    through = [fact.element_id for fact in facts if fact.kind is FactKind.COMPLETED]
    found = {key for element_id in through for keys in at for key in keys.get(element_id, ())}
    return found | WHOLE if through else found


def keys_at(content: bytes) -> dict[str, set[str]]:
    """Return the profile's keys by the flow node at which they are drawn."""
    root = etree.fromstring(content)
    handlers = {node.get("sourceRef"): str(node.get("targetRef")) for node in root.iter("{*}association")}
    drawn: dict[str, set[str]] = defaultdict(set)
    for node in root.iter("{*}*"):
        for key in PROFILE.keys() & set(_keys(node)):
            is_undone = key == "boundaryEvent/compensation"  # no token comes by; its handler's does
            drawn[handlers[node.get("id")] if is_undone else _element_of(node)].add(key)
    return drawn


def _keys(node: etree._Element) -> Iterator[str]:
    tag, parent = _tag(node), node.getparent()
    kinds = [_tag(child).removesuffix("EventDefinition") for child in node if _tag(child).endswith("EventDefinition")]
    if tag == "startEvent" and parent is not None and parent.get("triggeredByEvent"):
        tag = "eventSubProcess"
    elif tag == "subProcess" and node.get("triggeredByEvent"):
        tag = "subProcess[event]"
    if not kinds:
        yield tag
    for kind in kinds:
        yield f"{tag}/{'compensation' if kind == 'compensate' else kind}"
        yield kind  # the message, signal, error or escalation that it names
    if tag in {"sendTask", "receiveTask"}:
        yield "message"


def _element_of(node: etree._Element) -> str:
    is_part = _tag(node) in {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
    return str((node.getparent() if is_part else node).get("id"))  # type: ignore[union-attr]


def _tag(node: etree._Element) -> str:
    return etree.QName(node).localname
