"""The room itself: its blueprint, and the links between its pages."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import Blueprint, current_app, url_for

from engine.errors import Conflict, Invalid
from engine.repair import MovesRefused
from web import telling
from web.errors import sentence
from web.language import gettext, language

bp = Blueprint("operations", __name__, url_prefix="/operations")


def told() -> AbstractContextManager[None]:
    """Let what a deed is refused for be told over the next page, every reason of a move among it."""
    return telling.told(_said)


def _said(refused: Conflict | Invalid) -> str:
    if isinstance(refused, MovesRefused):
        return " ".join(reason.said(language()) for reason in refused.reasons)
    return sentence(refused)


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of the room in the row of links over all of them."""

    text: str
    url: str
    is_on: bool


def page_links(current: str) -> list[PageLink]:
    """Return the room's pages; `current` is the endpoint of the one that is shown."""
    pages = {
        "incidents": gettext("Incidents"),
        "jobs": gettext("Automatic work"),
        "migrations": gettext("Version changes"),
    }
    return [
        PageLink(text, url_for(f".{name}"), name == current)
        for name, text in pages.items()
        if f"{bp.name}.{name}" in current_app.view_functions
    ]
