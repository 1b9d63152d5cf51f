"""What people do with tasks: claim, release, complete; and whether they may."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from engine import arrivals, consultations, definitions, directory, history, papers, runtime, signing
from engine.activities import Deed
from engine.errors import Conflict, Forbidden, Invalid, NotFound, PlatformError
from engine.feel import Environment
from engine.locking import lock_families
from engine.model import GroupKeys, InPlaceOf, Person, ProcessInstance, TaskCandidate, TaskDraft, UserTask
from engine.model.task_draft import TaskDraftMoved
from engine.runtime import OFFICE_ZONE, Variables
from engine.task_design import Outcome, TaskDesign
from engine.wording import Bilingual

LONGEST_REASON = 2000
Errors = dict[str, list[Bilingual]]

_LOCKED = (
    select(UserTask)
    .join(UserTask.instance)
    .where(UserTask.id == bindparam("task_id"))
    .options(contains_eager(UserTask.instance).undefer(ProcessInstance.state_text))
    .execution_options(populate_existing=True)
)

REASON_MISSING = Bilingual("Nhập lý do.", "Enter the reason.")
REASON_TOO_LONG = Bilingual(
    f"Lý do dài quá {LONGEST_REASON} ký tự.", f"The reason is longer than {LONGEST_REASON} characters."
)


class TaskNotFound(NotFound):
    """There is no such task, or it is not for this person to know of."""

    code = "task.not_found"


class TaskRefused(Invalid):
    """The task cannot be completed with these values; `errors` holds sentences by field."""

    code = "task.refused"

    def __init__(self, errors: Mapping[str, list[Bilingual]]) -> None:
        super().__init__("; ".join(f"{field}: {said[0].en}" for field, said in errors.items()))
        self.errors = dict(errors)


def find(session: Session, task_id: UUID) -> UserTask:
    """Return a task to read, with its case and people; refuses with `TaskNotFound`."""
    task = session.scalar(
        select(UserTask)
        .where(UserTask.id == task_id)
        .options(
            joinedload(UserTask.instance).options(
                undefer(ProcessInstance.state_text), joinedload(ProcessInstance.definition)
            ),
            joinedload(UserTask.assignee),
            joinedload(UserTask.sender),
            joinedload(UserTask.completed_by),
        )
    )
    if task is None:
        raise TaskNotFound(task_id=task_id)
    return task


def lock(session: Session, task_id: UUID) -> UserTask:
    """Return a task with its case locked for a step, both as they stand now; refuses with `TaskNotFound`."""
    lock_families(session, select(UserTask.instance_id).where(UserTask.id == task_id))
    task = session.scalar(_LOCKED, {"task_id": task_id})
    if task is None:
        raise TaskNotFound(task_id=task_id)
    return task


def groups_of(session: Session, person: Person, at: datetime) -> GroupKeys:
    """Return the group keys that hold for a person at this moment, and beside them whom the person stands in for."""
    return directory.current(session, on=at.astimezone(OFFICE_ZONE).date()).keys_of(person.id)


def why_not(session: Session, task: UserTask, person: Person, at: datetime) -> PlatformError | None:
    """Return what stands against the person completing the task, `None` when nothing does."""
    try:
        must_be_completable(session, task, person, at)
    except (Conflict, Forbidden) as refusal:
        return refusal
    return None


def must_be_completable(session: Session, task: UserTask, person: Person, at: datetime) -> None:
    """Refuse as `must_be_doable_by` does, and with `TaskDelegated` while somebody works on the task for its owner."""
    if task.owner_id == person.id:
        task.must_be_open()
        task.must_not_be_delegated()
    task.must_be_doable_by(person, groups_of(session, person, at))
    task.must_not_be_delegated()


def claim(session: Session, task_id: UUID, *, by: Person, at: datetime) -> UserTask:
    """Make `by` the assignee of a task offered to a group (nhận việc)."""
    task, groups = lock(session, task_id), groups_of(session, by, at)
    was_free, absent = task.assignee_id is None, task.in_place_of(by, groups)
    task.claim(by, groups, at)
    if was_free:
        said = {"element": task.element_id, **history.in_whose_place(absent)}
        history.record(session, task.instance, "task.claimed", at=at, actor_id=by.id, **said)
    _involve_substitute(session, task, by, absent)
    return task


def release(session: Session, task_id: UUID, *, by: Person, at: datetime) -> UserTask:
    """Give a claimed task back to its group (trả việc về nhóm)."""
    task, groups = lock(session, task_id), groups_of(session, by, at)
    said = {"element": task.element_id, **history.in_whose_place(task.in_place_of(by, groups))}
    task.release(by, groups)
    history.record(session, task.instance, "task.released", at=at, actor_id=by.id, **said)
    return task


def _involve_substitute(session: Session, task: UserTask, by: Person, absent: InPlaceOf | None) -> None:
    """Let who has acted for somebody absent know of the case from now on, as that person does."""
    if absent is not None:
        arrivals.involve(session, task.instance, [arrivals.person_key(by.id)])


def design_of(session: Session, task: UserTask) -> TaskDesign:
    """Return what the diagram says about the task."""
    return definitions.load(session, task.instance.definition_id).tasks[task.element_id]


def complete(
    session: Session,
    task_id: UUID,
    *,
    by: Person,
    outcome: str,
    variables: Variables,
    reason: str | None = None,
    at: datetime,
) -> UserTask:
    """Complete a task as `by` and run its case on to the next wait states.

    Refuses with `TaskNotFound`, `Forbidden`, `Conflict` (who and when), `TaskRefused` (every wrong field at once); then
    nothing is stored. What the outcome says about signatures happens in the same transaction.
    """
    task = lock(session, task_id)
    must_be_completable(session, task, by, at)
    design = design_of(session, task)
    chosen = design.outcome(outcome)
    reason = (reason or "").strip() or None
    errors = refusals(session, task, chosen, variables, reason=reason, at=at)
    if errors:
        raise TaskRefused(errors)
    finish(session, task, chosen, by=by, variables=variables, reason=reason, at=at)
    return task


def refusals(
    session: Session,
    task: UserTask,
    outcome: Outcome,
    variables: Variables,
    *,
    reason: str | None,
    at: datetime,
) -> Errors:
    """Return every reason, by field, why a locked task cannot end this way with these values."""
    errors: Errors = {}
    if outcome.needs_reason and not reason:
        errors["reason"] = [REASON_MISSING]
    elif reason is not None and len(reason) > LONGEST_REASON:
        errors["reason"] = [REASON_TOO_LONG]
    if not outcome.validates:
        return errors
    design = design_of(session, task)
    required = design.papers_required
    if required and len(papers.of_case(session, task.instance)) < required:
        errors["papers"] = [
            Bilingual(f"Tải lên ít nhất {required} tệp văn bản.", f"Upload at least {required} paper(s)."),
        ]
    run = runtime.held(session, task.instance, at)
    scope = {**run.variables_at(task.token_id), **variables, "outcome": outcome.key}
    surroundings = runtime.environment_of(session, task.instance, at)
    return errors | _said_by_diagram(design, scope, surroundings)


def _said_by_diagram(design: TaskDesign, scope: Variables, environment: Environment) -> Errors:
    errors: Errors = {}
    for field, expression in design.refusals.items():
        sentence = expression.evaluate(scope, environment)
        if isinstance(sentence, str):
            errors.setdefault(field.partition("#")[0], []).append(Bilingual(sentence, sentence))
    return errors


def finish(
    session: Session,
    task: UserTask,
    outcome: Outcome,
    *,
    by: Person,
    variables: Variables,
    reason: str | None,
    at: datetime,
    draft_revision: int | None = None,
) -> None:
    """Complete a locked and checked task: signatures, history, the step of its case.

    Refuses with `TaskDraftMoved` when `by` has a draft of another revision than the one named.
    """
    instance = task.instance
    _end_drafts(session, task, by, draft_revision)
    absent = task.in_place_of(by, groups_of(session, by, at))
    if outcome.signs is not None:
        people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
        signing.sign(session, task, people, kind=outcome.signs, by=by, at=at, in_place_of=absent)
    if outcome.voids_signatures:
        signing.void_all(session, instance, reason=reason or "", at=at)
        instance.document_version += 1
    task.complete(by, outcome.key, reason, at, in_place_of=absent)
    _involve_substitute(session, task, by, absent)
    if task.open_questions:
        consultations.close(session, instance, [task.id], at=at)
    if task.is_offered:
        session.execute(delete(TaskCandidate).where(TaskCandidate.task_id == task.id))
    history.record(
        session,
        instance,
        "task.completed",
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        outcome=outcome.key,
        outcome_label=outcome.label,
        reason=reason,
        **history.in_whose_place(absent),
    )
    deed = Deed(
        task.token_id, by.id, task.unit_code, outcome.key, reason, task.step, absent.person_id if absent else None
    )
    with runtime.step(session, instance, actor=by, at=at, deed=deed) as run:
        run.complete(
            task.token_id, {**variables, "outcome": outcome.key, "reason": reason, "completed_by": by.username}
        )


def _end_drafts(session: Session, task: UserTask, by: Person, revision: int | None) -> None:
    """Remove everybody's drafts of the task, unless a window that `by` has open elsewhere saved one since."""
    if not task.has_drafts:
        return
    removed = session.execute(
        delete(TaskDraft)
        .where(TaskDraft.task_id == task.id)
        .returning(TaskDraft.person_id, TaskDraft.revision, TaskDraft.saved_at)
        .execution_options(synchronize_session=False)
    ).all()
    own = next((draft for draft in removed if draft.person_id == by.id), None)
    if revision is not None and own is not None and own.revision != revision:
        raise TaskDraftMoved(revision=own.revision, at=own.saved_at)
