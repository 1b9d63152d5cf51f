"""The form that says how one wants to be told outside the site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from flask import current_app, request
from werkzeug.datastructures import MultiDict

from engine.hooks import Channel
from engine.model import Digest, NoticePreference
from engine.notices import sentences
from engine.notices.outlets import Outlets
from engine.notices.preferences import DIGEST_AT, LONGEST_ADDRESS, Wishes
from engine.notices.rules import Topic
from web.language import LANGUAGES, language

Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One topic on one channel; `key` is the name of its box."""

    key: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic with a box for each channel."""

    label: str
    choices: list[Choice]


def channels() -> list[Channel]:
    """Return the channels outside the site that this installation has."""
    outlets: Outlets = current_app.extensions["outlets"]
    return list(outlets.channels.values())


def topic_rows(kept: NoticePreference) -> list[TopicRow]:
    """Return what may be turned on and off; people without it see topics they may never be told of as well."""
    return [TopicRow(sentences.TOPICS[topic].said(language()), _choices(kept, topic)) for topic in Topic]


def _choices(kept: NoticePreference, topic: Topic) -> list[Choice]:
    return [
        Choice(_key(each.name, topic), each.label.said(language()), kept.wants(each.name, topic)) for each in channels()
    ]


def _key(channel: str, topic: str) -> str:
    return f"{channel}:{topic}"


def read_wishes(kept: NoticePreference, form: Form | None = None) -> Wishes:
    """Return what was sent; what is turned off on channels that are not here now stays so."""
    form = request.form if form is None else form
    here = {_key(each.name, topic) for each in channels() for topic in Topic}
    wanted = set(form.getlist("want"))
    chosen, digest = form.get("language", ""), form.get("digest", "")
    has_quiet_hours = form.get("quiet") == "on"
    return Wishes(
        address=form.get("address", "").strip()[: LONGEST_ADDRESS + 1],
        language=chosen if chosen in LANGUAGES else kept.language,
        muted=sorted((here - wanted) | (set(kept.muted) - here)),
        digest=Digest(digest) if digest in set(Digest) else kept.digest,
        digest_at=_time(form.get("digest_at", "")) or DIGEST_AT,
        quiet_from=_time(form.get("quiet_from", "")) if has_quiet_hours else None,
        quiet_until=_time(form.get("quiet_until", "")) if has_quiet_hours else None,
        only_working_days=form.get("only_working_days") == "on",
    )


def _time(text: str) -> time | None:
    """Return the time of a time field; nothing for what no browser sends."""
    hours, _, minutes = text[:5].partition(":")
    if not (hours.isascii() and hours.isdecimal() and minutes.isascii() and minutes.isdecimal()):
        return None
    return time(int(hours), int(minutes)) if int(hours) < 24 and int(minutes) < 60 else None


def shown_times(times: Iterable[time | None]) -> list[str]:
    """Return times as time fields want them."""
    return [f"{each:%H:%M}" if each else "" for each in times]
