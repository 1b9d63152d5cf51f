"""What the rules for approvers did, in the words of a case's history."""

from collections.abc import Mapping
from typing import Any

from engine.approver_rules.rules import Situation
from engine.approver_rules.words import SITUATIONS
from web.language import gettext, language


def skipped(data: Mapping[str, Any]) -> str:
    """Say that a step was passed without anybody, with which outcome and why."""
    return gettext(
        "Skipped %(step)s with the outcome %(outcome)s, unsigned: %(why)s",
        step=data["step"],
        outcome=data["outcome_label"],
        why=_why(data),
    )


def replaced(data: Mapping[str, Any]) -> str:
    """Say to whom a step goes instead, and why."""
    to = ", ".join([*data["to_names"], *data["groups"]])
    return gettext("%(step)s goes to %(to)s instead: %(why)s", step=data["step"], to=to, why=_why(data))


def stopped(data: Mapping[str, Any]) -> str:
    """Say that a step waits for an operator, and why."""
    return gettext("Stopped at %(step)s: %(why)s", step=data["step"], why=_why(data))


def _why(data: Mapping[str, Any]) -> str:
    why, about = SITUATIONS[Situation(data["situation"])].said(language()), ", ".join(data["about"])
    return f"{why} ({about})" if about else why
