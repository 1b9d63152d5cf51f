"""The built files of the browser: a logical name to its hashed address."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, url_for

from engine.errors import Unavailable

DIST = Path(__file__).parent / "static" / "dist"


class FrontEndMissing(Unavailable):
    """The front end has not been built; `./scripts/setup` builds it."""

    code = "front_end.missing"


@cache
def _manifest() -> dict[str, str]:
    path = DIST / "manifest.json"
    if not path.exists():
        raise FrontEndMissing("Run ./scripts/setup to build the front end.")
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def asset(name: str) -> str:
    """Return the address of a built file."""
    return url_for("static", filename=f"dist/{_manifest()[name]}")


def init_app(app: Flask) -> None:
    """Offer templates `asset()`; built files carry their hash, so browsers may keep them for ever."""
    app.jinja_env.globals["asset"] = asset
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
