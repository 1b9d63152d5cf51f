"""Taking personal data out of what an error says, before it is kept where operators read."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from urllib.parse import quote, quote_plus

LONGEST_MESSAGE = 500
SHORTEST_TEXT, SHORTEST_NUMBER = 3, 4
HIDDEN = "…"
_LONG_NUMBER = re.compile(r"\d{9,}")
"""A citizen's, a tax or a telephone number, in whatever case it stands."""


def scrubbed(message: str, *variables: Mapping[str, object]) -> str:
    """Return the message without any value of these variables, as one line of at most 500 characters.

    Texts of three characters and more and numbers of four digits and more are taken out, however they are written: with
    thousands separators, in JSON, in an address.
    """
    written = {form for each in variables for value in _leaves(each) for form in _forms(value)}
    said = sorted(written, key=len, reverse=True)  # the longest first, so that no end of one is left
    text = unicodedata.normalize("NFC", message)
    if said:
        text = re.sub("|".join(map(re.escape, said)), HIDDEN, text, flags=re.IGNORECASE)
    text = " ".join(_LONG_NUMBER.sub(HIDDEN, text).split())
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + HIDDEN


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _forms(value: object) -> Iterator[str]:
    """Yield how a value may be written."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) >= SHORTEST_TEXT:
            yield from (text, repr(text)[1:-1], json.dumps(text)[1:-1], quote(text), quote_plus(text))
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        written = f"{abs(value):f}" if isinstance(value, Decimal) else str(abs(value))
        if sum(character.isdigit() for character in written) >= SHORTEST_NUMBER:
            yield written
            grouped = f"{abs(value):,}"
            yield from (grouped, grouped.translate(str.maketrans(",.", ".,")), grouped.replace(",", " "))
