"""The session of a request: bound by Flask-SQLAlchemy, committed once, at the end of a request that writes."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import flask
from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine import arrivals, database, hooks
from engine.database import DatabaseFailure
from engine.model import Base

FLASHES = "_flashes"  # where Flask keeps, in the cookie, what `flash` said
db = SQLAlchemy(model_class=Base)
Given = ParamSpec("Given")


def writes(view: Callable[Given, ResponseReturnValue]) -> Callable[Given, Response]:
    """Mark a view as one that writes: its transaction takes the write lock first and is committed after it.

    A transaction that the database gave up for another one is done again, so the view may run more than once.
    """

    @wraps(view)
    def committed(*args: Given.args, **kwargs: Given.kwargs) -> Response:
        return write(lambda: view(*args, **kwargs))

    committed.__dict__["writes"] = True
    return committed


def write(work: Callable[[], ResponseReturnValue]) -> Response:
    """Do what a request writes, after its slow part (such as receiving a file) is over, and commit it.

    An answer that refuses, and an error, leave nothing stored. What is due at once in the cases that moved is done
    before the person gets the answer. A lost transaction is done again.
    """
    said = list(flask.session.get(FLASHES, ()))

    def attempt() -> Response:
        if not g.pop("may_write", False):
            _begin_again(said)
        return _committed(work)

    response = database.until_not_lost(attempt)
    if response.status_code < 400:
        current_app.extensions["job_runner"].after_commit(arrivals.cases_with_due_jobs(session()))
    return response


def _begin_again(said: list[tuple[str, str]]) -> None:
    """Open a transaction that writes, nothing of an earlier attempt left in it or in the cookie."""
    session().rollback()
    database.begin_write(session())
    arrivals.cases_with_due_jobs(session()).clear()
    if flask.session.get(FLASHES):
        flask.session[FLASHES] = list(said)


def _committed(work: Callable[[], ResponseReturnValue]) -> Response:
    try:
        response = current_app.make_response(work())
        if response.status_code < 400:
            session().commit()
            return response
    except BaseException:
        session().rollback()
        raise
    session().rollback()
    return response


def session() -> Session:
    """Return the request's session, which knows the job types of the packs."""
    current = db.session()
    hooks.use_job_types(current, current_app.extensions["job_types"])
    return current


def init_app(app: Flask) -> None:
    """Bind the database and let requests that write begin as such."""
    db.init_app(app)
    with app.app_context():
        database.set_up(db.engine)
    app.before_request(_begin)
    app.teardown_appcontext(_let_go)


def _begin() -> None:
    """Take the write lock of a view that writes before anybody reads, who is asking included."""
    if getattr(app_view(), "writes", False):
        database.begin_write(session())
        g.may_write = True


def _let_go(_error: BaseException | None) -> None:
    """Give the connection back; one that the server has dropped is thrown away, for the answer has been given."""
    if not db.session.registry.has():
        return
    try:
        db.session.close()
    except (DatabaseFailure, SQLAlchemyError):
        database.abandon(db.session())


def app_view() -> Callable[..., object] | None:
    """Return the view the request goes to."""
    return current_app.view_functions.get(request.endpoint or "")
