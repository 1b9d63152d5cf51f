"""What people do with a task besides completing it: assign, transfer, delegate, consult, copy, remind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import asides as beside
from engine import cases, tasks
from engine.directory import Directory, PersonEntry
from engine.model import UserTask
from engine.verbs import assigning, consulting, copying, delegating, loads, people, reminding, transferring
from engine.verbs.loads import Load
from engine.vietnamese import title_order
from web import clock
from web.database import session, writes
from web.inbox.more import opinions_of
from web.language import gettext
from web.security import me

bp = Blueprint("verbs", __name__)
ORDERS: Mapping[str, Callable[[Load], Any]] = {"load": loads.by_load, "turn": loads.by_turn}
BY_FIELD = "field"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person to choose; `is_chosen` when they were ticked before the search changed."""

    username: str
    name: str
    about: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One person a task may be assigned to, with what they have open, and whether something speaks for them."""

    username: str
    name: str
    about: str
    open_tasks: int
    late_tasks: int
    last_given_at: datetime | None
    fields: Sequence[str]
    is_least_loaded: bool
    is_next_in_turn: bool
    is_in_charge: bool
    holds_it: bool


@bp.get("/people")
def find_people() -> ResponseReturnValue:
    """Answer the search of a dialog: who was ticked stays, then who is found; colleagues before anything is typed."""
    office, chosen = people.office(session(), clock.now()), request.args.getlist("to")
    units = [held.unit_code for held in office.positions_of(me().id)]
    found = people.search(office, request.args.get("q", "")[:100], except_for=me(), near=units)
    ticked = [office.people[username] for username in chosen if username in office.people]
    rows = [_person_row(office, each, is_chosen=True) for each in ticked]
    rows += [_person_row(office, each) for each in found if each not in ticked]
    return render_template("inbox/_people.html", people=rows, is_many=request.args.get("pick") == "many")


def _person_row(office: Directory, person: PersonEntry, *, is_chosen: bool = False) -> PersonRow:
    return PersonRow(person.username, person.full_name, _about(office, person), is_chosen)


def _about(office: Directory, person: PersonEntry) -> str:
    held = next(iter(office.positions_of(person.id)), None)
    return f"{held.title}, {held.unit_code}" if held else ""


@bp.get("/tasks/<uuid:task_id>/assign")
def assign(task_id: UUID) -> ResponseReturnValue:
    """Show whom the task may be given to, and how much each of them has to do."""
    task = _visible(task_id)
    refusal = assigning.may_assign(session(), task, me(), clock.now()).refusal
    if refusal is not None:
        raise refusal
    found, order = assigning.candidates(session(), task, clock.now()), request.args.get("by", "")
    office, field = people.office(session(), clock.now()), request.args.get("field", "")
    orders = {**ORDERS, BY_FIELD: loads.by_field(field)}
    in_order = sorted(found, key=orders[order]) if order in orders else found
    speaks = _Speaks(loads.least_loaded(found), loads.next_in_turn(found), loads.in_charge(found, field))
    return render_template(
        "inbox/assign.html",
        room="inbox",
        task=task,
        people=[_load_row(office, task, each, speaks) for each in in_order],
        order=order,
        fields=sorted({each for load in found for each in load.fields}, key=title_order),
        field=field,
    )


class _Speaks(NamedTuple):
    """For whom something speaks."""

    least: Load | None
    in_turn: Load | None
    in_charge: Load | None


def _load_row(office: Directory, task: UserTask, load: Load, speaks: _Speaks) -> LoadRow:
    return LoadRow(
        username=load.person.username,
        name=load.person.full_name,
        about=_about(office, load.person),
        open_tasks=load.open_tasks,
        late_tasks=load.late_tasks,
        last_given_at=load.last_given_at,
        fields=load.fields,
        is_least_loaded=load is speaks.least,
        is_next_in_turn=load is speaks.in_turn,
        is_in_charge=load is speaks.in_charge,
        holds_it=load.person.id == task.assignee_id,
    )


@bp.post("/tasks/<uuid:task_id>/assign")
@writes
def assign_to(task_id: UUID) -> ResponseReturnValue:
    """Give a task of the unit to one of its people."""
    reason = request.form.get("reason")
    assigning.assign(session(), task_id, to=_one(), by=me(), at=clock.now(), reason=reason)
    flash(gettext("Assigned to %(who)s.", who=_name_of(_one())), "ok")
    return redirect(url_for("inbox.inbox", tab="unit"), code=303)


@bp.post("/tasks/<uuid:task_id>/transfer")
@writes
def transfer(task_id: UUID) -> ResponseReturnValue:
    """Give the task away for good."""
    transferring.transfer(session(), task_id, to=_one(), by=me(), reason=_words(), at=clock.now())
    flash(gettext("Transferred to %(who)s.", who=_name_of(_one())), "ok")
    return redirect(url_for("inbox.inbox"), code=303)


@bp.post("/tasks/<uuid:task_id>/delegate")
@writes
def delegate(task_id: UUID) -> ResponseReturnValue:
    """Let somebody else work on the task."""
    delegating.delegate(session(), task_id, to=_one(), by=me(), reason=_words(), at=clock.now())
    flash(gettext("%(who)s works on it now; it comes back to you.", who=_name_of(_one())), "ok")
    return redirect(url_for("inbox.inbox"), code=303)


@bp.post("/tasks/<uuid:task_id>/hand-back")
@writes
def hand_back(task_id: UUID) -> ResponseReturnValue:
    """Give a delegated task back to its owner."""
    task = delegating.hand_back(session(), task_id, by=me(), note=_words(), at=clock.now())
    flash(gettext("%(who)s has the task again.", who=task.assignee.full_name if task.assignee else ""), "ok")
    return redirect(url_for("inbox.inbox"), code=303)


@bp.post("/tasks/<uuid:task_id>/take-back")
@writes
def take_back(task_id: UUID) -> ResponseReturnValue:
    """Take one's own task out of another person's hands."""
    delegating.take_back(session(), task_id, by=me(), at=clock.now())
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@bp.post("/tasks/<uuid:task_id>/consult")
@writes
def consult(task_id: UUID) -> ResponseReturnValue:
    """Ask people about the task."""
    hours = request.form.get("within", type=int)
    due_at = clock.now() + timedelta(hours=min(hours, 24 * 365)) if hours is not None else None
    chosen = request.form.getlist("to")
    consulting.consult(session(), task_id, to=chosen, by=me(), question=_words(), due_at=due_at, at=clock.now())
    flash(gettext("Asked: %(who)s.", who=", ".join(map(_name_of, chosen))), "ok")
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@bp.post("/questions/<uuid:consultation_id>/answer")
@writes
def answer(consultation_id: UUID) -> ResponseReturnValue:
    """Answer a question that was put to the person signed in."""
    asked = consulting.answer(session(), consultation_id, by=me(), text=_words(), at=clock.now())
    flash(gettext("%(who)s can read your answer now.", who=asked.asked_by.full_name), "ok")
    return redirect(url_for(".asides"), code=303)


@bp.post("/tasks/<uuid:task_id>/copy")
@writes
def copy(task_id: UUID) -> ResponseReturnValue:
    """Send the case of a task to people to know of."""
    task = _visible(task_id)
    chosen, note = request.form.getlist("to"), request.form.get("reason")
    copied = copying.copy(session(), task.instance_id, to=chosen, by=me(), at=clock.now(), note=note)
    flash(gettext("Sent to: %(who)s.", who=", ".join(each.full_name for each in copied.sent)), "ok")
    if copied.known:
        who = ", ".join(each.full_name for each in copied.known)
        flash(gettext("%(who)s had it before and got no second copy.", who=who), "ok")
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@bp.post("/cases/<uuid:instance_id>/read")
@writes
def read(instance_id: UUID) -> ResponseReturnValue:
    """Set the read mark of a case that was sent to know of, and open the case."""
    copying.mark_read(session(), instance_id, by=me(), at=clock.now())
    return redirect(url_for("cases.case", instance_id=instance_id), code=303)


@bp.post("/tasks/<uuid:task_id>/remind")
@writes
def remind(task_id: UUID) -> ResponseReturnValue:
    """Urge whoever has the task."""
    reminding.remind(session(), task_id, by=me(), at=clock.now(), note=request.form.get("reason"))
    flash(gettext("The reminder stands in the inbox of who has the task."), "ok")
    return redirect(url_for("inbox.task", task_id=task_id), code=303)


@bp.get("/asides")
def asides() -> ResponseReturnValue:
    """Show what concerns the person beside their tasks: questions, cases to know of, tasks others do for them."""
    found = beside.of(session(), me())
    return render_template(
        "inbox/asides.html",
        room="inbox",
        questions=list(zip(found.questions, opinions_of(found.questions), strict=True)),
        copies=found.copies,
        delegated=found.delegated,
    )


def _visible(task_id: UUID) -> UserTask:
    found = tasks.find(session(), task_id)
    cases.must_be_visible(session(), found.instance, me(), clock.now())
    return found


def _one() -> str:
    return request.form.get("to", "")


def _words() -> str:
    return request.form.get("reason", "")


def _name_of(username: str) -> str:
    known = people.office(session(), clock.now()).people.get(username)
    return known.full_name if known else username
