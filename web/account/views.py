"""Sign in, sign out; the room's other pages are gathered here."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from sqlalchemy import select

from engine.model import Person
from web.account import people, substitutes
from web.account.room import bp
from web.database import session
from web.language import choose_language, gettext
from web.passwords import is_right
from web.security import (
    ADDRESS_LIMIT,
    SIGN_IN_LIMIT,
    SignedIn,
    account_and_address,
    limiter,
    log_sign_in,
    public,
    safe_target,
)

__all__ = ["bp", "people", "substitutes"]


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@limiter.limit(SIGN_IN_LIMIT, methods=["POST"], key_func=account_and_address)
def sign_in() -> ResponseReturnValue:
    """Let a person in by username and password."""
    if current_user.is_authenticated:
        return redirect(url_for("inbox.inbox"))
    username, errors = request.form.get("username", "").strip().lower(), {}
    target = request.form.get("next") or request.args.get("next") or ""
    if request.method == "POST":
        password = request.form.get("password", "")
        errors = _missing(username, password)
        person = None if errors else _person(username, password)
        if person is not None:
            login_user(SignedIn(person))
            log_sign_in(username, succeeded=True)
            return redirect(safe_target(target), code=303)
        if not errors:
            log_sign_in(username, succeeded=False)
            errors = {"username": [gettext("The username or the password is wrong.")]}
    return render_template(
        "account/sign_in.html", values={"username": username, "next": target}, errors=errors
    ), 422 if errors else 200


def _missing(username: str, password: str) -> dict[str, list[str]]:
    errors = {}
    if not username:
        errors["username"] = [gettext("Enter your username.")]
    if not password:
        errors["password"] = [gettext("Enter your password.")]
    return errors


def _person(username: str, password: str) -> Person | None:
    person = session().scalar(select(Person).where(Person.username == username, Person.is_active))
    return person if is_right(person.password_hash if person else None, password) else None


@bp.post("/language/<chosen>")
def speak(chosen: str) -> ResponseReturnValue:
    """Change the language of the screen for this browser."""
    choose_language(chosen)
    return redirect(safe_target(request.form.get("next")), code=303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Let the person out."""
    logout_user()
    flash(gettext("You are signed out."))
    return redirect(url_for("account.sign_in"), code=303)
