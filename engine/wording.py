"""Sentences in both languages of the house, and findings made of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Bilingual(NamedTuple):
    """One sentence, Vietnamese first; both are complete."""

    vi: str
    en: str

    def said(self, language: str) -> str:
        """Return the sentence in `language` ("vi" or "en")."""
        return self.en if language == "en" else self.vi


class Severity(StrEnum):
    """How much a finding weighs: an error refuses the deployment, a warning and a mere hint do not."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a file an analyst made: where, what, and how to mend it."""

    code: str
    message: Bilingual
    remedy: Bilingual
    file: str
    element_id: str | None = None
    line: int | None = None
    severity: Severity = Severity.ERROR
