"""One's own notices: the newest in the bell, all of them by page, and the choice of how one is told."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.model import Notice, NoticePreference, TaskState, UserTask
from engine.notices import preferences, reading
from engine.notices.preferences import Wishes
from engine.notices.rules import SUBSTITUTE_SET
from web import clock, telling
from web.database import session, writes
from web.language import gettext, ngettext
from web.notices.rows import rows_of
from web.notices.wishes import channels, read_wishes, shown_times, topic_rows
from web.pages import pages_of, read_page
from web.security import me

bp = Blueprint("notices", __name__)
PAGE, NEWEST = 30, 10
UNREAD = "unread"


@bp.get("/notices")
def index() -> ResponseReturnValue:
    """Show all one's notices, or the new ones."""
    only_unread, offset, now = request.args.get("show") == UNREAD, read_page(PAGE), clock.now()
    found = reading.page(session(), me(), only_unread=only_unread, at=now, limit=PAGE, offset=offset)
    return render_template(
        "notices/notices.html",
        notices=rows_of(found.notices),
        only_unread=only_unread,
        seen_until=now.isoformat(),
        pages=pages_of(offset, len(found.notices), found.total, PAGE),
    )


@bp.get("/notices/newest")
def newest() -> ResponseReturnValue:
    """Show the newest notices, for the bell."""
    now = clock.now()
    found = reading.of_person(session(), me(), at=now, limit=NEWEST)
    return render_template("notices/_newest.html", notices=rows_of(found), seen_until=now.isoformat())


@bp.get("/notices/<uuid:notice_id>")
@writes
def open_one(notice_id: UUID) -> ResponseReturnValue:
    """Mark a notice as read and go to what it is about."""
    notice, task = reading.open_notice(session(), notice_id, by=me(), at=clock.now())
    [seen] = reading.seen_by(session(), me(), [notice], at=clock.now())
    if not seen.is_open:
        flash(gettext("This case is not open to you any more."), "warning")
        return redirect(url_for(".index"), code=303)
    return redirect(_address_of(notice, task), code=303)


def _address_of(notice: Notice, task: UserTask | None) -> str:
    if notice.kind == SUBSTITUTE_SET:
        return url_for("account.substitutes_page")
    if task is not None and task.state is TaskState.OPEN:
        return url_for("inbox.task", task_id=task.id)
    return url_for("cases.case", instance_id=notice.instance_id)


@bp.post("/notices/read")
@writes
def mark_all_read() -> ResponseReturnValue:
    """Mark as read what the page has shown, and nothing that came since."""
    count = reading.mark_all_read(session(), by=me(), until=_seen_until(), at=clock.now())
    flash(ngettext("%(num)s notice marked as read.", "%(num)s notices marked as read.", count), "ok")
    return redirect(url_for(".index"), code=303)


def _seen_until() -> datetime:
    """Return the moment the page was shown at; an unreadable one, or one to come, is now."""
    now = clock.now()
    try:
        sent = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        return now
    return min(sent, now) if sent.tzinfo else now


@bp.get("/account/notices")
def wishes() -> ResponseReturnValue:
    """Show how the person signed in is told outside the site."""
    return _page(preferences.of_person(session(), me()))


@bp.post("/account/notices")
@writes
def save_wishes() -> ResponseReturnValue:
    """Store how the person signed in wants to be told."""
    sent = read_wishes(preferences.of_person(session(), me()))

    def done(_kept: NoticePreference) -> ResponseReturnValue:
        flash(gettext("Stored."), "ok")
        return redirect(url_for(".wishes"), code=303)

    return telling.answer(
        lambda: preferences.save(session(), sent, by=me(), at=clock.now()), done, lambda said: _page(sent, said)
    )


def _page(kept: NoticePreference | Wishes, refusal: str = "") -> str:
    shown = kept if isinstance(kept, NoticePreference) else preferences.as_preference(me().id, kept)
    digest_at, quiet_from, quiet_until = shown_times((shown.digest_at, shown.quiet_from, shown.quiet_until))
    return render_template(
        "notices/wishes.html",
        kept=shown,
        topics=topic_rows(shown),
        channels=channels(),
        digest_at=digest_at,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        refusal=refusal,
    )
