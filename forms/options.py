"""The options of a choice: normalised as form-js normalises them, from the form, a variable or an expression."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .expressions import Formula
from .text import seen
from .values import FORBIDDEN_NAMES, exact_number, fingerprint, plain

MAX_OPTIONS = 5_000
"""Options taken of one list; the rest cannot be chosen."""


class Option(NamedTuple):
    """One thing to choose."""

    label: str
    value: object


class Options:
    """A list of options in its order, with a quick answer to what is on it."""

    def __init__(self, options: Iterable[Option]) -> None:
        self.listed = list(options)
        self._by_value: dict[object, Option] = {}
        for option in self.listed:
            self._by_value.setdefault(fingerprint(option.value), option)

    @property
    def are_distinct(self) -> bool:
        """Whether no two options have the same value."""
        return len(self._by_value) == len(self.listed)

    def find(self, value: object) -> Option | None:
        """Return the option with this value."""
        return self._by_value.get(fingerprint(value))

    def label_of(self, value: object) -> str:
        """Return the label of a chosen value; the value itself when it is not on the list."""
        option = self.find(value)
        return option.label if option else _primitive(value) or ""


NO_OPTIONS = Options([])
"""What a source without a list gives."""


def normalised(source: object) -> Options:
    """Return the options that form-js would offer for `source`; what it leaves out is left out, no list gives none."""
    if not isinstance(source, list):
        return NO_OPTIONS
    return Options(option for entry in source[:MAX_OPTIONS] if (option := _option(entry)) is not None)


def _option(entry: object) -> Option | None:
    if (text := _primitive(entry)) is not None:
        return Option(text, entry)
    if not isinstance(entry, Mapping) or FORBIDDEN_NAMES & entry.keys():
        return None
    label, value = entry.get("label"), entry.get("value")
    text = _primitive(value)
    if not isinstance(label, str) or not label:
        return None if text is None else Option(text, value)
    if text is not None or (isinstance(value, Mapping | list) and value):
        return Option(seen(label, lines=False), value)
    return None


def _primitive(value: object) -> str | None:
    """Return a primitive value's label; None for what form-js does not take as one (empty text, null, contexts)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value or None
    number = exact_number(value)
    return None if number is None else plain(number)


@dataclass(frozen=True, slots=True)
class OptionSource:
    """Where a choice has its options from: exactly one of the three."""

    static: Options | None = None
    variable: str | None = None
    formula: Formula | None = None

    def at_opening(self, variables: Mapping[str, object]) -> Options | None:
        """Return the options as far as they are known before anything is evaluated."""
        if self.static is not None:
            return self.static
        return None if self.variable is None else normalised(variables.get(self.variable))
