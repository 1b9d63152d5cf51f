"""One verb over several tasks of a list: choosing them, and what became of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import BadRequest

from engine import cases, tasks
from engine.directory import ADMINISTRATOR_GROUP, DEPUTY, LEADER
from engine.errors import Invalid
from engine.inbox import Tab
from engine.model import ProcessInstance, UserTask
from engine.verbs import Verb, assigning, bulk, reminding, transferring
from web import clock
from web.database import session, writes
from web.errors import sentence
from web.inbox.rows import read_choice, rows_of, tasks_in
from web.inbox.urging import query_of, rows_to_urge
from web.pages import pages_of, read_page
from web.security import me

bp = Blueprint("several", __name__)
PAGE = 50
ASSIGNERS = frozenset({f"/{LEADER}", f"/{DEPUTY}", ADMINISTRATOR_GROUP})
OFFERED: Mapping[Tab, Sequence[Verb]] = {
    Tab.MINE: (Verb.TRANSFER, Verb.RELEASE),
    Tab.UNIT: (Verb.CLAIM, Verb.ASSIGN),
    Tab.DONE: (),
}


class NoTaskChosen(Invalid):
    """No task was ticked."""

    code = "task.none_chosen"


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one task; `refusal` says why nothing did."""

    title: str
    step_name: str
    url_id: UUID
    refusal: str


@bp.get("/tasks")
def choose() -> ResponseReturnValue:
    """Show a list with a box before each task, and the verbs that fit it."""
    choice = read_choice(request.args.get("tab"), request.args.get("due"))
    found = rows_of(tasks_in(choice), choice, None)
    verbs = [verb for verb in OFFERED[choice.tab] if verb is not Verb.ASSIGN or _assigns()]
    return render_template("inbox/several.html", room="inbox", tasks=found, tab=choice.tab, verbs=verbs)


def _assigns() -> bool:
    """Tell whether the person leads a unit, and so may find tasks to assign."""
    return not ASSIGNERS.isdisjoint(tasks.groups_of(session(), me(), clock.now()))


@bp.get("/tasks/remind")
def choose_to_remind() -> ResponseReturnValue:
    """Show the tasks that others hold in the cases looked for, a box before each, the first due first."""
    offset = read_page(PAGE)
    found = cases.search(session(), me(), query_of(request.args), at=clock.now(), limit=PAGE, offset=offset)
    return render_template(
        "inbox/remind.html",
        room="cases",
        tasks=rows_to_urge(found.cases),
        cases_url=url_for("cases.search", q=request.args.get("q"), process=request.args.get("process")),
        pages=pages_of(offset, len(found.cases), found.total, PAGE),
    )


@bp.post("/tasks")
@writes
def do() -> ResponseReturnValue:
    """Do one verb to the tasks that were ticked, each by itself; what is refused stops nothing."""
    chosen = _chosen(request.form.getlist("task"))
    outcomes = bulk.each(session(), list(chosen), _verb())
    rows = [_row(chosen[each.task_id], each) for each in outcomes]
    done = sum(not row.refusal for row in rows)
    return render_template(
        "inbox/several_done.html",
        room="inbox",
        outcomes=rows,
        done=done,
        refused=len(rows) - done,
        is_of_cases=request.form.get("verb") == Verb.REMIND,
    )


def _row(task: tuple[str, str], outcome: bulk.Outcome) -> OutcomeRow:
    title, step_name = task
    return OutcomeRow(title, step_name, outcome.task_id, sentence(outcome.refusal) if outcome.refusal else "")


def _chosen(ids: Sequence[str]) -> dict[UUID, tuple[str, str]]:
    """Return title and step of the tasks that were ticked and that the person may know of, by id."""
    try:
        wanted = list(dict.fromkeys(UUID(each) for each in ids))[: bulk.MOST_TASKS]
    except ValueError as error:
        raise BadRequest from error
    seen = cases.visible_to(session(), me(), clock.now()).with_only_columns(ProcessInstance.id)
    found = session().scalars(
        select(UserTask)
        .where(UserTask.id.in_(wanted), UserTask.instance_id.in_(seen))
        .options(joinedload(UserTask.instance))
    )
    known = {task.id: (task.instance.title, task.name) for task in found}
    if not known:
        raise NoTaskChosen
    return {task_id: known[task_id] for task_id in wanted if task_id in known}


def _verb() -> Callable[[UUID], object]:
    """Return what the form asks to be done to each task."""
    by, at, to = me(), clock.now(), request.form.get("to", "")
    reason = request.form.get("reason", "")
    current: Session = session()
    match request.form.get("verb"):
        case Verb.CLAIM:
            return lambda task_id: tasks.claim(current, task_id, by=by, at=at)
        case Verb.RELEASE:
            return lambda task_id: tasks.release(current, task_id, by=by, at=at)
        case Verb.ASSIGN:
            return lambda task_id: assigning.assign(current, task_id, to=to, by=by, at=at, reason=reason)
        case Verb.REMIND:
            return lambda task_id: reminding.remind(current, task_id, by=by, at=at, note=reason)
        case Verb.TRANSFER:
            return lambda task_id: transferring.transfer(current, task_id, to=to, by=by, reason=reason, at=at)
        case _:
            raise BadRequest
