"""How large, how deep and how strange a submission may be, checked before anything else looks at it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine.wording import Bilingual

from . import messages
from .text import is_storable
from .values import FORBIDDEN_NAMES, MAX_DIGITS

MAX_TEXT = 100_000
"""Characters of one text."""

MAX_TOTAL_TEXT = 1_000_000
"""Characters of all texts and names of one submission together."""

MAX_ITEMS = 500
"""Items of one list: rows of a dynamic list, marks of a checklist."""

MAX_VALUES = 20_000
"""Values of one submission, each context and list counted."""

MAX_DEPTH = 20
"""Contexts and lists within each other."""

MAX_NAME = 200
"""Characters of the name of one entry."""


def strangeness(submission: object) -> tuple[str, Bilingual] | None:
    """Return the first thing about a submission that no browser sends, with the name of its field; None if all is well.

    Costs no more than the limits allow: it stops where the first one is passed, and it never recurses.
    """
    if not isinstance(submission, Mapping):
        return "", messages.NO_CONTEXT
    pending: list[tuple[str, int, object]] = [("", 0, submission)]
    values = total = 0
    while pending:
        field, depth, value = pending.pop()
        values += 1
        if (problem := _single(value, depth)) is not None:
            return field, problem
        total += _characters(value)
        pending.extend((field or name, depth + 1, entry) for name, entry in _inside(value))
        if values + len(pending) > MAX_VALUES or total > MAX_TOTAL_TEXT:
            return "", messages.TOO_MUCH
    return None


def _characters(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(len(name) for name in value) if isinstance(value, Mapping) else 0


def _inside(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        for item in value:
            yield "", item


def _single(value: object, depth: int) -> Bilingual | None:
    """Return what is wrong with one value by itself."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return messages.NUMBER_TOO_LARGE if abs(value) >= 10**MAX_DIGITS else None
    if isinstance(value, float | Decimal):
        return None if Decimal(value).is_finite() else messages.NOT_A_NUMBER
    if depth > MAX_DEPTH:
        return messages.TOO_DEEP
    if isinstance(value, list):
        return messages.too_many_items(MAX_ITEMS, len(value)) if len(value) > MAX_ITEMS else None
    if isinstance(value, Mapping):
        return _names(value)
    return messages.NOT_JSON


def _text(value: str) -> Bilingual | None:
    if len(value) > MAX_TEXT:
        return messages.text_too_large(MAX_TEXT, len(value))
    return None if is_storable(value) else messages.BROKEN_TEXT


def _names(value: Mapping[object, object]) -> Bilingual | None:
    if len(value) > MAX_VALUES:
        return messages.TOO_MUCH
    for name in value:
        if not isinstance(name, str) or name in FORBIDDEN_NAMES or len(name) > MAX_NAME or not is_storable(name):
            return messages.FORBIDDEN_NAME
    return None
