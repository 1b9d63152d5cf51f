"""Moving tokens: activate an element, cancel a token; what send back, withdraw, repair and cancelling rest on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes.base import scope_of
from engine.bpmn.nodes.multi_instance import MultiInstance
from engine.errors import Invalid

if TYPE_CHECKING:
    from engine.bpmn.blueprint import Blueprint
    from engine.bpmn.instance import ProcessInstance, ScopeInstance
    from engine.bpmn.tokens import Token


class MoveRefused(Invalid):
    """The element cannot be activated, or the token cannot be cancelled, by itself."""

    code = "bpmn.move_refused"


def activate(
    process: "ProcessInstance",
    blueprint: "Blueprint",
    element_id: str,
    *,
    scope_number: int | None = None,
    variables: Mapping[str, object],
) -> None:
    """Put a new token on an element; sub-processes around it that do not run are entered at it, nowhere else.

    With several running instances of the sub-process around it, `scope_number` (its token) must say which.
    """
    path = _path_to(blueprint, element_id)
    scope, rest = _innermost_running(process, path, scope_number)
    inside = rest[0]
    token = scope.task_tree._add_child(scope.spec.task_specs[inside])
    scope_of(token).assign_all(variables)
    if rest[1:]:
        token.memo["enter_at"] = rest[1:]
    token.task_spec._update(token)
    scope.touch()


def cancel_token(token: "Token") -> None:
    """Cancel one token with everything that belongs to it; a multi-instance goes on with its other instances."""
    if token.memo.get("armed"):
        raise MoveRefused("an armed event goes with its activity or scope", token_id=str(token.id))
    container = token.task_spec.container
    whole = token.parent
    token.cancel()
    if container is not None and whole.state == TaskState.WAITING:
        container.go_on(whole)


def repeated(token: "Token") -> "tuple[MultiInstance, Token]":
    """Return the multi-instance that a token stands for, or belongs to, with the token of the whole."""
    whole = token.parent if token.task_spec.container is not None else token
    if not isinstance(whole.task_spec, MultiInstance) or whole.state != TaskState.WAITING:
        raise MoveRefused("the token belongs to no running multi-instance", token_id=str(token.id))
    return whole.task_spec, whole


def _path_to(blueprint: "Blueprint", element_id: str) -> list[str]:
    """Return the sub-processes around an element, the outermost first, and the element itself."""
    try:
        _scope, node = blueprint.node(element_id)
    except KeyError as error:
        raise MoveRefused("there is no such element", element_id=element_id) from error
    element = node.element
    if element.kind in {"boundaryEvent", "startEvent"} or element.is_event_sub_process:
        raise MoveRefused("events that start or interrupt something cannot be activated", element_id=element_id)
    path = [element_id]
    while element.scope_id is not None:
        element = blueprint.node(element.scope_id)[1].element
        if element.is_event_sub_process or element.multi_instance is not None:
            path.insert(0, f"!{element.element_id}")
        else:
            path.insert(0, element.element_id)
    return path


def _innermost_running(
    process: "ProcessInstance", path: list[str], scope_number: int | None
) -> "tuple[ScopeInstance, list[str]]":
    """Return the running scope that is nearest to the element, and the path from there."""
    scope: ScopeInstance = process
    if scope_number is not None:
        found = process.subprocesses.get(scope_number)
        names = [name.removeprefix("!") for name in path]
        if found is None or found.completed or found.spec.name not in names[:-1]:
            raise MoveRefused("the named token is no running sub-process around the element", token_id=scope_number)
        return found, [_open(name) for name in path[names.index(found.spec.name) + 1 :]]
    for depth, name in enumerate(path[:-1]):
        running = [
            inner
            for inner in process.subprocesses.values()
            if not inner.completed and inner.spec.name == name.removeprefix("!") and inner.parent_workflow is scope
        ]
        if len(running) > 1:
            raise MoveRefused("say in which of the running sub-processes", element_id=path[-1])
        if not running:
            return scope, [_open(each) for each in path[depth:]]
        scope = running[0]
    return scope, path[-1:]


def _open(name: str) -> str:
    """Refuse to enter an event sub-process or a repeated one from outside."""
    if name.startswith("!"):
        raise MoveRefused("an event or repeated sub-process that does not run cannot be entered", element_id=name[1:])
    return name
