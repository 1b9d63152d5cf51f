"""Carry a running process over to another version of its diagram (chuyển phiên bản), on its compacted state.

Every token stays where it stands. What was promised on entering stays too: who a task is for, when it is due, when a
timer is. What only the diagram says follows it where its text has changed: form, job type, message name.
"""

from typing import Any

import simplejson
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.counterparts import Counterparts, Misfit
from engine.bpmn.elements import Element
from engine.bpmn.failures import incident_of
from engine.bpmn.instance import ProcessInstance, ScopeInstance
from engine.bpmn.nodes.base import FlowNode
from engine.bpmn.nodes.gateways import EventBasedGateway
from engine.bpmn.nodes.jobs import USUAL_RETRIES
from engine.bpmn.tokens import Token
from engine.bpmn.waits import WaitKind
from engine.errors import Invalid, PlatformError
from engine.wording import Bilingual, Finding

_UNREADABLE = Bilingual(
    "Hãy sửa biểu thức này trong phiên bản mới rồi phát hành lại.", "Mend the expression in the new version."
)


class MigrationRefused(Invalid):
    """Some live token has no place in the target; `findings` names each."""

    code = "bpmn.migration_refused"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{finding.element_id}: {finding.message.en}" for finding in findings))
        self.findings = findings


class Migration:
    """One run on its way: its state is renamed, woken on the target by the caller, and settled there."""

    def __init__(self, counterparts: Counterparts) -> None:
        self._counterparts = counterparts
        self._source = counterparts.source
        self._origins: dict[int, Element] = {}
        self._findings: list[Finding] = []

    def renamed(self, state: str) -> str:
        """Return a compacted state with every token renamed to its place; refuses with `MigrationRefused`.

        Armed events without counterpart are dropped.
        """
        said = simplejson.loads(state, use_decimal=True)
        scopes = [said["scope"], *(inner[2] for inner in said["inner"])]
        for rows in scopes:
            self._origins.update({row[0]: self._element_of(row[3]) for row in rows[1:]})
        for rows in scopes:
            rows[:] = self._scope(rows)
        self._stop_on_findings()
        return str(simplejson.dumps(said, use_decimal=True, ensure_ascii=False))

    def settle(self, process: ProcessInstance) -> None:
        """Let what woke on the target say what the target says: changed texts, new events, joins with fewer flows.

        Refuses with `MigrationRefused` when a changed text cannot be evaluated.
        """
        scopes = [process, *process.subprocesses.values()]
        waiting = [token for scope in scopes for token in scope.live.values()]
        for token in waiting:
            self._follow_texts(token)
        self._stop_on_findings()
        for scope in scopes:
            self._arm_triggers(scope)
        for token in waiting:
            self._arm_events(token)
            if token.task_spec.gathers and token.state == TaskState.WAITING and "came" in token.memo:
                token.task_spec.arrived(token)

    # the state

    def _scope(self, rows: list[list[Any]]) -> list[list[Any]]:
        """Rename one scope's tokens; the root comes first and keeps its name."""
        rows[0][4] = self._kept_records(rows[0][4])
        return [rows[0], *(row for row in rows[1:] if self._is_kept(row))]

    def _is_kept(self, row: list[Any]) -> bool:
        """Rename one token; say whether it goes on."""
        number, parent, _state, name, memo, _variables = row
        element = self._origins[number]
        if memo.get("armed"):
            gateway = self._origins.get(parent)
            if not self._counterparts.stays_armed(element, gateway.element_id if gateway else ""):
                return False
        misfit = self._counterparts.misfit(element)
        if misfit is not None:
            self._refuse(element, misfit)
            return True
        row[3] = self._renamed_node(name, element)
        if "came" in memo:
            memo["came"] = self._renamed_flows(memo["came"], element)
        if "pending" in memo:
            memo["pending"] = [
                [scope, self._counterparts.place(undone), variables]
                for scope, undone, variables in memo["pending"]
                if self._counterparts.may_be_undone(undone)
            ]
        return True

    def _element_of(self, name: str) -> Element:
        """Return the element a token's node stands for: for a trigger, the event sub-process's start event."""
        base, _separator, kind = name.partition("#")
        if kind != "trigger":
            return self._source.elements[base]
        return next(
            element
            for element in self._source.elements.values()
            if element.scope_id == base and element.kind == "startEvent"
        )

    def _renamed_node(self, name: str, element: Element) -> str:
        base, separator, kind = name.partition("#")
        place = self._counterparts.place
        return f"{place(base if kind != 'trigger' else element.scope_id or base)}{separator}{kind}"

    def _renamed_flows(self, came: dict[str, int], join: Element) -> dict[str, int]:
        renamed: dict[str, int] = {}
        for flow_id, count in came.items():
            new = self._counterparts.flow(flow_id)
            if new is None:
                self._refuse(join, Misfit.NO_FLOW)
            else:
                renamed[new] = renamed.get(new, 0) + count
        return renamed

    def _kept_records(self, memo: dict[str, Any]) -> dict[str, Any]:
        """Rename what compensation remembers; what the target cannot undo is forgotten."""
        if "done" not in memo:
            return memo
        records = [
            [self._counterparts.place(name), variables]
            for name, variables in memo["done"]
            if self._counterparts.may_be_undone(name)
        ]
        return {**memo, "done": records}

    # the woken process

    def _follow_texts(self, token: Token) -> None:
        """Evaluate anew what the diagram alone says about a waiting token, where its text has changed."""
        if token.state != TaskState.WAITING:
            return
        old, node = self._origins[token.id], token.task_spec
        try:
            if node.wait_kind is WaitKind.USER_TASK and old.form_id != node.element.form_id:
                token.memo["detail"] = {**token.memo.get("detail", {}), "form_id": node.read_text(token, "form_id")}
            elif node.wait_kind is WaitKind.JOB and _job(old) != _job(node.element):
                retries = node.read_number(token, "retries", USUAL_RETRIES)
                token.memo["detail"] = {"job_type": node.read_text(token, "job_type"), "retries": retries}
            elif node.wait_kind in {WaitKind.MESSAGE, WaitKind.SIGNAL} and _trigger(old) != _trigger(node.element):
                token.memo["detail"] = node.armed_with(token)
        except PlatformError as failure:
            self._report(old, failure)

    def _arm_triggers(self, scope: ScopeInstance) -> None:
        """Arm the event sub-processes that only the target has; what the source had has had its chance."""
        home = None if scope.host is None else self._origins[scope.host.id].element_id
        known = {
            self._counterparts.place(element.element_id)
            for element in self._source.elements.values()
            if element.kind == "startEvent" and element.scope_id is not None
            if self._is_handled_in(home, element.scope_id) and self._counterparts.stays_armed(element)
        }
        for trigger in scope.spec.triggers:
            if trigger.element.element_id not in known:
                trigger._update(scope.task_tree._add_child(trigger))

    def _is_handled_in(self, scope_id: str | None, sub_process_id: str) -> bool:
        around = self._source.elements[sub_process_id]
        return around.is_event_sub_process and around.scope_id == scope_id

    def _arm_events(self, token: Token) -> None:
        """Arm the boundary events, and those behind a gateway, that only the target has."""
        node: FlowNode = token.task_spec
        armed = {event.task_spec.name for event in token.attached()}
        if isinstance(node, EventBasedGateway):
            node.arm(token, but=armed)
        if not node.boundary_events or (token.memo.get("entering") and not armed):
            return  # a token that failed on entering arms them all when it is tried again
        host_id = self._origins[token.id].element_id
        known = {
            self._counterparts.place(element.element_id)
            for element in self._source.elements.values()
            if element.attached_to == host_id and self._counterparts.stays_armed(element)
        }
        for event in node.boundary_events:
            if event.name not in known:
                event._update(token._add_child(event))

    # what does not fit

    def _stop_on_findings(self) -> None:
        if self._findings:
            raise MigrationRefused(self._findings)

    def _refuse(self, element: Element, misfit: Misfit) -> None:
        self._findings.append(self._counterparts.finding(element, misfit))

    def _report(self, element: Element, failure: PlatformError) -> None:
        said = incident_of(failure)
        name = element.name or element.element_id
        message = Bilingual(f"“{name}”: {said['message_vi']}", f"“{name}”: {said['message_en']}")
        process_id = self._counterparts.target.process_id
        self._findings.append(Finding(failure.code, message, _UNREADABLE, process_id, element.element_id))


def _job(element: Element) -> tuple[str | None, str | None]:
    return element.job_type, element.retries


def _trigger(element: Element) -> tuple[str | None, str | None]:
    event = element.event
    return (None, None) if event is None else (event.name, event.correlation_key)
