"""The one place of the site that asks for the time."""

from datetime import UTC, date, datetime
from typing import cast

from flask import current_app

from engine.runtime import OFFICE_ZONE


def system_time() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the time as the application's clock tells it; tests set `CLOCK`."""
    return cast("datetime", current_app.config["CLOCK"]())


def today() -> date:
    """Return the office's date."""
    return now().astimezone(OFFICE_ZONE).date()
