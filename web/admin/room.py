"""The room itself: its blueprint, and the pages it offers."""

from dataclasses import dataclass

from flask import Blueprint, current_app, url_for

from web.language import gettext

bp = Blueprint("admin", __name__, url_prefix="/admin")


@dataclass(frozen=True, slots=True)
class PageCard:
    """One page of the room: a card on its first page, a link over the others."""

    name: str
    text: str
    about: str
    url: str


def page_cards() -> list[PageCard]:
    """Return the room's pages; `name` is the endpoint in the blueprint."""
    pages = {
        "directory": (
            gettext("Directory"),
            gettext("Units, people and positions; import and export as files; handing over the work of who leaves."),
        ),
        "calendar": (
            gettext("Working calendar"),
            gettext("Holidays, worked Saturdays and hours; the year that an administrator approves for deadlines."),
        ),
        "substitutions": (
            gettext("Substitutes"),
            gettext("Who does the tasks of whom during an absence, until when; it gives no right to sign."),
        ),
        "authority_list": (
            gettext("Signing authority"),
            gettext("Who signs TL. or TUQ. for the head of a unit, until when and by which document."),
        ),
        "succession_list": (
            gettext("Mergers and renamings"),
            gettext("Which unit stands for one that was closed, so that its diagrams and tasks go on."),
        ),
    }
    return [
        PageCard(name, text, about, url_for(f".{name}"))
        for name, (text, about) in pages.items()
        if f"{bp.name}.{name}" in current_app.view_functions
    ]
