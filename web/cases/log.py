"""The history of a case in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model import HistoryEntry
from web.cases import approver_words, due_words
from web.language import gettext, ngettext
from web.steps import in_place


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


def _handed_over(data: Mapping[str, Any]) -> str:
    said = {"step": data["step"], "who": data["from_name"], "to": data["to_name"]}
    if data["to_name"]:
        return _with_reason(gettext("%(who)s has left: %(step)s goes to %(to)s", **said), data)
    return _with_reason(gettext("%(who)s has left: %(step)s goes back to its group", **said), data)


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


def _assigned(data: Mapping[str, Any]) -> str:
    if data["from_name"]:
        said = gettext("Assigned %(step)s to %(to_name)s instead of %(from_name)s", **data)
    else:
        said = gettext("Assigned %(step)s to %(to_name)s", **data)
    return _with_reason(said, data)


def _with_note(said: str, note: str | None) -> str:
    return f"{said}: {note}" if note else said


def _asked(data: Mapping[str, Any]) -> str:
    return _with_note(gettext("Asked %(people)s", people=", ".join(data["to_names"])), data["question"])


def _question_handed_over(data: Mapping[str, Any]) -> str:
    to = ", ".join(data["to_names"])
    said = gettext("%(who)s has left: the question goes to %(to)s", who=data["from_name"], to=to)
    return _with_reason(said, data)


def _question_withdrawn(data: Mapping[str, Any]) -> str:
    return gettext("Took back the question to %(people)s", people=", ".join(data["to_names"]))


def _closed(data: Mapping[str, Any]) -> str:
    if data.get("to_names"):
        return gettext("Waits no longer for the opinion of %(people)s", people=", ".join(data["to_names"]))
    return ngettext("%(num)s question was closed unanswered", "%(num)s questions were closed unanswered", data["count"])


def _reminded(data: Mapping[str, Any]) -> str:
    said = gettext("Reminded of %(step)s", step=data["step"])
    return _with_note(f"{said} ({data['to_name']})" if data["to_name"] else said, data["note"])


def _sent_back(data: Mapping[str, Any]) -> str:
    said = gettext("Sent back from %(source)s to %(target)s", source=data["from_step"], target=data["to_step"])
    return _with_reason(f"{said} ({data['to_person']})" if data["to_person"] else said, data)


def _approvers(said: str, data: Mapping[str, Any]) -> str:
    return _with_reason(f"{data['name']}: {said}", data)


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
    "task.handed_over": _handed_over,
    "task.released": lambda _data: gettext("Gave the task back to the group"),
    "task.assigned": _assigned,
    "task.sent_back": _sent_back,
    "task.withdrawn": lambda data: _with_reason(gettext("Withdrew %(step)s", step=data["step"]), data),
    "approvers.added": lambda data: _approvers(gettext("added %(who)s", who=data["approver_name"]), data),
    "approvers.removed": lambda data: _approvers(gettext("removed %(who)s", who=data["approver_name"]), data),
    "task.transferred": lambda data: _with_reason(gettext("Transferred %(step)s to %(to_name)s", **data), data),
    "task.delegated": lambda data: _with_note(gettext("Delegated %(step)s to %(to_name)s", **data), data["reason"]),
    "task.handed_back": lambda data: _with_note(gettext("Handed %(step)s back to %(to_name)s", **data), data["reason"]),
    "task.taken_back": lambda data: gettext("Took %(step)s back from %(from_name)s", **data),
    "task.reminded": _reminded,
    "task.skipped": approver_words.skipped,
    "task.stopped": approver_words.stopped,
    "approver.replaced": approver_words.replaced,
    "task.escalated": due_words.escalated,
    "task.due_moved": due_words.due_moved,
    "opinion.asked": _asked,
    "opinion.given": lambda data: _with_note(gettext("Gave an opinion"), data["text"]),
    "opinion.withdrawn": _question_withdrawn,
    "opinion.handed_over": _question_handed_over,
    "opinions.closed": _closed,
    "case.copied": lambda data: _with_note(
        gettext("Sent to know: %(people)s", people=", ".join(data["to_names"])), data["note"]
    ),
    "paper.added": lambda data: gettext(
        "Added %(name)s, version %(version)s", name=data["name"], version=data["version"]
    ),
    "paper.infected": lambda data: gettext(
        "%(name)s was refused: %(scanner)s found %(found)s",
        name=data["name"],
        scanner=data["scanner"],
        found=data["found"],
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
            who=in_place(entry.actor.full_name, entry.data.get("on_behalf_of", {}).get("name", ""))
            if entry.actor
            else "",
            text=SENTENCES[entry.kind](entry.data) if entry.kind in SENTENCES else entry.kind,
        )
        for entry in reversed(entries)
    ]
