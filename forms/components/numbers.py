"""Numbers, exact to the last digit."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from engine.wording import Bilingual
from forms import messages
from forms.options import Options
from forms.rules import as_number
from forms.text import bare
from forms.values import exact_number, numeral, plain

from .base import Field, Refused, Situation


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A number; `as_text` is form-js's `serializeToString`: value and variable are a numeral."""

    as_text: bool = False

    kind: ClassVar[str] = "number"

    def cleaned(self, value: object) -> object:
        """Return an int, a Decimal where decimals are needed, or a plain numeral when the field keeps text."""
        if value is None or (self.as_text and value == ""):
            return None
        if self.as_text:
            return self._numeral(value)
        number = exact_number(value)
        if number is None:
            raise Refused(self._complaint(value))
        return number

    def _numeral(self, value: object) -> str:
        number = numeral(bare(value)) if isinstance(value, str) else None
        if number is None:
            raise Refused(messages.wrong_kind(self.label, "một số", "a number"))
        return plain(number) if number else "0"

    def _complaint(self, value: object) -> Bilingual:
        is_number = (
            isinstance(value, int | float | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()
        )
        if is_number:
            return messages.number_too_large(self.label)
        return messages.wrong_kind(self.label, "một số", "a number")

    def opened(self, value: object, situation: Situation) -> object:
        """Return a variable as number or numeral, whichever the field keeps."""
        number = as_number(value)
        if number is None:
            return None
        return super().opened(plain(number) if self.as_text else number, situation)

    def shown(self, value: object, options: Options) -> str:
        """Return the number with dots between thousands."""
        del options
        number = as_number(value)
        return "" if number is None else messages.spoken(number)
