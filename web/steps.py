"""The list of steps of a case: done, now, and what the forecast says will come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine import activities, directory, forecast, runtime
from engine.definitions import LoadedDefinition
from engine.directory import Directory
from engine.model import Activity, ActivityState, ProcessInstance, Signature, TaskState, UserTask
from engine.verbs.course import Course, is_done_by_somebody
from web import clock
from web.language import gettext


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the stepper draws it; `state` is done, now or next."""

    state: str
    label: str
    name: str
    who: str
    capacity: str
    note: str
    at: datetime | None


def people_now(session: Session) -> Directory:
    """Return the directory of today."""
    return directory.current(session, on=clock.today())


def unit_said(people: Directory, code: str) -> str:
    """Return a unit's code, with that of the unit which stands for it today when it was closed."""
    heir = people.heir_of(code)
    return code if heir == code else f"{code} → {heir}"


def outcome_label(loaded: LoadedDefinition, element_id: str, outcome: str | None) -> str:
    """Return how an outcome is called on its button."""
    design = loaded.tasks.get(element_id)
    known = design.outcomes.get(outcome) if design and outcome else None
    return known.label if known else ""


def steps_of_case(
    session: Session, instance: ProcessInstance, tasks: Sequence[UserTask], signatures: Sequence[Signature]
) -> list[Step]:
    """Return the steps of the current round, the open ones, and the ones to come."""
    loaded, people = runtime.loaded(session, instance), people_now(session)
    done = [_done(loaded, each, signatures) for each in this_round(loaded, activities.of_case(session, instance))]
    live = [_live(people, task) for task in tasks if task.state is TaskState.OPEN]
    return [*done, *live, *_coming(session, instance, tasks)]


def this_round(loaded: LoadedDefinition, rows: Sequence[Activity]) -> list[Activity]:
    """Return the user tasks done since the last return that made the signatures void, but those done over again."""
    round_: list[Activity] = []
    course = Course(loaded.model, rows, ())
    for row in rows:
        if not is_done_by_somebody(row) or not course.counts(row):
            continue
        design = loaded.tasks.get(row.element_id)  # none for a step that only an older version had
        outcome = design.outcomes.get(row.outcome or "") if design else None
        round_ = [] if outcome is not None and outcome.voids_signatures else [*round_, row]
    return round_


def _done(loaded: LoadedDefinition, row: Activity, signatures: Sequence[Signature]) -> Step:
    signature = next((each for each in signatures if each.signed_at == row.ended_at), None)
    return Step(
        state="done",
        label=row.step or row.name,
        name=row.name,
        who=doer_of(row),
        capacity=signature.capacity if signature else "",
        note=outcome_label(loaded, row.element_id, row.outcome),
        at=row.ended_at,
    )


def doer_of(row: Activity) -> str:
    """Return who did a step, and in whose place."""
    if row.person is None:
        return ""
    return in_place(row.person.full_name, row.on_behalf_of.full_name if row.on_behalf_of else "")


def in_place(who: str, absent: str) -> str:
    """Return a name, with that of whom the person acted for."""
    return gettext("%(who)s (in place of %(absent)s)", who=who, absent=absent) if absent else who


def _live(people: Directory, task: UserTask) -> Step:
    return Step(
        state="now",
        label=task.step,
        name=task.name,
        who=holder_of(people, task),
        capacity="",
        note=gettext("from"),
        at=task.created_at,
    )


def holder_of(people: Directory, task: UserTask) -> str:
    """Return who holds a task: a person, or the groups it is offered to."""
    if task.assignee is not None:
        return task.assignee.full_name
    groups = [people.describe_group(key) for key in task.candidate_groups]
    return ", ".join([*groups, *task.candidate_users])


def _coming(session: Session, instance: ProcessInstance, tasks: Sequence[UserTask]) -> list[Step]:
    opened = [task for task in tasks if task.state is TaskState.OPEN]
    if not opened:
        return []
    ahead = forecast.from_task(session, instance, opened[0].token_id, clock.now())
    return [
        Step(state="next", label=each.step, name=each.name, who=each.holder, capacity="", note="", at=None)
        for each in ahead.path()
    ]


def elements_of(session: Session, instance: ProcessInstance) -> tuple[list[str], list[str]]:
    """Return the ids of the elements that are done and of those that are live, for the diagram."""
    rows = activities.of_case(session, instance)
    live = {row.element_id for row in rows if row.state is ActivityState.LIVE}
    done = {row.element_id for row in rows if row.state is ActivityState.COMPLETED}
    return sorted(done - live), sorted(live)
