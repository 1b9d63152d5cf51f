"""Compile calls: built-in functions chosen while compiling, office functions, and functions that are values."""

from collections.abc import Sequence

from engine.errors import PlatformError
from engine.wording import Bilingual

from . import nodes
from .builtins import BUILTINS, Builtin
from .builtins.registry import Overload, call_first
from .compilation import Compilation
from .errors import FeelError, FeelSyntaxError, Unfit, UnknownFunction, did_you_mean
from .office import OFFICE_FUNCTIONS, OfficeFunction
from .paths import presence
from .runtime import Closure, Frame, Place, Run
from .scopes import Scope, binding, find
from .types import FeelType, coerced
from .values import Function, kind_name

IS_DEFINED = "is defined"
_DEFINITION_COST = 4
_OFFICE_COST = 250
"""Steps for one question to directory or calendar, which may read the database."""


def call(compilation: Compilation, node: nodes.Call, scope: Scope | None) -> Closure:
    """Compile a call; refuse arguments that a built-in or office function does not take."""
    if not isinstance(node.function, nodes.Name):
        return _value_call(compilation, node, scope, compilation.compile(node.function, scope))
    name = node.function.name
    found = find(scope, name)
    if found.local is None:
        compilation.reads.calls.add(name)
    offered = _offered_call(compilation, node, scope, name)
    if found.local is None and (offered is None or name in compilation.names):
        function = _scope_function(compilation, node.function, is_offered=offered is not None)
    elif found.local is not None:
        function = compilation.compile(node.function, scope)
    elif offered is not None:
        return offered
    valued = _value_call(compilation, node, scope, function)
    return valued if offered is None else _function_or(function, valued, offered)


def _function_or(function: Closure, valued: Closure, offered: Closure) -> Closure:
    """Call the scope's value if it is a function; data of a built-in function's name does not hide the function."""
    return lambda frame: valued(frame) if isinstance(function(frame), Function) else offered(frame)


def _offered_call(compilation: Compilation, node: nodes.Call, scope: Scope | None, name: str) -> Closure | None:
    """Compile the call of a built-in or office function; None if there is none of that name."""
    if name == IS_DEFINED and len(node.arguments) == 1 and not node.names:
        return presence(compilation, node.arguments[0], scope)
    builtin = BUILTINS.get(name)
    if builtin is not None:
        return _builtin_call(compilation, node, scope, builtin)
    office = OFFICE_FUNCTIONS.get(name)
    return None if office is None else _office_call(compilation, node, scope, office)


def _builtin_call(compilation: Compilation, node: nodes.Call, scope: Scope | None, builtin: Builtin) -> Closure:
    overloads = builtin.chosen(len(node.arguments), node.names)
    if not overloads:
        raise _refused_arguments(node, builtin.signatures)
    arguments = [compilation.compile(each, scope) for each in node.arguments]
    if node.names:
        overloads = overloads[:1]
        arguments = [_null if index is None else arguments[index] for index in overloads[0].positions(node.names)]
    return _checked_call(overloads, arguments, compilation.place(node))


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


def _office_call(compilation: Compilation, node: nodes.Call, scope: Scope | None, office: OfficeFunction) -> Closure:
    names = office.parameters
    if len(node.arguments) != len(names) or (node.names and set(node.names) != set(names)):
        raise _refused_arguments(node, (office.signature,))
    arguments = [compilation.compile(each, scope) for each in node.arguments]
    if node.names:
        arguments = [arguments[node.names.index(name)] for name in names]
    name, place = office.name, compilation.place(node)

    def called(frame: Frame) -> object:
        values = [each(frame) for each in arguments]
        return _asked(frame.run, name, values, place)

    return called


def _asked(run: Run, name: str, values: list[object], place: Place) -> object:
    """Ask the environment's function; refuse one that is not offered, and pass on what it refuses itself."""
    function = run.environment.functions.get(name)
    run.spend(_OFFICE_COST, place)
    if function is None:
        raise UnknownFunction(
            Bilingual(f"hàm “{name}” không dùng được ở đây", f"the function “{name}” is not offered here")
        ).placed(*place)
    try:
        return function(*values)
    except FeelError:
        raise
    except PlatformError as error:
        raise FeelError(Bilingual(f"{name}: {error}", f"{name}: {error}")).placed(*place) from error


def _scope_function(compilation: Compilation, node: nodes.Name, *, is_offered: bool) -> Closure:
    """Look a function up when it is called: in the root scope, then among the environment's functions."""
    compilation.reads.certain.add(node.name)
    wanted, place = node.name, compilation.place(node)

    def looked_up(frame: Frame) -> object:
        try:
            return frame.scope[wanted]
        except KeyError:
            pass
        if wanted in frame.run.environment.functions:
            return Function(None, lambda run, values: _asked(run, wanted, list(values), place), wanted)
        if is_offered:
            return None
        raise unknown_function(wanted).placed(*place)

    return looked_up


def unknown_function(name: str) -> UnknownFunction:
    """Return the refusal of a function that nobody offers, with the name that may have been meant."""
    hint = did_you_mean(name, (*BUILTINS, *OFFICE_FUNCTIONS, IS_DEFINED))
    return UnknownFunction(Bilingual(f"không có hàm “{name}”{hint.vi}", f"there is no function “{name}”{hint.en}"))


def _value_call(compilation: Compilation, node: nodes.Call, scope: Scope | None, function: Closure) -> Closure:
    arguments = [compilation.compile(each, scope) for each in node.arguments]
    names, place = node.names, compilation.place(node)

    def called(frame: Frame) -> object:
        run = frame.run
        callee = function(frame)
        values = [each(frame) for each in arguments]
        run.spend(2 + len(values), place)
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
    body = compilation.compile(node.body, binding(scope, node.parameters))
    parameters, types, weight, depth = node.parameters, node.types, node.body.weight, node.body.depth

    def defined(frame: Frame) -> Function:
        frame.run.spend(_DEFINITION_COST)

        def applied(run: Run, values: Sequence[object]) -> object:
            run.spend(weight)
            typed = [_typed(run, value, kind) for value, kind in zip(values, types, strict=True)]
            local = Frame(frame, dict(zip(parameters, typed, strict=True)))
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
