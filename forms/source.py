"""One component as it stands in the file, read with suspicion: what has the wrong kind becomes a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from .expressions import Condition, Formula, Reader
from .findings import Findings
from .values import ABSENT, at, exact_number, numeral

Kind = TypeVar("Kind")

DISPLAY = (
    "alt",
    "appearance.prefixAdorner",
    "appearance.suffixAdorner",
    "columnsExpression",
    "content",
    "dataSource",
    "dateLabel",
    "description",
    "label",
    "source",
    "text",
    "timeLabel",
    "title",
    "url",
)
"""Properties that form-js fills in as templates or expressions."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a component stands: the path of its groups, whether in rows, and whether these can come and go."""

    prefix: tuple[str, ...] = ()
    in_rows: bool = False
    rows_move: bool = False
    depth: int = 0


class Source:
    """The properties of one component; `findings` and `reader` are the form's."""

    def __init__(
        self, properties: Mapping[str, object], findings: Findings, reader: Reader, place: Surroundings
    ) -> None:
        self.properties = properties
        self.findings = findings
        self.reader = reader
        self.place = place
        self.id = self._plain("id") or self._plain("key") or self._plain("path") or self._plain("type")
        self.type = self._plain("type")

    def _plain(self, name: str) -> str:
        value = self.properties.get(name)
        return value if isinstance(value, str) else ""

    def refuse(self, code: str, **data: object) -> None:
        """Note a fault of this component."""
        self.findings.add(code, self.id, **data)

    def has(self, name: str) -> bool:
        """Return whether a property is there and says something."""
        value = self.get(name)
        return value is not ABSENT and value is not None and value != ""

    def get(self, name: str) -> object:
        """Return a property by its dotted name, or `ABSENT`."""
        return at(self.properties, name.split("."))

    def text(self, name: str) -> str | None:
        """Return a text; None when it is missing or empty."""
        return self._of_kind(name, str) if self.has(name) else None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean."""
        if not self.has(name):
            return default
        value = self._of_kind(name, bool)
        return default if value is None else value

    def count(self, name: str) -> int | None:
        """Return a whole number from 0 on."""
        if not self.has(name):
            return None
        value = self.get(name)
        number = numeral(value) if isinstance(value, str) else exact_number(value)
        if number is None or number < 0 or number != int(number):
            self.refuse("form.shape", name=name)
            return None
        return int(number)

    def condition(self, name: str) -> Condition | None:
        """Return a condition; anything but a text with "=" is refused."""
        if not self.has(name):
            return None
        value = self._of_kind(name, str)
        if value is not None and not value.startswith("="):
            self.refuse("form.shape", name=name)
            return None
        return None if value is None else self.reader.condition(self.id, name, value)

    def formula(self, name: str) -> Formula | None:
        """Return an expression; anything but a text with "=" is refused."""
        value = self.get(name)
        if not isinstance(value, str) or not value.startswith("="):
            self.refuse("form.shape", name=name)
            return None
        return self.reader.formula(self.id, name, value)

    def display_reads(self) -> frozenset[str]:
        """Return the variables that labels, texts and tables read."""
        reads: frozenset[str] = frozenset()
        for name in DISPLAY:
            if self.has(name):
                reads |= self.reader.template_reads(self.id, name, self.get(name))
        return reads

    def label(self, fallback: str) -> str:
        """Return the words by which a person knows the component; a computed label is of no use for that."""
        for name in ("label", "dateLabel", "timeLabel"):
            value = self._plain(name).strip()
            if value and not value.startswith("=") and "{{" not in value:
                return value.splitlines()[0]
        return fallback

    def _of_kind(self, name: str, kind: type[Kind]) -> Kind | None:
        value = self.get(name)
        if isinstance(value, kind):
            return value
        self.refuse("form.shape", name=name)
        return None
