"""/healthz, /readyz and /metrics."""

import hmac
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Lock
from time import monotonic, perf_counter

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.health import Fact, FactState
from web import clock
from web.database import db
from web.monitoring import metrics
from web.monitoring.checkup import NEEDED, Checkup
from web.security import public
from web.settings import Settings

bp = Blueprint("monitoring", __name__)
READY_SECONDS = 2.0
FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")
NO_ENDPOINT = "none"
UNTOLD = frozenset({"secret_key"})
"""What only invites a stranger to try."""


@dataclass
class _Kept:
    """The facts as they were a moment ago, so that asking often costs the database little."""

    guard: Lock
    read_at: float = float("-inf")
    facts: tuple[Fact, ...] = ()


def init_app(app: Flask, settings: Settings) -> None:
    """Measure every request from now on, and answer who watches the site."""
    instruments = metrics.instruments()

    def begin() -> None:
        g.measured_from = perf_counter()

    def end(response: Response) -> Response:
        if "measured_from" in g:
            seconds = perf_counter() - g.measured_from
            instruments.request_done(request.endpoint or NO_ENDPOINT, response.status_code, seconds)
        return response

    app.before_request(begin)
    app.after_request(end)
    with app.app_context():
        engine = db.engine
    app.extensions["monitoring_settings"] = settings
    app.extensions["monitoring_facts"] = _Kept(Lock())
    app.extensions["monitoring_gauges"] = metrics.Gauges(lambda: Session(engine), app.config["CLOCK"])


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that this process answers; asks nothing and nobody else."""
    return jsonify(state="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say how the site is, by names and states alone; 503 when it cannot serve people."""
    facts = _facts()
    fails = any(fact.state is FactState.FAIL and fact.name in NEEDED for fact in facts)
    said = {fact.name: fact.state.value for fact in facts if fact.name not in UNTOLD}
    return jsonify(state="fail" if fails else "ok", facts=said), 503 if fails else 200


def _facts() -> tuple[Fact, ...]:
    kept: _Kept = current_app.extensions["monitoring_facts"]
    with kept.guard:
        if monotonic() - kept.read_at > READY_SECONDS:
            settings: Settings = current_app.extensions["monitoring_settings"]
            checkup = Checkup(settings, db.engine, current_app.extensions["plugins"], clock.now())
            kept.facts, kept.read_at = tuple(checkup.quick()), monotonic()
        return kept.facts


@bp.get("/metrics")
@public
def figures() -> ResponseReturnValue:
    """Give the figures to this machine and to who has the token; to anybody else there is no such page."""
    if not (_is_from_here() or _has_token()):
        abort(404)
    content, media_type = metrics.exposition(current_app.extensions["monitoring_gauges"])
    return Response(content, headers={"Content-Type": media_type})


def _is_from_here() -> bool:
    """Tell whether this machine asks for itself; what comes through a proxy on it does not."""
    settings: Settings = current_app.extensions["monitoring_settings"]
    if not settings.proxies and any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has_token() -> bool:
    settings: Settings = current_app.extensions["monitoring_settings"]
    given = request.authorization.token if request.authorization else None
    return bool(settings.metrics_token and given) and hmac.compare_digest(
        (given or "").encode(), settings.metrics_token.encode()
    )
