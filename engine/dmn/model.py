"""A decision file ready to be evaluated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from engine.dmn.course import Course, Hit
from engine.dmn.failures import DecisionFailed, DecisionNotFound, DecisionTooLong
from engine.dmn.graph import Decision, DecisionService, given_value
from engine.dmn.graph_reading import Definitions
from engine.dmn.table_lint import lint_table
from engine.feel import Environment, FeelError
from engine.wording import Bilingual, Finding, Severity


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out: a FEEL value, and for each table evaluated on the way the rules that made its result."""

    value: object
    hits: tuple[Hit, ...]


class DecisionModel:
    """The decisions and decision services of a file, by id; shared by threads, it holds no state."""

    def __init__(self, definitions: Definitions, remarks: Sequence[Finding] = ()) -> None:
        self._definitions = definitions
        self._remarks = [each for each in remarks if each.severity is Severity.WARNING]
        parts = definitions.parts.values()
        self._decisions = {each.element_id: each for each in parts if isinstance(each, Decision)}
        self._services = {each.element_id: each for each in parts if isinstance(each, DecisionService)}

    @property
    def filename(self) -> str:
        """Return the name of the file."""
        return self._definitions.filename

    @property
    def files(self) -> frozenset[str]:
        """Return the names of the file and of all files it imports, on which its results depend."""
        return frozenset(self._definitions.filenames)

    @property
    def name(self) -> str:
        """Return what the file is called inside."""
        return self._definitions.name

    @property
    def decisions(self) -> Mapping[str, str]:
        """Return the names of the decisions by their ids."""
        return MappingProxyType({element_id: each.name for element_id, each in self._decisions.items()})

    @property
    def services(self) -> Mapping[str, str]:
        """Return the names of the decision services by their ids."""
        return MappingProxyType({element_id: each.name for element_id, each in self._services.items()})

    @cached_property
    def warnings(self) -> Sequence[Finding]:
        """Return what is dubious: remarks made while reading, rules that overlap, cases that no rule covers."""
        remarks = [each for table in self._definitions.tables for each in lint_table(table, self.filename)]
        return tuple(sorted((*self._remarks, *remarks), key=lambda finding: finding.line or 0))

    def evaluate(self, decision_id: str, variables: Mapping[str, object], environment: Environment) -> Evaluation:
        """Evaluate a decision, or a decision service, over variables that are JSON values.

        Parts of wrong types become null with a warning in the environment, as the standard says. Raises
        `DecisionNotFound`, and `DecisionFailed`: `InputUnfit`, `RulesConflict`, `DecisionTooLong` and others.
        """
        course = Course(environment, variables)
        try:
            value = self._value(decision_id, course)
        except FeelError as error:
            raise DecisionFailed(
                Bilingual(f"Quyết định “{decision_id}”: {error.text.vi}.", f"“{decision_id}”: {error.text.en}."),
                expression=error.expression,
                position=error.position,
            ) from error
        except RecursionError:
            raise DecisionTooLong(
                Bilingual("Quyết định gọi lồng nhau quá sâu.", "The decision's calls are nested too deeply.")
            ) from None
        return Evaluation(value, tuple(course.meter.hits))

    def _value(self, decision_id: str, course: Course) -> object:
        if decision_id in self._decisions:
            return self._decisions[decision_id].worth(course)
        service = self._services.get(decision_id)
        if service is None:
            raise DecisionNotFound(decision_id)
        given = {each.names[0]: given_value(each.names, each.type, course) for each in service.inputs}
        return service.result(given, course)
