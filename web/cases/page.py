"""One case as a page, and cases as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from engine import activities, cases, history, papers, repair, runtime, signing, tasks
from engine.definitions import LoadedDefinition
from engine.directory import Directory
from engine.model import (
    Activity,
    ActivityState,
    InstanceState,
    ProcessInstance,
    Signature,
    SignatureKind,
    TaskState,
    UserTask,
)
from engine.task_design import USER_KINDS
from web import clock
from web.cases.log import LogLine, lines_of
from web.cases.standing import Suspension, suspension_note
from web.database import session
from web.going_back.shown import CaseDoings, doings_of
from web.language import gettext
from web.moments import lasted
from web.papers.rows import PaperRow
from web.papers.rows import rows_of as paper_rows
from web.security import me
from web.steps import Step, doer_of, elements_of, holder_of, outcome_label, people_now, steps_of_case, this_round


def state_words() -> Mapping[str, str]:
    """Return how the states of a case are called."""
    return {
        InstanceState.RUNNING.value: gettext("In progress"),
        InstanceState.SUSPENDED.value: gettext("Suspended"),
        InstanceState.ENDED.value: gettext("Finished"),
        InstanceState.CANCELLED.value: gettext("Cancelled"),
    }


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in the list."""

    code: str
    title: str
    url: str
    process_name: str
    status: str
    status_text: str
    step_name: str
    holder: str
    due_at: datetime | None
    started_at: datetime
    started_by: str


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One step somebody did or holds; `task_url` where it is an open task."""

    name: str
    task_url: str
    who: str
    unit: str
    capacity: str
    started_at: datetime
    ended_at: datetime | None
    duration_text: str
    outcome_text: str
    reason: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One signature, void or not."""

    who: str
    capacity: str
    at: datetime
    kind_text: str
    files: list[tuple[str, str]]
    is_void: bool
    void_reason: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of a case shows."""

    code: str
    title: str
    status: str
    status_text: str
    process_name: str
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    facts: list[tuple[str, str]]
    my_task_url: str
    doings: CaseDoings
    bench_url: str
    print_url: str
    suspension: Suspension | None
    is_purged: bool
    steps: list[Step]
    activities: list[ActivityRow]
    signatures: list[SignatureRow]
    papers: list[PaperRow]
    history: list[LogLine]
    history_ok: bool
    history_count: int
    diagram_url: str
    live_elements: list[str]
    done_elements: list[str]


def rows_of(found: Sequence[ProcessInstance]) -> list[CaseRow]:
    """Return cases as rows, each with the step it is at."""
    opened = _open_tasks_of(found)
    people, words = people_now(session()), state_words()
    return [
        CaseRow(
            code=case.business_key,
            title=case.title,
            url=url_for("cases.case", instance_id=case.id),
            process_name=case.definition.name,
            status=case.state.value,
            status_text=words[case.state.value],
            step_name=", ".join(dict.fromkeys(task.name for task in opened.get(case.id.hex, []))),
            holder=", ".join(dict.fromkeys(holder_of(people, task) for task in opened.get(case.id.hex, []))),
            due_at=_due_of(opened.get(case.id.hex, [])),
            started_at=case.started_at,
            started_by=case.started_by.full_name if case.started_by else "",
        )
        for case in found
    ]


def _due_of(opened: Sequence[UserTask]) -> datetime | None:
    """Return when a case is due: when the first of its open tasks is."""
    return min((task.due_at for task in opened if task.due_at), default=None)


def _open_tasks_of(found: Sequence[ProcessInstance]) -> dict[str, list[UserTask]]:
    opened: dict[str, list[UserTask]] = {}
    query = (
        select(UserTask)
        .where(UserTask.instance_id.in_([case.id for case in found]), UserTask.state == TaskState.OPEN)
        .options(joinedload(UserTask.assignee))
        .order_by(UserTask.created_at)
    )
    for task in session().scalars(query):
        opened.setdefault(task.instance_id.hex, []).append(task)
    return opened


def case_page(case: ProcessInstance) -> CasePage:
    """Gather the page of a case."""
    loaded, people = runtime.loaded(session(), case), people_now(session())
    opened = _open_tasks_of([case]).get(case.id.hex, [])
    signatures, entries = signing.of_case(session(), case), history.of_case(session(), case)
    done, live = elements_of(session(), case)
    groups = tasks.groups_of(session(), me(), clock.now())
    mine = next((task for task in opened if task.is_held_by(me(), groups)), None)
    return CasePage(
        code=case.business_key,
        title=case.title,
        status=case.state.value,
        status_text=state_words()[case.state.value],
        process_name=case.definition.name,
        started_by=case.started_by.full_name if case.started_by else "",
        started_at=case.started_at,
        ended_at=case.ended_at,
        facts=cases.facts_of(session(), case, clock.now()),
        due_at=_due_of(opened),
        my_task_url=url_for("inbox.task", task_id=mine.id) if mine else "",
        doings=doings_of(case),
        bench_url=_bench_url(case),
        print_url=url_for("printing.case", instance_id=case.id),
        suspension=suspension_note(case),
        is_purged=case.purged_at is not None,
        steps=steps_of_case(session(), case, opened, signatures),
        activities=_activity_rows(loaded, people, case, opened, signatures),
        signatures=[_signature_row(each) for each in signatures],
        papers=paper_rows(papers.of_case(session(), case), case.id),
        history=lines_of(entries),
        history_ok=not history.verify(session(), case),
        history_count=len(entries),
        diagram_url=url_for("cases.diagram", instance_id=case.id),
        live_elements=live,
        done_elements=done,
    )


def _bench_url(case: ProcessInstance) -> str:
    """Return where an operator repairs the case; nothing for anybody else."""
    return url_for("operations.case", instance_id=case.id) if repair.may_operate(session(), me(), clock.now()) else ""


def _activity_rows(
    loaded: LoadedDefinition,
    people: Directory,
    case: ProcessInstance,
    opened: Sequence[UserTask],
    signatures: Sequence[Signature],
) -> list[ActivityRow]:
    rows = [row for row in activities.of_case(session(), case) if row.element_kind in USER_KINDS]
    current = {row.id for row in this_round(loaded, rows)}
    capacities = {signature.signed_at: signature.capacity for signature in signatures}
    holders = {task.token_id: task for task in opened}
    return [
        ActivityRow(
            name=row.name if row.step in {"", row.name} else f"{row.name} · {row.step}",
            task_url=_task_url(holders.get(row.token_id)),
            who=_who(people, row, holders),
            unit=row.unit_code,
            capacity=capacities.get(row.ended_at, "") if row.ended_at else "",
            started_at=row.started_at,
            ended_at=row.ended_at,
            duration_text=lasted((row.ended_at or clock.now()) - row.started_at),
            outcome_text=_outcome_text(loaded, row),
            reason=row.reason or "",
            is_void=row.ended_at in capacities and row.id not in current,
        )
        for row in rows
    ]


def _task_url(task: UserTask | None) -> str:
    return url_for("inbox.task", task_id=task.id) if task else ""


def _who(people: Directory, row: Activity, holders: Mapping[str, UserTask]) -> str:
    if row.person is not None:
        return doer_of(row)
    task = holders.get(row.token_id)
    return holder_of(people, task) if task else ""


def _outcome_text(loaded: LoadedDefinition, row: Activity) -> str:
    if row.state is ActivityState.CANCELLED:
        return gettext("Cancelled")
    return outcome_label(loaded, row.element_id, row.outcome)


def _signature_row(signature: Signature) -> SignatureRow:
    kinds = {SignatureKind.SIGN: gettext("signed"), SignatureKind.INITIAL: gettext("initialled")}
    return SignatureRow(
        who=signature.signer.full_name,
        capacity=signature.capacity,
        at=signature.signed_at,
        kind_text=kinds[signature.kind],
        files=[(str(file["name"]), str(file["sha256"])) for file in signature.files],
        is_void=signature.is_void,
        void_reason=signature.void_reason or (gettext("the papers were changed") if signature.is_void else ""),
    )
