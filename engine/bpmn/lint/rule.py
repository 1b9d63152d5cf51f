"""What a lint rule is, and what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a rule is broken: the element or flow, the sentence, the remedy."""

    element_id: str
    message: Bilingual
    remedy: Bilingual


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for in every process; `name` is its file's and, after `lint.`, its findings' code."""

    name: str
    severity: Severity
    promise: Bilingual
    check: Callable[[Subject], Iterator[Fault]]
