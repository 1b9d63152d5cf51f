"""The history of a case in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model import HistoryEntry
from web.language import gettext, ngettext


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the history as a sentence."""

    at: datetime
    who: str
    text: str


def _completed(data: Mapping[str, Any]) -> str:
    return _with_reason(gettext("%(step)s: %(outcome)s", step=data["step"], outcome=data["outcome_label"]), data)


def _with_reason(said: str, data: Mapping[str, Any]) -> str:
    return f"{said}. {gettext('Reason: %(reason)s', reason=data['reason'])}" if data.get("reason") else said


def _opened(data: Mapping[str, Any]) -> str:
    to = data["assignee"] or ", ".join(data["groups"])
    return gettext("Task %(step)s came to %(to)s", step=data["step"], to=to)


def _signed(data: Mapping[str, Any]) -> str:
    kind = gettext("signed") if data["as_kind"] == "sign" else gettext("initialled")
    capacity = f" ({data['capacity']})" if data["capacity"] else ""
    return kind.capitalize() + capacity + ": " + ", ".join(file["name"] for file in data["files"])


def _voided(data: Mapping[str, Any]) -> str:
    said = ngettext("%(num)s signature became void", "%(num)s signatures became void", data["count"])
    return f"{said}: {data['reason']}" if data.get("reason") else said


def _decided(data: Mapping[str, Any]) -> str:
    rules = sorted({rule for table in data["tables"] for rule in table["rules"]})
    said = gettext("Rule table %(decision)s", decision=data["decision"])
    return f"{said}: {gettext('rules %(rules)s', rules=', '.join(map(str, rules)))}" if rules else said


def _moved(data: Mapping[str, Any]) -> str:
    said = [
        gettext("Moved: %(source)s → %(target)s", source=each["from_name"], target=each["to_name"])
        if each["from"] and each["to"]
        else gettext("Ended the branch at %(source)s", source=each["from_name"])
        if each["from"]
        else gettext("Added a branch at %(target)s", target=each["to_name"])
        for each in data["moves"]
    ]
    return _with_reason("; ".join(said), data)


def _migrated(data: Mapping[str, Any]) -> str:
    said = gettext("Moved from version %(old)s to version %(new)s", old=data["from_version"], new=data["to_version"])
    moved = ", ".join(f"{old} → {new}" for old, new in data["moved"].items())
    return _with_reason(f"{said} ({moved})" if moved else said, data)


def _with_caller(said: str, data: Mapping[str, Any]) -> str:
    return (
        gettext("%(said)s, with the case %(caller)s", said=said, caller=data["with_case"])
        if data["with_case"]
        else said
    )


SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "case.started": lambda data: gettext("Started (version %(version)s of the process)", version=data["version"]),
    "case.cancelled": lambda data: _with_reason(gettext("The case was cancelled"), data),
    "case.suspended": lambda data: _with_reason(_with_caller(gettext("Suspended"), data), data),
    "case.resumed": lambda data: _with_reason(_with_caller(gettext("Resumed"), data), data),
    "case.purged": lambda data: _with_reason(gettext("Hidden from all lists"), data),
    "case.unpurged": lambda data: _with_reason(gettext("Shown in lists again"), data),
    "case.migrated": _migrated,
    "case.ended": lambda _data: gettext("The case ended"),
    "task.opened": _opened,
    "task.completed": _completed,
    "task.claimed": lambda _data: gettext("Claimed the task"),
    "task.released": lambda _data: gettext("Gave the task back to the group"),
    "paper.added": lambda data: gettext(
        "Added %(name)s, version %(version)s", name=data["name"], version=data["version"]
    ),
    "paper.removed": lambda data: gettext("Removed %(name)s", name=data["name"]),
    "signature.given": _signed,
    "signatures.voided": _voided,
    "decision.evaluated": _decided,
    "incident.raised": lambda data: gettext("Needs repair: %(code)s at %(element)s", **data),
    "incident.retried": lambda data: gettext("Tried again: %(code)s at %(element)s", **data),
    "incident.resolved": lambda data: gettext("Closed the incident %(code)s at %(element)s: %(note)s", **data),
    "variables.changed": lambda data: _with_reason(gettext("Changed %(names)s", names=", ".join(data["names"])), data),
    "tokens.moved": _moved,
}


def lines_of(entries: Sequence[HistoryEntry]) -> list[LogLine]:
    """Return the entries in words, newest first."""
    return [
        LogLine(
            at=entry.at,
            who=entry.actor.full_name if entry.actor else "",
            text=SENTENCES[entry.kind](entry.data) if entry.kind in SENTENCES else entry.kind,
        )
        for entry in reversed(entries)
    ]
