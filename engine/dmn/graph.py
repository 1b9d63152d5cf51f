"""The elements of a decision requirements graph (DMN 1.5, chapter 6): what they require and what they are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.dmn.boxed import Boxed
from engine.dmn.calls import FunctionLogic, Parameter, fitted_arguments
from engine.dmn.course import Course
from engine.dmn.failures import DecisionFailed, InputUnfit
from engine.dmn.item_types import ItemType
from engine.dmn.scopes import NOTHING, Scope
from engine.feel import FeelError, Function, coerced, host_function
from engine.wording import Bilingual


class Required(Protocol):
    """Something another element may require."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names under which it is seen."""

    def worth(self, course: Course) -> object:
        """Return its value in an evaluation."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """An arrow of the graph; an element of an imported file is seen inside the import's name."""

    element: Required
    imported_as: str = ""


def required_values(requirements: Sequence[Requirement], course: Course) -> dict[str, object]:
    """Return what is required, by name; everything required is evaluated first."""
    values: dict[str, object] = {}
    for requirement in requirements:
        value = requirement.element.worth(course)
        target = values
        if requirement.imported_as:
            target = values.setdefault(requirement.imported_as, {})  # type: ignore[assignment]  # dicts of its own
        for name in requirement.element.names:
            target[name] = value
    return values


@dataclass(eq=False, slots=True)
class InputData:
    """Input data (dữ liệu đầu vào): a variable of the caller, of a type."""

    element_id: str
    names: tuple[str, ...]
    type: ItemType | None

    def worth(self, course: Course) -> object:
        """Return the variable as its type wants it; raises `InputUnfit` when it does not conform."""
        if self in course.decided:
            return course.decided[self]
        name = next((each for each in self.names if each in course.variables), None)
        value = None if name is None else self._fitted(course.variables[name], course)
        course.decided[self] = value
        return value

    def _fitted(self, value: object, course: Course) -> object:
        if self.type is None or value is None:
            return value
        read = self.type.read(value, course)
        fitted = coerced(read, self.type.feel)
        if fitted is None:
            kind = self.type.kind_name
            raise InputUnfit(
                Bilingual(f"Biến “{self.names[0]}” phải là {kind.vi}.", f"“{self.names[0]}” must be {kind.en}.")
            )
        if not self.type.allows(fitted, course):
            raise InputUnfit(
                Bilingual(
                    f"Giá trị của biến “{self.names[0]}” không nằm trong các giá trị được phép.",
                    f"The value of “{self.names[0]}” is none of its allowed values.",
                )
            )
        return fitted


@dataclass(eq=False, slots=True)
class Decision:
    """A decision (quyết định): its logic over what it requires; the caller's variables are seen behind that."""

    element_id: str
    name: str
    names: tuple[str, ...]
    type: ItemType | None
    requirements: list[Requirement] = field(default_factory=list)
    logic: Boxed | None = None

    def worth(self, course: Course) -> object:
        """Return the result, made once in an evaluation; raises `DecisionFailed`."""
        if self not in course.decided:
            course.decided[self] = self._decided(course)
        return course.decided[self]

    def _decided(self, course: Course) -> object:
        scope = Scope(required_values(self.requirements, course), course.variables)
        try:
            value = None if self.logic is None else self.logic.evaluate(scope, course)
            if self.type is None:
                return value
            return self.type.fitted(value, course, Bilingual(f"quyết định “{self.name}”", f"“{self.name}”"))
        except FeelError as error:
            raise DecisionFailed(
                Bilingual(f"Quyết định “{self.name}”: {error.text.vi}.", f"The decision “{self.name}”: {error.text.en}."),
                expression=error.expression,
                position=error.position,
            ) from error


@dataclass(eq=False, slots=True)
class KnowledgeModel:
    """A business knowledge model (mô hình tri thức): a function that decisions call; it sees no variables."""

    element_id: str
    name: str
    names: tuple[str, ...]
    type: ItemType | None
    requirements: list[Requirement] = field(default_factory=list)
    logic: FunctionLogic | None = None

    def worth(self, course: Course) -> object:
        """Return the function."""
        if self not in course.decided:
            known: dict[str, object] = {}
            course.decided[self] = None if self.logic is None else self._function(self.logic, known, course)
            known.update(required_values(self.requirements, course))
        return course.decided[self]

    def _function(self, logic: FunctionLogic, known: dict[str, object], course: Course) -> Function:
        function = logic.function(Scope(known, NOTHING), course, self.name)
        known.update(dict.fromkeys(self.names, function))
        result = None if self.type is None else (self.type.result or self.type.feel)
        if result is None or result.kind == "function":
            return function
        return _converted(function, ItemType(result), self.name, course)


@dataclass(eq=False, slots=True)
class DecisionService:
    """A decision service (dịch vụ quyết định): part of the graph as a function of its input data and decisions."""

    element_id: str
    name: str
    names: tuple[str, ...]
    type: ItemType | None
    inputs: list[InputData | Decision] = field(default_factory=list)
    outputs: list[Decision] = field(default_factory=list)

    @property
    def parameters(self) -> list[Parameter]:
        """Return the parameters: the input data first, then the input decisions."""
        return [Parameter(each.names[0], each.type) for each in self.inputs]

    def worth(self, course: Course) -> object:
        """Return the service as a function."""

        def called(*arguments: object) -> object:
            fitted = fitted_arguments(self.parameters, arguments, course)
            return None if fitted is None else self.result(fitted, course)

        return host_function([each.name for each in self.parameters], called, self.name)

    def result(self, given: Mapping[str, object], course: Course) -> object:
        """Return the only output decision's result, or a context of all of them."""
        decided = {each: given.get(each.names[0]) for each in self.inputs}
        with course.level():
            inner = course.inner(decided)
            values = {each.names[0]: each.worth(inner) for each in self.outputs}
        value = next(iter(values.values())) if len(values) == 1 else values
        result = None if self.type is None else self.type.result
        if result is None:
            return value
        return ItemType(result).fitted(value, course, Bilingual(f"dịch vụ “{self.name}”", f"“{self.name}”"))


def _converted(function: Function, result: ItemType, name: str, course: Course) -> Function:
    """Return the function with a result that conforms to its type, or null."""

    def called(*arguments: object) -> object:
        value = plain.implementation(None, arguments)  # type: ignore[arg-type]
        return result.fitted(value, course, Bilingual(f"hàm “{name}”", f"the function “{name}”"))

    plain = function
    return host_function(function.parameters or (), called, name)
