"""Nodes that a job handler serves."""

from engine.bpmn.failures import ValueUnfit
from engine.bpmn.nodes.base import FlowNode
from engine.bpmn.tokens import Token
from engine.bpmn.waits import WaitKind

USUAL_RETRIES = 0


class JobNode(FlowNode):
    """A node that asks for a job of the type its diagram names, and waits for it."""

    wait_kind = WaitKind.JOB

    def enter(self, token: Token) -> bool:
        """Ask for the job."""
        job_type = self.read_text(token, "job_type")
        return self.wait(token, job_type=job_type, retries=self._attempts(token))

    def _attempts(self, token: Token) -> int:
        """Return how often the job is to be tried; a diagram that says nothing sensible leaves it to the job type."""
        try:
            return max(self.read_number(token, "retries", USUAL_RETRIES), USUAL_RETRIES)
        except ValueUnfit:
            return USUAL_RETRIES

    def describe(self, token: Token) -> dict[str, object]:
        """Return type, number of attempts (0: as usual) and headers."""
        return {**super().describe(token), "headers": dict(self.element.headers)}
