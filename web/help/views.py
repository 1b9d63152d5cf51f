"""The page that tells analysts which elements of BPMN run, and what to draw instead of the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.approver_rules.rules import WRITTEN, Situation
from engine.approver_rules.words import CHOICES, SITUATIONS
from engine.bpmn import PROFILE, Support
from engine.escalations import words
from engine.wording import Bilingual
from web.language import language

bp = Blueprint("help", __name__, url_prefix="/help")


@dataclass(frozen=True, slots=True)
class ElementLine:
    """One element or event type of BPMN, and what becomes of it here."""

    key: str
    name: str
    support: str
    said: str


@bp.get("/bpmn")
def elements() -> ResponseReturnValue:
    """Show every element of BPMN 2.0 with what becomes of it."""
    spoken = language()
    lines = [
        ElementLine(
            key=entry.key,
            name=entry.name.said(spoken),
            support=entry.support.value,
            said=" ".join(text.said(spoken) for text in (entry.note, entry.message, entry.remedy) if text),
        )
        for entry in PROFILE.values()
    ]
    counts = {support.value: sum(line.support == support for line in lines) for support in Support}
    situations = [(each.property_name, SITUATIONS[each].said(spoken)) for each in Situation]
    choices = [(WRITTEN[choice], text.said(spoken)) for choice, text in CHOICES.items()]
    return render_template(
        "help/bpmn.html",
        room="studio",
        lines=lines,
        counts=counts,
        situations=situations,
        choices=choices,
        due=_due(spoken),
    )


def _due(spoken: str) -> dict[str, object]:
    """Return what diagrams may say of due times: as written, and in words."""

    def listed(table: Mapping[str, Bilingual]) -> list[tuple[str, str]]:
        return [(str(written), text.said(spoken)) for written, text in table.items()]

    return {
        "example": words.EXAMPLE,
        "moments": listed(words.MOMENTS),
        "recipients": listed(words.RECIPIENTS),
        "pauses": listed(words.PAUSES),
    }
