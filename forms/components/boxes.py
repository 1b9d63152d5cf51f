"""The single check box."""

from dataclasses import dataclass
from typing import ClassVar

from forms import messages
from forms.options import Options

from .base import Field, Refused


@dataclass(frozen=True, kw_only=True)
class Checkbox(Field):
    """Yes or no; nothing counts as no."""

    kind: ClassVar[str] = "boolean"

    def empty(self) -> object:
        """Return no."""
        return False

    def cleaned(self, value: object) -> object:
        """Return True or False; nothing else stands for them."""
        if value is None:
            return False
        if not isinstance(value, bool):
            raise Refused(messages.wrong_kind(self.label, "có hoặc không", "yes or no"))
        return value

    def shown(self, value: object, options: Options) -> str:
        """Return Có or Không."""
        del options
        return "Có" if value is True else "Không"
