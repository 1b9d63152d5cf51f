"""Browser and server about one visit: the same fields refused, or the same values kept."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.feel import Environment
from forms import Form, SubmissionInvalid
from forms.text import is_blank
from forms.values import ABSENT, at, exact_number, fingerprint, numeral, same
from tests.forms.agreement.visits import Document, Visit


@dataclass(frozen=True)
class Verdict:
    """What the server made of a submission: the paths it refuses, or what the case holds afterwards."""

    refused: dict[str, list[str]]
    values: dict[str, object]
    held: dict[str, object]


def judged(
    form: Form, sent: Mapping[str, object], variables: Mapping[str, object], environment: Environment
) -> Verdict:
    """Let the server check what the browser sent."""
    try:
        values = form.check(sent, variables=variables, environment=environment)
    except SubmissionInvalid as refusal:
        return Verdict({path: [one.en for one in said] for path, said in refusal.errors.items()}, {}, {})
    return Verdict({}, values, {**variables, **values})


def steps(path: str) -> list[str | int]:
    """Return the names and indexes of a path."""
    return [int(step) if step.isdigit() else step for step in path.split(".")]


class Place(NamedTuple):
    """A field on which the two differ: its component, what the browser sent for it, what the case held and holds."""

    component: Document
    sent: object
    before: object
    held: object


class Difference(NamedTuple):
    """One way in which we differ from form-js on purpose."""

    reason: str
    is_so: Callable[[Place], bool]


def _is_blank_answer(place: Place) -> bool:
    is_required = bool(place.component.get("validate", {}).get("required"))
    return is_required and isinstance(place.sent, str) and bool(place.sent) and is_blank(place.sent)


def _is_chosen_twice(place: Place) -> bool:
    return isinstance(place.sent, list) and len({fingerprint(item) for item in place.sent}) < len(place.sent)


def _is_locked_value(place: Place) -> bool:
    opened = place.component.get("defaultValue", ABSENT) if place.before is ABSENT else place.before
    return bool(place.component.get("readonly")) and (place.held is opened or same(place.held, opened))


def _is_the_exact_number(place: Place) -> bool:
    sent, held = exact_number(place.sent), exact_number(place.held)
    if place.component.get("type") != "expression" or sent is None or held is None:
        return False
    return math.isclose(float(sent), float(held), rel_tol=1e-15)


def _is_same_number(place: Place) -> bool:
    if not place.component.get("serializeToString") or not isinstance(place.sent, str):
        return False
    return isinstance(place.held, str) and numeral(place.sent) == numeral(place.held)


def _is_time_shown(place: Place) -> bool:
    """Return whether nothing but the minutes differ, and these are the last step before."""
    sent, held, step = place.sent, place.held, place.component.get("timeInterval", 15)
    if place.component.get("subtype", "date") == "date" or not isinstance(sent, str) or not isinstance(held, str):
        return False
    at_minutes = sent.index(":") + 1
    minutes = int(sent[at_minutes : at_minutes + 2])
    return held == f"{sent[:at_minutes]}{minutes - minutes % step:02}{sent[at_minutes + 2 :]}"


REFUSED_ON_PURPOSE = {
    "blank": Difference("white space alone is no answer to a required text", _is_blank_answer),
    "twice": Difference("the widget cannot choose twice; only a variable can hold something twice", _is_chosen_twice),
}
"""What only the server refuses, by name."""

KEPT_ON_PURPOSE = {
    "locked": Difference(
        "of a read-only field the client is not heard: it keeps what it opened with", _is_locked_value
    ),
    "exact": Difference(
        "DMN 1.5, 10.3.2.3.1: our numbers are decimals, form-js computes doubles", _is_the_exact_number
    ),
    "numeral": Difference("a number kept as text is written plainly: 5 for +5 and 007.0", _is_same_number),
    "step": Difference(
        "the field shows whole steps; form-js sends what the variable held between them", _is_time_shown
    ),
}
"""What the case holds otherwise than the browser sent it, by name."""


def disagreement(
    document: Document, visit: Visit, answer: Mapping[str, Any], verdict: Verdict
) -> dict[str, tuple[object, object]]:
    """Return by path what the browser and the server say, where they differ and not on purpose."""
    refused = set(answer["errors"]) ^ set(verdict.refused)
    if refused or verdict.refused:
        return {
            path: (answer["errors"].get(path), verdict.refused.get(path))
            for path in refused
            if path in answer["errors"]
            or not _is_on_purpose(document, visit, answer, verdict, path, REFUSED_ON_PURPOSE)
        }
    found: dict[str, tuple[object, object]] = {}
    for path in answer["shown"]:
        there, here = at(answer["sent"], steps(path)), at(verdict.held, steps(path))
        if not same(None if there is ABSENT else there, None if here is ABSENT else here) and not _is_on_purpose(
            document, visit, answer, verdict, path, KEPT_ON_PURPOSE
        ):
            found[path] = (there, here)
    return found | dict(_wrong_rows(answer, verdict))


def _wrong_rows(answer: Mapping[str, Any], verdict: Verdict) -> Iterator[tuple[str, tuple[object, object]]]:
    """Yield lists with other rows; after the last row with a field that shows form-js sends none."""
    for path, count in answer["rows"].items():
        shown = [steps(one)[len(steps(path))] for one in answer["shown"] if one.startswith(f"{path}.")]
        known = max((index for index in shown if isinstance(index, int)), default=-1) + 1
        rows = at(verdict.held, steps(path))
        if len(rows if isinstance(rows, list) else []) not in {count, known}:
            yield path, (f"{count} rows", rows)


def _is_on_purpose(
    document: Document,
    visit: Visit,
    answer: Mapping[str, Any],
    verdict: Verdict,
    path: str,
    table: Mapping[str, Difference],
) -> bool:
    component = _component(document["components"], [step for step in path.split(".") if not step.isdigit()])
    where = steps(path)
    place = Place(component, at(answer["sent"], where), at(visit.variables, where), at(verdict.held, where))
    return any(difference.is_so(place) for difference in table.values())


def _component(components: Sequence[Document], names: list[str]) -> Document:
    """Return the component at a path without its indexes; an empty one if a list or context stands there."""
    for component in components:
        own = (component.get("key") or component.get("path") or "").split(".")
        own = own if own != [""] else []
        if own == names and "key" in component:
            return component
        if names[: len(own)] == own and (inner := _component(component.get("components", []), names[len(own) :])):
            return inner
    return {}
