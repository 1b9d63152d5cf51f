"""Công việc tự động: what is due, in hand, to come, held or failed, and who does it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import definitions, job_lists, workload
from engine.job_lists import Query, Stand
from engine.model import Job, JobKind, Worker
from web import clock
from web.database import session
from web.operations.room import bp, page_links
from web.operations.words import element_name, job_words, stand_words, worker_words
from web.pages import pages_of, read_page
from web.security import me

PAGE = 50
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job; `percent` is the progress of a batch, None where there is none."""

    kind: str
    what: str
    case_code: str
    case_title: str
    case_url: str
    process_name: str
    asked_by: str
    due_at: datetime
    attempts: int
    worker: str
    lease_until: datetime | None
    last_error: str
    percent: int | None
    progress: str


@dataclass(frozen=True, slots=True)
class StandLink:
    """One way to stand, with how many do."""

    text: str
    url: str
    count: int
    is_on: bool
    is_bad: bool


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One process that does jobs; a stale one has not reported for too long."""

    name: str
    kind: str
    seen_at: datetime
    jobs_done: int
    is_stale: bool


@bp.get("/jobs")
def jobs() -> ResponseReturnValue:
    """Show the jobs that are not over, by how they stand."""
    query, offset, now = _query(), read_page(PAGE), clock.now()
    found = job_lists.search(session(), query, by=me(), at=now, limit=PAGE, offset=offset)
    return render_template(
        "operations/jobs.html",
        room="operations",
        links=page_links("jobs"),
        filters={"q": query.text, "kind": query.kind or "", "stand": query.stand},
        kinds=[(kind.value, job_words(kind)) for kind in JobKind],
        stands=[_stand_link(stand, found.counts[stand], query) for stand in Stand],
        stand=query.stand.value,
        jobs=_rows(found.jobs, query.stand),
        workers=_workers(workload.workers(session(), now)),
        pages=pages_of(offset, len(found.jobs), found.total, PAGE),
    )


def _query() -> Query:
    stand, kind = request.args.get("stand", ""), request.args.get("kind", "")
    return Query(
        stand=Stand(stand) if stand in set(Stand) else Stand.DUE,
        kind=JobKind(kind) if kind in set(JobKind) else None,
        text=request.args.get("q", "")[:LONGEST_SEARCH],
    )


def _stand_link(stand: Stand, count: int, query: Query) -> StandLink:
    url = url_for(".jobs", stand=stand.value, kind=query.kind or None, q=query.text or None)
    return StandLink(stand_words(stand), url, count, stand is query.stand, stand is Stand.FAILED)


def _rows(found: Iterable[Job], stand: Stand) -> list[JobRow]:
    return [_row(job, is_in_hand=stand is Stand.IN_HAND) for job in found]


def _row(job: Job, *, is_in_hand: bool) -> JobRow:
    case = job.instance
    return JobRow(
        kind=job_words(job.kind),
        what=_what(job),
        case_code=case.business_key if case else "",
        case_title=case.title if case else "",
        case_url=url_for("operations.case", instance_id=case.id) if case else "",
        process_name=case.definition.name if case else "",
        asked_by=job.asked_by.full_name if job.asked_by else "",
        due_at=job.due_at,
        attempts=job.attempts,
        worker=job.worker or "" if is_in_hand else "",
        lease_until=job.lease_until if is_in_hand else None,
        last_error=job.last_error or "",
        percent=min(100, 100 * job.done // job.total) if job.total else None,
        progress=f"{job.done} / {job.total}" if job.total else "",
    )


def _what(job: Job) -> str:
    """Return the step a job belongs to, with the handler's type, or what it delivers or opens."""
    if job.instance is None or not job.element_id:
        return job.job_type
    elements = definitions.load(session(), job.instance.definition_id).model.elements
    step = element_name(elements[job.element_id]) if job.element_id in elements else job.element_id
    return f"{step} · {job.job_type}" if job.job_type else step


def _workers(found: Iterable[Worker]) -> list[WorkerRow]:
    freshest = clock.now() - workload.FRESH
    return [
        WorkerRow(each.name, worker_words(each.kind), each.seen_at, each.jobs_done, each.seen_at < freshest)
        for each in found
    ]
