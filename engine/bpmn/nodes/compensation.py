"""Compensation (bồi hoàn): completed activities are undone by their handlers, the last one first (BPMN 2.0 §10.6).

What may be undone is remembered at the root of the scope, as [element id, variables], and so survives compaction.
"""

from typing import Any

from engine.bpmn.nodes.events import ThrowingNode
from engine.bpmn.nodes.throwing import cancel_boundary
from engine.bpmn.tokens import Token


class CompensatingNode(ThrowingNode):
    """A compensation throw or end event, or a cancel end event; it waits until every handler is through."""

    def _run_hook(self, my_task: Token) -> bool | None:
        """Start one handler after the other; None keeps the token started."""
        if "pending" not in my_task.memo:
            if self.is_cancel:
                my_task.workflow.cancel_tokens(but=my_task)
            my_task.memo["pending"] = self._collect(my_task)
        if my_task.memo["pending"]:
            self._start_handler(my_task, *my_task.memo["pending"].pop())
            return None
        return super()._run_hook(my_task)

    @property
    def is_cancel(self) -> bool:
        """Say whether the event cancels a transaction as well."""
        return self.plan.event is not None and self.plan.event.kind == "cancel"

    def act(self, token: Token) -> None:
        """End, and leave a cancelled transaction by its boundary event."""
        super().act(token)
        if self.is_cancel:
            event = cancel_boundary(token)
            self.finish_now(token)
            if event is not None:
                event.task_spec.fire(event, {})

    def release(self, token: Token) -> None:
        """Cancel the handler under way."""
        handler = token.workflow.top_workflow.tokens.get(token.memo.pop("handler", 0))
        if handler is not None:
            handler.memo.pop("for", None)
            handler.cancel()

    def _collect(self, token: Token) -> list[list[Any]]:
        """Take what is to be undone out of the scope's memory, oldest first."""
        scope = token.workflow
        if scope.host is not None and scope.host.task_spec.element.is_event_sub_process:
            scope = scope.host.workflow
        wanted = None if self.plan.event is None else self.plan.event.activity_ref
        done = scope.task_tree.memo.pop("done", [])
        kept = [record for record in done if wanted is not None and record[0] != wanted]
        if kept:
            scope.task_tree.memo["done"] = kept
        number = 0 if scope.host is None else scope.host.id
        return [[number, *record] for record in done if record not in kept]

    def _start_handler(self, token: Token, scope_number: int, element_id: str, variables: dict[str, Any]) -> None:
        top = token.workflow.top_workflow
        scope = top.subprocesses[scope_number] if scope_number else top
        handler = scope.task_tree._add_child(scope.spec.task_specs[element_id].compensation_handler)
        handler.memo["for"] = token.id
        handler.data.update(variables)
        token.memo["handler"] = handler.id
        handler.task_spec._update(handler)
