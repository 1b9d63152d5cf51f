"""Choices: one of a list, or several of it in the order they were chosen."""

import unicodedata
from dataclasses import dataclass
from typing import ClassVar

from engine.wording import Bilingual
from forms import messages
from forms.options import NO_OPTIONS, Options, OptionSource
from forms.values import copied, fingerprint

from .base import Field, Refused, Situation


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """What both kinds of choice have: where the options come from."""

    source: OptionSource

    @property
    def reads(self) -> frozenset[str]:
        """The variables on which it depends whether the component shows, can be edited, or has its value."""
        return super().reads | (self.source.formula.reads if self.source.formula else frozenset())


@dataclass(frozen=True, kw_only=True)
class SingleChoice(Choice):
    """A radio group or a select."""

    kind: ClassVar[str] = "choice"

    def cleaned(self, value: object) -> object:
        """Return the value in NFC; empty text is no choice."""
        return None if value == "" else _in_nfc(value)

    def opened(self, value: object, situation: Situation) -> object:
        """Return a variable's value if it is on the list."""
        kept, options = super().opened(value, situation), situation.options(self)
        return kept if options is None or options.find(kept) else None

    def misfits(self, value: object, situation: Situation, *, before: object) -> list[Bilingual]:
        """Refuse what is not on the list."""
        del before
        options = situation.options(self) or NO_OPTIONS
        return [] if value is None or options.find(value) else [messages.not_offered(self.label)]

    def shown(self, value: object, options: Options) -> str:
        """Return the option's label."""
        return "" if value is None else options.label_of(value)


@dataclass(frozen=True, kw_only=True)
class MultipleChoice(Choice):
    """A checklist or a tag list; the order of choosing is kept."""

    kind: ClassVar[str] = "choices"

    def empty(self) -> object:
        """Return the empty list."""
        return []

    def cleaned(self, value: object) -> object:
        """Return the chosen values in their order; none may stand twice."""
        if value is None:
            return []
        if not isinstance(value, list) or None in value:
            raise Refused(messages.wrong_kind(self.label, "một danh sách", "a list"))
        chosen = [_in_nfc(item) for item in value]
        if len({fingerprint(item) for item in chosen}) < len(chosen):
            raise Refused(messages.chosen_twice(self.label))
        return chosen

    def opened(self, value: object, situation: Situation) -> object:
        """Return those of a variable's values that are on the list."""
        kept, options = super().opened(value, situation), situation.options(self)
        return [item for item in kept if options is None or options.find(item)] if isinstance(kept, list) else []

    def misfits(self, value: object, situation: Situation, *, before: object) -> list[Bilingual]:
        """Refuse what is not on the list."""
        del before
        options = situation.options(self) or NO_OPTIONS
        is_offered = isinstance(value, list) and all(options.find(item) for item in value)
        return [] if is_offered else [messages.not_offered(self.label)]

    def shown(self, value: object, options: Options) -> str:
        """Return the labels in the order of choosing."""
        return ", ".join(options.label_of(item) for item in value) if isinstance(value, list) else ""


def _in_nfc(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_in_nfc(item) for item in value]
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", name): _in_nfc(entry) for name, entry in value.items()}
    return copied(value)
