"""The room itself: its blueprint, and the links between its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Blueprint, current_app, flash, url_for

from engine.errors import Conflict, Invalid
from engine.repair import MovesRefused
from web.database import session
from web.errors import log_refusal, sentence
from web.language import gettext, language

bp = Blueprint("operations", __name__, url_prefix="/operations")


@contextmanager
def told() -> Iterator[None]:
    """Let what a deed is refused for be told over the next page, nothing of it stored; to have no right stays 403."""
    try:
        yield
        session().flush()
    except (Conflict, Invalid) as refused:
        log_refusal(refused)
        session().rollback()
        flash(_said(refused), "error")


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
