"""Everything a file says, element by element: raw for the outside, compiled for the flow nodes."""

from dataclasses import dataclass, field, replace

from lxml import etree

from engine.bpmn.elements import Assignment, Element, Flow, Lane
from engine.bpmn.parser.document import BPMN, bpmn_children, local, reference
from engine.bpmn.parser.events import Definitions, EventReader
from engine.bpmn.parser.expressions import Expressions
from engine.bpmn.parser.extensions import Extensions, check_places, read_extensions
from engine.bpmn.parser.findings import Findings
from engine.bpmn.parser.loops import LoopReader
from engine.bpmn.plan import Plan
from engine.bpmn.profile import PROFILE, Support, entry_for

EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
SUB_PROCESSES = {"subProcess", "transaction", "adHocSubProcess"}
ACTIVITIES = {
    "task",
    "userTask",
    "manualTask",
    "scriptTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
    "callActivity",
    *SUB_PROCESSES,
}
FLOW_NODES = EVENTS | GATEWAYS | ACTIVITIES
DEEPEST = 20
"""How many sub-processes may stand in each other; more is no drawing."""

_INSIDE = {
    "incoming",
    "outgoing",
    "script",
    "completionCondition",
    "loopCharacteristics",
    "sequenceFlow",
    "supportedInterfaceRef",
}


@dataclass(slots=True)
class ScopeSurvey:
    """A process or a sub-process: its flow nodes and flows, in document order."""

    scope_id: str
    node: etree._Element
    parent: "ScopeSurvey | None" = None
    depth: int = 0
    is_event_sub_process: bool = False
    nodes: dict[str, etree._Element] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    flow_nodes: dict[str, etree._Element] = field(default_factory=dict)
    flows_from: dict[str, list[str]] = field(default_factory=dict)
    flows_to: dict[str, list[str]] = field(default_factory=dict)
    handlers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ProcessSurvey:
    """An executable process with all its scopes, the process itself first."""

    node: etree._Element
    process_id: str
    name: str
    properties: dict[str, str]
    lanes: list[Lane]
    scopes: dict[str, ScopeSurvey] = field(default_factory=dict)

    @property
    def plans(self) -> dict[str, Plan]:
        """Return every flow node of the process, sub-processes included."""
        return {key: plan for scope in self.scopes.values() for key, plan in scope.plans.items()}


class Surveyor:
    """Reads one file; what is wrong goes to the findings, what can be read is read."""

    def __init__(self, root: etree._Element, findings: Findings) -> None:
        self.root = root
        self.findings = findings
        self.expressions = Expressions(findings)
        self.events = EventReader(Definitions(root), self.expressions, findings)
        self.loops = LoopReader(self.expressions, findings)

    def processes(self) -> list[ProcessSurvey]:
        """Return the executable processes."""
        for child in self.root:
            self._check_profile(child)
        for collaboration in bpmn_children(self.root, "collaboration"):
            for child in collaboration:
                if local(child) in PROFILE:  # what else it holds has no effect anywhere
                    self._check_profile(child)
        found = [node for node in bpmn_children(self.root, "process") if node.get("isExecutable") == "true"]
        return [self._process(node) for node in found]

    def _process(self, node: etree._Element) -> ProcessSurvey:
        process_id = node.get("id", "")
        properties = read_extensions(node, self.findings).properties
        self._check_properties(node, properties)
        lanes = [
            Lane(
                lane.get("id", ""),
                lane.get("name", ""),
                tuple((ref.text or "").strip() for ref in bpmn_children(lane, "flowNodeRef")),
            )
            for lane in node.iterfind(f"{{{BPMN}}}laneSet//{{{BPMN}}}lane")
        ]
        survey = ProcessSurvey(node, process_id, node.get("name") or process_id, properties, lanes)
        in_lane = {element_id: lane.name for lane in lanes for element_id in lane.element_ids}
        pending = [ScopeSurvey(process_id, node)]
        while pending:
            scope = pending.pop(0)
            survey.scopes[scope.scope_id] = scope
            pending += self._scope(scope, in_lane, is_process=scope.parent is None)
        return survey

    def _scope(self, scope: ScopeSurvey, in_lane: dict[str, str], *, is_process: bool) -> list[ScopeSurvey]:
        """Read one scope's own elements; return the scopes inside it."""
        for child in bpmn_children(scope.node, "sequenceFlow"):
            self._flow(scope, child)
        for child in bpmn_children(scope.node, "association"):
            scope.handlers[reference(child, "sourceRef") or ""] = reference(child, "targetRef") or ""
        inner = []
        for child in scope.node:
            tag = local(child)
            if tag in FLOW_NODES:
                element_id = child.get("id", "")
                scope.nodes[element_id] = child
                plan = self._plan(scope, child, None if is_process else scope.scope_id)
                lane = in_lane.get(element_id)
                plan.element = replace(plan.element, lane=lane)
                scope.plans[element_id] = plan
                if tag in SUB_PROCESSES:
                    inner.append(self._inner(scope, child))
            elif tag not in _INSIDE:
                self._check_profile(child)
        return [each for each in inner if each is not None]

    def _inner(self, scope: ScopeSurvey, node: etree._Element) -> ScopeSurvey | None:
        if scope.depth >= DEEPEST:
            self.findings.add(
                "too_deep",
                node,
                (f"Quy trình con lồng nhau quá {DEEPEST} tầng.", f"Sub-processes nest more than {DEEPEST} deep."),
                ("Hãy tách phần trong thành quy trình riêng và gọi nó.", "Make the inner part a process and call it."),
            )
            return None
        return ScopeSurvey(node.get("id", ""), node, scope, scope.depth + 1, node.get("triggeredByEvent") == "true")

    def _flow(self, scope: ScopeSurvey, node: etree._Element) -> None:
        flow_id = node.get("id", "")
        condition = node.find(f"{{{BPMN}}}conditionExpression")
        text = None if condition is None else (condition.text or "").strip() or None
        source_id, target_id = reference(node, "sourceRef") or "", reference(node, "targetRef") or ""
        scope.flow_nodes[flow_id] = node
        scope.flows_from.setdefault(source_id, []).append(flow_id)
        scope.flows_to.setdefault(target_id, []).append(flow_id)
        scope.flows[flow_id] = Flow(flow_id, source_id, target_id, node.get("name", ""), text)

    def _plan(self, scope: ScopeSurvey, node: etree._Element, scope_id: str | None) -> Plan:
        """Read and compile one flow node."""
        tag, element_id = local(node), node.get("id", "")
        self._check_variant(node, tag)
        extensions = read_extensions(node, self.findings)
        check_places(node, tag, extensions, self.findings)
        self._check_properties(node, extensions.properties)
        default = reference(node, "default")
        element = Element(
            element_id,
            tag,
            node.get("name", ""),
            _documentation(node),
            scope_id=scope_id,
            incoming=tuple(scope.flows_to.get(element_id, ())),
            outgoing=tuple(scope.flows_from.get(element_id, ())),
            headers=extensions.headers,
            properties=extensions.properties,
            is_event_sub_process=tag in SUB_PROCESSES and node.get("triggeredByEvent") == "true",
            is_compensation_handler=node.get("isForCompensation") == "true",
            line=node.sourceline,
            attached_to=reference(node, "attachedToRef"),
            is_interrupting=_is_interrupting(node),
        )
        plan = Plan(_with_texts(element, extensions, node.get("calledElement")), default_flow=default)
        self._compile(plan, node, extensions)
        self._ad_hoc(plan, node)
        self._compile_conditions(plan, scope)
        self._event(plan, scope, node)
        self._loop(plan, node)
        return plan

    def _compile(self, plan: Plan, node: etree._Element, extensions: Extensions) -> None:
        element = plan.element
        for name, text, what in _texts_of(element, extensions):
            value = self.expressions.value(node, text, what)
            if value is not None:
                plan.values[name] = value
        for mappings, sources, what in (
            (plan.inputs, extensions.inputs, ("Ánh xạ vào", "The input mapping")),
            (plan.outputs, extensions.outputs, ("Ánh xạ ra", "The output mapping")),
        ):
            mappings += [found for each in sources if (found := self.expressions.mapping(each, what)) is not None]
        holder = "script" if "script" in plan.values else "calledDecision"
        if holder in extensions.attributes:
            result = extensions.get(holder, "resultVariable")
            plan.result_variable = self.expressions.variable(node, result, ("Biến kết quả", "The result variable"))
        called = extensions.attributes.get("calledElement", {})
        plan.pass_all_variables = called.get("propagateAllParentVariables", "true") == "true"
        plan.return_all_variables = called.get("propagateAllChildVariables", "true") == "true"

    def _compile_conditions(self, plan: Plan, scope: ScopeSurvey) -> None:
        for flow_id in plan.element.outgoing:
            text = scope.flows[flow_id].condition
            what = ("Điều kiện của luồng", "The flow's condition")
            value = self.expressions.feel(scope.flow_nodes[flow_id], text, what)
            if value is not None:
                plan.conditions[flow_id] = value
            if flow_id == plan.default_flow:
                scope.flows[flow_id] = replace(scope.flows[flow_id], is_default=True)

    def _event(self, plan: Plan, scope: ScopeSurvey, node: etree._Element) -> None:
        tag = plan.element.kind
        found = None
        if tag in EVENTS:
            is_trigger = tag == "startEvent" and scope.is_event_sub_process
            found = self.events.read(node, prefix="eventSubProcess" if is_trigger else tag)
        elif tag in {"sendTask", "receiveTask"}:
            found = self.events.message_task(node)
        if found is not None:
            plan.element = replace(plan.element, event=found[0])
            plan.event = found[1]

    def _ad_hoc(self, plan: Plan, node: etree._Element) -> None:
        if plan.element.kind != "adHocSubProcess":
            return
        plan.cancels_rest = node.get("cancelRemainingInstances", "true") == "true"
        condition = node.find(f"{{{BPMN}}}completionCondition")
        text = None if condition is None else condition.text
        value = self.expressions.feel(node, text, ("Điều kiện hoàn thành", "The completion condition"))
        if value is not None:
            plan.values["completion_condition"] = value

    def _loop(self, plan: Plan, node: etree._Element) -> None:
        found = self.loops.read(node)
        if found is not None:
            plan.element = replace(plan.element, multi_instance=found[0])
            plan.loop = found[1]

    def _check_variant(self, node: etree._Element, tag: str) -> None:
        key = tag
        if tag == "subProcess" and node.get("triggeredByEvent") == "true":
            key = "subProcess[event]"
        elif tag == "adHocSubProcess" and node.get("ordering") == "Sequential":
            key = "adHocSubProcess[sequential]"
        elif tag in {"eventBasedGateway", "receiveTask"} and node.get("instantiate") == "true":
            key = f"{tag}[instantiate]"
        elif tag == "eventBasedGateway" and node.get("eventGatewayType") == "Parallel":
            key = "eventBasedGateway[parallel]"
        if tag not in EVENTS and entry_for(key).support is Support.REFUSED:
            self.findings.refuse(entry_for(key), node)
        for child in node:
            if (
                tag not in SUB_PROCESSES
                and not local(child).endswith("EventDefinition")
                and local(child) not in _INSIDE
            ):
                self._check_profile(child)

    def _check_profile(self, node: etree._Element) -> None:
        """Refuse what the profile refuses; elements of other namespaces are nobody's business here."""
        tag = local(node)
        if (
            tag.startswith("{")
            or tag in {"eventDefinitionRef", "conditionExpression"}
            or tag.endswith("EventDefinition")
        ):
            return
        if tag.startswith("global") and tag.endswith("Task") and tag != "globalChoreographyTask":
            tag = "globalTask"
        if tag in _LOOPS:
            return
        entry = entry_for(tag)
        if entry.support is Support.REFUSED:
            self.findings.refuse(entry, node)

    def _check_properties(self, node: etree._Element, properties: dict[str, str]) -> None:
        """Compile the FEEL in our own properties, so that a typing mistake shows before anybody runs it."""
        for name, text in properties.items():
            if name.startswith("lc:"):
                self.expressions.value(node, text, (f"Thuộc tính {name}", f"The property {name}"))


_LOOPS = {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}


def _with_texts(element: Element, extensions: Extensions, called_element: str | None) -> Element:
    """Return the element with its extension texts."""
    assigned = extensions.attributes.get("assignmentDefinition")
    assignment = None
    if assigned is not None:
        assignment = Assignment(
            assigned.get("assignee") or None,
            assigned.get("candidateGroups") or None,
            assigned.get("candidateUsers") or None,
        )
    return replace(
        element,
        assignment=assignment,
        form_id=extensions.form_id(),
        due_date=extensions.get("taskSchedule", "dueDate"),
        follow_up_date=extensions.get("taskSchedule", "followUpDate"),
        priority=extensions.get("priorityDefinition", "priority"),
        job_type=extensions.get("taskDefinition", "type"),
        retries=extensions.get("taskDefinition", "retries"),
        called_process=extensions.get("calledElement", "processId") or called_element,
        decision_id=extensions.get("calledDecision", "decisionId"),
    )


def _texts_of(element: Element, extensions: Extensions) -> list[tuple[str, str | None, tuple[str, str]]]:
    """Return every text of an element that may be FEEL: what the node calls it, the text, what a person calls it."""
    assignment = element.assignment or Assignment()
    return [
        ("assignee", assignment.assignee, ("Người xử lý", "The assignee")),
        ("candidate_groups", assignment.candidate_groups, ("Nhóm xử lý", "The candidate groups")),
        ("candidate_users", assignment.candidate_users, ("Những người xử lý", "The candidate users")),
        ("form_id", element.form_id, ("Biểu mẫu", "The form")),
        ("due_date", element.due_date, ("Hạn xử lý", "The due date")),
        ("follow_up_date", element.follow_up_date, ("Ngày nhắc", "The follow-up date")),
        ("priority", element.priority, ("Độ ưu tiên", "The priority")),
        ("job_type", element.job_type, ("Loại việc tự động", "The job type")),
        ("retries", element.retries, ("Số lần thử", "The number of retries")),
        ("called_process", element.called_process, ("Quy trình được gọi", "The called process")),
        ("decision_id", element.decision_id, ("Bảng quyết định", "The decision")),
        (
            "active_elements",
            extensions.get("adHoc", "activeElementsCollection"),
            ("Các việc mở ngay", "The active elements"),
        ),
        ("script", extensions.get("script", "expression"), ("Biểu thức tính", "The script")),
    ]


def _documentation(node: etree._Element) -> str:
    return "\n".join((child.text or "").strip() for child in bpmn_children(node, "documentation"))


def _is_interrupting(node: etree._Element) -> bool:
    return node.get("cancelActivity", "true") == "true" and node.get("isInterrupting", "true") == "true"
