"""What a handler brings back: names with JSON values of moderate size, or a refusal that says what is wrong."""

import unicodedata
from collections.abc import Mapping

from engine.feel import FeelError, to_json
from engine.model.base import from_json_text, to_json_text

LARGEST_RESULT = 1_000_000
"""Characters of JSON that one job may bring into a case."""
LONGEST_NAME = 60


class ResultRefused(Exception):
    """A handler returned what cannot become variables; the sentence names no values."""


def checked(result: object) -> dict[str, object]:
    """Return a handler's result as fresh JSON values, texts in NFC; refuses with `ResultRefused`."""
    if not isinstance(result, Mapping):
        raise ResultRefused(f"The handler returned {_kind(result)}, not a mapping of variables.")
    values, size = {}, 0
    for name, value in result.items():
        if not isinstance(name, str):
            raise ResultRefused(f"The handler returned a variable whose name is {_kind(name)}, not a text.")
        try:
            _must_have_texts_as_keys(name, value)
            written = _written(value)
            values[name] = from_json_text(written)
            size += len(written)
        except (FeelError, ArithmeticError, ValueError, RecursionError) as error:
            raise ResultRefused(f"The variable '{name[:LONGEST_NAME]}' holds what is no JSON value.") from error
    if size > LARGEST_RESULT:
        raise ResultRefused(f"The handler returned {size} characters of JSON; {LARGEST_RESULT} are the limit.")
    return values


def _written(value: object) -> str:
    """Return a value as JSON, its texts in NFC; raises ValueError for what no database can hold."""
    written = unicodedata.normalize("NFC", to_json_text(to_json(value)))
    written.encode()  # half of a surrogate pair has no bytes
    if "\\u0000" in written:
        raise ValueError("a null character")
    return written


def _must_have_texts_as_keys(name: str, value: object) -> None:
    if isinstance(value, Mapping) and not all(isinstance(key, str) for key in value):
        raise ResultRefused(f"The variable '{name[:LONGEST_NAME]}' holds a mapping whose keys are no texts.")
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for each in inner:
        _must_have_texts_as_keys(name, each)


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a value of type {type(value).__name__}"
