"""Is the drawing sound: ids, references, flows, starts, boundary events, gateways."""

import re
from collections import Counter
from collections.abc import Collection
from difflib import get_close_matches

from lxml import etree

from engine.bpmn.parser.bonds import BondCheck, implicit_starts, is_reached_otherwise, leads_nowhere
from engine.bpmn.parser.document import BPMN, bpmn_children, local
from engine.bpmn.parser.findings import Findings
from engine.bpmn.parser.survey import ACTIVITIES, ProcessSurvey, ScopeSurvey
from engine.bpmn.plan import Plan
from engine.wording import Severity

_ID = re.compile(r"[^\W\d][\w.-]*")
_DI_PREFIXES = ("{http://www.omg.org/spec/BPMN/20100524/DI}", "{http://www.omg.org/spec/DD/")
_RECONNECT = ("Hãy nối lại luồng trong trình vẽ.", "Connect the flow again in the modeler.")


def give_flows_ids(root: etree._Element) -> None:
    """Name sequence flows that have no id (ids of flows are optional in the standard)."""
    taken = {node.get("id") for node in root.iter() if node.get("id")}
    number = 0
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        if not flow.get("id"):
            number += 1
            while f"flow_{number}" in taken:
                number += 1
            flow.set("id", f"flow_{number}")


def check_ids(root: etree._Element, findings: Findings) -> None:
    """Refuse ids that two elements share, flow nodes without id, and ids that XML does not allow."""
    nodes = list(root.iter(f"{{{BPMN}}}*"))
    counted = Counter(node.get("id") for node in nodes if node.get("id"))
    for node in nodes:
        found = node.get("id")
        if found and counted[found] > 1:
            counted[found] = 0
            findings.add(
                "duplicate_id",
                node,
                (f"Nhiều phần tử có cùng mã “{found}”.", f"Several elements have the id “{found}”."),
                ("Hãy đặt mã khác nhau cho từng phần tử.", "Give each element an id of its own."),
            )
        if local(node) in _NEEDS_ID and not (found and _ID.fullmatch(found)):
            findings.add(
                "id_missing",
                node,
                (f"Phần tử {local(node)} không có mã hợp lệ.", f"A {local(node)} has no valid id."),
                ("Hãy đặt mã gồm chữ, số, dấu gạch dưới.", "Give it an id of letters, digits and underscores."),
            )


_NEEDS_ID = {
    "process",
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    *ACTIVITIES,
}


class StructureCheck:
    """The checks of one process."""

    def __init__(self, process: ProcessSurvey, findings: Findings, known_job_types: Collection[str] | None) -> None:
        self.process = process
        self.findings = findings
        self.known_job_types = known_job_types
        self.everywhere = process.plans

    def run(self) -> None:
        """Note everything that is unsound."""
        for scope in self.process.scopes.values():
            self._check_flows(scope)
            self._check_starts(scope)
            for element_id, plan in scope.plans.items():
                node = scope.nodes[element_id]
                self._check_default(scope, plan, node)
                self._check_boundary(scope, plan, node)
                self._check_gateway(scope, plan, node)
                self._check_connections(scope, plan, node)
                self._check_content(plan, node)
                self._check_job_type(plan, node)
            BondCheck(scope, self.process, self.findings).run()
        self._check_lanes()

    def _check_flows(self, scope: ScopeSurvey) -> None:
        for flow_id, flow in scope.flows.items():
            for end, ref in (("nguồn", flow.source_id), ("đích", flow.target_id)):
                if ref in scope.plans:
                    continue
                node = scope.flow_nodes[flow_id]
                english = "source" if end == "nguồn" else "target"
                if ref in self.everywhere:
                    self.findings.add(
                        "flow_crosses_scope",
                        node,
                        (
                            f"Luồng có {end} “{ref}” nằm ngoài hoặc trong quy trình con khác.",
                            f"The flow's {english} “{ref}” is in another sub-process.",
                        ),
                        (
                            "Luồng không được qua biên quy trình con; hãy dùng sự kiện.",
                            "A flow may not cross a sub-process's edge; use events.",
                        ),
                    )
                else:
                    self.findings.add(
                        "dangling_reference",
                        node,
                        (f"Luồng có {end} “{ref}” không tồn tại.", f"The flow's {english} “{ref}” does not exist."),
                        _RECONNECT,
                    )

    def _check_starts(self, scope: ScopeSurvey) -> None:
        starts = [plan for plan in scope.plans.values() if plan.element.kind == "startEvent"]
        if scope.is_event_sub_process:
            self._check_trigger(scope, starts)
            return
        plain = [plan for plan in starts if plan.element.event is None]
        if len(plain) > 1 or (scope.parent is not None and len(starts) > 1):
            self._note(
                "several_starts",
                scope.node,
                ("Có nhiều sự kiện bắt đầu không có loại.", "There are several none start events."),
                ("Hãy giữ lại một sự kiện bắt đầu, rồi rẽ nhánh sau nó.", "Keep one and split behind it."),
            )
        if scope.parent is not None:
            self._check_plain(scope, starts)
        if not starts and not implicit_starts(scope):
            self._note(
                "no_start",
                scope.node,
                ("Không có chỗ bắt đầu.", "There is no place to start."),
                ("Hãy vẽ một sự kiện bắt đầu.", "Draw a start event."),
            )

    def _check_trigger(self, scope: ScopeSurvey, starts: list[Plan]) -> None:
        if len(starts) != 1:
            self._note(
                "event_sub_process_start",
                scope.node,
                (
                    "Quy trình con theo sự kiện phải có đúng một sự kiện bắt đầu.",
                    "An event sub-process needs exactly one start event.",
                ),
                ("Hãy vẽ một sự kiện bắt đầu có loại.", "Draw one start event with a definition."),
            )

    def _check_plain(self, scope: ScopeSurvey, starts: list[Plan]) -> None:
        for plan in starts:
            if plan.element.event is not None:
                self._note(
                    "typed_start_inside",
                    scope.nodes[plan.element.element_id],
                    (
                        "Sự kiện bắt đầu trong quy trình con thường không được có loại.",
                        "A start event inside an embedded sub-process may have no definition.",
                    ),
                    (
                        "Hãy bỏ loại sự kiện, hoặc vẽ quy trình con theo sự kiện.",
                        "Take the definition off, or draw an event sub-process.",
                    ),
                )

    def _check_default(self, scope: ScopeSurvey, plan: Plan, node: etree._Element) -> None:
        if plan.default_flow is not None and plan.default_flow not in plan.element.outgoing:
            self._note(
                "dangling_reference",
                node,
                (
                    f"Luồng mặc định “{plan.default_flow}” không đi ra từ phần tử này.",
                    f"The default flow “{plan.default_flow}” does not leave this element.",
                ),
                ("Hãy chọn lại luồng mặc định.", "Choose the default flow again."),
            )
        if plan.element.kind == "exclusiveGateway" and len(plan.element.outgoing) > 1:
            for flow_id in plan.element.outgoing:
                if scope.flows[flow_id].condition is None and flow_id != plan.default_flow:
                    self._note(
                        "condition_missing",
                        scope.flow_nodes[flow_id],
                        (
                            "Luồng ra khỏi cổng loại trừ chưa có điều kiện.",
                            "A flow out of the exclusive gateway has no condition.",
                        ),
                        (
                            "Hãy ghi điều kiện, hoặc chọn luồng này làm mặc định.",
                            "Give it a condition, or make it the default flow.",
                        ),
                    )

    def _check_boundary(self, scope: ScopeSurvey, plan: Plan, node: etree._Element) -> None:
        if plan.element.kind != "boundaryEvent":
            return
        host = scope.plans.get(plan.element.attached_to or "")
        if host is None or host.element.kind not in ACTIVITIES or host.element.is_event_sub_process:
            self._note(
                "dangling_reference",
                node,
                (
                    f"Sự kiện biên gắn vào “{plan.element.attached_to or ''}”, không phải là công việc cùng cấp.",
                    f"The boundary event sits on “{plan.element.attached_to or ''}”, which is no activity beside it.",
                ),
                ("Hãy gắn lại sự kiện vào một công việc.", "Attach the event to an activity again."),
            )
        elif plan.event is not None and plan.event.kind == "error" and not plan.element.is_interrupting:
            self._note(
                "error_must_interrupt",
                node,
                ("Sự kiện biên bắt lỗi phải ngắt công việc.", "An error boundary event must interrupt."),
                ("Hãy đổi thành sự kiện ngắt.", "Make it interrupting."),
            )

    def _check_gateway(self, scope: ScopeSurvey, plan: Plan, node: etree._Element) -> None:
        kind = plan.element.kind
        if kind in {"parallelGateway", "eventBasedGateway"} and plan.conditions:
            self._note(
                "condition_ignored",
                node,
                (
                    "Luồng ra khỏi cổng này không được có điều kiện.",
                    "Flows out of this gateway may have no conditions.",
                ),
                ("Hãy bỏ điều kiện, hoặc đổi thành cổng bao gồm.", "Take them off, or draw an inclusive gateway."),
            )
        if kind == "eventBasedGateway" and not _has_events_behind(scope, plan):
            self._note(
                "event_gateway_targets",
                node,
                (
                    "Sau cổng theo sự kiện phải là từ hai sự kiện chờ trở lên, mỗi sự kiện một luồng vào.",
                    "Behind an event-based gateway stand two or more catch events with one incoming flow each.",
                ),
                ("Hãy nối cổng thẳng tới các sự kiện chờ.", "Connect the gateway directly to catch events."),
            )

    def _check_connections(self, scope: ScopeSurvey, plan: Plan, node: etree._Element) -> None:
        element = plan.element
        forbids_in = element.kind == "startEvent" or is_reached_otherwise(plan)
        forbids_out = leads_nowhere(plan)
        if (forbids_in and element.incoming) or (forbids_out and element.outgoing):
            self._note(
                "flow_not_allowed",
                node,
                (
                    "Phần tử này không được có luồng vào hoặc ra như đang vẽ.",
                    "This element may not have the incoming or outgoing flow it has.",
                ),
                _RECONNECT,
            )
        elif (
            not forbids_in
            and not element.incoming
            and any(p.element.kind == "startEvent" for p in scope.plans.values())
            and not is_reached_otherwise(plan)
        ):
            self.findings.add(
                "unreachable",
                node,
                ("Không luồng nào dẫn đến phần tử này.", "No flow leads to this element."),
                ("Hãy nối luồng, hoặc bỏ phần tử.", "Connect it, or take it out."),
                severity=Severity.WARNING,
            )

    def _check_content(self, plan: Plan, node: etree._Element) -> None:
        kind, values = plan.element.kind, plan.values
        lacks = {
            "serviceTask": ("loại việc tự động", "job type", "job_type" in values),
            "scriptTask": ("biểu thức FEEL", "FEEL expression", "script" in values or "job_type" in values),
            "businessRuleTask": ("bảng quyết định", "decision", "decision_id" in values or "job_type" in values),
            "callActivity": ("quy trình được gọi", "called process", "called_process" in values),
            "sendTask": ("thông điệp hoặc loại việc", "message or job type", bool(plan.event) or "job_type" in values),
            "receiveTask": ("thông điệp", "message", plan.event is not None),
        }.get(kind)
        if lacks is not None and not lacks[2]:
            self._note(
                "incomplete",
                node,
                (f"Phần tử chưa có {lacks[0]}.", f"The element has no {lacks[1]}."),
                (f"Hãy ghi {lacks[0]} trong bảng thuộc tính.", f"Fill in the {lacks[1]} in the property panel."),
            )

        is_message = plan.event is not None and plan.event.kind == "message"
        if "job_type" in values and kind.endswith("Event") and not is_message:
            self._note(
                "extension_not_supported",
                node,
                ("Chỉ sự kiện gửi thông điệp mới giao được cho việc tự động.",
                 "Of the events only a message event can be served by a job."),
                ("Hãy bỏ loại việc khỏi sự kiện.", "Take the job type off the event."),
            )  # fmt: skip

    def _check_job_type(self, plan: Plan, node: etree._Element) -> None:
        value = plan.values.get("job_type")
        if value is None or value.expression is not None or self.known_job_types is None:
            return
        if value.text not in self.known_job_types:
            near = get_close_matches(value.text, list(self.known_job_types), n=1)
            hint = (f" Ý bạn là “{near[0]}”?", f" Did you mean “{near[0]}”?") if near else ("", "")
            self._note(
                "job_type_unknown",
                node,
                (
                    f"Không có loại việc tự động “{value.text}”.{hint[0]}",
                    f"There is no job type “{value.text}”.{hint[1]}",
                ),
                (
                    "Hãy chọn loại việc có sẵn, hoặc cài gói cung cấp nó.",
                    "Choose a type that is there, or install the pack that offers it.",
                ),
            )

    def _check_lanes(self) -> None:
        known = self.process.plans
        for lane in self.process.node.iter(f"{{{BPMN}}}lane"):
            for ref in bpmn_children(lane, "flowNodeRef"):
                name = (ref.text or "").strip()
                if name not in known:
                    self._note(
                        "dangling_reference",
                        lane,
                        (
                            f"Làn chứa phần tử “{name}” không tồn tại.",
                            f"The lane holds “{name}”, which does not exist.",
                        ),
                        ("Hãy kéo lại phần tử vào làn.", "Drag the elements into the lane again."),
                    )

    def _note(self, code: str, node: etree._Element, message: tuple[str, str], remedy: tuple[str, str]) -> None:
        self.findings.add(code, node, message, remedy)


def _has_events_behind(scope: ScopeSurvey, gateway: Plan) -> bool:
    """Say whether an event-based gateway leads to events only, each reached from it alone."""
    targets = [scope.plans.get(scope.flows[flow].target_id) for flow in gateway.element.outgoing]
    return len(targets) > 1 and all(
        target is not None
        and target.element.kind in {"intermediateCatchEvent", "receiveTask"}
        and len(target.element.incoming) == 1
        for target in targets
    )
