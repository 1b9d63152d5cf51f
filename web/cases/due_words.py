"""What a case's history says of due times, in words: whom a rule has told and when, what a pause has moved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.calendar import Pause
from engine.escalations.rules import Moment
from engine.escalations.words import in_words
from web.language import gettext, language
from web.moments import day_and_minute


def escalated(data: Mapping[str, Any]) -> str:
    """Return who was told of a task because a rule says so, and what the rule says."""
    moment = Moment.read(data["rule"])
    when = in_words(moment).said(language()) if moment else data["rule"]
    if data["turn"]:
        when = gettext("%(when)s, repeated (%(num)s)", when=when, num=data["turn"])
    told = ", ".join(data["to_names"]) or gettext("nobody found")
    return gettext("Due reminder for %(step)s, %(when)s: %(told)s", step=data["step"], when=when, told=told)


def due_moved(data: Mapping[str, Any]) -> str:
    """Return how the due time of a task has moved after a pause."""
    before, after = (day_and_minute(datetime.fromisoformat(data[name])) for name in ("before", "after"))
    said = {"step": data["step"], "before": before, "after": after}
    if data["way"] == Pause.RESTART:
        return gettext("%(step)s: due %(after)s instead of %(before)s, all its time begins again", **said)
    return gettext("%(step)s: due %(after)s instead of %(before)s, the time left goes on", **said)
