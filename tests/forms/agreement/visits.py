"""Random visits to a form: what the case holds when a person opens it, and what they type, click and choose there."""

import random
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms import Form

Document = Mapping[str, Any]
Act = tuple[str, str, object]

TEXTS = (
    *(
        "",
        " ",
        "a",
        "An",
        "x",
        "Nguyễn Văn An",
        "hai  chữ",
        "  hai bên  ",
        "0",
        "null",
        "=1 + 1",
        "{{x}}",
        "<b>đậm</b>",
    ),
    *(
        "12/BC-SCT",
        "an@tinh.gov.vn",
        "an@",
        "0912345678",
        "+84912345678",
        "ABC",
        "x" * 12,
        "😀😀😀",
        "a\nb\nc",
        "Tiếng Việt",
        "\u00a0",
    ),
)
"""Texts in NFC without what nobody sees: what the server makes of others is compared with these."""

NUMERALS = (
    *("0", "1", "-1", "5", "7", "10", "99", "100", "2.5", "2,5", "0.1", "0.30", "12.345", "007", "100000", "1.0", "-0"),
    *("", "-", ".", ".5", "1.", "+5", " 7 ", "abc", "1e3", "1e-7", "0x10", "1.000.000"),
    *("123456789012345678901", "0.1234567890123456789"),
)
"""Without `Infinity` and `1e400`, after which form-js updates its number for ever; JSON has neither."""

PLAIN_NUMERALS = (
    "0",
    "1",
    "-1",
    "5",
    "7",
    "10",
    "99",
    "2.5",
    "2,5",
    "0.1",
    "0.30",
    "12.345",
    "100000",
    "1.0",
    "abc",
    "",
)
"""For numbers kept as text: of "+5", " 7 " and "0x10" form-js keeps the characters, and its own rules then crash."""

DAYS = (
    "05/12/2026",
    "22/11/2026",
    "23/11/2026",
    "24/11/2026",
    "5/1/2027",
    "29/02/2028",
    "02/09/1945",
    "31/12/1899",
    "",
    "x",
)
"""Without 01/01/1900: form-js's first day, at which Hà Nội's clock of that year keeps it busy for ever."""

CLOCKS = ("8:20", "08:00", "23:59", "0:00", "12:30 AM", "3:45 pm", "24:00", "7", "", "x")
STORED: dict[str, Sequence[object]] = {
    "textfield": ("có sẵn", "x", "", 5, 2.5, True, None, [], {}, "hai\ndòng"),
    "textarea": ("có sẵn", "x", "", 5, 2.5, True, None, [], {}, "hai\ndòng"),
    "number": (5, 0, 2.5, -3, 7, "8", "x", "", None, True, []),
    "checkbox": (True, False, None, "true", 1),
    "date": ("2026-12-05", "2020-01-01", "2026-02-30", "2026-12-05T10:00", "05/12/2026", "x", "", None, 5),
    "time": ("08:20", "08:00", "08:20Z", "20:30+02:00", "x", "", None, 5),
    "datetime": ("2026-12-05T08:20", "2026-12-05T08:00Z", "2020-01-01T08:00+05:00", "2026-12-05", "x", "", None, 5),
}
SINGLE, SEVERAL = frozenset({"radio", "select"}), frozenset({"checklist", "taglist"})
NTH = 7
"""Options, tags and rows are meant by their number modulo how many there are."""


@dataclass(frozen=True)
class Surroundings:
    """What else a form needs to be visited: variables with the values they may have, and texts worth typing by key."""

    variables: Mapping[str, Sequence[object]]
    texts: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Visit:
    """One person's visit: the variables of the case, and the acts in their order."""

    variables: dict[str, Any]
    acts: list[Act]


def visits(document: Document, surroundings: Surroundings, *, seed: object) -> Iterator[Visit]:
    """Yield visits without end, the same for the same seed."""
    chance = random.Random(f"{seed}")  # noqa: S311 - to be repeated, not to be secret
    person = _Person(chance, surroundings)
    while True:
        acts = list(person.acts(document["components"], ""))
        again = list(person.acts(document["components"], "")) if chance.random() < 0.3 else []
        yield Visit(person.variables(document["components"]), [*acts, *again])


class _Person:
    def __init__(self, chance: random.Random, surroundings: Surroundings) -> None:
        self._chance = chance
        self._surroundings = surroundings

    def variables(self, components: Sequence[Document]) -> dict[str, Any]:
        """Return the variables of a case: often none for a field yet, now and then of a kind that does not fit."""
        found: dict[str, Any] = {}
        self._store(components, found)
        for name, values in self._surroundings.variables.items():
            if self._chance.random() < 0.9:
                found[name] = self._chance.choice(values)
        return found

    def _store(self, components: Sequence[Document], into: dict[str, Any]) -> None:
        for component in components:
            name = component.get("key") or component.get("path") or ""
            if component["type"] == "group":
                self._store(component["components"], _below(into, name.split(".") if name else []))
            elif name and self._chance.random() < 0.35:
                *contexts, last = name.split(".")
                _below(into, contexts)[last] = self._stored(component)

    def _stored(self, component: Document) -> object:
        if component["type"] == "dynamiclist":
            return [self._row(component) for _ in range(self._chance.randrange(4))]
        listed = [option.get("value") if isinstance(option, dict) else option for option in component.get("values", [])]
        listed += [f"{letter}" for letter in "abz"]
        if component["type"] in SINGLE:
            return self._chance.choice([*listed, None])
        if component["type"] in SEVERAL:
            return self._chance.choice([self._chance.sample(listed, 2), listed[:1], [], None])
        return self._chance.choice(STORED.get(component.get("subtype", component["type"]), (None,)))

    def _row(self, component: Document) -> dict[str, Any]:
        row: dict[str, Any] = {}
        self._store(component["components"], row)
        return row

    def acts(self, components: Sequence[Document], prefix: str) -> Iterator[Act]:
        """Yield what a person does to some of the fields, rows first."""
        for component in self._chance.sample(components, len(components)):
            name = component.get("key") or component.get("path") or ""
            path = prefix + name
            if component["type"] == "group":
                yield from self.acts(component["components"], f"{path}." if name else prefix)
            elif component["type"] == "dynamiclist":
                yield from self._acts_on_rows(component, path)
            elif self._chance.random() < 0.7:
                yield from self._acts_on_field(component, path)

    def _acts_on_rows(self, component: Document, path: str) -> Iterator[Act]:
        for _ in range(self._chance.choice((0, 0, 1, 2))):
            yield "add", path, None
        if self._chance.random() < 0.3:
            yield "remove", path, self._chance.randrange(NTH)
        for index in range(self._chance.randrange(4)):
            yield from self.acts(component["components"], f"{path}.{index}.")

    def _acts_on_field(self, component: Document, path: str) -> Iterator[Act]:
        nth = self._chance.randrange(NTH)
        match component["type"]:
            case "textfield" | "textarea":
                yield "type", path, self._text(component)
            case "number":
                yield "type", path, self._numeral(component)
            case "checkbox":
                yield "tick", path, None
            case "radio":
                yield "mark", path, nth
            case "checklist":
                yield from (("mark", path, self._chance.randrange(NTH)) for _ in range(self._chance.randrange(1, 3)))
            case "select" | "taglist":
                yield from (("pick", path, self._chance.randrange(NTH)) for _ in range(self._chance.randrange(1, 3)))
                if self._chance.random() < 0.2:
                    yield "clear", path, nth
            case "datetime":
                yield from self._moment(component, path)

    def _text(self, component: Document) -> str:
        known = self._surroundings.texts.get(component["key"], ())
        return self._chance.choice(known if known and self._chance.random() < 0.6 else TEXTS)

    def _numeral(self, component: Document) -> str:
        known = self._surroundings.texts.get(component["key"], ())
        usual = PLAIN_NUMERALS if component.get("serializeToString") else NUMERALS
        return self._chance.choice(known if known and self._chance.random() < 0.6 else usual)

    def _moment(self, component: Document, path: str) -> Iterator[Act]:
        subtype = component.get("subtype", "date")
        if subtype != "time" and self._chance.random() < 0.9:
            yield "day", path, self._chance.choice(DAYS)
        if subtype != "date" and self._chance.random() < 0.9:
            yield "clock", path, self._chance.choice(CLOCKS)


def _below(context: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    for name in names:
        context = context.setdefault(name, {})
    return context


def dirtied(form: Form, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return a submission with its texts decomposed and strewn with what nobody sees."""
    kinds = {field.path: field.type for field in form.fields}
    return {name: _dirty(value, name, kinds) for name, value in sent.items()}


def _dirty(value: Any, path: str, kinds: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _dirty(entry, f"{path}.{name}", kinds) for name, entry in value.items()}
    if isinstance(value, list):
        return [_dirty(item, path, kinds) for item in value]
    if isinstance(value, str) and kinds.get(path) in {"textfield", "textarea"}:
        return "\u200b\ufeff" + unicodedata.normalize("NFD", value) + "\u202e\x07"
    return value
