"""Compile calls: built-in functions chosen while compiling, office functions, and functions that are values."""

from collections.abc import Sequence

from engine.wording import Bilingual

from . import nodes
from .builtins import BUILTINS, Builtin
from .builtins.registry import Overload, call_first
from .compilation import Compilation
from .errors import FeelError, FeelSyntaxError, Unfit, UnknownFunction, did_you_mean
from .office import OFFICE_FUNCTIONS, OfficeFunction, asked, function_value
from .paths import item_field, presence
from .runtime import Closure, Frame, Place, Run
from .scopes import ITEM, Scope, binding, capture, find
from .types import FeelType, coerced
from .values import Function, kind_name

IS_DEFINED = "is defined"
_DEFINITION_COST, _CALL_COST, _TYPE_COST = 20, 6, 5


def call(compilation: Compilation, node: nodes.Call, scope: Scope | None) -> Closure:
    """Compile a call; refuse arguments that a built-in or office function does not take."""
    name = node.function.name if isinstance(node.function, nodes.Name) else ""
    found = find(scope, name)
    is_item = name == ITEM and bool(found.items)
    is_outer = bool(name) and found.local is None and not is_item
    if is_outer:
        compilation.reads.calls.add(name)
        if name == IS_DEFINED and len(node.arguments) == 1 and not node.names:
            return presence(compilation, node.arguments[0], scope)
    arguments, place = [compilation.compile(each, scope) for each in node.arguments], compilation.place(node)
    offered = _offered_call(node, arguments, place)
    if is_outer:
        called = _outer_call(compilation, node, name, arguments, offered)
    else:
        function = compilation.compile(node.function, scope)
        valued = _value_call(function, arguments, node.names, place)
        called = valued if offered is None else _function_or(function, valued, offered)
    if not name or not found.items or is_item:
        return called
    inner = item_field(found.items, name)
    return _function_or(inner, _value_call(inner, arguments, node.names, place), called)


def _outer_call(
    compilation: Compilation, node: nodes.Call, name: str, arguments: list[Closure], offered: Closure | None
) -> Closure:
    """Compile the call of a name that the expression itself does not bind."""
    if offered is not None and name not in compilation.names:
        return offered
    place = compilation.place(node)
    function = _scope_function(compilation, name, place, is_offered=offered is not None)
    valued = _value_call(function, arguments, node.names, place)
    return valued if offered is None else _function_or(function, valued, offered)


def _function_or(function: Closure, valued: Closure, offered: Closure) -> Closure:
    """Call the scope's value if it is a function; data of a built-in function's name does not hide the function."""
    return lambda frame: valued(frame) if isinstance(function(frame), Function) else offered(frame)


def _offered_call(node: nodes.Call, arguments: list[Closure], place: Place) -> Closure | None:
    """Compile the call of a built-in or office function; None if there is none of that name."""
    if not isinstance(node.function, nodes.Name):
        return None
    builtin = BUILTINS.get(node.function.name)
    if builtin is not None:
        return _builtin_call(node, arguments, builtin, place)
    office = OFFICE_FUNCTIONS.get(node.function.name)
    return None if office is None else _office_call(node, arguments, office, place)


def _builtin_call(node: nodes.Call, arguments: list[Closure], builtin: Builtin, place: Place) -> Closure:
    overloads = builtin.chosen(len(node.arguments), node.names)
    if not overloads:
        raise _refused_arguments(node, builtin.signatures)
    if node.names:
        overloads = overloads[:1]
        arguments = [_null if index is None else arguments[index] for index in overloads[0].positions(node.names)]
    return _checked_call(overloads, arguments, place)


def _null(_frame: Frame) -> None:
    return None


def _checked_call(overloads: Sequence[Overload], arguments: Sequence[Closure], place: Place) -> Closure:
    function, single = overloads[0].function, overloads[0] if len(overloads) == 1 else None

    def called(frame: Frame) -> object:
        run = frame.run
        values = [each(frame) for each in arguments]
        try:
            if single is None:
                return call_first(run, overloads, values)
            fitted, cost = single.fitted(values)
            return single.apply(run, fitted, cost)
        except Unfit as error:
            run.warn(place, Bilingual(f"{function}: {error.text.vi}", f"{function}: {error.text.en}"))
            return None
        except FeelError as error:
            raise error.placed(*place) from None

    return called


def _refused_arguments(node: nodes.Call, signatures: Sequence[str]) -> FeelSyntaxError:
    offered = " / ".join(signatures)
    return FeelSyntaxError(
        Bilingual(f"tham số không đúng, hàm nhận: {offered}", f"wrong arguments, the function takes: {offered}"),
        position=node.at,
    )


def _office_call(node: nodes.Call, arguments: list[Closure], office: OfficeFunction, place: Place) -> Closure:
    names = office.parameters
    if not office.takes(len(node.arguments)) or (node.names and not office.takes_names(node.names)):
        raise _refused_arguments(node, (office.signature,))
    if node.names:
        arguments = [arguments[node.names.index(name)] for name in names[: len(node.names)]]
    name = office.name

    def called(frame: Frame) -> object:
        values = [each(frame) for each in arguments]
        return asked(frame.run, name, values, place)

    return called


def _scope_function(compilation: Compilation, wanted: str, place: Place, *, is_offered: bool) -> Closure:
    """Look a function up when it is called: in the root scope, then among the environment's functions."""
    compilation.reads.certain.add(wanted)

    def looked_up(frame: Frame) -> object:
        try:
            return frame.scope[wanted]
        except KeyError:
            pass
        function = function_value(frame.run, wanted, place)
        if function is not None or is_offered:
            return function
        raise unknown_function(wanted).placed(*place)

    return looked_up


def unknown_function(name: str) -> UnknownFunction:
    """Return the refusal of a function that nobody offers, with the name that may have been meant."""
    hint = did_you_mean(name, (*BUILTINS, *OFFICE_FUNCTIONS, IS_DEFINED))
    return UnknownFunction(Bilingual(f"không có hàm “{name}”{hint.vi}", f"there is no function “{name}”{hint.en}"))


def _value_call(function: Closure, arguments: list[Closure], names: tuple[str, ...], place: Place) -> Closure:
    def called(frame: Frame) -> object:
        run = frame.run
        callee = function(frame)
        values = [each(frame) for each in arguments]
        run.spend(_CALL_COST + len(values), place)
        try:
            function_called = _as_function(callee)
            return function_called.call(run, function_called.ordered(names, values) if names else values)
        except Unfit as error:
            run.warn(place, error.text)
            return None
        except FeelError as error:
            raise error.placed(*place) from None

    return called


def _as_function(value: object) -> Function:
    if not isinstance(value, Function):
        kind = kind_name(value)
        raise Unfit(f"{kind.vi} không gọi được như hàm", f"{kind.en} cannot be called")
    return value


def definition(compilation: Compilation, node: nodes.Definition, scope: Scope | None) -> Closure:
    """Compile `function(…) body`: a value that remembers the variables around it."""
    capture(scope)
    body = compilation.compile(node.body, binding(scope, node.parameters))
    parameters, types, weight, depth = node.parameters, node.types, node.body.weight, node.body.depth
    is_typed = any(kind is not None for kind in types)

    def defined(frame: Frame) -> Function:
        frame.run.spend(_DEFINITION_COST)

        def applied(run: Run, values: Sequence[object]) -> object:
            run.left -= weight
            if run.left < 0:
                run.spend(0)
            if is_typed:
                run.spend(_TYPE_COST * len(types))
                values = [_typed(run, value, kind) for value, kind in zip(values, types, strict=True)]
            local = Frame(frame, dict(zip(parameters, values, strict=False)))
            local.run = run
            return body(local)

        return Function(parameters, applied, depth=depth)

    return defined


def _typed(run: Run, value: object, kind: FeelType | None) -> object:
    if kind is None or value is None:
        return value
    fitted = coerced(value, kind, run.spend)
    if fitted is None:
        given = kind_name(value)
        raise Unfit(
            f"tham số kiểu {kind.kind} không nhận {given.vi}", f"a parameter of type {kind.kind} takes no {given.en}"
        )
    return fitted
