"""Who is asking, and what a browser may do with our pages: sign-in, CSRF, rate limit, headers."""

from collections.abc import Callable
from typing import TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from flask import Flask, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf import CSRFProtect
from sqlalchemy import bindparam, select
from werkzeug.exceptions import BadRequest

from engine import directory
from engine.model import DirectoryRevision, Person
from web.database import app_view, session

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
SIGN_IN_LIMIT = "10 per minute"  # for one account from one address
ADDRESS_LIMIT = "100 per minute"  # for one address: a whole office may sit behind it
_PERSON = select(Person, select(DirectoryRevision.revision).limit(1).scalar_subquery().label("revision")).where(
    Person.id == bindparam("person_id")
)

View = TypeVar("View", bound=Callable[..., object])

log = structlog.get_logger()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://")
_logins = LoginManager()


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The person signed in, as Flask-Login wants to see them."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Return what the session cookie keeps: the person and the stamp that a new password changes."""
        return f"{self.person.id.hex}.{self.person.session_stamp}"


def me() -> Person:
    """Return the person signed in."""
    return cast("Person", current_user.person)


def public(view: View) -> View:
    """Mark a view that needs no account."""
    view.__dict__["public"] = True
    return view


def safe_target(target: str | None, otherwise: str | None = None) -> str:
    """Return where to go next, as a form of ours says: a page of ours, never another site's; else the inbox."""
    parts = urlsplit((target or "").replace("\\", "/"))
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/") and not parts.path.startswith("//")
    return target if target and inside else otherwise or url_for("inbox.inbox")


def account_and_address() -> str:
    """Return what a limit on guessing one account's password counts by."""
    return f"{get_remote_address()} {request.form.get('username', '').strip().lower()[:80]}"


def log_sign_in(username: str, *, succeeded: bool) -> None:
    """Write down that somebody signed in, or tried to."""
    log.info("account.signed_in" if succeeded else "account.sign_in_failed", username=username[:80])


def init_app(app: Flask) -> None:
    """Set up sign-in, the rate limit and the headers; every view needs an account unless marked public."""
    limiter.init_app(app)
    _logins.init_app(app)
    _logins.user_loader(_load)
    app.before_request(_must_be_text)
    app.before_request(_must_be_signed_in)
    app.after_request(_harden)


def _load(cookie: str) -> SignedIn | None:
    person_id, _, stamp = cookie.partition(".")
    try:
        key = UUID(hex=person_id)
    except ValueError:
        return None
    row = session().execute(_PERSON, {"person_id": key}).one_or_none()
    if row is None or not row.Person.is_active or row.Person.session_stamp != stamp:
        return None
    directory.remember_revision(session(), row.revision or 0)
    return SignedIn(row.Person)


def _must_be_text() -> None:
    """Refuse an address or a form with a null character: no text of ours holds one, and PostgreSQL takes none."""
    sent = (text for values in (request.args, request.form) for pair in values.items(multi=True) for text in pair)
    if "\x00" in request.path or any("\x00" in text for text in sent):
        raise BadRequest


def _must_be_signed_in() -> ResponseReturnValue | None:
    view = app_view()
    if view is None or request.endpoint == "static" or getattr(view, "public", False):
        return None
    if current_user.is_authenticated:
        return None
    target = url_for("account.sign_in", next=request.full_path if request.method == "GET" else None)
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, code=303)


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
