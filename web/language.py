"""The language of the screen: Vietnamese, or English for who asks."""

from flask import Flask, session
from flask_babel import Babel

LANGUAGES = ("vi", "en")


def language() -> str:
    """Return the language of the person who asks."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def init_app(app: Flask) -> None:
    """Set up the catalogues."""
    app.config.update(BABEL_DEFAULT_LOCALE="vi", BABEL_TRANSLATION_DIRECTORIES="translations")
    Babel(app, locale_selector=language, default_timezone="Asia/Ho_Chi_Minh")
    app.jinja_env.add_extension("jinja2.ext.i18n")
