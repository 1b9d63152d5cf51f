"""The page that tells analysts which elements of BPMN run, and what to draw instead of the others."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.bpmn import PROFILE, Support
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
    return render_template("help/bpmn.html", room="studio", lines=lines, counts=counts)
