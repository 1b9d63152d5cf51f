"""A process in memory and its sub-processes: Spiff's workflows with token indexes instead of tree walks."""

import logging
from collections import deque
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.appointment import Appoint
from engine.bpmn.compaction import compact
from engine.bpmn.failures import EndlessLoop, ErrorNotCaught, JoinStarved, incident_of
from engine.bpmn.scope import Scope
from engine.bpmn.tokens import Token
from engine.bpmn.values import Value
from engine.bpmn.waits import Fact, FactKind
from engine.errors import PlatformError
from engine.feel import Environment

MOST_NODES_IN_A_STEP = 50_000
"""More flow nodes than any sound step passes; beyond it a loop goes round without waiting."""


class FeelEngine(PythonScriptEngine):
    """Spiff's script engine, speaking FEEL and nothing else."""

    environment: Environment

    def evaluate(self, task: Token, expression: Value, external_context: Any = None) -> object:  # noqa: ARG002
        """Return what the compiled text says at the token, as a JSON value."""
        return expression.read(Scope(task.layers(), task.workflow.top_workflow.changed), self.environment)


class ScopeInstance:
    """What a process and a sub-process have in common: live tokens, and an end when nothing lives any more."""

    host: Token | None
    live: dict[int, Token]
    tasks: dict[int, Token]
    data: dict[str, object]
    task_tree: Token
    top_workflow: "ProcessInstance"
    completed: bool
    spec: Any

    def plant(self, number: int | None = None) -> None:
        """Make the root token, which stands for the scope itself."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.COMPLETED, number=number)

    def begin(self, starts: list[Any], enter_at: list[str] | None = None) -> list[Token]:
        """Arm the event sub-processes and put a token on each start; nothing runs yet.

        `enter_at` is the path by which a moved token goes on into the sub-processes inside.
        """
        for spec in self.spec.triggers:
            spec._update(self.task_tree._add_child(spec))
        tokens = [self.task_tree._add_child(spec) for spec in starts]
        for token in tokens:
            if enter_at:
                token.memo["enter_at"] = enter_at
            token.task_spec._update(token)
        self.touch()
        return tokens

    def touch(self) -> None:
        """Remember to ask whether this scope has ended."""
        self.top_workflow.touched[id(self)] = self

    @property
    def is_spent(self) -> bool:
        """Say whether nothing lives but event sub-processes that nobody triggered."""
        return all(token.task_spec.is_trigger and token.memo.get("armed") for token in self.live.values())

    def cancel_tokens(self, *, but: Token | None = None) -> None:
        """Cancel every live token of the scope but one."""
        for _number, token in sorted(self.live.items()):
            if token is not but:
                token.cancel()

    def gathering_at(self, spec: Any) -> Token | None:
        """Return the token that gathers others at a join, if there is one."""
        for token in self.live.values():
            if token.task_spec is spec and "came" in token.memo:
                return token
        return None

    def update_waiting_tasks(self) -> None:
        """Do nothing: nothing here is found by asking every waiting token again."""

    def _task_completed_notify(self, task: Token) -> None:
        self.last_task = task
        if self.host is not None:
            self.host.task_spec.completed_inside(self, self.host)
        self.touch()


class SubProcessInstance(ScopeInstance, BpmnSubWorkflow):
    """A running embedded sub-process; its variables are its token's own."""

    def __init__(self, spec: Any, host: Token, top: "ProcessInstance") -> None:
        self.host = host
        self.live = {}
        super().__init__(spec, host.id, top, deserializing=True)
        self.data = host.data

    @property
    def parent_workflow(self) -> ScopeInstance:
        """Return the scope around this one."""
        return self.host.workflow  # type: ignore[union-attr]

    def close(self) -> None:
        """End: tell the sub-process's token."""
        self.completed = True
        self.host.task_spec._on_subworkflow_completed(self, self.host)  # type: ignore[union-attr]


class ProcessInstance(ScopeInstance, BpmnWorkflow):
    """A running process: every token by number, the ready ones in a queue, and what happened."""

    host = None

    def __init__(self, spec: Any, subprocess_specs: dict[str, Any], environment: Environment, decide: Any) -> None:
        _quiet_logs()
        self.live = {}
        self.tokens: dict[int, Token] = {}
        self.ready: deque[Token] = deque()
        self.touched: dict[int, ScopeInstance] = {}
        self.changed: set[str] = set()
        self.conditions: dict[int, Token] = {}
        self.parked: dict[int, Token] = {}
        self.facts: list[Fact] = []
        self.end_element_ids: list[str] = []
        self.last_number = 0
        self.keeps_history = False
        self.decide = decide
        self.appoint: Appoint | None = None
        self.taken_up = ""
        super().__init__(spec, subprocess_specs, FeelEngine(environment), deserializing=True)

    def next_number(self) -> int:
        """Return a token number that was never used in this process instance."""
        self.last_number += 1
        return self.last_number

    @property
    def environment(self) -> Environment:
        """Return the clock and the directory of this step."""
        return self.script_engine.environment  # type: ignore[no-any-return]

    @environment.setter
    def environment(self, environment: Environment) -> None:
        self.script_engine.environment = environment

    def get_task_from_id(self, task_id: int) -> Token:
        """Return a token of this process or of any of its sub-processes."""
        return self.tokens[task_id]

    def create_subprocess(self, my_task: Token, spec_name: str) -> SubProcessInstance:
        """Make the instance of a sub-process, in this package's class."""
        instance = SubProcessInstance(self.subprocess_specs[spec_name], my_task, self)
        self.subprocesses[my_task.id] = instance
        return instance

    def do_engine_steps(self, will_complete_task: Any = None, did_complete_task: Any = None) -> None:  # noqa: ARG002
        """Run until every live token waits, then forget the finished ones."""
        passed = 0
        if self.changed:
            self.poll_conditions()
        while True:
            if self.ready:
                token = self.ready.popleft()
                if token.state == TaskState.READY:
                    passed += 1
                    self._pass(token, is_endless=passed > MOST_NODES_IN_A_STEP)
            elif not (self._wake_joins() or self._close_scopes()):
                break
        if not self.keeps_history:
            compact(self)

    def _pass(self, token: Token, *, is_endless: bool) -> None:
        try:
            if is_endless:
                raise EndlessLoop(
                    "Vòng lặp chạy mãi mà không dừng chờ ai; hãy kiểm tra điều kiện thoát.",
                    "A loop goes round without ever waiting; look at the condition that leaves it.",
                )
            token.run()
        except PlatformError as failure:
            token.fail(failure, entering=False)
        if self.changed:
            self.poll_conditions()

    def poll_conditions(self) -> None:
        """Fire the conditional events whose condition became true since variables were last written."""
        self.changed.clear()
        for number, token in sorted(self.conditions.items()):
            if token.state != TaskState.WAITING:
                self.conditions.pop(number, None)
            else:
                try:
                    token.task_spec.poll(token)
                except PlatformError as failure:
                    token.fail(failure, entering=True)

    def _wake_joins(self) -> bool:
        """Let inclusive joins go on that no other token can reach any more."""
        for number, token in sorted(self.parked.items()):
            if token.state != TaskState.WAITING:
                del self.parked[number]
            elif token.task_spec.may_go_on(token):
                del self.parked[number]
                token.task_spec.go_on(token)
                return True
        return False

    def _close_scopes(self) -> bool:
        """End the scopes in which nothing lives any more, the innermost first."""
        touched = sorted(self.touched.values(), key=lambda scope: -scope.depth)  # type: ignore[attr-defined]
        self.touched.clear()
        for scope in touched:
            if scope.completed:
                continue
            if scope.is_spent:
                scope.cancel_tokens()
                scope.close()  # type: ignore[attr-defined]
            else:
                self._note_starved_joins(scope)
        return bool(self.ready or self.touched)

    def _note_starved_joins(self, scope: ScopeInstance) -> None:
        """Show parallel joins that no token can reach any more: nothing else lives in their scope (a deadlock)."""
        tokens = [token for token in scope.live.values() if not token.task_spec.is_trigger]
        if all(token.task_spec.gathers and token.state == TaskState.WAITING for token in tokens):
            for token in tokens:
                if token.task_spec.may_starve:
                    token.fail(
                        JoinStarved(
                            "Cổng song song chờ một nhánh không thể đến được nữa.",
                            "A parallel join waits for a branch that cannot come any more.",
                        ),
                        entering=True,
                    )

    def close(self) -> None:
        """End the process."""
        self.completed = True

    def fail(self, token: Token, failure: PlatformError, *, entering: bool) -> None:
        """Turn a token into an incident."""
        incident = incident_of(failure)
        token.memo["incident"] = incident
        token.memo["entering"] = entering
        if isinstance(failure, ErrorNotCaught):
            token.memo["error"] = failure.error
        token._set_state(TaskState.ERROR)
        token.report(FactKind.FAILED, code=incident["code"])

    def cancel(self, workflow: ScopeInstance | None = None) -> list[Token]:
        """Cancel a scope with everything in it; the whole process when none is named."""
        scope = workflow or self
        tokens = list(scope.live.values())
        scope.cancel_tokens()
        scope.completed = True
        return tokens


def _quiet_logs() -> None:
    """Keep Spiff from listing all tasks for log records nobody reads (it asks the loggers' own level)."""
    for name in ("spiff.task", "spiff.workflow"):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.WARNING)
