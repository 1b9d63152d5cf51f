"""Tasks and called processes: what waits for a person, a job, a message or a child, and what passes through."""

from collections.abc import Mapping
from datetime import time

from engine.bpmn.appointment import Appointment
from engine.bpmn.failures import NobodyDecides, TimerInvalid
from engine.bpmn.nodes.base import FlowNode, scope_of
from engine.bpmn.nodes.jobs import JobNode
from engine.bpmn.nodes.throwing import throw_named
from engine.bpmn.timers import due_from, iso
from engine.bpmn.tokens import Token
from engine.bpmn.waits import WaitKind

END_OF_DAY = time(23, 59, 59)
"""A due date without a time means the whole day."""
USUAL_PRIORITY = 50
_UNSAID: dict[str, object] = {
    "assignee": None,
    "candidate_groups": [],
    "candidate_users": [],
    "due_at": None,
    "follow_up_at": None,
    "priority": USUAL_PRIORITY,
    "form_id": None,
}


class PassingTask(FlowNode):
    """An abstract or a manual task: the engine takes no part in it, so the token passes."""


class UserTask(FlowNode):
    """A task for a person (nhiệm vụ người dùng); who, until when and which form are settled on entering."""

    wait_kind = WaitKind.USER_TASK

    def enter(self, token: Token) -> bool:
        """Evaluate assignment, dates, priority and form once; what says nothing takes no room in the state."""
        who = self._appointed(token)
        if who.passes_with is not None:
            self.receive(token, who.passes_with)
            return True
        settled = {
            "assignee": who.assignee,
            "candidate_groups": list(who.candidate_groups),
            "candidate_users": list(who.candidate_users),
            "due_at": self._moment(token, "due_date"),
            "follow_up_at": self._moment(token, "follow_up_date"),
            "priority": self.read_number(token, "priority", USUAL_PRIORITY),
            "form_id": self.read_text(token, "form_id"),
        }
        return self.wait(token, **{name: value for name, value in settled.items() if value != _UNSAID[name]})

    def describe(self, token: Token) -> dict[str, object]:
        """Return everything that was settled."""
        return {**_UNSAID, **super().describe(token)}

    def _appointed(self, token: Token) -> Appointment:
        """Return whom the diagram names, or whom `appoint` of this step puts in their place.

        A token that was put here by hand is known for one until it waits for somebody, an incident or not.
        """
        top, element_id = token.workflow.top_workflow, self.element.element_id
        is_taken_up = top.taken_up == element_id or token.memo.get("taken_up", False)
        asked = Appointment(
            element_id=element_id,
            token_id=str(token.id),
            assignee=self.read_text(token, "assignee"),
            candidate_groups=tuple(self.read_texts(token, "candidate_groups")),
            candidate_users=tuple(self.read_texts(token, "candidate_users")),
            is_taken_up=is_taken_up,
        )
        if top.appoint is None:
            return asked
        if is_taken_up:
            token.memo["taken_up"] = True
        appointed: Appointment = top.appoint(asked, scope_of(token))
        token.memo.pop("taken_up", None)
        return appointed

    def _moment(self, token: Token, name: str) -> str | None:
        value = self.read(token, name)
        if value is None or value == "":
            return None
        environment = token.workflow.top_workflow.environment
        try:
            return iso(due_from(str(value), now=environment.now, zone=environment.zone, at=END_OF_DAY))
        except ValueError as error:
            raise TimerInvalid(
                "Hạn xử lý không phải là ngày, thời điểm hay khoảng thời gian.",
                "The due date is no date, date and time or duration.",
            ) from error


class JobTask(JobNode):
    """A task served by a job handler."""


class ScriptTask(FlowNode):
    """A FEEL expression whose result becomes a variable."""

    def act(self, token: Token) -> None:
        """Evaluate the script and keep the result."""
        self.receive(token, {self.plan.result_variable or "": self.read(token, "script")})


class DecisionTask(FlowNode):
    """A business rule task (bảng quyết định): the decision's result becomes a variable."""

    def act(self, token: Token) -> None:
        """Ask the decision with everything visible at the token."""
        decide = token.workflow.top_workflow.decide
        if decide is None:
            raise NobodyDecides("Không có bảng quyết định nào được nối vào.", "No decisions are at hand.")
        result = decide(str(self.read(token, "decision_id")), scope_of(token))
        self.receive(token, {self.plan.result_variable or "": result})


class CallActivity(FlowNode):
    """A called process (quy trình con): the token waits until the child has ended."""

    wait_kind = WaitKind.CALL

    def enter(self, token: Token) -> bool:
        """Ask for a child of the named process."""
        return self.wait(
            token,
            process_id=self.read_text(token, "called_process"),
            pass_all_variables=self.plan.pass_all_variables,
            return_all_variables=self.plan.return_all_variables,
        )

    def receive(self, token: Token, payload: Mapping[str, object], *, outward: bool = True) -> None:
        """Take the child's variables; only mapped ones leave unless the diagram returns all."""
        super().receive(token, payload, outward=outward and self.plan.return_all_variables)


class SendTask(FlowNode):
    """A send task: the message leaves as a fact."""

    def act(self, token: Token) -> None:
        """Throw the message."""
        throw_named(token, self)
