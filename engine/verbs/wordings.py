"""What people write when they use a verb: reasons, notes, questions, answers."""

import unicodedata

from engine.errors import Invalid
from engine.tasks import LONGEST_REASON


class WordsMissing(Invalid):
    """The verb needs a sentence: why, or what is asked."""

    code = "verb.words_missing"


class WordsTooLong(Invalid):
    """The text is longer than `most` characters."""

    code = "verb.words_too_long"


def needed(text: str) -> str:
    """Return a text that must be there, NFC and trimmed; refuses with `WordsMissing` or `WordsTooLong`."""
    said = optional(text)
    if said is None:
        raise WordsMissing
    return said


def optional(text: str | None) -> str | None:
    """Return a text that may be missing, NFC and trimmed; refuses with `WordsTooLong`."""
    said = unicodedata.normalize("NFC", text or "").strip()
    if len(said) > LONGEST_REASON:
        raise WordsTooLong(most=LONGEST_REASON)
    return said or None
