"""The zeebe extension elements of one BPMN element, as raw texts."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.parser.document import BPMN, ZEEBE
from engine.bpmn.parser.findings import Findings

_CAMUNDA_7 = "http://camunda.org/schema/1.0/bpmn"
_FORM_KEYS = ("formId", "formKey")


@dataclass(slots=True)
class Extensions:
    """What stands in one element's extensionElements; `attributes` are those of the single-valued elements by tag."""

    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    inputs: list[etree._Element] = field(default_factory=list)
    outputs: list[etree._Element] = field(default_factory=list)

    def get(self, tag: str, attribute: str) -> str | None:
        """Return one attribute, or None when it or its element is missing or empty."""
        return self.attributes.get(tag, {}).get(attribute) or None

    def form_id(self) -> str | None:
        """Return the form's id, by whichever attribute the modeler wrote."""
        found = (self.get("formDefinition", key) for key in _FORM_KEYS)
        return next((form for form in found if form), None)


def read_extensions(node: etree._Element, findings: Findings) -> Extensions:
    """Read an element's extensionElements; what would be ignored silently is refused."""
    extensions = Extensions()
    _refuse_other_dialect(node, findings)
    for child in node.iterfind(f"{{{BPMN}}}extensionElements/*"):
        name = etree.QName(child)
        if name.namespace == _CAMUNDA_7:
            _dialect(child, findings)
        elif name.namespace == ZEEBE:
            _take(name.localname, child, extensions, findings)
    return extensions


def _take(tag: str, child: etree._Element, extensions: Extensions, findings: Findings) -> None:
    if tag in _GROUPS:
        _GROUPS[tag](child, extensions)
    elif tag in _SINGLE:
        extensions.attributes[tag] = {str(key): str(value) for key, value in child.attrib.items()}
    else:
        _no_effect(tag, child, findings)


def _no_effect(tag: str, node: etree._Element, findings: Findings) -> None:
    findings.add(
        "extension_not_supported",
        node,
        (f"Phần mở rộng zeebe:{tag} không có tác dụng ở đây.", f"The extension zeebe:{tag} has no effect here."),
        ("Hãy bỏ phần mở rộng này khỏi phần tử.", "Take the extension off the element."),
    )


def _mappings(child: etree._Element, extensions: Extensions) -> None:
    extensions.inputs += child.findall(f"{{{ZEEBE}}}input")
    extensions.outputs += child.findall(f"{{{ZEEBE}}}output")


def _headers(child: etree._Element, extensions: Extensions) -> None:
    for header in child.iterfind(f"{{{ZEEBE}}}header"):
        extensions.headers[header.get("key", "")] = header.get("value", "")


def _properties(child: etree._Element, extensions: Extensions) -> None:
    for item in child.iterfind(f"{{{ZEEBE}}}property"):
        extensions.properties[item.get("name", "")] = item.get("value", "")


_GROUPS: dict[str, Callable[[etree._Element, Extensions], None]] = {
    "ioMapping": _mappings,
    "taskHeaders": _headers,
    "properties": _properties,
}
_SINGLE = {
    "adHoc",
    "assignmentDefinition",
    "calledDecision",
    "calledElement",
    "formDefinition",
    "loopCharacteristics",
    "priorityDefinition",
    "script",
    "subscription",
    "taskDefinition",
    "taskSchedule",
    "userTask",
    "versionTag",
}


_JOBS = {"serviceTask", "sendTask", "scriptTask", "businessRuleTask", "intermediateThrowEvent", "endEvent"}
_PLACES: dict[str, set[str]] = {
    "adHoc": {"adHocSubProcess"},
    "assignmentDefinition": {"userTask"},
    "calledDecision": {"businessRuleTask"},
    "calledElement": {"callActivity"},
    "formDefinition": {"userTask", "startEvent"},
    "priorityDefinition": {"userTask"},
    "script": {"scriptTask"},
    "taskDefinition": _JOBS,
    "taskSchedule": {"userTask"},
    "userTask": {"userTask"},
}
_IMPLEMENTATIONS = {"calledDecision", "script", "taskDefinition"}


def check_places(node: etree._Element, kind: str, extensions: Extensions, findings: Findings) -> None:
    """Refuse extensions where they would be ignored, and two that contradict each other."""
    for tag in extensions.attributes:
        if kind not in _PLACES.get(tag, {kind}):
            _no_effect(tag, node, findings)
    if kind.endswith("Gateway") and (extensions.inputs or extensions.outputs):
        _no_effect("ioMapping", node, findings)
    if len(_IMPLEMENTATIONS & extensions.attributes.keys()) > 1:
        findings.add(
            "two_implementations",
            node,
            ("Phần tử có hai cách thực hiện cùng lúc.", "The element has two implementations at once."),
            ("Hãy giữ lại một cách: biểu thức, bảng quyết định hoặc việc tự động.",
             "Keep one: expression, decision or job."),
        )  # fmt: skip


def _refuse_other_dialect(node: etree._Element, findings: Findings) -> None:
    if any(str(name).startswith(f"{{{_CAMUNDA_7}}}") for name in node.attrib):
        _dialect(node, findings)


def _dialect(node: etree._Element, findings: Findings) -> None:
    findings.add(
        "camunda_7",
        node,
        (
            "Sơ đồ dùng phần mở rộng của Camunda 7 (camunda:…); ở đây chúng không có tác dụng.",
            "The diagram uses Camunda 7 extensions (camunda:…); they have no effect here.",
        ),
        (
            "Hãy ghi lại bằng bảng thuộc tính của trình vẽ này (zeebe:…).",
            "Write them again with this editor's property panel (zeebe:…).",
        ),
    )
