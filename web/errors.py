"""The one place where errors become HTTP: a status, a sentence, what to do next."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from engine.database import DatabaseBusy, DatabaseFailure
from engine.errors import Conflict, Forbidden, Invalid, NotFound, PlatformError, Unavailable
from web.database import session
from web.language import gettext, language
from web.logs import request_id
from web.moments import day_and_minute

log = structlog.get_logger()

UNAVAILABLE = 503
STATUS: Mapping[type[PlatformError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    Unavailable: UNAVAILABLE,
}

SENTENCES: Mapping[str, Any] = {
    "platform.not_found": lazy_gettext("There is no such page or record."),
    "platform.conflict": lazy_gettext("Somebody else was faster. Look at the current state and try again."),
    "platform.forbidden": lazy_gettext("You have no right to this."),
    "platform.invalid": lazy_gettext("What was sent is not right."),
    "platform.unavailable": lazy_gettext("The system is busy. Try again in a moment; nothing is lost."),
    "database.full": lazy_gettext(
        "The disk is full, so nothing new can be stored. What was there is safe: tell the administrator."
    ),
    "database.busy": lazy_gettext("Others held what you need for too long. Nothing is lost: try again in a moment."),
    "database.failure": lazy_gettext("The database failed. Nothing is lost: try again in a minute."),
    "database.transaction_lost": lazy_gettext("Many people wrote at the same moment. Nothing is lost: try again."),
    "database.unreachable": lazy_gettext("The database does not answer. Nothing is lost: try again in a minute."),
    "database.unsuitable": lazy_gettext("The database is not set up as it must be. Tell your administrator."),
    "task.already_claimed": lazy_gettext("%(by)s already holds this task."),
    "task.completed": lazy_gettext("%(by)s completed this task at %(at)s."),
    "task.cancelled": lazy_gettext("This task is no longer needed; the case went on without it."),
    "task.not_yours": lazy_gettext("This task is not assigned or offered to you."),
    "task.not_offered": lazy_gettext("This task was given to you personally; it has no group to go back to."),
    "task.not_found": lazy_gettext("There is no such task."),
    "task.unknown_outcome": lazy_gettext("The task cannot end that way."),
    "task.refused": lazy_gettext("Some fields need your attention."),
    "case.not_found": lazy_gettext("There is no such case."),
    "case.not_yours": lazy_gettext("This case never came to you or your unit."),
    "case.over": lazy_gettext("This case has already ended."),
    "case.suspended": lazy_gettext("This case is suspended. Operations must resume it before work goes on."),
    "calendar.year_missing": lazy_gettext(
        "The working calendar of %(year)s has not been approved. Ask an administrator to approve it."
    ),
    "process.not_found": lazy_gettext("There is no such process."),
    "process.not_startable": lazy_gettext("You may not start this process."),
    "paper.empty": lazy_gettext("“%(name)s” is empty (0 bytes). Choose the right file."),
    "paper.too_large": lazy_gettext("“%(name)s” is too large (%(size)s, the limit is %(limit)s). Split or shrink it."),
    "paper.name_too_long": lazy_gettext("The file name is too long (%(length)s characters; the limit is %(limit)s)."),
    "paper.name_has_path": lazy_gettext("The file name “%(name)s” holds parts of a path. Rename the file."),
    "paper.name_unreadable": lazy_gettext("The file name “%(name)s” holds control characters. Rename the file."),
    "paper.type_refused": lazy_gettext("“%(name)s” is not what its name says, or of no accepted type (%(accepted)s)."),
    "paper.too_many": lazy_gettext("The case already holds %(limit)s papers."),
    "paper.refused": lazy_gettext("The file was refused."),
    "paper.not_found": lazy_gettext("There is no such paper in this case."),
    "paper.not_editable": lazy_gettext("Papers cannot be changed at this step."),
    "paper.none_chosen": lazy_gettext("Choose at least one file."),
    "signing.nothing_to_sign": lazy_gettext("The case holds no paper to sign."),
    "studio.not_designer": lazy_gettext("Only analysts and administrators may design processes."),
    "studio.file_not_found": lazy_gettext("The studio has no such file; perhaps somebody threw the draft away."),
    "studio.name_refused": lazy_gettext(
        "“%(name)s” cannot be a file's name here: letters, digits, dots, hyphens, at most %(limit)s characters, "
        "ending in .bpmn or .dmn."
    ),
    "studio.too_large": lazy_gettext("The file is too large; the limit is %(limit)s."),
    "studio.unreadable": lazy_gettext("“%(name)s” does not hold what its name says, or is damaged."),
    "studio.report_too_old": lazy_gettext("This report of an import cannot be taken any more. Upload the file again."),
    "draft.exists": lazy_gettext(
        "%(by)s has been working on “%(name)s” since %(at)s. Open that draft, or give your file another name."
    ),
    "draft.moved": lazy_gettext("%(by)s saved this draft at %(at)s, after you opened it."),
    "draft.outdated": lazy_gettext("%(by)s published another content of “%(name)s” at %(at)s."),
    "case.already_suspended": lazy_gettext("%(by)s suspended this case at %(at)s."),
    "case.not_suspended": lazy_gettext("This case is not suspended."),
    "case.caller_suspended": lazy_gettext("The case %(caller)s, which called this one, is suspended. Resume that one."),
    "case.caller_waits": lazy_gettext(
        "The case %(caller)s waits for this one. Cancel that case, or move its step, and this one goes with it."
    ),
    "case.not_over": lazy_gettext("Only a case that has ended or was cancelled can be hidden."),
    "case.purged": lazy_gettext("This case has been hidden since %(at)s."),
    "case.not_purged": lazy_gettext("This case is not hidden."),
    "case.changed": lazy_gettext("The case has gone on since you opened this page. Look at it again, then decide."),
    "case.token_gone": lazy_gettext("The step you chose is no longer in the case. Look at it again."),
    "operations.forbidden": lazy_gettext("Only administrators may do this."),
    "operations.reason_missing": lazy_gettext("Write the reason: it is kept in the log of the case."),
    "operations.reason_too_long": lazy_gettext("The reason is longer than %(most)s characters."),
    "operations.moves_refused": lazy_gettext("The step cannot be moved like that."),
    "variable.none_named": lazy_gettext("Enter the name of the variable."),
    "variable.name_unfit": lazy_gettext(
        "“%(name)s” cannot be a variable's name: letters, digits and underscores, beginning with a letter."
    ),
    "variable.unfit": lazy_gettext(
        "The value of “%(name)s” cannot be kept: not readable as the kind chosen, or too large."
    ),
    "incident.not_found": lazy_gettext("There is no such incident."),
    "incident.closed": lazy_gettext("%(by)s dealt with this incident at %(at)s."),
    "incident.went_on": lazy_gettext("The case went on by itself at %(at)s; there is nothing left to repair."),
    "incident.not_retryable": lazy_gettext(
        "There is nothing to try again here: move the step, or see to it by hand and close the incident with a note."
    ),
    "migration.not_found": lazy_gettext("There is no such version change."),
    "migration.other_process": lazy_gettext("Cases move between two versions of one process only."),
    "migration.map_refused": lazy_gettext("These steps do not fit the versions: %(elements)s. Choose again."),
    "migration.nothing_to_move": lazy_gettext("No case runs on version %(version)s any more."),
    "directory.unknown_unit": lazy_gettext("There is no such unit."),
}


def sentence(error: PlatformError) -> str:
    """Return what to tell a person about an error, in their language."""
    text = SENTENCES.get(error.code) or SENTENCES[_kind(error).code]
    return str(text) % defaultdict(str, {name: _said(name, value) for name, value in error.data.items()})


def _said(name: str, value: object) -> object:
    if name in {"size", "limit"} and isinstance(value, int) and value >= 1024:
        return f"{value / 1024 / 1024:.0f} MB"
    return day_and_minute(value) if name == "at" else value


def _kind(error: PlatformError) -> type[PlatformError]:
    return next((kind for kind in STATUS if isinstance(error, kind)), Invalid)


def status_of(error: PlatformError) -> int:
    """Return the HTTP status of an error."""
    return STATUS[_kind(error)]


def init_app(app: Flask) -> None:
    """Let every error become a page."""
    app.register_error_handler(PlatformError, _refused)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(NoConnectionFree, _no_connection_free)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def log_refusal(error: PlatformError) -> None:
    """Write down who was refused what; no values, they may be personal data."""
    person = getattr(current_user, "person", None)
    log.warning(
        "request.refused",
        code=error.code,
        person=person.username if person else None,
        method=request.method,
        path=request.path,
    )


def _refused(error: PlatformError) -> ResponseReturnValue:
    _leave_transaction()
    if isinstance(error, DatabaseFailure):  # what a driver says of itself holds nothing that people wrote
        log.error("request.unavailable", code=error.code, path=request.path, cause=str(error))
    else:
        log_refusal(error)
    more = {name: value for name, value in error.data.items() if isinstance(value, int | str)}
    return _page(status_of(error), sentence(error), code=error.code, **more)


def _leave_transaction() -> None:
    """Give up what the request has read and written: the page that says so reads anew, and nobody waits for us."""
    with suppress(SQLAlchemyError, Unavailable):
        session().rollback()


def _no_connection_free(error: NoConnectionFree) -> ResponseReturnValue:
    return _refused(DatabaseBusy(str(error)))


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    return _refused(Conflict())


def _form_too_old(_error: CSRFError) -> ResponseReturnValue:
    return _page(400, gettext("The page was open too long. Reload it and try again; your text is still in the form."))


def _http(error: HTTPException) -> ResponseReturnValue:
    sentences = {
        404: gettext("There is no such page or record."),
        405: gettext("This page cannot be used that way."),
        413: gettext("The file is larger than 50 MB."),
        429: gettext("Too many attempts. Wait a minute and try again."),
    }
    code = error.code or 500
    if error.response is not None:
        return error.response
    return _page(code, sentences.get(code, gettext("The request could not be understood.")))


def _broken(error: Exception) -> ResponseReturnValue:
    _leave_transaction()
    log.error("request.broken", path=request.path, exc_info=error)
    return _page(500, gettext("Something broke on our side. Nothing was stored; try again or tell your administrator."))


def _page(status: int, text: str, **more: object) -> ResponseReturnValue:
    """Answer with a page, or, to a script that asked for JSON, with a problem (RFC 9457)."""
    titles = {
        403: gettext("Not allowed"),
        404: gettext("Not found"),
        409: gettext("Somebody was faster"),
        422: gettext("Not accepted"),
    }
    title = titles.get(status, gettext("It did not work"))
    if request.accept_mimetypes.best == "application/json":
        problem = jsonify({**more, "title": title, "detail": text, "status": status, "reference": request_id()})
        problem.mimetype = "application/problem+json"
        return problem, status
    if status == UNAVAILABLE:
        return _page_without_database(status, title, text), status
    try:
        page = render_template("error.html", title=title, sentence=text, status=status, reference=request_id())
    except (DatabaseFailure, SQLAlchemyError) as failure:  # it went away between the refusal and the page that tells it
        log.warning("request.told_without_database", path=request.path, error=type(failure).__name__)
        _leave_transaction()
        page = _page_without_database(status, title, text)
    return page, status


def _page_without_database(status: int, title: str, text: str) -> str:
    """Return a page that asks nothing of the database, not even who is asking."""
    return current_app.jinja_env.get_template("error.html").render(
        title=title,
        sentence=text,
        status=status,
        reference=request_id(),
        lang=language(),
        current_user={"is_authenticated": False},
        site={"home_url": url_for("inbox.inbox")},
    )
