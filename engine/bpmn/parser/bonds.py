"""What is bound together without a flow: links, compensation handlers, cancel events and their transaction."""

from collections import Counter

from engine.bpmn.parser.document import local
from engine.bpmn.parser.findings import Findings
from engine.bpmn.parser.survey import ProcessSurvey, ScopeSurvey
from engine.bpmn.plan import Plan


def implicit_starts(scope: ScopeSurvey) -> list[str]:
    """Return the elements that get a token when a scope without start event begins (BPMN 2.0 §13.2)."""
    return [
        element_id
        for element_id, plan in scope.plans.items()
        if not plan.element.incoming and not is_reached_otherwise(plan)
    ]


def links(scope: ScopeSurvey) -> list[tuple[str, str]]:
    """Return the pairs of link throw and link catch events that have one name."""
    targets = {_name(plan): key for key, plan in _of_kind(scope, "intermediateCatchEvent", "link")}
    throws = _of_kind(scope, "intermediateThrowEvent", "link")
    return [(key, targets[_name(plan)]) for key, plan in throws if _name(plan) in targets]


def is_reached_otherwise(plan: Plan) -> bool:
    """Say whether a token comes to the element by something else than a flow."""
    element = plan.element
    return (
        element.kind == "boundaryEvent"
        or element.is_event_sub_process
        or element.is_compensation_handler
        or (element.kind == "intermediateCatchEvent" and _event_kind(plan) == "link")
    )


def leads_nowhere(plan: Plan) -> bool:
    """Say whether the element may have no outgoing flow."""
    element = plan.element
    return (
        element.kind == "endEvent"
        or element.is_event_sub_process
        or element.is_compensation_handler
        or (element.kind == "intermediateThrowEvent" and _event_kind(plan) == "link")
        or (element.kind == "boundaryEvent" and _event_kind(plan) == "compensation")
    )


class BondCheck:
    """The checks of one scope."""

    def __init__(self, scope: ScopeSurvey, process: ProcessSurvey, findings: Findings) -> None:
        self.scope = scope
        self.process = process
        self.findings = findings

    def run(self) -> None:
        """Note every bond that leads nowhere, and what compensation cannot do here."""
        self._check_links()
        self._check_handlers()
        self._check_throws()
        self._check_cancel()
        if local(self.scope.node) == "adHocSubProcess":
            self._check_ad_hoc()

    def _check_links(self) -> None:
        throws = _of_kind(self.scope, "intermediateThrowEvent", "link")
        catches = _of_kind(self.scope, "intermediateCatchEvent", "link")
        caught = Counter(_name(plan) for _key, plan in catches)
        thrown = {_name(plan) for _key, plan in throws}
        for key, plan in [*throws, *catches]:
            is_throw = plan.element.kind == "intermediateThrowEvent"
            if (is_throw and caught[_name(plan)] != 1) or (not is_throw and _name(plan) not in thrown):
                self._note(
                    "link_unbound",
                    key,
                    ("Nối trang không có đúng một nơi đến cùng tên trong cùng cấp.",
                     "The link does not have exactly one other end of its name in this scope."),
                    ("Hãy đặt cùng tên cho nơi đi và một nơi đến.", "Give both ends the same name."),
                )  # fmt: skip

    def _check_handlers(self) -> None:
        for key, plan in _of_kind(self.scope, "boundaryEvent", "compensation"):
            handler = self.scope.plans.get(self.scope.handlers.get(key, ""))
            if handler is None or not handler.element.is_compensation_handler:
                self._note(
                    "handler_missing",
                    key,
                    ("Sự kiện bồi hoàn chưa nối tới công việc bồi hoàn.",
                     "The compensation event is bound to no compensation activity."),
                    ("Hãy kéo đường nối từ sự kiện tới công việc bồi hoàn.",
                     "Draw an association from the event to a compensation activity."),
                )  # fmt: skip
            host = self.scope.plans.get(plan.element.attached_to or "")
            if host is not None and host.loop is not None:
                self._note(
                    "compensation_of_loop",
                    key,
                    ("Không bồi hoàn được công việc lặp.", "A repeated activity cannot be compensated."),
                    ("Hãy đặt công việc lặp vào quy trình con và bồi hoàn quy trình con đó.",
                     "Put it into a sub-process and compensate that."),
                )  # fmt: skip

    def _check_throws(self) -> None:
        """Refuse a compensation that would have to reach into finished sub-processes."""
        for kind in ("intermediateThrowEvent", "endEvent"):
            for key, plan in _of_kind(self.scope, kind, "compensation"):
                reference = None if plan.event is None else plan.event.activity_ref
                scope = self._compensated_scope()
                if reference is not None and reference not in _with_handlers(scope):
                    self._note(
                        "handler_missing",
                        key,
                        (f"Công việc “{reference}” không có bồi hoàn trong cấp này.",
                         f"“{reference}” has no compensation in this scope."),
                        ("Hãy gắn sự kiện bồi hoàn vào công việc đó.", "Attach a compensation event to it."),
                    )  # fmt: skip
                elif reference is None:
                    self._check_inside(key, scope)

    def _check_inside(self, thrower: str, scope: ScopeSurvey) -> None:
        for inner in self.process.scopes.values():
            around = _child_of(inner, scope)
            if (
                around is not None
                and not around.is_event_sub_process
                and around.scope_id not in _with_handlers(scope)
                and _with_handlers(inner)
            ):
                self._note(
                    "compensation_inside",
                    thrower,
                    (f"Không bồi hoàn được bên trong quy trình con đã xong “{around.scope_id}”.",
                     f"The inside of the finished sub-process “{around.scope_id}” cannot be compensated."),
                    ("Hãy gắn sự kiện bồi hoàn vào chính quy trình con đó.",
                     "Attach a compensation event to the sub-process itself."),
                )  # fmt: skip

    def _compensated_scope(self) -> ScopeSurvey:
        """Return the scope whose activities a throw event undoes: an event sub-process acts for the one around it."""
        if self.scope.is_event_sub_process and self.scope.parent is not None:
            return self.scope.parent
        return self.scope

    def _check_cancel(self) -> None:
        is_transaction = local(self.scope.node) == "transaction"
        for key, _plan in _of_kind(self.scope, "endEvent", "cancel"):
            parent = self.scope.parent
            hosts = {} if parent is None else dict(_of_kind(parent, "boundaryEvent", "cancel"))
            if not is_transaction or self.scope.scope_id not in {plan.element.attached_to for plan in hosts.values()}:
                self._note(
                    "cancel_unbound",
                    key,
                    ("Kết thúc hủy giao dịch chỉ đặt trong giao dịch có sự kiện hủy ở biên.",
                     "A cancel end event stands in a transaction that has a cancel boundary event."),
                    ("Hãy gắn sự kiện hủy vào biên của giao dịch.", "Attach a cancel event to the transaction."),
                )  # fmt: skip
        for key, plan in _of_kind(self.scope, "boundaryEvent", "cancel"):
            host = self.scope.plans.get(plan.element.attached_to or "")
            if host is not None and host.element.kind != "transaction":
                self._note(
                    "cancel_unbound",
                    key,
                    ("Sự kiện hủy chỉ gắn vào giao dịch.", "A cancel event sits on a transaction only."),
                    ("Hãy đổi quy trình con thành giao dịch.", "Make the sub-process a transaction."),
                )

    def _check_ad_hoc(self) -> None:
        for key, plan in self.scope.plans.items():
            if plan.element.kind in {"startEvent", "endEvent"}:
                self._note(
                    "ad_hoc_content",
                    key,
                    ("Quy trình con tùy chọn không có sự kiện bắt đầu, kết thúc.",
                     "An ad-hoc sub-process has no start and no end events."),
                    ("Hãy bỏ sự kiện này.", "Take it out."),
                )  # fmt: skip

    def _note(self, code: str, element_id: str, message: tuple[str, str], remedy: tuple[str, str]) -> None:
        self.findings.add(code, self.scope.nodes[element_id], message, remedy)


def _of_kind(scope: ScopeSurvey, tag: str, event_kind: str) -> list[tuple[str, Plan]]:
    return [
        (key, plan) for key, plan in scope.plans.items() if plan.element.kind == tag and _event_kind(plan) == event_kind
    ]


def _event_kind(plan: Plan) -> str | None:
    return None if plan.event is None else plan.event.kind


def _name(plan: Plan) -> str | None:
    return None if plan.element.event is None else plan.element.event.name


def _with_handlers(scope: ScopeSurvey) -> set[str | None]:
    """Return the activities of a scope that have a compensation event."""
    return {plan.element.attached_to for _key, plan in _of_kind(scope, "boundaryEvent", "compensation")}


def _child_of(inner: ScopeSurvey, scope: ScopeSurvey) -> ScopeSurvey | None:
    """Return the sub-process directly in `scope` in which `inner` lies; None when it lies elsewhere."""
    current: ScopeSurvey | None = inner
    while current is not None and current.parent is not scope:
        current = current.parent
    return current
