"""Behind a proxy: who really asks, and whether the browser came by HTTPS."""

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from web.settings import Settings

ONE_YEAR = 365 * 24 * 60 * 60


def init_app(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the settings say and no more; with HTTPS, cookies and browsers stay on it."""
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if settings.is_https:
        app.config.update(SESSION_COOKIE_SECURE=True, PREFERRED_URL_SCHEME="https")
        app.after_request(_stay_on_https)


def _stay_on_https(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}")
    return response
