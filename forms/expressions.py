"""FEEL as forms use it: conditions, values and the expressions inside templates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine import feel

from .findings import Findings

SPECIAL_NAMES = frozenset({"this", "parent", "i", "_this_", "_parent_", "_i_"})
"""Names that form-js puts into the scope beside the data: the row, what is around it, its numbers."""

_INSERT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_KEYWORD = re.compile(r"\s*(?:#(?:if|loop)\b|/(?:if|loop)\b|#?else\b|=)?\s*")


@dataclass(frozen=True, slots=True)
class Formula:
    """One FEEL expression of a form."""

    expression: feel.Expression

    @property
    def reads(self) -> frozenset[str]:
        """The variables it reads, form-js's special names left out."""
        return frozenset(self.expression.reads - SPECIAL_NAMES - {"?"})

    @property
    def is_same_in_every_row(self) -> bool:
        """Whether it reads nothing of the row it stands in."""
        return not self.expression.reads & SPECIAL_NAMES

    def value(self, scope: Mapping[str, object], environment: feel.Environment) -> object:
        """Return its value as JSON; refuses with `FeelError` what passes the budget or cannot be said in JSON."""
        return feel.to_json(self.expression.evaluate(scope, environment))


@dataclass(frozen=True, slots=True)
class Condition:
    """A unary test, as form-js evaluates `conditional.hide` and `readonly`: without a value to compare with."""

    formula: Formula

    @property
    def reads(self) -> frozenset[str]:
        """The variables it reads."""
        return self.formula.reads

    def holds(self, scope: Mapping[str, object], environment: feel.Environment) -> bool:
        """Return whether the test is passed.

        As in the browser, an expression that yields null passes: null is what the missing value is compared with.
        """
        return self.formula.expression.evaluate(scope, environment) is True


class Reader:
    """Parses the expressions of one form; what cannot be read becomes a finding."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def formula(self, component_id: str | None, place: str, text: str) -> Formula | None:
        """Parse `text`, with or without its leading "="."""
        return self._parsed(component_id, place, text.removeprefix("="), unary=False)

    def condition(self, component_id: str | None, place: str, text: str) -> Condition | None:
        """Parse a condition."""
        formula = self._parsed(component_id, place, text.removeprefix("="), unary=True)
        return None if formula is None else Condition(formula)

    def template_reads(self, component_id: str | None, place: str, text: object) -> frozenset[str]:
        """Return the variables that a template ("=…" or "… {{…}} …") reads; a constant text reads none."""
        if not isinstance(text, str):
            return frozenset()
        parts = [text] if text.startswith("=") else [_KEYWORD.sub("", one, count=1) for one in _INSERT.findall(text)]
        reads: set[str] = set()
        for part in parts:
            if part.strip() and (formula := self.formula(component_id, place, part)) is not None:
                reads |= formula.reads
        return frozenset(reads)

    def _parsed(self, component_id: str | None, place: str, text: str, *, unary: bool) -> Formula | None:
        try:
            expression = feel.parse_unary_tests(text) if unary else feel.parse(text)
        except feel.FeelError as error:
            self._findings.add("form.expression", component_id, place=place, vi=error.text.vi, en=error.text.en)
            return None
        for name in sorted(expression.calls & feel.OFFICE_FUNCTIONS.keys()):
            self._findings.add("form.office_function", component_id, place=place, name=name)
        return Formula(expression)
