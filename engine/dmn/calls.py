"""Functions of a decision file: business knowledge models, boxed functions, and their invocation (DMN 1.5, 10.2.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from engine.dmn.boxed import Boxed
from engine.dmn.course import Course
from engine.dmn.item_types import ItemType
from engine.dmn.scopes import Scope
from engine.feel import Expression, Function, host_function, parse
from engine.wording import Bilingual


@dataclass(frozen=True, slots=True)
class Parameter:
    """One formal parameter."""

    name: str
    type: ItemType | None

    def fitted(self, value: object, course: Course) -> object:
        """Return an argument as the parameter wants it, None if it does not conform."""
        what = Bilingual(f"tham số “{self.name}”", f"the parameter “{self.name}”")
        return value if self.type is None else self.type.fitted(value, course, what)


@dataclass(frozen=True, slots=True)
class FunctionLogic:
    """A function: parameters, and a body that sees them and the scope around its definition.

    `result` is the type its value must conform to, or becomes null.
    """

    parameters: Sequence[Parameter]
    body: Boxed
    result: ItemType | None = None

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the function as a FEEL value."""
        return self.function(scope, course)

    def function(self, scope: Mapping[str, object], course: Course, name: str = "") -> Function:
        """Return the function as a FEEL value of a name."""

        def called(*arguments: object) -> object:
            fitted = fitted_arguments(self.parameters, arguments, course)
            if fitted is None:
                return None
            with course.level():
                value = self.body.evaluate(Scope(fitted, scope), course)
            if self.result is None:
                return value
            return self.result.fitted(value, course, Bilingual(f"hàm “{name}”", f"the function “{name}”"))

        return host_function([each.name for each in self.parameters], called, name)


def fitted_arguments(
    parameters: Sequence[Parameter], arguments: Sequence[object], course: Course
) -> dict[str, object] | None:
    """Return arguments by name; None when one does not conform: then the function is not called (10.3.2.9.4)."""
    fitted: dict[str, object] = {}
    for parameter, argument in zip(parameters, arguments, strict=True):
        value = parameter.fitted(argument, course)
        if value is None and argument is not None:
            return None
        fitted[parameter.name] = value
    return fitted


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call with its arguments bound by name."""

    called: Expression
    bindings: Sequence[tuple[str, Boxed]]

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return what the function gives; null for what is no function or has no such parameters."""
        function = course.value(self.called, scope)
        given = {name: argument.evaluate(scope, course) for name, argument in self.bindings}
        if not isinstance(function, Function):
            course.warn(f"“{self.called.text}” không phải là hàm", f"“{self.called.text}” is no function")
            return None
        names = tuple(given) if function.parameters is None else function.parameters
        if set(given) - set(names):
            course.warn(f"“{self.called.text}” không có tham số này", f"“{self.called.text}” has no such parameter")
            return None
        arguments = {f"argument{index}": given.get(name) for index, name in enumerate(names)}
        return course.value(_call(len(names)), {"called": function, **arguments})


@cache
def _call(count: int) -> Expression:
    """Return the FEEL call of a function with so many arguments."""
    return parse(f"called({', '.join(f'argument{index}' for index in range(count))})")
