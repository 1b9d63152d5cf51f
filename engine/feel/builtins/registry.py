"""How a built-in function is declared, chosen by its arguments, checked and paid for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from engine.feel.errors import Unfit
from engine.feel.runtime import Run

from .fitting import FITS, Fit

_SIGNATURE = re.compile(r"([a-z0-9 ]+)\((.*)\)")
USUAL_COST = 9
"""Steps of a call that takes about a microsecond."""

DEAR = 24
"""Steps of a call that takes several: it reads or writes text, or computes in decimals."""

_MADE_COST = 6
"""Steps to make a value fit a parameter."""

_PASSED_TOGETHER = 3
"""Elements of a list, as a power of two, that are passed in and copied in the time of a step."""

Implementation = TypeVar("Implementation", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name, what fits it, and whether it may be left out."""

    name: str
    fit: Fit
    optional: bool


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in function.

    `gather` says what a variadic last parameter takes: "*" one list or its elements, "+" one or more arguments.
    """

    function: str
    parameters: tuple[Parameter, ...]
    gather: str
    implementation: Callable[..., object]
    takes_run: bool
    cost: int
    fits: tuple[Fit, ...]

    def takes(self, count: int) -> bool:
        """Tell whether so many positional arguments can be given."""
        least = sum(not parameter.optional for parameter in self.parameters)
        return least <= count and (bool(self.gather) or count <= len(self.parameters))

    def takes_names(self, names: Sequence[str]) -> bool:
        """Tell whether exactly these named arguments can be given."""
        required = {parameter.name for parameter in self.parameters if not parameter.optional}
        known = {parameter.name for parameter in self.parameters}
        return required <= set(names) <= known and len(names) == len(set(names))

    def positions(self, names: Sequence[str]) -> list[int | None]:
        """Return for each parameter which named argument it gets; parameters left out at the end are not listed."""
        order = [names.index(each.name) if each.name in names else None for each in self.parameters]
        while order and order[-1] is None:
            order.pop()
        return order

    def fitted(self, arguments: list[Any]) -> tuple[list[object], int]:
        """Return the arguments as the parameters want them, and what their size costs; refuse what does not fit."""
        if self.gather:
            arguments = self._gathered(arguments)
        cost = self.cost
        fitted = []
        for fit, value in zip(self.fits, arguments, strict=False):
            if fit.passes is not None and type(value) not in fit.passes:
                value = fit.made(value)  # noqa: PLW2901 - the value as the parameter wants it
                cost += _MADE_COST
            kind = type(value)
            if kind is list:
                cost += len(value) >> _PASSED_TOGETHER
            elif kind is str:
                cost += len(value) >> 4
            fitted.append(value)
        return fitted, cost

    def apply(self, run: Run, fitted: list[object], cost: int) -> object:
        """Pay for the fitted arguments and for the result, and return what the function gives."""
        run.left -= cost
        if run.left < 0:
            run.spend(0)
        try:
            result = self.implementation(run, *fitted) if self.takes_run else self.implementation(*fitted)
        except ArithmeticError as error:
            raise Unfit("kết quả không biểu diễn được", "the result cannot be held") from error
        if type(result) is list:
            run.check_list(len(result))
        elif type(result) is str:
            run.check_text(len(result))
        return result

    def _gathered(self, arguments: list[Any]) -> list[Any]:
        last = len(self.parameters) - 1
        rest = arguments[last:]
        if self.gather == "*" and len(rest) == 1:
            return arguments
        return [*arguments[:last], rest]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function with all the ways to call it."""

    name: str
    signatures: tuple[str, ...]
    overloads: tuple[Overload, ...]

    def chosen(self, count: int, names: Sequence[str]) -> tuple[Overload, ...]:
        """Return the overloads for so many arguments, or for these names; of those that differ in names only, one."""
        if names:
            return tuple(each for each in self.overloads if each.takes_names(names))
        alike = {(each.implementation, each.fits): each for each in self.overloads if each.takes(count)}
        return tuple(alike.values())

    def call(self, run: Run, arguments: Sequence[object]) -> object:
        """Call the function as a value, with positional arguments."""
        run.spend(DEAR)
        overloads = self.chosen(len(arguments), ())
        if not overloads:
            raise Unfit(
                f"“{self.name}” không nhận {len(arguments)} tham số",
                f"“{self.name}” takes no {len(arguments)} arguments",
            )
        return call_first(run, overloads, list(arguments))


def call_first(run: Run, overloads: Sequence[Overload], arguments: list[object]) -> object:
    """Call the first overload whose parameters the arguments fit; refuse with the last one's reason."""
    for overload in overloads[:-1]:
        try:
            fitted, cost = overload.fitted(arguments)
        except Unfit:
            continue
        return overload.apply(run, fitted, cost)
    fitted, cost = overloads[-1].fitted(arguments)
    return overloads[-1].apply(run, fitted, cost)


def builtin(
    *signatures: str, takes_run: bool = False, cost: int = USUAL_COST
) -> Callable[[Implementation], Implementation]:
    """Declare a function as built-in by signatures such as `substring(string: string, [length: number])`.

    A bracket marks a parameter that may be left out, `?` after its kind one that may be null, `*` and `+` a variadic
    one. With `takes_run` the implementation gets the evaluation first. A call costs `cost` steps besides those for the
    size of arguments and result.
    """

    def declared(implementation: Implementation) -> Implementation:
        implementation.__dict__["feel_signatures"] = signatures
        implementation.__dict__["feel_takes_run"] = takes_run
        implementation.__dict__["feel_cost"] = cost
        return implementation

    return declared


def gathered(*modules: ModuleType) -> Mapping[str, Builtin]:
    """Return every function that the modules declare, by name."""
    overloads: dict[str, list[tuple[str, Overload]]] = {}
    for module in modules:
        for implementation in vars(module).values():
            at_home = getattr(implementation, "__module__", "") == module.__name__
            for signature in getattr(implementation, "feel_signatures", ()) if at_home else ():
                overload = _read(signature, implementation)
                overloads.setdefault(overload.function, []).append((signature, overload))
    return {
        name: Builtin(name, tuple(text for text, _ in found), tuple(overload for _, overload in found))
        for name, found in sorted(overloads.items())
    }


def _read(signature: str, implementation: Callable[..., object]) -> Overload:
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise ValueError(f"not a signature: {signature}")
    name, inside = match.groups()
    parameters = [_parameter(part.strip()) for part in inside.split(",")] if inside else []
    gather = inside[-1] if inside[-1:] in {"*", "+"} else ""
    takes_run, cost = implementation.__dict__["feel_takes_run"], implementation.__dict__["feel_cost"]
    fits = tuple(parameter.fit for parameter in parameters)
    return Overload(name, tuple(parameters), gather, implementation, takes_run, cost, fits)


def _parameter(text: str) -> Parameter:
    optional = text.startswith("[")
    name, _, kind = text.strip("[]*+").partition(": ")
    return Parameter(name, FITS[kind], optional)
