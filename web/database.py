"""The session of a request: bound by Flask-SQLAlchemy, committed once, at the end of a request that writes."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from engine import arrivals, database
from engine.model import Base

db = SQLAlchemy(model_class=Base)
View = TypeVar("View", bound=Callable[..., object])


def writes(view: View) -> View:
    """Mark a view as one that writes: its transaction takes the write lock first and is committed after it."""
    view.__dict__["writes"] = True
    return view


def session() -> Session:
    """Return the request's session."""
    return db.session()


def start_writing() -> None:
    """Turn the request into one that writes, after its slow part (such as receiving a file) is over."""
    session().rollback()
    database.begin_write(session())
    g.writes = True


def init_app(app: Flask) -> None:
    """Bind the database and let requests commit."""
    db.init_app(app)
    with app.app_context():
        database.set_up(db.engine)
    app.before_request(_begin)
    app.after_request(_commit)


def _begin() -> None:
    view = app_view()
    if getattr(view, "writes", False):
        database.begin_write(session())
        g.writes = True


def app_view() -> Callable[..., object] | None:
    """Return the view the request goes to."""
    return current_app.view_functions.get(request.endpoint or "")


def _commit(response: Response) -> Response:
    if g.get("writes", False):
        if response.status_code < 400:
            session().commit()
            current_app.extensions["job_runner"].after_commit(arrivals.cases_with_due_jobs(session()))
        else:
            session().rollback()
    return response
