"""The language of the screen: Vietnamese, or English for who asks."""

import flask_babel
from flask import Flask, session

LANGUAGES = ("vi", "en")


def language() -> str:
    """Return the language of the person who asks."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def choose_language(chosen: str) -> None:
    """Remember the language for this browser; an unknown one changes nothing."""
    if chosen in LANGUAGES:
        session["language"] = chosen


def init_app(app: Flask) -> None:
    """Set up the catalogues."""
    app.config.update(BABEL_DEFAULT_LOCALE="vi", BABEL_TRANSLATION_DIRECTORIES="translations")
    flask_babel.Babel(app, locale_selector=language, default_timezone="Asia/Ho_Chi_Minh")
    app.jinja_env.add_extension("jinja2.ext.i18n")


def gettext(sentence: str, **data: object) -> str:
    """Return a sentence in the language of the person who asks."""
    return str(flask_babel.gettext(sentence, **data))


def ngettext(one: str, many: str, number: int, **data: object) -> str:
    """Return the sentence that fits a number, which it may name as `%(num)s`."""
    return str(flask_babel.ngettext(one, many, number, **data))
