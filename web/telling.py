"""What a deed was refused for, told on a page instead of an error's own: over the next one, or over the form again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import flash
from flask.typing import ResponseReturnValue

from engine.errors import Conflict, Invalid, NotFound
from web.database import session
from web.errors import log_refusal, sentence

Made = TypeVar("Made")


@contextmanager
def told(said: Callable[[Conflict | Invalid], str] = sentence) -> Iterator[None]:
    """Let what a deed is refused for be told over the next page, nothing of it stored; to have no right stays 403."""
    try:
        yield
        session().flush()
    except (Conflict, Invalid) as refused:
        log_refusal(refused)
        session().rollback()
        flash(said(refused), "error")


def answer(
    store: Callable[[], Made], done: Callable[[Made], ResponseReturnValue], again: Callable[[str], str]
) -> ResponseReturnValue:
    """Do what a form says: go on when it is done, else show the page `again` with the refusal, nothing of it stored."""
    try:
        made = store()
    except (Conflict, Invalid, NotFound) as refused:
        log_refusal(refused)
        session().rollback()
        return again(sentence(refused)), 422
    return done(made)
