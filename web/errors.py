"""The one place where errors become HTTP: a status, a sentence, what to do next."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import wraps
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

from engine.database import DatabaseBusy, DatabaseFailure, DatabaseUnreachable
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
    "notice.not_found": lazy_gettext("There is no such notice among yours."),
    "notice.address_invalid": lazy_gettext("This is no e-mail address."),
    "notice.quiet_hours_incomplete": lazy_gettext("Quiet hours need a beginning and another end."),
    "task.not_offered": lazy_gettext("This task was given to you personally; it has no group to go back to."),
    "task.not_found": lazy_gettext("There is no such task."),
    "task.delegated": lazy_gettext("%(by)s works on this task for %(owner)s; it goes on when it is back."),
    "task.not_claimed": lazy_gettext("The task waits for its group. Claim it first."),
    "task.without_group": lazy_gettext("This task came to one person, not to a unit, so nobody assigns it."),
    "task.assigning_forbidden": lazy_gettext(
        "Only the head or a deputy of the unit the task came to, or an administrator, may assign it."
    ),
    "task.person_not_in_group": lazy_gettext("%(by)s is not among those the task is meant for."),
    "task.not_delegated": lazy_gettext("Nobody works on this task for somebody else."),
    "task.delegate_only": lazy_gettext("Only %(by)s, who works on the task now, can hand it back."),
    "task.owner_only": lazy_gettext("Only %(by)s, whose task it is, can take it back."),
    "task.reminder_forbidden": lazy_gettext(
        "Only who sent the task, who started the case, the heads above and administrators may remind."
    ),
    "task.reminder_of_own": lazy_gettext("The task is in your own hands."),
    "task.reminded_lately": lazy_gettext("You reminded of this task at %(at)s. Wait an hour before the next time."),
    "consultation.not_found": lazy_gettext("There is no such question."),
    "consultation.not_yours": lazy_gettext("Somebody else was asked."),
    "consultation.answered": lazy_gettext("This question was answered at %(at)s."),
    "consultation.closed": lazy_gettext("Since %(at)s nobody waits for the answer any more."),
    "consultation.withdrawn": lazy_gettext("%(by)s took this question back at %(at)s."),
    "consultation.not_the_asker": lazy_gettext("Only %(by)s, who asked, may do this."),
    "consultation.nothing_asked": lazy_gettext("No question of yours about this task waits for an answer."),
    "consultation.already_asked": lazy_gettext("%(by)s has not answered your last question about this task yet."),
    "consultation.due_in_past": lazy_gettext("The moment by which you want the answer has passed."),
    "case.copying_forbidden": lazy_gettext(
        "Only who started the case or works on it, and administrators, may send it to others to know of."
    ),
    "case.already_copied": lazy_gettext("%(by)s got this case before; nobody gets it twice."),
    "case.copy_not_found": lazy_gettext("This case was not sent to you to know of."),
    "verb.words_missing": lazy_gettext("Write a sentence: the others read it."),
    "verb.words_too_long": lazy_gettext("The text is longer than %(most)s characters."),
    "verb.person_unknown": lazy_gettext("Nobody at work has this name."),
    "verb.person_is_you": lazy_gettext("Choose somebody other than yourself."),
    "verb.nobody_chosen": lazy_gettext("Choose at least one person."),
    "task.none_chosen": lazy_gettext("Tick at least one task."),
    "verb.too_many_tasks": lazy_gettext("These are too many tasks at once; %(most)s is the most."),
    "task.unknown_outcome": lazy_gettext("The task cannot end that way."),
    "task.answers_unchecked": lazy_gettext("Look at your answers once more, then confirm them."),
    "task_draft.moved": lazy_gettext("Another window of yours has saved this form since. Open the task anew."),
    "task_draft.too_large": lazy_gettext("This is too much to be kept as a draft (the limit is %(most)s characters)."),
    "task_draft.refused": lazy_gettext(
        "This cannot be kept as a draft: too large, too deep, or of no kind a form has."
    ),
    "task.refused": lazy_gettext("Some fields need your attention."),
    "case.not_found": lazy_gettext("There is no such case."),
    "case.not_yours": lazy_gettext("This case never came to you or your unit."),
    "case.over": lazy_gettext("This case has already ended."),
    "case.suspended": lazy_gettext("This case is suspended. Operations must resume it before work goes on."),
    "calendar.year_missing": lazy_gettext(
        "The working calendar of %(year)s has not been approved. Ask an administrator to approve it."
    ),
    "calendar.year_not_proposed": lazy_gettext("There is no calendar of %(year)s yet. Propose it first."),
    "calendar.year_proposed": lazy_gettext("The calendar of %(year)s has been proposed already."),
    "calendar.year_approved": lazy_gettext("The calendar of %(year)s has been approved already (%(at)s %(by)s)."),
    "calendar.year_out_of_range": lazy_gettext("A calendar's year lies between %(first)s and %(last)s."),
    "calendar.day_name_missing": lazy_gettext("Write why the day is special: people read it in the calendar."),
    "calendar.hours_unreadable": lazy_gettext(
        "“%(hours)s” are no opening hours. Write them like 07:30-11:30, 13:00-17:00."
    ),
    "calendar.season_unfit": lazy_gettext("A season needs its first and its last day, in this order."),
    "calendar.week_not_found": lazy_gettext("These hours have been taken away already."),
    "calendar.receipt_unfit": lazy_gettext(
        "What counts from its date cannot also count from the next day after an hour. Choose one of the two."
    ),
    "calendar.receipt_rule_not_found": lazy_gettext("This rule has been taken away already."),
    "calendar.office_hours_needed": lazy_gettext("The usual hours of the office can be changed, not taken away."),
    "task.sending_back_forbidden": lazy_gettext("The process does not let this task be sent back."),
    "task.nothing_passed": lazy_gettext("The case has passed no step before this one."),
    "task.caller_not_reached": lazy_gettext(
        "What came before lies in the case %(caller)s, which called this one. Nothing is sent back across."
    ),
    "task.step_not_offered": lazy_gettext("The task cannot be sent back to that step. Choose one of the list."),
    "task.not_completed": lazy_gettext("Only a task that was completed can be withdrawn."),
    "task.not_the_sender": lazy_gettext("%(by)s completed this task and is the one who may withdraw it."),
    "task.already_withdrawn": lazy_gettext("This task was withdrawn at %(at)s already."),
    "task.next_has_acted": lazy_gettext(
        "The next person has gone on with it, so it is not withdrawn. Ask them: %(by)s"
    ),
    "task.already_sent": lazy_gettext("“%(step)s” has been done since. It cannot be called back."),
    "task.branches_joined": lazy_gettext("The branches have come together since and are not taken apart again."),
    "task.step_gone": lazy_gettext("The version of the process that the case goes on with does not have this step."),
    "task.signatures_voided": lazy_gettext("This step made signatures void; withdrawing it would not bring them back."),
    "case.not_the_starter": lazy_gettext("Only who started the case cancels it this way."),
    "case.cancelling_forbidden": lazy_gettext("The process does not let its starters cancel."),
    "case.too_far_to_cancel": lazy_gettext("“%(step)s” is done. From there on the starter cancels no more."),
    "case.signed_already": lazy_gettext("Somebody has signed. From there on the starter cancels no more."),
    "approvers.none": lazy_gettext("No list of approvers is under way that could be changed."),
    "approvers.fixed": lazy_gettext("The process does not let its approvers be changed."),
    "approvers.forbidden": lazy_gettext(
        "Approvers are changed by the starter, the head of the starter's unit, who approves now, or an administrator."
    ),
    "approvers.unknown": lazy_gettext("“%(name)s” is nobody that this list could hold."),
    "approvers.twice": lazy_gettext("%(name)s is among the approvers already."),
    "approvers.not_removable": lazy_gettext("That one cannot be removed: done, approving now, or the only one."),
    "approvers.refused": lazy_gettext("%(said)s"),
    "process.not_found": lazy_gettext("There is no such process."),
    "process.not_startable": lazy_gettext("You may not start this process."),
    "paper.empty": lazy_gettext("“%(name)s” is empty (0 bytes). Choose the right file."),
    "paper.too_large": lazy_gettext("“%(name)s” is too large (%(size)s, the limit is %(limit)s). Split or shrink it."),
    "paper.name_too_long": lazy_gettext("The file name is too long (%(length)s characters; the limit is %(limit)s)."),
    "paper.name_has_path": lazy_gettext("The file name “%(name)s” holds parts of a path. Rename the file."),
    "paper.name_unreadable": lazy_gettext("The file name “%(name)s” holds control characters. Rename the file."),
    "paper.type_refused": lazy_gettext("“%(name)s” is not what its name says, or of no accepted type (%(accepted)s)."),
    "paper.too_many": lazy_gettext("The case already holds %(limit)s papers."),
    "paper.disk_full": lazy_gettext(
        "The server's disk is full, so the file was not stored. Papers stored before are safe: tell the administrator."
    ),
    "paper.case_full": lazy_gettext(
        "“%(name)s” (%(size)s) does not fit: the papers of this case take %(used)s MB of %(limit)s, older versions "
        "included. Shrink the file, or ask the administrator for more room."
    ),
    "paper.person_full": lazy_gettext(
        "“%(name)s” (%(size)s) does not fit: your papers in cases under way take %(used)s MB of %(limit)s. "
        "Room comes back when cases end; shrink the file, or ask the administrator for more."
    ),
    "paper.infected": lazy_gettext(
        "“%(name)s” was refused: %(scanner)s found %(found)s in it. "
        "Do not open the file; tell who looks after computers."
    ),
    "paper.scanner_failed": lazy_gettext(
        "“%(name)s” could not be checked for viruses, so it was not taken. "
        "Try again in a minute, or tell the administrator."
    ),
    "paper.upload_not_found": lazy_gettext("This upload is over or was left too long. Choose the file again."),
    "paper.piece_out_of_place": lazy_gettext("The server has another part of the file. Continue from where it stands."),
    "paper.piece_too_large": lazy_gettext("More of “%(name)s” arrived than was announced. Choose the file again."),
    "paper.upload_incomplete": lazy_gettext("Not all of the file has arrived yet. Continue the upload."),
    "paper.piece_unreadable": lazy_gettext("The part of the file did not arrive whole. Continue the upload."),
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
    "board.forbidden": lazy_gettext("The board is for who leads a unit, signs for the office or administers the site."),
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
    "admin.forbidden": lazy_gettext("Only administrators may do this."),
    "directory_file.not_found": lazy_gettext("This file is not kept any more. Upload it again."),
    "directory_file.none_chosen": lazy_gettext("Choose a file."),
    "directory_file.too_large": lazy_gettext("The file is too large; the limit is %(limit)s."),
    "directory_file.refused": lazy_gettext("Something in the file is wrong. Mend it and upload it again."),
    "directory_file.directory_moved": lazy_gettext(
        "The directory has changed since you looked at this. Look at the changes again, then confirm."
    ),
    "person.not_found": lazy_gettext("There is no such person."),
    "person.password_too_short": lazy_gettext("The password needs at least %(least)s characters."),
    "position.not_found": lazy_gettext("There is no such position any more."),
    "position.not_yours": lazy_gettext(
        "Only administrators and the head above %(who)s say what they are in charge of."
    ),
    "position.fields_unfit": lazy_gettext(
        "At most %(most)s fields, each of at most %(longest)s characters, with semicolons between them."
    ),
    "position.rank_unfit": lazy_gettext("The place in the order is a number from 0 to %(most)s."),
    "hand_over.forbidden": lazy_gettext("Only administrators and the head above %(who)s may do this."),
    "hand_over.oneself": lazy_gettext("You cannot hand over your own work. Ask an administrator or your head."),
    "hand_over.heir_missing": lazy_gettext(
        "%(count)s tasks cannot go back to a group. Enter the username of who takes them."
    ),
    "hand_over.heir_unfit": lazy_gettext("Nobody else at work has the username “%(who)s”. Look it up in the list."),
    "hand_over.day_ahead": lazy_gettext("The last day is still to come. Hand over on that day."),
    "hand_over.nothing": lazy_gettext("%(who)s has left already and holds nothing."),
    "entry.day_missing": lazy_gettext("Choose the first and the last day."),
    "entry.hour_missing": lazy_gettext("Enter the hour, like 15:00."),
    "entry.nobody_named_so": lazy_gettext("Nobody has the user name “%(name)s”. Choose one from the list."),
    "leave.not_yours": lazy_gettext(
        "Only the person, the head of the unit and administrators say that somebody is away."
    ),
    "leave.overlaps": lazy_gettext("From %(first)s to %(last)s the person is away already."),
    "leave.not_found": lazy_gettext("There is no such leave."),
    "leave.over": lazy_gettext("The leave is over."),
    "substitute.not_yours": lazy_gettext(
        "Only the person, the head of their unit and administrators say who stands in for somebody."
    ),
    "substitute.oneself": lazy_gettext("Nobody stands in for themselves. Choose somebody else."),
    "substitute.circle": lazy_gettext(
        "On those days the work of %(who)s would come back to %(absent)s. Choose somebody else."
    ),
    "substitute.overlaps": lazy_gettext(
        "%(by)s stands in already for the same work from %(first)s to %(last)s. End that first, or choose other days."
    ),
    "substitute.period_backwards": lazy_gettext("The last day comes before the first."),
    "substitute.period_past": lazy_gettext("The last day has passed already."),
    "substitute.inactive": lazy_gettext("%(who)s has no working account. Choose somebody else."),
    "substitute.unit_not_held": lazy_gettext("%(who)s holds no position in %(unit)s."),
    "substitute.not_found": lazy_gettext("There is no such substitution."),
    "substitute.over": lazy_gettext("This substitution is over already."),
    "signing.no_capacity": lazy_gettext(
        "You stand in for %(absent)s, but that gives no right to sign. "
        "Initial it, or ask the head for a signing authority."
    ),
    "signing.authority_over": lazy_gettext(
        "Your authority to sign %(capacity)s (%(reference)s) is over. Ask the head for a new one."
    ),
    "authority.not_yours": lazy_gettext("Only the head of the unit grants an authority to sign."),
    "authority.not_passed_on": lazy_gettext("Who signs by authority may not let others sign by it."),
    "authority.oneself": lazy_gettext("%(who)s is the head of the unit and signs anyway."),
    "authority.no_head": lazy_gettext("The unit %(unit)s has no head now who could grant it."),
    "authority.no_reference": lazy_gettext("Name the document that the authority stands in."),
    "authority.no_end": lazy_gettext("A written authority (TUQ.) needs a last day."),
    "authority.not_found": lazy_gettext("There is no such authority."),
    "authority.over": lazy_gettext("This authority is over already."),
    "unit.own_successor": lazy_gettext("A unit cannot succeed itself."),
    "unit.successors_in_circle": lazy_gettext("%(successor)s is followed by %(unit)s itself. Choose another unit."),
    "unit.successor_closed": lazy_gettext("%(successor)s is closed. Choose a unit that is open."),
    "directory.unknown_unit": lazy_gettext("There is no such unit."),
}


def sentence(error: PlatformError) -> str:
    """Return what to tell a person about an error, in their language."""
    text = SENTENCES.get(error.code) or SENTENCES[_kind(error).code]
    return str(text) % defaultdict(str, {name: _said(name, value) for name, value in error.data.items()})


def _said(name: str, value: object) -> object:
    if name in {"size", "limit"} and isinstance(value, int) and value >= 1024:
        return f"{value / 1024 / 1024:.0f} MB"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    return day_and_minute(value) if name == "at" else value


def _kind(error: PlatformError) -> type[PlatformError]:
    return next((kind for kind in STATUS if isinstance(error, kind)), Invalid)


def status_of(error: PlatformError) -> int:
    """Return the HTTP status of an error."""
    return STATUS[_kind(error)]


def init_app(app: Flask) -> None:
    """Let every error become a page."""
    tellers: Mapping[type[Exception], Callable[[Any], ResponseReturnValue]] = {
        PlatformError: _refused,
        StaleDataError: _stale,
        NoConnectionFree: _no_connection_free,
        CSRFError: _form_too_old,
        HTTPException: _http,
        Exception: _broken,
    }
    for kind, tell in tellers.items():
        app.register_error_handler(kind, _surely(tell))


def _surely(tell: Callable[[Any], ResponseReturnValue]) -> Callable[[Any], ResponseReturnValue]:
    """Let the database go away while an error is told: the page needs it, to know who is asking."""

    @wraps(tell)
    def told(error: Exception) -> ResponseReturnValue:
        try:
            return tell(error)
        except (DatabaseFailure, SQLAlchemyError) as failure:
            return _refused(failure if isinstance(failure, DatabaseFailure) else DatabaseUnreachable(str(failure)))

    return told


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
        return _page_without_database(title, text), status
    page = render_template("error.html", title=title, sentence=text, status=status, reference=request_id())
    return page, status


def _page_without_database(title: str, text: str) -> str:
    """Return a page that asks nothing of the database, not even who is asking."""
    return current_app.jinja_env.get_template("error.html").render(
        title=title,
        sentence=text,
        status=UNAVAILABLE,
        reference=request_id(),
        lang=language(),
        current_user={"is_authenticated": False},
        site={"home_url": url_for("inbox.inbox")},
    )
