"""The application factory: binds database, packs, jobs and rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pluggy
from flask import Flask, url_for
from flask_login import current_user
from sqlalchemy.orm import sessionmaker

from engine import administrators, database, drafts, heartbeats, hooks, oversight, repair, workload
from engine.abilities import Abilities
from engine.directory import LEADER
from engine.job_runner import JobRunner
from engine.papers import LARGEST_FILE, PaperStore
from engine.works import works_with
from web import assets, clock, errors, language, logs, moments, proxies, security
from web.account.views import bp as account_room
from web.admin.views import bp as admin_room
from web.board.views import bp as board_room
from web.cases.views import bp as cases_room
from web.database import db, session
from web.database import init_app as init_database
from web.going_back.views import bp as going_back_room
from web.help.views import bp as help_room
from web.inbox.drafts import bp as drafts_room
from web.inbox.printing import bp as printing_room
from web.inbox.questions import bp as questions_room
from web.inbox.rows import waiting_now
from web.inbox.several import bp as several_room
from web.inbox.verbs import bp as verbs_room
from web.inbox.views import bp as inbox_room
from web.job_runner import BackgroundRunner
from web.monitoring.views import bp as monitoring_room
from web.monitoring.views import init_app as init_monitoring
from web.notices.rows import bell
from web.notices.views import bp as notices_room
from web.operations.views import bp as operations_room
from web.outlets import outlets_of
from web.papers.pieces import bp as pieces_room
from web.papers.views import bp as papers_room
from web.reports.views import bp as reports_room
from web.settings import Settings
from web.start.views import bp as start_room
from web.steps import people_now
from web.studio.views import bp as studio_room

if TYPE_CHECKING:
    from web.handing_over import HandingOver

ROOMS = (
    account_room,
    notices_room,
    inbox_room,
    drafts_room,
    printing_room,
    verbs_room,
    questions_room,
    several_room,
    going_back_room,
    start_room,
    cases_room,
    board_room,
    papers_room,
    pieces_room,
    reports_room,
    studio_room,
    operations_room,
    admin_room,
    help_room,
    monitoring_room,
)
FORM_SIZE = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RoomLink:
    """One room in the navigation."""

    key: str
    url: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """The person signed in, as templates show them."""

    is_authenticated: bool
    full_name: str = ""
    initials: str = ""
    position_title: str = ""
    unit_code: str = ""


def create_app(
    settings: Settings,
    *,
    plugins: pluggy.PluginManager | None = None,
    now: Callable[[], datetime] = clock.system_time,
) -> Flask:
    """Make the application; starts no thread and deploys nothing."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=dict(database.engine_options(settings.database_url)),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="luanchuyen",
        MAX_CONTENT_LENGTH=4 * LARGEST_FILE,
        MAX_FORM_MEMORY_SIZE=FORM_SIZE,
        WTF_CSRF_TIME_LIMIT=None,
        CLOCK=now,
    )
    plugins = plugins or hooks.load_plugins(settings.plugins)
    logs.configure(settings.log_format)
    logs.init_app(app)
    security.csrf.init_app(app)  # reads the whole request, before the write lock is taken
    init_database(app)
    security.init_app(app)
    for part in (language, assets, moments, errors):
        part.init_app(app)
    proxies.init_app(app, settings)
    init_monitoring(app, settings)
    app.extensions["plugins"] = plugins
    app.extensions["job_types"] = hooks.job_types(plugins)
    app.extensions["outlets"] = outlets_of(settings, plugins)
    app.extensions["paper_store"] = PaperStore(settings.uploads)
    app.extensions["paper_quota"] = settings.papers
    app.extensions["scanners"] = hooks.scanners(plugins)
    app.extensions["job_runner"] = _job_runner(app, settings)
    for room in ROOMS:
        app.register_blueprint(room)
    app.context_processor(_for_every_page)
    return app


def _job_runner(app: Flask, settings: Settings) -> "BackgroundRunner | HandingOver":
    with app.app_context():
        sessions = sessionmaker(db.engine, expire_on_commit=False)
    types, now, outlets = app.extensions["job_types"], app.config["CLOCK"], app.extensions["outlets"]
    if settings.redis_url:
        from web.handing_over import HandingOver  # noqa: PLC0415  (without Redis nobody pays for its client)

        return HandingOver(sessions, settings.redis_url, Abilities(types, works_with(outlets), outlets), now)
    runner = JobRunner(sessions, types, worker=heartbeats.process_name(), outlets=outlets)
    return BackgroundRunner(runner, sessions, now, outlets)


def _for_every_page() -> dict[str, Any]:
    site = {
        "home_url": url_for("inbox.inbox"),
        "search_url": url_for("cases.search"),
        "account_url": url_for("account.substitutes_page"),
        "people_url": _people_url(),
        "notices_url": url_for("notices.index"),
        "wishes_url": url_for("notices.wishes"),
        "language_url": url_for("account.speak", chosen="en" if language.language() == "vi" else "vi"),
        "sign_out_url": url_for("account.sign_out"),
    }
    common = {
        "site": site,
        "lang": language.language(),
        "cases_url": url_for("cases.search"),
        "sign_in_url": url_for("account.sign_in"),
        "current_user": _account(),
    }
    if not current_user.is_authenticated:
        return {**common, "rooms": []}
    return {**common, "rooms": _rooms(), "bell": bell()}


def _people_url() -> str:
    """Return where heads find the people they lead; nothing for who is no head."""
    held = people_now(session()).positions_of(security.me().id) if current_user.is_authenticated else []
    return url_for("account.people_led") if any(each.kind == LEADER for each in held) else ""


def _account() -> Account:
    if not current_user.is_authenticated:
        return Account(is_authenticated=False)
    person = security.me()
    held = next(iter(people_now(session()).positions_of(person.id)), None)
    return Account(
        is_authenticated=True,
        full_name=person.full_name,
        initials=person.initials,
        position_title=held.title if held else "",
        unit_code=held.unit_code if held else "",
    )


def _rooms() -> list[RoomLink]:
    now = clock.now()
    links = [
        RoomLink("inbox", url_for("inbox.inbox"), waiting_now()),
        RoomLink("start", url_for("start.choose"), None),
        RoomLink("cases", url_for("cases.search"), None),
        RoomLink("reports", url_for("reports.index"), None),
    ]
    if not oversight.scope_of(session(), security.me(), now).is_empty:
        links.insert(3, RoomLink("board", url_for("board.board"), None))
    if drafts.may_design(session(), security.me(), now):
        links.append(RoomLink("studio", url_for("studio.index"), None))
    if repair.may_operate(session(), security.me(), now):
        links.append(RoomLink("operations", url_for("operations.incidents"), workload.open_incidents(session())))
    if administrators.may_administer(session(), security.me(), now):
        links.append(RoomLink("admin", url_for("admin.index"), None))
    return links
