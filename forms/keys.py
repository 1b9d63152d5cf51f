"""Keys and paths: dot-separated names under which values stand in the variables."""

import unicodedata

from .values import FORBIDDEN_NAMES

RESERVED = frozenset({"outcome", "reason"})
"""Variables that completing a task sets itself."""

MAX_KEY = 200
"""Characters of one key."""

MAX_LEVELS = 10
"""Names of one key."""


def names_of(key: str) -> tuple[str, ...] | None:
    """Return the names of a key, or None for a key that form-js or FEEL would read otherwise.

    A name that begins with a digit is an index to form-js.
    """
    names = tuple(unicodedata.normalize("NFC", key).split("."))
    if len(key) > MAX_KEY or len(names) > MAX_LEVELS:
        return None
    return names if all(name.isidentifier() and name not in FORBIDDEN_NAMES for name in names) else None
