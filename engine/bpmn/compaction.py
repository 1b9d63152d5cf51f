"""Cut finished history out of the token tree: what is left is what the running nodes read.

A running node reads its own token, the live token it belongs to (a boundary event its host, an instance its
multi-instance, a catch event its gateway), the root of its scope, and the token that hosts its sub-process, which is
live while the sub-process is. Nothing reads a finished token: joins keep their count in the waiting token.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bpmn.instance import ProcessInstance, ScopeInstance


def compact(process: "ProcessInstance") -> None:
    """Forget finished tokens and ended sub-processes."""
    for number, scope in list(process.subprocesses.items()):
        if scope.completed or not scope.host.is_live:
            del process.subprocesses[number]
            for token in scope.tasks.values():
                process.tokens.pop(token.id, None)
        else:
            _cut(scope, process)
    _cut(process, process)


def _cut(scope: "ScopeInstance", process: "ProcessInstance") -> None:
    """Keep the root and the live tokens of one scope; orphans become the root's."""
    root = scope.task_tree
    live = scope.live
    for number in [number for number in scope.tasks if number not in live and number != root.id]:
        del scope.tasks[number]
        del process.tokens[number]
    root._children = [child for child in root._children if child in live]
    for token in live.values():
        token._children = [child for child in token._children if child in live]
        if token._parent not in live and token._parent != root.id:
            token.parent = root
            root._children.append(token.id)
