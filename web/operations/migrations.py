"""Chuyển phiên bản: carrying running cases over to another version: plan, try, order, and what became of each case."""

from collections.abc import Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, cast
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine.case_migrations import orders, plans, verdicts, versions
from engine.case_migrations.plans import MapRefused, Plan
from engine.case_migrations.versions import VersionLoad
from engine.errors import Conflict, Invalid, PlatformError
from engine.model import CaseMigration, CaseOutcome, MigratedCase, ProcessDefinition
from engine.runtime import OFFICE_ZONE
from engine.tasks import LONGEST_REASON
from reports.export import write_xlsx
from reports.report import Column, Report
from web import clock
from web.database import session, writes
from web.errors import log_refusal, sentence
from web.language import gettext, language
from web.moments import day_and_minute
from web.operations.migration_rows import (
    element_rows,
    order_row,
    outcome_rows,
    outcome_words,
    process_options,
    reasons_said,
    trial_of,
    version_options,
)
from web.operations.room import bp, page_links
from web.pages import pages_of, read_page
from web.security import me

PAGE = 50
TRIED_AT_ONCE = 2000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 2 * 1024 * 1024
PLACE = "place."
"""What the name of a field of the map begins with; the id of the element follows."""


class _Choice(NamedTuple):
    """Which cases are meant to go where; nothing is chosen where no process has two versions."""

    versions: Sequence[VersionLoad]
    source: ProcessDefinition | None
    target: ProcessDefinition | None


@bp.get("/migrations", endpoint="migrations")
def list_migrations() -> ResponseReturnValue:
    """Show the orders with their progress."""
    offset = read_page(PAGE)
    found = orders.recent(session(), by=me(), at=clock.now(), limit=PAGE, offset=offset)
    return render_template(
        "operations/migrations.html",
        room="operations",
        links=page_links("migrations"),
        orders=[order_row(each) for each in found],
        pages=pages_of(offset, len(found), orders.count(session()), PAGE),
    )


@bp.get("/migrations/new")
def new_migration() -> ResponseReturnValue:
    """Choose process and versions, and see the elements of both side by side."""
    return _planning(request.args, elements=None)


@bp.post("/migrations/try")
def try_migration() -> ResponseReturnValue:
    """Try the chosen map on every case; nothing is stored."""
    try:
        return _planning(request.form, elements=_sent_map())
    except Invalid as refused:
        return _told(refused, elements=None)


def _told(refused: PlatformError, elements: Mapping[str, str] | None) -> ResponseReturnValue:
    """Show the page again with what stands against it; what was chosen and written stays."""
    log_refusal(refused)
    session().rollback()
    flash(sentence(refused), "error")
    return _planning(request.form, elements), 422


def _sent_map() -> Mapping[str, str]:
    return {name.removeprefix(PLACE): value for name, value in request.form.items() if name.startswith(PLACE)}


def _planning(said: Mapping[str, str], elements: Mapping[str, str] | None) -> str:
    processes = versions.all_versions(session(), by=me(), at=clock.now())
    choice = _choose(processes, said)
    plan = _plan(choice, elements)
    trial = None
    if plan is not None and elements is not None:
        tried = verdicts.dry_run(session(), plan, by=me(), at=clock.now(), limit=TRIED_AT_ONCE)
        trial = trial_of(tried, plan.running)
    return render_template(
        "operations/migration_new.html",
        room="operations",
        links=page_links("migrations"),
        processes=process_options(processes),
        versions=version_options(choice.versions),
        source=choice.source,
        target=choice.target,
        plan=plan,
        rows=element_rows(plan) if plan else [],
        live_elements=[each.element.element_id for each in plan.elements if each.cases] if plan else [],
        trial=trial,
        reason=said.get("reason", ""),
        longest_reason=LONGEST_REASON,
    )


def _choose(processes: Sequence[Sequence[VersionLoad]], said: Mapping[str, str]) -> _Choice:
    """Return what was chosen; what was not is filled in: most cases left behind, from there to the newest version."""
    by_key = {each[0].definition.key: each for each in processes}
    fullest = max(processes, key=versions.left_behind, default=[])
    loads = by_key.get(said.get("process", ""), fullest)
    by_number = {str(each.definition.version): each.definition for each in loads}
    older = max(loads[1:], key=lambda each: each.running, default=None)
    source = by_number.get(said.get("source", ""), older.definition if older else None)
    target = by_number.get(said.get("target", ""), loads[0].definition if loads else None)
    return _Choice(loads, source, target)


def _plan(choice: _Choice, elements: Mapping[str, str] | None) -> Plan | None:
    if choice.source is None or choice.target is None or choice.source.id == choice.target.id:
        return None
    return plans.plan(session(), choice.source, choice.target, elements, by=me(), at=clock.now())


@bp.post("/migrations")
@writes
def order_migration() -> ResponseReturnValue:
    """Order the move as it was tried."""
    now = clock.now()
    choice = _choose(versions.all_versions(session(), by=me(), at=now), request.form)
    try:
        plan = _plan(choice, _sent_map())
        if plan is None:
            return redirect(url_for(".new_migration"), code=303)
        migration = orders.order(session(), plan, by=me(), reason=request.form.get("reason", ""), at=now)
    except MapRefused as refused:
        return _told(refused, elements=None)
    except (Invalid, Conflict) as refused:
        return _told(refused, elements=_sent_map())
    return redirect(url_for(".migration", migration_id=migration.id), code=303)


@bp.get("/migrations/<uuid:migration_id>")
def migration(migration_id: UUID) -> ResponseReturnValue:
    """Show one order: how far it is, and what became of each case."""
    found = orders.find(session(), migration_id, by=me(), at=clock.now())
    counted, chosen, offset = orders.outcomes(session(), found), _chosen_outcome(), read_page(PAGE)
    shown = outcome_rows(orders.cases_of(session(), found, chosen, limit=PAGE, offset=offset))
    total = sum(count for outcome, count in counted.items() if chosen in {None, outcome})
    return render_template(
        "operations/migration.html",
        room="operations",
        links=page_links("migrations"),
        order=order_row(found),
        here=request.full_path,
        moved_elements=_moved_elements(found),
        counts=[(outcome, text, counted.get(CaseOutcome(outcome), 0)) for outcome, text in outcome_words().items()],
        chosen=chosen or "",
        cases=shown,
        pages=pages_of(offset, len(shown), total, PAGE),
        export_url=url_for(".migration_xlsx", migration_id=migration_id),
    )


def _chosen_outcome() -> CaseOutcome | None:
    said = request.args.get("outcome", "")
    return CaseOutcome(said) if said in set(CaseOutcome) else None


def _moved_elements(found: CaseMigration) -> list[tuple[str, str]]:
    """Return the pairs of ids that differ, as they were ordered."""
    return [(old, str(new)) for old, new in found.elements.items() if new != old]


def _said(case: MigratedCase) -> str:
    return "; ".join(text for text, _remedy in reasons_said(case))


def _columns() -> tuple[Column[MigratedCase], ...]:
    words = outcome_words()
    return (
        Column("case_code", "Mã hồ sơ", "Case", lambda case: case.instance.business_key, 18),
        Column("case_title", "Tên hồ sơ", "Title", lambda case: case.instance.title, 48),
        Column("outcome", "Kết quả", "Outcome", lambda case: words[case.outcome.value], 18),
        Column("reasons", "Lý do", "Reasons", _said, 70),
        Column("done_at", "Lúc", "At", lambda case: case.done_at, 18),
    )


@bp.get("/migrations/<uuid:migration_id>.xlsx")
def migration_xlsx(migration_id: UUID) -> ResponseReturnValue:
    """Send what became of each case as a file."""
    found = orders.find(session(), migration_id, by=me(), at=clock.now())
    row = order_row(found)
    title = gettext("Version change of %(process)s", process=row.process_name)
    subtitle = [
        gettext("From version %(old)s to version %(new)s", old=row.from_version, new=row.to_version),
        gettext("Ordered by %(who)s at %(at)s", who=row.who, at=day_and_minute(row.asked_at)),
        gettext("Reason: %(reason)s", reason=row.reason),
    ]
    target = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  (the response closes it)
    report = Report(title=title, columns=_columns(), rows=orders.cases_of(session(), found))
    write_xlsx(report, target, subtitle=subtitle, zone=OFFICE_ZONE, language=language())
    target.seek(0)
    name = f"chuyen-phien-ban-{found.target.key}-{row.from_version}-{row.to_version}.xlsx"
    return send_file(target, mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)
