"""Going back: what a case would do on its way back to a step, and doing it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import activities, runtime
from engine.bpmn import Run
from engine.model import Activity, ProcessInstance, Signature, TaskState, UserTask
from engine.verbs.course import Course, is_one_of_a_list


@dataclass(frozen=True, slots=True)
class Leap:
    """The way back to one step: where a token goes, which go for it, what is undone.

    `scope_id` is the scope the token goes to; `item` the place in a list, counted from 0; with `repeats` the whole that
    runs takes it up again. `gone` are the tokens that end, `joins` what is taken back from a join that waits.
    """

    element_id: str
    scope_id: str | None
    item: int | None
    repeats: str | None
    gone: tuple[str, ...]
    joins: tuple[tuple[str, tuple[str, ...]], ...]
    undone: tuple[Activity, ...]


def course_of(session: Session, instance: ProcessInstance, run: Run) -> Course:
    """Return the course of a case from its activities and its live tokens."""
    return Course(runtime.loaded(session, instance).model, activities.of_case(session, instance), run.tokens())


def leap_to(course: Course, row: Activity, scope_id: str | None, ahead: Callable[[str], frozenset[str]]) -> Leap | None:
    """Return the way back to a step that was passed, within a live scope around it; None where there is none.

    `ahead` says what of that scope is undone with an element.
    """
    chain = course.chain(row)
    top, whole = course.within(chain, scope_id), course.row_of(scope_id or "")
    if top is None:
        return None
    place = chain.index(top)
    if is_one_of_a_list(top) and whole is not None:
        return _again_in(course, top, whole) if course.repeats_a_list(whole) else None
    target, item = _entrance(course, chain[: place + 1])
    passed = ahead(top.element_id)
    later = [each for each in course.in_scope(scope_id) if each.id > top.id and each.element_id in passed]
    first = _ones_again(course, chain[: place + 1], item) if item is not None else [top]
    began = {each.token_id for each in later}
    return Leap(
        element_id=target.element_id,
        scope_id=scope_id,
        item=item,
        repeats=None,
        gone=tuple(each.token_id for each in course.live_in(scope_id) if each.token_id in began),
        joins=(),
        undone=tuple(course.inside([*first, *later])),
    )


def _again_in(course: Course, top: Activity, whole: Activity) -> Leap:
    """Return the way back to one of a running multi-instance."""
    counter = top.loop_counter or 1
    undone = [each for each in course.in_scope(whole.token_id) if course.comes_again(each, counter)]
    inside = tuple(course.inside(undone))
    return Leap(top.element_id, whole.parent_token_id, counter - 1, whole.token_id, (), (), inside)


def _ones_again(course: Course, chain: Sequence[Activity], item: int) -> list[Activity]:
    return [each for each in course.in_scope(chain[-1].token_id) if course.comes_again(each, item + 1)]


def _entrance(course: Course, chain: Sequence[Activity]) -> tuple[Activity, int | None]:
    """Return where a token is put so that it comes to the innermost step of a chain, as near as the engine lets it.

    One of a list that is over is taken up at its place; a repeated sub-process from its beginning, and so is one whose
    inner branches would wait for one another.
    """
    top = chain[-1]
    if len(chain) > 1 and course.repeats_a_list(top):
        return top, (chain[-2].loop_counter or 1) - 1
    is_plain = not any(_is_repeated(course, each) for each in chain)
    if is_plain and all(course.ways.ends_alone(each.element_id) for each in chain[:-1]):
        return chain[0], None
    return top, None


def _is_repeated(course: Course, row: Activity) -> bool:
    return course.model.elements[row.element_id].multi_instance is not None


def do(run: Run, leap: Leap) -> None:
    """Put the token where the leap says and end those that go for it; refuses with `MoveRefused`."""
    for box, flows in leap.joins:
        run.leave_join(box, flows)
    if leap.repeats is not None and leap.item is not None:
        run.repeat_item(leap.repeats, leap.item)
    else:
        run.activate(leap.element_id, scope_token_id=leap.scope_id, item=leap.item, instead_of=leap.gone)


class Consequences:
    """What follows from ways back of one case; asks the database once, however many ways there are."""

    def __init__(self, session: Session, instance: ProcessInstance) -> None:
        self._session, self._instance = session, instance

    def voided_by(self, leap: Leap) -> list[Signature]:
        """Return the valid signatures that were given at steps which are undone, in the order of the steps."""
        given = {token_id: signature for signature, token_id in self._signatures}
        return [given[row.token_id] for row in leap.undone if row.token_id in given]

    def ended_by(self, leap: Leap) -> list[UserTask]:
        """Return the open tasks that end with the tokens which go, oldest first."""
        tokens = {row.token_id for row in leap.undone}
        return [task for task in self._open_tasks if task.token_id in tokens]

    def cases_called(self, leap: Leap) -> list[ProcessInstance]:
        """Return the living cases that were called at what is undone."""
        tokens = {row.token_id for row in leap.undone if row.element_kind == "callActivity"}
        return [case for case in self._called if case.parent_token_id in tokens] if tokens else []

    @cached_property
    def _signatures(self) -> Sequence[tuple[Signature, str]]:
        valid = (
            select(Signature, UserTask.token_id)
            .join(UserTask, Signature.task_id == UserTask.id)
            .where(Signature.instance_id == self._instance.id, Signature.voided_at.is_(None))
            .options(joinedload(Signature.signer))
        )
        return [(signature, token_id) for signature, token_id in self._session.execute(valid)]

    @cached_property
    def _open_tasks(self) -> Sequence[UserTask]:
        return open_tasks(self._session, self._instance)

    @cached_property
    def _called(self) -> Sequence[ProcessInstance]:
        living = select(ProcessInstance).where(
            ProcessInstance.parent_id == self._instance.id, ProcessInstance.ended_at.is_(None)
        )
        return self._session.scalars(living.order_by(ProcessInstance.business_key)).all()


def open_tasks(session: Session, instance: ProcessInstance) -> Sequence[UserTask]:
    """Return the open tasks of a case with their holders, oldest first."""
    opened = (
        select(UserTask)
        .where(UserTask.instance_id == instance.id, UserTask.state == TaskState.OPEN)
        .order_by(UserTask.created_at, UserTask.id)
        .options(joinedload(UserTask.assignee))
    )
    return session.scalars(opened).all()


def opened_since(
    session: Session, instance: ProcessInstance, known: Sequence[UserTask], element_id: str
) -> UserTask | None:
    """Return the one task that was opened at an element since those were open; None when there are several, or none."""
    before = {task.id for task in known}
    fresh = [task for task in open_tasks(session, instance) if task.id not in before and task.element_id == element_id]
    return fresh[0] if len(fresh) == 1 else None
