"""The elements of a decision requirements graph (DMN 1.5, chapter 6): what they require and what they are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.dmn.boxed import Boxed
from engine.dmn.calls import FunctionLogic, Parameter, fitted_arguments
from engine.dmn.course import Course
from engine.dmn.failures import DecisionFailed, InputUnfit
from engine.dmn.item_types import ItemType
from engine.dmn.scopes import Scope
from engine.feel import FeelError, coerced, host_function
from engine.wording import Bilingual


@dataclass(frozen=True, slots=True)
class Requirement:
    """An arrow of the graph; an element of an imported file is seen inside the import's name."""

    element: "Part"
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
        if self not in course.decided:
            course.decided[self] = given_value(self.names, self.type, course)
        return course.decided[self]


def given_value(names: Sequence[str], kind: ItemType | None, course: Course) -> object:
    """Return a variable of the caller as its type wants it, None if it is not there; raises `InputUnfit`."""
    name = next((each for each in names if each in course.variables), None)
    value = None if name is None else course.variables[name]
    if kind is None or value is None:
        return value
    fitted = coerced(kind.read(value, course), kind.feel)
    wanted = kind.kind_name
    if fitted is None:
        raise InputUnfit(Bilingual(f"Biến “{name}” phải là {wanted.vi}.", f"“{name}” must be {wanted.en}."))
    if not kind.allows(fitted, course):
        raise InputUnfit(
            Bilingual(
                f"Giá trị của biến “{name}” không nằm trong các giá trị được phép.",
                f"The value of “{name}” is none of its allowed values.",
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
                Bilingual(
                    f"Quyết định “{self.name}”: {error.text.vi}.", f"The decision “{self.name}”: {error.text.en}."
                ),
                expression=error.expression,
                position=error.position,
            ) from error


@dataclass(eq=False, slots=True)
class KnowledgeModel:
    """A business knowledge model (mô hình tri thức): a function that decisions call; it sees no variables."""

    element_id: str
    name: str
    names: tuple[str, ...]
    requirements: list[Requirement] = field(default_factory=list)
    logic: FunctionLogic | None = None

    def worth(self, course: Course) -> object:
        """Return the function."""
        if self not in course.decided:
            known: dict[str, object] = {}
            function = None if self.logic is None else self.logic.function(Scope(known), course, self.name)
            course.decided[self] = function
            known.update(dict.fromkeys(self.names, function))
            known.update(required_values(self.requirements, course))
        return course.decided[self]


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
        decided: dict[object, object] = {each: given.get(each.names[0]) for each in self.inputs}
        with course.level():
            inner = course.inner(decided)
            values = {each.names[0]: each.worth(inner) for each in self.outputs}
        value = next(iter(values.values())) if len(values) == 1 else values
        result = None if self.type is None else self.type.result
        if result is None:
            return value
        return ItemType(result).fitted(value, course, Bilingual(f"dịch vụ “{self.name}”", f"“{self.name}”"))


Part = InputData | Decision | KnowledgeModel | DecisionService
"""An element of the graph that others may require."""
