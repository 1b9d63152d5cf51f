"""Telling people that a task is under way, due or late: once for each occasion; what is told stands in the history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import arrivals, directory, history, jobs, runtime
from engine.arrivals import person_key
from engine.calendar.offices import ZONE
from engine.directory import PersonEntry
from engine.escalations import schedule
from engine.escalations.occasions import Occasion
from engine.escalations.recipients import Recipients
from engine.jobs import Claim
from engine.model import InstanceState, JobState, ProcessInstance, TaskState, UserTask

Told = tuple[Occasion, Sequence[PersonEntry]]


def tell_due(session: Session, claim: Claim, case_id: UUID, *, at: datetime) -> None:
    """Tell people about one task what there is to tell by now, and wait for the next occasion; part of the job.

    Of several occasions that were missed each person hears of the latest only. With a suspended case it is held.
    Refuses with `LeaseLost`, and with `CalendarYearMissing` when the calendar it now needs has not been approved.
    """
    instance = runtime.lock(session, case_id)
    job, task = jobs.in_hand(session, claim), _open_task(session, instance, claim.token_id)
    if instance.state is InstanceState.SUSPENDED:
        jobs.give_back(session, claim, state=JobState.HELD)
        return
    if task is None:
        jobs.finish(session, claim, at=at, state=JobState.CANCELLED)
        return
    rules = runtime.loaded(session, instance).escalations_of(task.element_id)
    found = schedule.occasions_of(task, rules, schedule.working_time(session, instance, at))
    _tell(session, instance, task, _passed(found, schedule.told_until_of(job), at), at)
    due_at = schedule.next_after(found, at)
    if due_at is None:
        jobs.finish(session, claim, at=at)
    else:
        jobs.repeat(session, claim, at=due_at, data=schedule.told_data(at))


def _open_task(session: Session, instance: ProcessInstance, token_id: str) -> UserTask | None:
    return session.scalar(
        select(UserTask)
        .where(UserTask.instance_id == instance.id, UserTask.token_id == token_id, UserTask.state == TaskState.OPEN)
        .options(joinedload(UserTask.assignee), joinedload(UserTask.owner))
        .execution_options(populate_existing=True)
    )


def _passed(found: Sequence[Occasion], told_until: datetime | None, at: datetime) -> list[Occasion]:
    """Return what is to be told by now; refuses with `CalendarYearMissing` while it cannot be known."""
    passed = [each for each in found if each.at <= at and (told_until is None or each.at > told_until)]
    for occasion in passed:
        if occasion.pending is not None:
            raise occasion.pending
    return passed


def _tell(
    session: Session, instance: ProcessInstance, task: UserTask, passed: Sequence[Occasion], at: datetime
) -> None:
    recipients = Recipients(session, instance, task, directory.current(session, on=at.astimezone(ZONE).date()))
    told = list(_latest_for_each(passed, recipients))
    arrivals.involve(session, instance, {person_key(person.id) for _occasion, people in told for person in people})
    for occasion, people in reversed(told):
        history.record(
            session,
            instance,
            "task.escalated",
            at=at,
            element=task.element_id,
            step=task.step,
            task=task.id.hex,
            rule=str(occasion.rule.moment),
            turn=occasion.turn,
            moment=occasion.at.isoformat(),
            holder=task.assignee.full_name if task.assignee else "",
            to=[person.username for person in people],
            to_names=[person.full_name for person in people],
        )


def _latest_for_each(passed: Sequence[Occasion], recipients: Recipients) -> Iterator[Told]:
    """Yield what is told, the latest first, and to whom who has not heard of a later one.

    An occasion for nobody at all is yielded as such, so that the history shows that the rule finds nobody.
    """
    heard: set[str] = set()
    for occasion in reversed(passed):
        meant = recipients.named(occasion.rule.recipients)
        people = [person for person in meant if person.username not in heard]
        heard.update(person.username for person in people)
        if people or not meant:
            yield occasion, people
