"""Dates, times of day and both together, in the formats form-js writes."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from engine.wording import Bilingual
from forms import messages
from forms.options import Options

from .base import Field, Refused, Situation

FIRST_YEAR = 1900
"""The first year form-js's calendar offers."""

INTERVALS = (1, 5, 10, 15, 30, 60)
"""Steps of the minutes that form-js knows; any other counts as 15."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SUFFIX = {"no_timezone": "", "utc_normalized": "Z", "utc_offset": r"[+-](?:0\d|1[0-4]):[0-5]\d"}
_OPENED_TIME = re.compile(r"(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}|)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """A date ("2026-11-22"), a time ("08:30") or a date-time ("2026-11-22T08:30"), kept as text.

    `zone_format` is form-js's `timeSerializingFormat`: what follows the minutes. `minutes` is the step of the minutes.
    """

    subtype: str
    zone_format: str = "no_timezone"
    minutes: int = 15
    refuses_past: bool = False

    kind: ClassVar[str] = "moment"

    def cleaned(self, value: object) -> object:
        """Return the text when it says a real date and time in the field's format.

        Minutes between two steps become the step before: form-js shows that one and sends what the variable held.
        """
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise Refused(self._complaint())
        day, separator, clock = value.partition("T") if self.subtype == "datetime" else (value, "", value)
        if self.subtype != "time" and _real_date(day) is None:
            raise Refused(self._complaint())
        if self.subtype == "datetime" and not separator:
            raise Refused(self._complaint())
        return value if self.subtype == "date" else value.removesuffix(clock) + self._stepped(clock)

    def _stepped(self, clock: str) -> str:
        found = re.fullmatch(rf"([01]\d|2[0-3]):([0-5]\d)({_SUFFIX[self.zone_format]})", clock, re.ASCII)
        if found is None:
            raise Refused(self._complaint())
        minutes = int(found[2])
        return f"{found[1]}:{minutes - minutes % self.minutes:02}{found[3]}"

    def _complaint(self) -> Bilingual:
        sentences = {"date": messages.no_date, "time": messages.no_time, "datetime": messages.no_date_time}
        return sentences[self.subtype](self.label)

    def opened(self, value: object, situation: Situation) -> object:
        """Return a variable in the field's format, minutes rounded down to the step, in the office's zone."""
        if isinstance(value, str):
            if self.subtype == "time":
                value = self._opened_time(value, situation)
            elif self.subtype == "datetime":
                value = self._opened_date_time(value, situation.zone)
        return super().opened(value, situation)

    def _opened_time(self, value: str, situation: Situation) -> str | None:
        if not _OPENED_TIME.fullmatch(value):
            return None
        try:
            clock = time.fromisoformat(value)
        except ValueError:
            return None
        today = situation.now.astimezone(situation.zone).date()
        moment = datetime.combine(today, clock)
        local = moment.replace(tzinfo=situation.zone) if moment.tzinfo is None else moment.astimezone(situation.zone)
        return self._written(local).partition("T")[2]

    def _opened_date_time(self, value: str, zone: ZoneInfo) -> str | None:
        if "T" not in value:
            return None
        try:
            moment = datetime.fromisoformat(value)
            local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
            return self._written(local)
        except (ValueError, OverflowError):
            return None

    def _written(self, local: datetime) -> str:
        local -= timedelta(minutes=local.minute % self.minutes)
        if self.zone_format == "utc_normalized":
            return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        written = local.isoformat(timespec="minutes")
        return written if self.zone_format == "utc_offset" else written[:16]

    def misfits(self, value: object, situation: Situation, *, before: object) -> list[Bilingual]:
        """Refuse a day that is over, where the form asks; a date that stood there before may stay."""
        if not self.refuses_past or self.subtype == "time" or not isinstance(value, str) or value == before:
            return []
        today = situation.now.astimezone(situation.zone).date()
        return [messages.passed(self.label)] if _local_day(value, situation.zone) < today else []

    def shown(self, value: object, options: Options) -> str:
        """Return dd/mm/yyyy, hours and minutes as written."""
        del options
        if not isinstance(value, str):
            return ""
        day, _, clock = value.partition("T")
        if (real := _real_date(day)) is None:
            return value[:5] if self.subtype == "time" else value
        return f"{clock[:5]} {real:%d/%m/%Y}" if clock else f"{real:%d/%m/%Y}"


def _real_date(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None


def _local_day(value: str, zone: ZoneInfo) -> date:
    """Return the day a cleaned value falls on in the office's zone."""
    if not value.endswith("Z"):
        return date.fromisoformat(value[:10])
    return datetime.fromisoformat(value).astimezone(zone).date()
