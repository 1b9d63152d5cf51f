"""The event definition inside an event element: what it waits for or throws."""

from lxml import etree

from engine.bpmn.elements import EventDefinition
from engine.bpmn.parser.document import BPMN, ZEEBE, bpmn_children, local, reference
from engine.bpmn.parser.expressions import Expressions
from engine.bpmn.parser.findings import Findings
from engine.bpmn.plan import EventPlan
from engine.bpmn.profile import Support, entry_for
from engine.bpmn.timers import Cycle, Duration, is_moment

TIMERS = ("timeDate", "timeDuration", "timeCycle")
NAMED = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
_LABELS = {
    "message": ("thông điệp", "message"),
    "signal": ("tín hiệu", "signal"),
    "error": ("lỗi nghiệp vụ", "error"),
    "escalation": ("báo vượt cấp", "escalation"),
}


class Definitions:
    """The messages, signals, errors and escalations that a file declares, by id."""

    def __init__(self, root: etree._Element) -> None:
        self.by_tag: dict[str, dict[str, etree._Element]] = {
            tag: {node.get("id", ""): node for node in bpmn_children(root, tag)} for tag in NAMED
        }


class EventReader:
    """Reads event definitions and notes what is wrong with them."""

    def __init__(self, definitions: Definitions, expressions: Expressions, findings: Findings) -> None:
        self.definitions = definitions
        self.expressions = expressions
        self.findings = findings

    def read(self, node: etree._Element, *, prefix: str) -> tuple[EventDefinition, EventPlan] | None:
        """Return the event's definition raw and compiled; None for a none event.

        `prefix` is the profile's name of the place: the tag, or "eventSubProcess" for a start event in one.
        """
        found = [child for child in node if local(child).endswith("EventDefinition")]
        if len(found) > 1 or bpmn_children(node, "eventDefinitionRef"):
            self.findings.refuse(entry_for("event[multiple]"), node)
            return None
        kind = local(found[0]).removesuffix("EventDefinition") if found else None
        kind = "compensation" if kind == "compensate" else kind
        entry = entry_for(prefix if kind is None else f"{prefix}/{kind}")
        if entry.support is Support.REFUSED:
            self.findings.refuse(entry, node)
            return None
        return None if kind is None else self._definition(node, found[0], kind)

    def message_task(self, node: etree._Element) -> tuple[EventDefinition, EventPlan] | None:
        """Return the message of a send or receive task; None when it names none."""
        return self._named(node, node, "message") if node.get("messageRef") else None

    def _definition(
        self, node: etree._Element, definition: etree._Element, kind: str
    ) -> tuple[EventDefinition, EventPlan]:
        if kind in NAMED:
            return self._named(node, definition, kind)
        if kind == "timer":
            return self._timer(node, definition)
        if kind == "conditional":
            condition = definition.find(f"{{{BPMN}}}condition")
            text = None if condition is None else condition.text
            value = self.expressions.feel(node, text, ("Điều kiện của sự kiện", "The event's condition"))
            if text is None or not text.strip():
                self._missing(node, "điều kiện", "condition")
            return EventDefinition(kind, expression=text), EventPlan(kind, expression=value)
        if kind == "link":
            name = definition.get("name") or node.get("name")
            return EventDefinition(kind, name=name), EventPlan(kind)
        activity = reference(definition, "activityRef")
        return EventDefinition(kind, activity_ref=activity), EventPlan(kind, activity_ref=activity)

    def _named(self, node: etree._Element, holder: etree._Element, kind: str) -> tuple[EventDefinition, EventPlan]:
        ref = reference(holder, NAMED[kind])
        declared = self.definitions.by_tag[kind].get(ref or "")
        if declared is None:
            self._check_reference(node, kind, ref)
            return EventDefinition(kind), EventPlan(kind)
        if kind in {"error", "escalation"}:
            code = declared.get("errorCode" if kind == "error" else "escalationCode") or None
            if code is None or code.startswith("="):
                self._missing(node, f"mã của {_LABELS[kind][0]}", f"{_LABELS[kind][1]} code (a literal)")
            return EventDefinition(kind, name=declared.get("name"), code=code), EventPlan(kind, code=code)
        return self._message_or_signal(node, declared, kind)

    def _message_or_signal(
        self, node: etree._Element, declared: etree._Element, kind: str
    ) -> tuple[EventDefinition, EventPlan]:
        vi, en = _LABELS[kind]
        name = declared.get("name")
        if not name:
            self._missing(node, f"tên {vi}", f"{en} name")
        subscription = declared.find(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}subscription")
        key = None if subscription is None else subscription.get("correlationKey")
        plan = EventPlan(
            kind,
            name=self.expressions.value(node, name, (f"Tên {vi}", f"The {en}'s name")),
            correlation_key=self.expressions.value(node, key, ("Khóa ghép thông điệp", "The correlation key")),
        )
        return EventDefinition(kind, name=name, correlation_key=key), plan

    def _check_reference(self, node: etree._Element, kind: str, ref: str | None) -> None:
        """Note a missing reference; a catching error or escalation event without one catches all."""
        catches = local(node) in {"boundaryEvent", "startEvent", "intermediateCatchEvent"}
        vi, en = _LABELS[kind]
        if ref is not None:
            self.findings.add(
                "dangling_reference",
                node,
                (f"Không có {vi} nào với mã “{ref}”.", f"There is no {en} with the id “{ref}”."),
                (f"Hãy chọn lại {vi} cho phần tử.", f"Choose the element's {en} again."),
            )
        elif kind in {"message", "signal"} or not catches:
            self._missing(node, vi, en)

    def _timer(self, node: etree._Element, definition: etree._Element) -> tuple[EventDefinition, EventPlan]:
        found = [child for child in definition if local(child) in TIMERS]
        text = (found[0].text or "").strip() if found else ""
        if not text:
            self._missing(node, "thời điểm hoặc khoảng thời gian", "date, duration or cycle")
            return EventDefinition("timer"), EventPlan("timer")
        timer = local(found[0])
        if not text.startswith("=") and not _is_timer(timer, text):
            self.findings.add(
                "timer_syntax",
                node,
                (
                    f"“{text}” không phải là {_TIMER_LABELS[timer][0]} theo ISO 8601.",
                    f"“{text}” is no ISO 8601 {_TIMER_LABELS[timer][1]}.",
                ),
                (
                    "Hãy ghi ví dụ: 2026-11-30T17:00:00+07:00, PT8H, P3D, R3/P1D, hoặc biểu thức FEEL.",
                    "Write for example 2026-11-30T17:00:00+07:00, PT8H, P3D, R3/P1D, or a FEEL expression.",
                ),
            )
        value = self.expressions.value(node, text, ("Giá trị hẹn giờ", "The timer's value"))
        return EventDefinition("timer", timer=timer, expression=text), EventPlan("timer", timer=timer, expression=value)

    def _missing(self, node: etree._Element, vi: str, en: str) -> None:
        self.findings.add(
            "incomplete",
            node,
            (f"Phần tử chưa có {vi}.", f"The element has no {en}."),
            (f"Hãy ghi {vi} trong bảng thuộc tính.", f"Fill in the {en} in the property panel."),
        )


_TIMER_LABELS = {
    "timeDate": ("thời điểm", "date and time"),
    "timeDuration": ("khoảng thời gian", "duration"),
    "timeCycle": ("chu kỳ", "cycle"),
}


def _is_timer(timer: str, text: str) -> bool:
    """Say whether a literal is of the kind that its element names."""
    if timer == "timeDate":
        return is_moment(text)
    if timer == "timeDuration":
        return Duration.parse(text) is not None
    cycle = Cycle.parse(text)
    return cycle is not None and cycle.times != 0
