"""Migrations as the pages show them: the map side by side, verdicts by reason, orders with their progress."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from engine.case_migrations.guesses import Origin
from engine.case_migrations.plans import Plan, PlannedElement
from engine.case_migrations.verdicts import Verdict
from engine.case_migrations.versions import VersionLoad, left_behind
from engine.model import CaseMigration, CaseOutcome, JobState, MigratedCase
from web.language import gettext, language, ngettext
from web.moments import day
from web.operations.words import element_name, element_words

CASES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element of the old version beside its counterpart; `options` are ids with their names, none first."""

    element_id: str
    name: str
    kind: str
    cases: int
    place: str
    options: Sequence[tuple[str, str]]
    is_guess: bool
    problem: str
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class CaseLink:
    """One case, to be opened."""

    code: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Cases that cannot move for the same reason; only some are listed."""

    text: str
    remedy: str
    count: int
    cases: Sequence[CaseLink]


@dataclass(frozen=True, slots=True)
class Trial:
    """What trying a migration has shown; `untried` cases are beyond what one page tries."""

    movable: int
    refused: int
    untried: int
    groups: Sequence[ReasonGroup]
    ready: Sequence[CaseLink]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order; `status` is waiting, running, stopped or done."""

    url: str
    process_name: str
    from_version: int
    to_version: int
    who: str
    asked_at: datetime
    finished_at: datetime | None
    reason: str
    status: str
    status_text: str
    done: int
    total: int
    error: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one case; each reason comes with what to do."""

    case: CaseLink
    outcome: str
    outcome_text: str
    reasons: Sequence[tuple[str, str]]
    done_at: datetime | None


def outcome_words() -> Mapping[str, str]:
    """Return how the outcomes of a case are called."""
    return {
        CaseOutcome.WAITING.value: gettext("Still to move"),
        CaseOutcome.MOVED.value: gettext("Moved"),
        CaseOutcome.REFUSED.value: gettext("Not moved"),
        CaseOutcome.OVER.value: gettext("Already over"),
    }


def process_options(processes: Sequence[Sequence[VersionLoad]]) -> list[tuple[str, str]]:
    """Return processes to choose from, each with how many of its cases run on older versions."""
    return [(each[0].definition.key, _process_text(each)) for each in processes]


def _process_text(versions: Sequence[VersionLoad]) -> str:
    name, behind = versions[0].definition.name, left_behind(versions)
    said = ngettext("%(num)s case on older versions", "%(num)s cases on older versions", behind)
    return f"{name} · {said}" if behind else name


def version_options(versions: Sequence[VersionLoad]) -> list[tuple[str, str]]:
    """Return versions to choose from, each with its running cases and the day it was published."""
    return [(str(each.definition.version), _version_text(each)) for each in versions]


def _version_text(load: VersionLoad) -> str:
    number = gettext("version %(number)s", number=load.definition.version)
    running = gettext("%(count)s running", count=load.running)
    return f"{number} · {running} · {day(load.definition.deployment.deployed_at)}"


def element_rows(plan: Plan) -> list[ElementRow]:
    """Return the map, one element a row, as one reads the drawing."""
    return [_element_row(plan, each) for each in plan.elements]


def _element_row(plan: Plan, planned: PlannedElement) -> ElementRow:
    element = planned.element
    choices = plan.choices(element)
    if planned.target is not None and planned.target not in choices:
        choices = [planned.target, *choices]
    names = [element_name(each) for each in choices]
    return ElementRow(
        element_id=element.element_id,
        name=element_name(element),
        kind=element_words(element),
        cases=planned.cases,
        place=planned.target.element_id if planned.target else "",
        options=[
            (each.element_id, name if names.count(name) == 1 else f"{name} ({each.element_id})")
            for each, name in zip(choices, names, strict=True)
        ],
        is_guess=planned.origin is Origin.SAME_NAME,
        problem=planned.problem.message.said(language()) if planned.problem else "",
        notes=[each.said(language()) for each in planned.notes],
    )


def trial_of(verdicts: Iterable[Verdict], running: int) -> Trial:
    """Count the verdicts as they come, and gather the refused cases by reason; the most frequent reason first."""
    groups: dict[tuple[str, str], list[CaseLink | None]] = {}
    ready: list[CaseLink] = []
    movable = refused = 0
    for verdict in verdicts:
        movable, refused = movable + verdict.is_movable, refused + (not verdict.is_movable)
        if verdict.is_movable and len(ready) < CASES_SHOWN:
            ready.append(_link(verdict.instance_id, verdict.business_key, verdict.title))
        for said in {(each.message.said(language()), each.remedy.said(language())) for each in verdict.findings}:
            gathered = groups.setdefault(said, [])
            is_shown = len(gathered) < CASES_SHOWN
            link = _link(verdict.instance_id, verdict.business_key, verdict.title) if is_shown else None
            gathered.append(link)
    found = [
        ReasonGroup(text, remedy, len(cases), [each for each in cases if each])
        for (text, remedy), cases in groups.items()
    ]
    by_size = sorted(found, key=lambda group: -group.count)
    return Trial(movable, refused, running - movable - refused, by_size, ready)


def _link(instance_id: Any, code: str, title: str) -> CaseLink:
    return CaseLink(code, title, url_for("cases.case", instance_id=instance_id))


def order_row(migration: CaseMigration) -> OrderRow:
    """Return one order with how far it is."""
    status, job = _status(migration), migration.job
    words = {
        "waiting": gettext("Waits for its turn"),
        "running": gettext("Moving"),
        "stopped": gettext("Stopped by an error"),
        "done": gettext("Finished"),
    }
    return OrderRow(
        url=url_for("operations.migration", migration_id=migration.id),
        process_name=migration.target.name,
        from_version=migration.source.version,
        to_version=migration.target.version,
        who=migration.asked_by.full_name,
        asked_at=migration.asked_at,
        finished_at=migration.finished_at,
        reason=migration.reason,
        status=status,
        status_text=words[status],
        done=job.done if job else 0,
        total=(job.total if job else None) or 0,
        error=(job.last_error if job else None) or "",
    )


def _status(migration: CaseMigration) -> str:
    if migration.finished_at is not None:
        return "done"
    if migration.job is None or migration.job.state in {JobState.FAILED, JobState.CANCELLED}:
        return "stopped"
    return "running" if migration.job.done or migration.job.lease_token else "waiting"


def outcome_rows(cases: Iterable[MigratedCase]) -> list[OutcomeRow]:
    """Return what became of cases."""
    words = outcome_words()
    return [
        OutcomeRow(
            case=_link(each.instance_id, each.instance.business_key, each.instance.title),
            outcome=each.outcome.value,
            outcome_text=words[each.outcome.value],
            reasons=reasons_said(each),
            done_at=each.done_at,
        )
        for each in cases
    ]


def reasons_said(case: MigratedCase) -> list[tuple[str, str]]:
    """Return why a case was refused, each reason with what to do about it."""
    spoken = 1 if language() == "en" else 0
    return [(str(each["message"][spoken]), str(each["remedy"][spoken])) for each in case.reasons]
