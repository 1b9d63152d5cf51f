"""Where papers lie and how much room they have here; the page that tells what became of a file."""

from uuid import UUID

from flask import current_app
from flask.typing import ResponseReturnValue

from engine import tasks
from engine.paper_quota import PaperQuota
from engine.papers import PaperRefused, PaperStore
from web.database import session
from web.errors import log_refusal, sentence
from web.inbox.page import task_page
from web.inbox.pane import pane_of


def store() -> PaperStore:
    """Return where contents lie."""
    found: PaperStore = current_app.extensions["paper_store"]
    return found


def quota() -> PaperQuota:
    """Return how much room papers may take."""
    found: PaperQuota = current_app.extensions["paper_quota"]
    return found


def refused_sentence(refused: PaperRefused) -> str:
    """Write down that a file was refused, and return what to tell the person."""
    log_refusal(refused)
    return sentence(refused)


def page_with_papers(task_id: UUID, errors: list[str]) -> ResponseReturnValue:
    """Return a task's page, with what was refused beside its papers."""
    return task_page(pane_of(tasks.find(session(), task_id), paper_errors=errors)), 200
