"""Moving tokens: activate an element, cancel a token; what send back, withdraw, repair and cancelling rest on."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.elements import Element
from engine.bpmn.nodes.base import scope_of
from engine.bpmn.nodes.multi_instance import MultiInstance
from engine.errors import Invalid
from engine.wording import Bilingual

if TYPE_CHECKING:
    from engine.bpmn.blueprint import Blueprint
    from engine.bpmn.instance import ProcessInstance, ScopeInstance
    from engine.bpmn.tokens import Token


class MoveRefused(Invalid):
    """The element cannot be activated, or the token cannot be cancelled, by itself; `text` says why."""

    code = "bpmn.move_refused"

    def __init__(self, vi: str, en: str, **data: object) -> None:
        super().__init__(en, **data)
        self.text = Bilingual(vi, en)


def armed_alone(token: "Token") -> MoveRefused:
    """Return the refusal to touch an event that waits on the edge of something."""
    name = _called(token.task_spec.element)
    return MoveRefused(
        f"“{name}” chỉ đang chờ sẵn bên một bước khác; nó đi theo bước đó, không chuyển riêng được.",
        f"“{name}” is armed beside another step; it goes with that step and cannot be moved by itself.",
        token_id=str(token.id),
    )


def may_be_activated(element: Element) -> bool:
    """Tell whether a token may be put on an element: on all but what begins, interrupts or undoes something."""
    is_event = element.kind in {"boundaryEvent", "startEvent"} or element.is_event_sub_process
    return not (is_event or element.is_compensation_handler)


def activate(
    process: "ProcessInstance",
    blueprint: "Blueprint",
    element_id: str,
    *,
    scope_number: int | None = None,
    variables: Mapping[str, object],
    item: int | None = None,
) -> None:
    """Put a new token on an element; sub-processes around it that do not run are entered at it, nowhere else.

    With several running instances of the sub-process around it, `scope_number` (its token) must say which. `item` is
    the place in its list at which a multi-instance is taken up, as if those before (or beside) it were done.
    """
    path = path_to(blueprint, element_id)
    scope, rest = _innermost_running(process, blueprint, path, scope_number)
    inside = rest[0]
    token = scope.task_tree._add_child(scope.spec.task_specs[inside])
    if item is not None and isinstance(token.task_spec, MultiInstance):
        token.memo["only"] = item
    scope_of(token).assign_all(variables)
    if rest[1:]:
        token.memo["enter_at"] = rest[1:]
    token.task_spec._update(token)
    scope.touch()


def cancel_token(token: "Token") -> None:
    """Cancel one token with everything that belongs to it; a multi-instance goes on with its other instances."""
    if token.memo.get("armed"):
        raise armed_alone(token)
    container = token.task_spec.container
    whole = token.parent
    token.cancel()
    if container is not None and whole.state == TaskState.WAITING:
        container.go_on(whole)


def leaving(token: "Token", path: list[str]) -> "Token":
    """Return the token that goes when one moves to the end of `path`: with it the scopes it would leave empty behind.

    A sub-process or a repetition in which nothing else lives would otherwise count as finished and flow on; so would a
    repetition in turns begin its next one.
    """
    while (around := token.enclosing) is not None:
        if token.task_spec.container is not None:
            goes_along = around.task_spec.ends_with(token)
        else:
            goes_along = not _leads_through(path, token.workflow) and _is_alone(token)
        if not goes_along:
            return token
        token = around
    return token


def scope_number_of(token: "Token", path: list[str]) -> int | None:
    """Return the token of the innermost sub-process around `token` that `path` leads through; None for the process."""
    scope = token.workflow
    while scope.host is not None:
        if _leads_through(path, scope):
            return int(scope.host.id)
        scope = scope.host.workflow
    return None


def repeated(token: "Token") -> "tuple[MultiInstance, Token]":
    """Return the multi-instance that a token stands for, or belongs to, with the token of the whole."""
    whole = token.parent if token.task_spec.container is not None else token
    if not isinstance(whole.task_spec, MultiInstance) or whole.state != TaskState.WAITING:
        name = _called(token.task_spec.element)
        raise MoveRefused(
            f"“{name}” không phải là bước lặp theo danh sách đang chạy.",
            f"“{name}” belongs to no running multi-instance.",
            token_id=str(token.id),
        )
    return whole.task_spec, whole


def repeat(token: "Token", index: int) -> None:
    """Let an item of a running multi-instance that was done be done again; refuses with `MoveRefused`."""
    node, whole = repeated(token)
    if not node.repeat(whole, index):
        name = _called(node.element)
        raise MoveRefused(
            f"“{name}” không còn giữ lượt thứ {index + 1} để làm lại.",
            f"“{name}” no longer knows its item {index + 1}, so it cannot be done again.",
            token_id=str(token.id),
        )


def leave_join(box: "Token", flow_ids: Collection[str]) -> None:
    """Take the tokens that came by some flows away from the join they wait at; they are gone as if never come."""
    came = box.memo.get("came", {})
    for flow_id in flow_ids:
        came.pop(flow_id, None)
    if not came:
        box.cancel()


def path_to(blueprint: "Blueprint", element_id: str) -> list[str]:
    """Return the sub-processes around an element, the outermost first, and the element itself.

    A `!` stands before those that cannot be entered from outside. Refuses with `MoveRefused`.
    """
    try:
        _scope, node = blueprint.node(element_id)
    except KeyError as error:
        raise MoveRefused(
            f"Sơ đồ của hồ sơ này không có bước “{element_id}”.",
            f"The diagram of this case has no element “{element_id}”.",
            element_id=element_id,
        ) from error
    element = node.element
    if not may_be_activated(element):
        raise MoveRefused(
            f"Không chuyển được đến “{_called(element)}”: chỗ này chỉ dùng để mở đầu, ngắt hoặc hoàn tác một bước.",
            f"“{_called(element)}” begins, interrupts or undoes something; nothing can be moved there.",
            element_id=element_id,
        )
    path = [element_id]
    while element.scope_id is not None:
        element = blueprint.node(element.scope_id)[1].element
        if element.is_event_sub_process or element.multi_instance is not None:
            path.insert(0, f"!{element.element_id}")
        else:
            path.insert(0, element.element_id)
    return path


def _innermost_running(
    process: "ProcessInstance", blueprint: "Blueprint", path: list[str], scope_number: int | None
) -> "tuple[ScopeInstance, list[str]]":
    """Return the running scope that is nearest to the element, and the path from there."""
    scope, begin = (process, 0) if scope_number is None else _named_scope(process, path, scope_number)
    for depth, name in enumerate(path[begin:-1], begin):
        running = [
            inner
            for inner in process.subprocesses.values()
            if not inner.completed and inner.spec.name == name.removeprefix("!") and inner.parent_workflow is scope
        ]
        if len(running) > 1:
            around = _called(blueprint.node(name.removeprefix("!"))[1].element)
            raise MoveRefused(
                f"“{around}” đang chạy nhiều lượt cùng lúc; hãy chuyển từ một bước bên trong lượt cần sửa.",
                f"“{around}” runs several times at once; move from a step inside the one that is meant.",
                element_id=path[-1],
            )
        if not running:
            return scope, [_open(blueprint, each) for each in path[depth:]]
        scope = running[0]
    return scope, path[-1:]


def _named_scope(process: "ProcessInstance", path: list[str], scope_number: int) -> "tuple[ScopeInstance, int]":
    """Return the running sub-process that was named, and how far along the path it lies."""
    found = process.subprocesses.get(scope_number)
    if found is None or found.completed or not _leads_through(path, found):
        raise MoveRefused(
            "Bước được chọn không nằm trong lượt quy trình con đã nêu.",
            "The named token is no running sub-process around the element.",
            token_id=scope_number,
        )
    return found, [name.removeprefix("!") for name in path].index(found.spec.name) + 1


def _leads_through(path: list[str], scope: "ScopeInstance") -> bool:
    return scope.host is None or scope.spec.name in {name.removeprefix("!") for name in path[:-1]}


def _is_alone(token: "Token") -> bool:
    """Tell whether nothing but the token, what belongs to it, and armed events lives in its scope."""
    others = set(token.workflow.live) - set(_belonging_to(token))
    lives = (token.workflow.live[number] for number in others)
    return all(each.task_spec.is_trigger and each.memo.get("armed") for each in lives)


def _belonging_to(token: "Token") -> Iterator[int]:
    yield token.id
    for each in token.attached():
        yield from _belonging_to(each)


def _open(blueprint: "Blueprint", name: str) -> str:
    """Refuse to enter an event sub-process or a repeated one from outside."""
    if not name.startswith("!"):
        return name
    around = _called(blueprint.node(name[1:])[1].element)
    raise MoveRefused(
        f"“{around}” là quy trình con lặp hoặc theo sự kiện và đang không chạy; không chuyển thẳng vào bên trong được.",
        f"“{around}” is an event or repeated sub-process that does not run; it cannot be entered from outside.",
        element_id=name[1:],
    )


def _called(element: Element) -> str:
    return element.name or element.element_id
