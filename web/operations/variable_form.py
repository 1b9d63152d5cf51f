"""A variable's value as an operator types it: a kind chosen from a list, and a text."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

import simplejson

from engine.repair.variables import VariableUnfit
from web.language import gettext

LONGEST_TEXT = 200_000
TEXT, NUMBER, TRUE, FALSE, NOTHING, JSON = "text", "number", "true", "false", "null", "json"
_FIXED = {TRUE: True, FALSE: False, NOTHING: None}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form, to be shown again when it is refused."""

    scope: str = ""
    name: str = ""
    kind: str = TEXT
    text: str = ""
    reason: str = ""

    def value(self) -> object:
        """Return the value that was typed; refuses with `VariableUnfit`."""
        if self.kind in _FIXED:
            return _FIXED[self.kind]
        if len(self.text) > LONGEST_TEXT:
            raise VariableUnfit(name=self.name)
        if self.kind == TEXT:
            return self.text.replace("\r\n", "\n")
        return self._read()

    def _read(self) -> object:
        said = self.text.strip()
        if self.kind == NUMBER:
            said = said.replace(",", ".")
        try:
            value: object = simplejson.loads(said, use_decimal=True, parse_constant=_refuse)
        except (ValueError, RecursionError, ArithmeticError) as error:
            raise VariableUnfit(name=self.name) from error
        if self.kind == NUMBER and (isinstance(value, bool) or not isinstance(value, int | Decimal)):
            raise VariableUnfit(name=self.name)
        return value


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and infinities, which are no JSON."""
    raise ValueError(constant)


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of values there are to choose from."""
    return [
        (TEXT, gettext("Text")),
        (NUMBER, gettext("Number")),
        (TRUE, gettext("Yes (true)")),
        (FALSE, gettext("No (false)")),
        (NOTHING, gettext("Nothing (null)")),
        (JSON, gettext("List or table (JSON)")),
    ]


def typed_from(value: object, *, scope: str, name: str) -> Typed:
    """Return the form filled with a value as it is."""
    match value:
        case bool():
            return Typed(scope, name, TRUE if value else FALSE)
        case None:
            return Typed(scope, name, NOTHING)
        case str():
            return Typed(scope, name, TEXT, value)
        case int() | Decimal():
            return Typed(scope, name, NUMBER, str(value))
        case _:
            return Typed(scope, name, JSON, as_json(value, indent=2))


def as_json(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON text to read."""
    return str(simplejson.dumps(value, use_decimal=True, ensure_ascii=False, indent=indent))
