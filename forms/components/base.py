"""What all components have, and what all fields have."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from engine.wording import Bilingual
from forms.expressions import Condition, Formula
from forms.options import Options
from forms.rules import Rule
from forms.values import ABSENT


class Refused(Exception):
    """A value has not the kind of its field."""

    def __init__(self, sentence: Bilingual) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Situation:
    """What the check of one field in one place may ask; `options` gives None where they are not known yet."""

    ask: Callable[[Formula], object]
    options: Callable[["Field"], Options | None]
    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Component:
    """One component of a form; `hide` is its own condition, without those of what it stands in."""

    component_id: str
    type: str
    label: str
    hide: Condition | None = None

    @property
    def reads(self) -> frozenset[str]:
        """The variables on which it depends whether the component shows, can be edited, or has its value."""
        return self.hide.reads if self.hide else frozenset()


@dataclass(frozen=True, kw_only=True)
class Field(Component):
    """A component with a value.

    `slot` is where the value stands in its scope: the form, or a row of the nearest list. `disabled` fields are not
    submitted, `readonly` ones keep what the variables say.
    """

    slot: tuple[str, ...]
    readonly: bool | Condition = False
    disabled: bool = False
    default: object = ABSENT
    rules: tuple[Rule, ...] = ()

    kind: ClassVar[str] = "value"

    @property
    def reads(self) -> frozenset[str]:
        """The variables on which it depends whether the component shows, can be edited, or has its value."""
        return super().reads | (self.readonly.reads if isinstance(self.readonly, Condition) else frozenset())

    @property
    def is_locked_for_good(self) -> bool:
        """Whether no submission may ever set it."""
        return self.disabled or self.readonly is True

    def empty(self) -> object:
        """Return what a cleared field submits."""
        return None

    def cleaned(self, value: object) -> object:
        """Return a submitted value as it is kept; cleaning twice changes nothing. Refuses with `Refused`."""
        raise NotImplementedError

    def opened(self, value: object, situation: Situation) -> object:
        """Return what the field holds when the form opens with `value` in the variables.

        As form-js does: what does not fit becomes empty, nothing is refused.
        """
        del situation
        try:
            return self.cleaned(value)
        except Refused:
            return self.empty()

    def misfits(self, value: object, situation: Situation, *, before: object) -> list[Bilingual]:
        """Return what no rule says and the widget does not offer; `before` is what the form opened with."""
        del value, situation, before
        return []

    def shown(self, value: object, options: Options) -> str:
        """Return the value as a person reads it."""
        del options
        return "" if value is None else str(value)
