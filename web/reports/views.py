"""«Hồ sơ đang ở đâu» on screen and as a file."""

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine import definitions
from engine.due import Due, soon_until
from engine.runtime import OFFICE_ZONE
from reports.export import write_xlsx
from reports.where_dossiers_are import Filters, OpenStep, UnitLoad, load_by_unit, where_dossiers_are
from web import clock
from web.database import session
from web.language import gettext, language
from web.moments import day_and_minute, lasted
from web.pages import pages_of, read_page
from web.places import PlaceRow
from web.security import me
from web.steps import people_now

bp = Blueprint("reports", __name__, url_prefix="/reports")
PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What waits at one unit."""

    unit: str
    url: str
    open_count: int
    late_count: int
    soon_count: int
    longest_text: str


@bp.get("")
def index() -> ResponseReturnValue:
    """Go to the one report there is."""
    return redirect(url_for(".where"))


def _filters() -> Filters:
    due = request.args.get("due", "")
    return Filters(
        process_key=request.args.get("process", ""),
        unit_code=request.args.get("unit", ""),
        due=Due(due) if due in set(Due) else None,
        soon=soon_until(session(), clock.now()),
    )


def _title() -> str:
    return gettext("Where cases wait")


@bp.get("/where")
def where() -> ResponseReturnValue:
    """Show every open step within the person's scope."""
    filters, offset = _filters(), read_page(PAGE)
    now = clock.now()
    report = where_dossiers_are(session(), me(), at=now, filters=filters, title=_title(), limit=PAGE, offset=offset)
    rows, loads = [_row(row) for row in report.rows], load_by_unit(session(), me(), at=now, filters=filters)
    return render_template(
        "reports/where.html",
        room="reports",
        report_url=url_for(".where"),
        export_url=f"{url_for('.where_xlsx')}?{urlencode(request.args)}",
        filters={"unit": filters.unit_code, "process": filters.process_key, "due": filters.due or ""},
        units=[(unit.code, unit.code) for unit in people_now(session()).units.values()],
        processes=[(each.key, each.name) for each in definitions.all_latest(session())],
        by_unit=[_unit_row(load) for load in loads] if len(loads) > 1 else [],
        rows=rows,
        pages=pages_of(offset, len(rows), sum(load.open_count for load in loads), PAGE),
    )


def _unit_row(load: UnitLoad) -> UnitRow:
    return UnitRow(
        unit=load.unit,
        url=url_for(".where", unit=load.unit),
        open_count=load.open_count,
        late_count=load.late_count,
        soon_count=load.soon_count,
        longest_text=lasted(clock.now() - load.oldest),
    )


def _row(row: OpenStep) -> PlaceRow:
    return PlaceRow(
        case_code=row.case_code,
        case_title=row.case_title,
        case_url=url_for("cases.case", instance_id=row.instance_id),
        process_name=row.process,
        step_name=row.step,
        who=row.holder,
        unit=row.unit,
        since=row.since,
        waiting_text=lasted(clock.now() - row.since),
        due_at=row.due_at,
        has_due=True,
        is_suspended=row.is_suspended,
    )


@bp.get("/where.xlsx")
def where_xlsx() -> ResponseReturnValue:
    """Send the report as a file."""
    report = where_dossiers_are(session(), me(), at=clock.now(), filters=_filters(), title=_title())
    subtitle = [
        gettext("Made by %(who)s at %(at)s", who=me().full_name, at=day_and_minute(clock.now())),
    ]
    target = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  (the response closes it)
    write_xlsx(report, target, subtitle=subtitle, zone=OFFICE_ZONE, language=language())
    target.seek(0)
    name = f"ho-so-dang-o-dau-{clock.today():%Y%m%d}.xlsx"
    return send_file(target, mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)
