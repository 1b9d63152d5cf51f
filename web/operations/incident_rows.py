"""Incidents as rows: what happened, where, since when, and what can be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from engine import definitions, incidents
from engine.definitions import LoadedDefinition
from engine.incidents import Group, Outcome
from engine.model import Incident, Resolution
from engine.wording import Bilingual
from web.database import session
from web.errors import sentence
from web.language import gettext, language
from web.operations.words import element_name, incident_words


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident; `why_not_retry` is empty when it can be tried again, `ending` says how a closed one was closed."""

    id: UUID
    at: datetime
    title: str
    message: str
    error_class: str
    error_message: str
    attempt: int
    element: str
    process_name: str
    case_code: str
    case_title: str
    case_url: str
    why_not_retry: str
    ending: str
    closed_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Incidents of one kind at one step of one process."""

    title: str
    element: str
    process_key: str
    process_name: str
    element_id: str
    code: str
    count: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one incident among many."""

    incident: IncidentRow
    refusal: str


def rows_of(found: Iterable[Incident]) -> list[IncidentRow]:
    """Return incidents as rows."""
    return [_row(each) for each in found]


def _row(incident: Incident) -> IncidentRow:
    case, against = incident.instance, incidents.why_not_retry(incident)
    loaded = definitions.load(session(), case.definition_id) if case else None
    return IncidentRow(
        id=incident.id,
        at=incident.created_at,
        title=incident_words(incident.code),
        message=Bilingual(incident.message_vi, incident.message_en).said(language()),
        error_class=incident.error_class or "",
        error_message=incident.error_message or "",
        attempt=incident.attempt,
        element=_element(loaded, incident.element_id) or (incident.job.job_type if incident.job else ""),
        process_name=f"{loaded.name} · {gettext('version %(number)s', number=loaded.version)}" if loaded else "",
        case_code=case.business_key if case else "",
        case_title=case.title if case else "",
        case_url=url_for("operations.case", instance_id=case.id) if case else "",
        why_not_retry=sentence(against) if against else "",
        ending=_ending(incident),
        closed_at=incident.resolved_at,
        note=incident.note or "",
    )


def _element(loaded: LoadedDefinition | None, element_id: str) -> str:
    """Return how an element is called; its id when the case has gone on to a version without it."""
    if loaded is None or element_id not in loaded.model.elements:
        return element_id
    return element_name(loaded.element(element_id))


def _ending(incident: Incident) -> str:
    who = incident.resolved_by.full_name if incident.resolved_by else ""
    match incident.resolution:
        case Resolution.RETRIED:
            return gettext("tried again by %(who)s", who=who)
        case Resolution.RESOLVED:
            return gettext("closed by %(who)s", who=who)
        case _:
            return gettext("the case went on") if incident.resolved_at else ""


def group_rows(found: Sequence[Group]) -> list[GroupRow]:
    """Return groups as rows."""
    return [_group_row(group) for group in found]


def _group_row(group: Group) -> GroupRow:
    loaded = definitions.load(session(), group.definition.id) if group.definition else None
    return GroupRow(
        title=incident_words(group.code),
        element=_element(loaded, group.element_id),
        process_key=loaded.key if loaded else "",
        process_name=loaded.name if loaded else gettext("work without a case"),
        element_id=group.element_id,
        code=group.code,
        count=group.count,
        newest=group.newest,
    )


def outcome_rows(outcomes: Iterable[Outcome]) -> list[OutcomeRow]:
    """Return what became of many incidents."""
    return [OutcomeRow(_row(each.incident), sentence(each.refusal) if each.refusal else "") for each in outcomes]
