"""Nodes that a job handler serves."""

from engine.bpmn.nodes.base import FlowNode
from engine.bpmn.tokens import Token
from engine.bpmn.waits import WaitKind

USUAL_RETRIES = 3


class JobNode(FlowNode):
    """A node that asks for a job of the type its diagram names, and waits for it."""

    wait_kind = WaitKind.JOB

    def enter(self, token: Token) -> bool:
        """Ask for the job."""
        job_type = self.read_text(token, "job_type")
        return self.wait(token, job_type=job_type, retries=self.read_number(token, "retries", USUAL_RETRIES))

    def describe(self, token: Token) -> dict[str, object]:
        """Return type, retries and headers."""
        return {**super().describe(token), "headers": dict(self.element.headers)}
