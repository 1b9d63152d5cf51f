"""The rules of `validate`, one class each; most are fixed, bounds may be FEEL."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

import re2

from engine.wording import Bilingual

from . import messages
from .expressions import Formula
from .text import is_blank, measured
from .values import decimals, exact_number, numeral

Ask = Callable[[Formula], object]
"""Evaluates an expression in the place of the field."""

_EMAIL_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re2.compile(rf"^[\w.!#$%&'*+/=?^`{{|}}~-]+@{_EMAIL_LABEL}(?:\.{_EMAIL_LABEL})*$")

_COUNTRY = (
    "1|2[07]|21[12368]|22[0-9]|23[0-9]|24[0-689]|25[0-8]|26[0-9]|29[1789]|3[0-469]|35[0-9]|37[0-9]|38[0-35-79]|3906698"
    "|4[013-9]|42[013]|5[1-8]|50[0-9]|59[0-8]|5999|6[0-6]|67[02-9]|68[0-35-9]|69[0-2]|76?|8[1246]|85[02356]|88[06]|9[0-58]"
    "|96[0-8]|97[0-7]|99[234568]"
)
_AREA = "[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2}"
_PHONE = re2.compile(rf"(?:\+|00)(?:{_COUNTRY})(?:{_AREA})[0-9]{{4,20}}$")
"""As in form-js: country codes of ITU-T E.164, and nothing but the end of the text is tied down."""


class Rule(Protocol):
    """One rule; `is_fixed` rules need no `ask`."""

    @property
    def is_fixed(self) -> bool:
        """Whether the rule is the same for every submission."""

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Return what is wrong with a cleaned value, or None."""


@dataclass(frozen=True, slots=True)
class Required:
    """Something must be there; white space alone is nothing."""

    sentence: Callable[[str], Bilingual]
    is_fixed: bool = True

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Refuse null, an empty text or list, and a box not ticked."""
        del ask
        is_empty = value is None or value is False or value == [] or (isinstance(value, str) and is_blank(value))
        return self.sentence(label) if is_empty else None


@dataclass(frozen=True, slots=True)
class Bound:
    """A number, fixed or FEEL; an expression without a number bounds nothing."""

    limit: int | Decimal | Formula

    @property
    def is_fixed(self) -> bool:
        """Whether the limit is written in the form."""
        return not isinstance(self.limit, Formula)

    def at_hand(self, ask: Ask | None) -> int | Decimal | None:
        """Return the limit."""
        if not isinstance(self.limit, Formula):
            return self.limit
        value = ask(self.limit) if ask is not None else None
        return numeral(value) if isinstance(value, str) else exact_number(value)


@dataclass(frozen=True, slots=True)
class Minimum(Bound):
    """A smallest number."""

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Refuse a number below the limit."""
        number, least = as_number(value), self.at_hand(ask)
        return messages.too_small(label, least) if number is not None and least is not None and number < least else None


@dataclass(frozen=True, slots=True)
class Maximum(Bound):
    """A largest number."""

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Refuse a number above the limit."""
        number, most = as_number(value), self.at_hand(ask)
        return messages.too_big(label, most) if number is not None and most is not None and number > most else None


@dataclass(frozen=True, slots=True)
class MinLength(Bound):
    """A shortest text; an empty one passes."""

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Refuse a text that is shorter."""
        least = self.at_hand(ask)
        if not isinstance(value, str) or not value or least is None or measured(value) >= least:
            return None
        return messages.too_short(label, int(least), measured(value))


@dataclass(frozen=True, slots=True)
class MaxLength(Bound):
    """A longest text."""

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Refuse a text that is longer."""
        most = self.at_hand(ask)
        if not isinstance(value, str) or most is None or measured(value) <= most:
            return None
        return messages.too_long(label, int(most), measured(value))


@dataclass(frozen=True, slots=True)
class Matches:
    """A test of the text as a whole: a pattern, an e-mail address, a telephone number; an empty text passes."""

    test: Callable[[str], bool]
    sentence: Callable[[str], Bilingual]
    is_fixed: bool = True

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Refuse a text that fails the test."""
        del ask
        return self.sentence(label) if isinstance(value, str) and value and not self.test(value) else None


@dataclass(frozen=True, slots=True)
class DecimalDigits:
    """How many digits may stand after the point."""

    most: int
    is_fixed: bool = True

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Refuse a number with more digits."""
        del ask
        number = as_number(value)
        return messages.too_many_decimals(label, self.most) if number and decimals(number) > self.most else None


@dataclass(frozen=True, slots=True)
class Increment:
    """The step of a number, counted from zero."""

    step: int | Decimal
    is_fixed: bool = True

    def problem(self, value: object, label: str, ask: Ask | None) -> Bilingual | None:
        """Refuse a number between two steps; the sentence names both."""
        del ask
        number = as_number(value)
        if not number:
            return None
        steps = Fraction(number) / Fraction(self.step)
        if steps.denominator == 1:
            return None
        below = int(steps // 1)
        return messages.off_step(label, self.step, below * self.step, (below + 1) * self.step)


def as_number(value: object) -> int | Decimal | None:
    """Return the number of a cleaned number field, kept as number or as text."""
    return numeral(value) if isinstance(value, str) else exact_number(value)


def is_email(text: str) -> bool:
    """Return whether form-js takes `text` for an e-mail address."""
    return _EMAIL.search(text) is not None


def is_phone(text: str) -> bool:
    """Return whether form-js takes `text` for an international telephone number."""
    return _PHONE.search(text) is not None
