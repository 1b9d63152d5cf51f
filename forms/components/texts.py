"""Text fields and text areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from forms import messages
from forms.text import seen
from forms.values import exact_number, plain

from .base import Field, Refused, Situation


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """A text; only an area keeps line breaks."""

    kind: ClassVar[str] = "text"

    def empty(self) -> object:
        """Return the empty text."""
        return ""

    def cleaned(self, value: object) -> object:
        """Return the text in NFC, without what nobody sees."""
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Refused(messages.wrong_kind(self.label, "chữ", "text"))
        return seen(value, lines=self.type == "textarea")

    def opened(self, value: object, situation: Situation) -> object:
        """Return a variable as text: numbers and booleans too, lists and contexts as nothing."""
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif not isinstance(value, str | list | Mapping) and (number := exact_number(value)) is not None:
            value = plain(number)
        return super().opened(value, situation)
