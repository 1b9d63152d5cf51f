"""Cancelling by the starter (rút hồ sơ): who started a case ends it, with a reason, while nothing binding was done.

Nothing is deleted: the case is over, cancelled, and whoever saw it still does.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine import activities, repair, runtime, signing
from engine.errors import Conflict, Forbidden, NotFound
from engine.model import Activity, ActivityState, Person, ProcessInstance
from engine.process_design import NEVER
from engine.repair import Repair
from engine.verbs import wordings
from engine.verbs.answers import Answer, Verb
from engine.verbs.course import is_done_by_somebody


class NotTheStarter(Forbidden):
    """Only who started the case cancels it this way."""

    code = "case.not_the_starter"


class CancellingForbidden(Forbidden):
    """The process does not let its starters cancel."""

    code = "case.cancelling_forbidden"


class TooFarToCancel(Conflict):
    """The case has passed the step up to which its starter may cancel; `step` names what stands against it."""

    code = "case.too_far_to_cancel"


class SignedAlready(Conflict):
    """Somebody has signed: what is signed is not cancelled by its starter."""

    code = "case.signed_already"


def may_cancel(session: Session, instance: ProcessInstance, by: Person) -> Answer:
    """Answer whether `by` may cancel the case that they started."""
    try:
        _must(session, instance, by)
    except (Conflict, Forbidden, NotFound) as refusal:
        return Answer(Verb.CANCEL, refusal)
    return Answer(Verb.CANCEL)


def cancel(session: Session, instance_id: UUID, *, by: Person, reason: str, at: datetime) -> ProcessInstance:
    """Cancel a case with everything open in it and in the cases it called.

    Refuses with `NotTheStarter`, `CaseOver`, `CaseSuspended`, `CallerWaits`, `CancellingForbidden`, `TooFarToCancel`,
    `SignedAlready`, `WordsMissing`, `WordsTooLong`.
    """
    instance = runtime.lock(session, instance_id)
    _must(session, instance, by)
    runtime.cancel(session, instance, actor=by, at=at, reason=wordings.needed(reason))
    return instance


def _must(session: Session, instance: ProcessInstance, by: Person) -> None:
    if instance.started_by_id != by.id or instance.parent_id is not None:
        raise NotTheStarter(business_key=instance.business_key)
    instance.must_run()
    repair.standing_of(session, instance).must(Repair.CANCEL)
    rows = activities.of_case(session, instance)
    if _only_begun(rows, by):
        return
    until = runtime.loaded(session, instance).design.cancel_until
    if until == NEVER:
        raise CancellingForbidden(business_key=instance.business_key)
    if until:
        passed = next((row for row in rows if row.element_id == until and row.state is ActivityState.COMPLETED), None)
        if passed is not None:
            raise TooFarToCancel(business_key=instance.business_key, step=passed.name)
        return
    _must_not_bind(session, instance, rows)


def _only_begun(rows: Sequence[Activity], by: Person) -> bool:
    """Tell whether nobody but the starter has completed a step, and no machine has."""
    done = [row for row in rows if row.state is ActivityState.COMPLETED]
    return all(row.person_id == by.id for row in done if is_done_by_somebody(row)) and not _by_machine(done)


def _by_machine(rows: Sequence[Activity]) -> list[Activity]:
    return [row for row in rows if row.element_kind in {"serviceTask", "sendTask"}]


def _must_not_bind(session: Session, instance: ProcessInstance, rows: Sequence[Activity]) -> None:
    """Refuse when somebody has signed or a job is done: a number given, something sent."""
    if signing.valid_of_case(session, instance):
        raise SignedAlready(business_key=instance.business_key)
    done = _by_machine([row for row in rows if row.state is ActivityState.COMPLETED])
    if done:
        raise TooFarToCancel(business_key=instance.business_key, step=done[0].name)
