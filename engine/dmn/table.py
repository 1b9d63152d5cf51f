"""Decision tables (bảng quyết định): DMN 1.5, chapter 8."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.dmn.columns import Column, is_point
from engine.dmn.course import Course, Hit
from engine.dmn.failures import InputUnfit, OutputUnfit
from engine.dmn.hit_policies import AGGREGATORS, Fired, HitPolicy, Priorities, hits_of
from engine.dmn.item_types import ItemType
from engine.feel import Expression, constant_tests
from engine.wording import Bilingual


@dataclass(frozen=True, slots=True)
class InputClause:
    """One input: the expression asked, its type, the values it may have, and the cells under it."""

    label: str
    expression: Expression
    type: ItemType | None
    allowed: Expression | None
    column: Column

    def value(self, scope: Mapping[str, object], course: Course) -> object:
        """Return what the rules test; refuses with `InputUnfit` a value that is not allowed."""
        value = course.value(self.expression, scope)
        if value is not None and self.type is not None:
            value = self.type.read(value, course)
        if value is not None and self.allowed is not None and not course.passes(self.allowed, value, scope):
            raise InputUnfit(
                Bilingual(
                    f"Giá trị của cột “{self.label}” không nằm trong các giá trị được phép.",
                    f"The value of the input “{self.label}” is none of its allowed values.",
                ),
                expression=self.expression.text,
            )
        return value


@dataclass(frozen=True, slots=True)
class OutputClause:
    """One output: its name where there are several, its type, the values it may have, and what it is without a hit."""

    name: str
    label: str
    type: ItemType | None
    allowed: Expression | None
    default: Expression | None
    priorities: Priorities | None

    @property
    def values(self) -> Sequence[object] | None:
        """Return the allowed values, None unless they are all listed one by one."""
        tests = None if self.allowed is None else constant_tests(self.allowed)
        if tests is None or tests[1] or not all(is_point(each) for each in tests[0]):
            return None
        return tests[0]

    def checked(self, value: object, course: Course) -> object:
        """Return an output as its type wants it; refuses with `OutputUnfit` one that is not allowed."""
        if self.type is not None:
            value = self.type.fitted(value, course, Bilingual(f"kết quả “{self.label}”", f"the output “{self.label}”"))
        if value is not None and self.allowed is not None and not course.passes(self.allowed, value):
            raise OutputUnfit(
                Bilingual(
                    f"Kết quả “{self.label}” không nằm trong các giá trị được phép.",
                    f"The output “{self.label}” is none of its allowed values.",
                )
            )
        return value


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table ready to be asked; `rules` holds each rule's output entries, `line` is where it stands in the file."""

    element_id: str
    table_id: str | None
    line: int | None
    policy: HitPolicy
    aggregation: str | None
    inputs: Sequence[InputClause]
    outputs: Sequence[OutputClause]
    rules: Sequence[Sequence[Expression]]

    @property
    def all_rules(self) -> int:
        """Return the bits of all rules."""
        return (1 << len(self.rules)) - 1

    def evaluate(self, scope: Mapping[str, object], course: Course) -> object:
        """Return the result, note the rules that made it; raises `FeelError`, `InputUnfit`, `RulesConflict` …."""
        numbers = self._matching(scope, course)
        if self.policy is HitPolicy.FIRST:
            numbers = numbers[:1]
        fired: list[Fired] = [(number, self._outputs(number, scope, course)) for number in numbers]
        hits = hits_of(self.policy, fired, [output.priorities for output in self.outputs], course)
        course.note(Hit(self.element_id, self.table_id, tuple(number for number, _ in hits)))
        if not hits and self.aggregation != "COUNT":
            return self._default(scope, course)
        if self.policy.gives_one:
            return self._shaped(hits[0][1])
        results = [self._shaped(values) for _, values in hits]
        if self.aggregation is None:
            return results
        return course.value(AGGREGATORS[self.aggregation], {"outputs": results})

    def _matching(self, scope: Mapping[str, object], course: Course) -> list[int]:
        """Return the numbers of the rules whose cells are all passed, from 1 on."""
        alive = self.all_rules
        course.spend(len(self.inputs) + len(self.rules) // 16)
        values = [clause.value(scope, course) for clause in self.inputs]
        order = sorted(range(len(values)), key=lambda index: len(self.inputs[index].column.computed))
        for index in order:
            if not alive:
                break
            alive = self.inputs[index].column.passing(values[index], alive, scope, course)
        return [number for number in range(1, alive.bit_length() + 1) if alive >> (number - 1) & 1]

    def _outputs(self, number: int, scope: Mapping[str, object], course: Course) -> list[object]:
        entries = self.rules[number - 1]
        return [
            clause.checked(course.value(entry, scope), course)
            for clause, entry in zip(self.outputs, entries, strict=True)
        ]

    def _default(self, scope: Mapping[str, object], course: Course) -> object:
        if all(output.default is None for output in self.outputs):
            return None
        values = [
            None if output.default is None else output.checked(course.value(output.default, scope), course)
            for output in self.outputs
        ]
        result = self._shaped(values)
        return result if self.policy.gives_one or self.aggregation else [result]

    def _shaped(self, values: Sequence[object]) -> object:
        """Return one output's value, or several outputs as a context."""
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}
