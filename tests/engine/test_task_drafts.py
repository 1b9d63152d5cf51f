"""Drafts of a task's form: each person's own, one window never over another unseen, gone with the task."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from engine import repair, runtime, substitutes, task_drafts, tasks
from engine.errors import PlatformError
from engine.model import TaskDraft, TaskState
from engine.model.process_instance import CaseSuspended
from engine.model.task_draft import TaskDraftMoved
from engine.model.user_task import TaskAlreadyClaimed, TaskCancelled, TaskCompleted, TaskDelegated, TaskNotYours
from engine.substitutes import EVERYTHING
from engine.task_drafts import LARGEST_DRAFT, TaskDraftTooLarge
from engine.tasks import TaskNotFound
from engine.verbs import delegating, transferring

TYPED: Mapping[str, object] = {"days": 3, "why": "Việc nhà"}
TYPED_ON: Mapping[str, object] = {"days": 4, "why": "Việc nhà"}


@pytest.fixture
def offered(office: Any, pen: Any) -> Any:
    """A task that is offered to two clerks, of a case that can also go on without it."""
    late = pen.node("boundaryEvent", "late", pen.timer("PT8H"), attachedToRef="check")
    work = pen.user("check", groups='=["VPS/records_clerk"]')
    office.deploy(pen.process("note", pen.start(), work, late, pen.end(), flows="start > check > end\nlate > end"))
    office.start("note", days=1)
    return office.task()


@pytest.fixture
def save(office: Any) -> Callable[..., TaskDraft]:
    """Let somebody type."""

    def typed(task_id: UUID, by: str, values: Mapping[str, object] = TYPED, revision: int = 0) -> TaskDraft:
        draft: TaskDraft = office.write(
            lambda session: task_drafts.save(
                session, task_id, values, revision=revision, by=office.person(session, by), at=office.now
            )
        )
        return draft

    return typed


@pytest.fixture
def seen(office: Any) -> Callable[[UUID, str], Mapping[str, object] | None]:
    """Look at what somebody's form opens with."""

    def look(task_id: UUID, by: str) -> Mapping[str, object] | None:
        with office.session() as session:
            task = tasks.find(session, task_id)
            draft = task_drafts.find(session, task, office.person(session, by))
            return draft.content if draft else None

    return look


def drafts(office: Any) -> int:
    with office.session() as session:
        return session.scalar(select(func.count()).select_from(TaskDraft)) or 0


def test_what_was_typed_is_there_again_and_the_case_knows_nothing_of_it(
    office: Any, offered: Any, save: Any, seen: Any
) -> None:
    before = office.case(offered.instance_id).revision

    draft = save(offered.id, "mai")

    assert (draft.revision, draft.saved_at) == (1, office.now)
    assert seen(offered.id, "mai") == TYPED
    assert office.variables(offered.instance_id)["days"] == 1
    assert office.case(offered.instance_id).revision == before


def test_two_of_a_group_each_have_a_draft_of_their_own(offered: Any, save: Any, seen: Any) -> None:
    save(offered.id, "mai")
    save(offered.id, "quynh", {"days": 9})

    assert seen(offered.id, "mai") == TYPED
    assert seen(offered.id, "quynh") == {"days": 9}


def test_a_substitute_has_a_draft_beside_that_of_the_absent_person(
    office: Any, offered: Any, save: Any, seen: Any
) -> None:
    office.claim(offered.id, "mai")
    save(offered.id, "mai")
    office.write(
        lambda session: substitutes.set_substitute(
            session,
            person=office.person(session, "mai"),
            substitute=office.person(session, "son"),
            first=office.now.date(),
            last=office.now.date(),
            scope=EVERYTHING,
            by=office.person(session, "mai"),
            at=office.now,
        )
    )

    assert seen(offered.id, "son") is None
    save(offered.id, "son", {"days": 7})

    assert seen(offered.id, "mai") == TYPED
    assert seen(offered.id, "son") == {"days": 7}


def test_who_gets_a_task_transferred_does_not_see_what_the_person_before_had_typed(
    office: Any, offered: Any, save: Any, seen: Any
) -> None:
    office.claim(offered.id, "mai")
    save(offered.id, "mai")

    office.write(
        lambda session: transferring.transfer(
            session, offered.id, to="minh", by=office.person(session, "mai"), reason="Nghỉ phép", at=office.now
        )
    )

    assert seen(offered.id, "minh") is None
    with pytest.raises(TaskNotYours):
        save(offered.id, "an")
    save(offered.id, "minh", {"days": 2})
    assert seen(offered.id, "minh") == {"days": 2}


@pytest.mark.parametrize(("username", "refusal"), [("an", TaskNotYours), ("quynh", TaskAlreadyClaimed)])
def test_only_who_may_do_the_task_now_keeps_a_draft_of_it(
    office: Any, offered: Any, save: Any, username: str, refusal: type[PlatformError]
) -> None:
    office.claim(offered.id, "mai")

    with pytest.raises(refusal):
        save(offered.id, username)

    assert drafts(office) == 0


def test_while_somebody_else_works_on_a_task_its_owner_keeps_no_draft(office: Any, offered: Any, save: Any) -> None:
    office.claim(offered.id, "mai")
    office.write(
        lambda session: delegating.delegate(
            session, offered.id, to="minh", by=office.person(session, "mai"), reason="Xem giúp", at=office.now
        )
    )

    with pytest.raises(TaskDelegated):
        save(offered.id, "mai")


def test_nothing_is_kept_while_the_case_is_suspended(office: Any, offered: Any, save: Any) -> None:
    office.write(
        lambda session: repair.suspend(
            session, offered.instance_id, by=office.person(session, "admin"), reason="Chờ", at=office.now
        )
    )

    with pytest.raises(CaseSuspended):
        save(offered.id, "mai")


def test_there_is_no_draft_of_a_task_that_never_was(office: Any, offered: Any, save: Any) -> None:
    with pytest.raises(TaskNotFound):
        save(offered.instance_id, "mai")

    assert drafts(office) == 0


def test_a_window_that_is_behind_does_not_replace_what_another_one_has_saved(
    offered: Any, save: Any, seen: Any
) -> None:
    save(offered.id, "mai")
    save(offered.id, "mai", TYPED_ON, revision=1)

    with pytest.raises(TaskDraftMoved) as refused:
        save(offered.id, "mai", {"days": 5}, revision=1)

    assert refused.value.data["revision"] == 2
    assert seen(offered.id, "mai") == TYPED_ON
    assert save(offered.id, "mai", {"days": 5}, revision=2).revision == 3


def test_what_is_kept_already_may_come_a_second_time_when_the_answer_was_lost(offered: Any, save: Any) -> None:
    save(offered.id, "mai")

    assert save(offered.id, "mai", TYPED, revision=0).revision == 1


def test_two_windows_that_begin_at_once_do_not_both_become_the_first(office: Any, offered: Any, at_once: Any) -> None:
    def typing(days: int) -> Callable[[Any], object]:
        return lambda session: task_drafts.save(
            session, offered.id, {"days": days}, revision=0, by=office.person(session, "mai"), at=office.now
        )

    second = at_once.overtaken(office.session, typing(3), lambda: office.write(typing(4))).exception()

    assert isinstance(second, TaskDraftMoved)


def test_a_draft_thrown_away_is_gone_and_an_old_window_does_not_take_a_new_one_for_it(
    office: Any, offered: Any, save: Any, seen: Any
) -> None:
    save(offered.id, "mai")

    office.write(
        lambda session: task_drafts.discard(
            session, offered.id, revision=1, by=office.person(session, "mai"), at=office.now
        )
    )

    assert seen(offered.id, "mai") is None
    with pytest.raises(TaskDraftMoved):
        save(offered.id, "mai", TYPED_ON, revision=1)
    assert save(offered.id, "mai", TYPED_ON, revision=2).revision == 3


def test_a_draft_that_another_window_has_changed_is_not_thrown_away_unseen(
    office: Any, offered: Any, save: Any, seen: Any
) -> None:
    save(offered.id, "mai")
    save(offered.id, "mai", TYPED_ON, revision=1)

    with pytest.raises(TaskDraftMoved):
        office.write(
            lambda session: task_drafts.discard(
                session, offered.id, revision=1, by=office.person(session, "mai"), at=office.now
            )
        )

    assert seen(offered.id, "mai") == TYPED_ON


def test_a_draft_larger_than_the_limit_is_refused_and_nothing_is_kept(office: Any, offered: Any, save: Any) -> None:
    with pytest.raises(TaskDraftTooLarge):
        save(offered.id, "mai", {"why": "a" * LARGEST_DRAFT})

    assert drafts(office) == 0


def test_with_the_task_everybodys_drafts_of_it_end(office: Any, offered: Any, save: Any) -> None:
    save(offered.id, "mai")
    save(offered.id, "quynh")

    office.complete(offered.id, by="mai", days=3)

    assert drafts(office) == 0
    with pytest.raises(TaskCompleted):
        save(offered.id, "quynh", TYPED_ON, revision=1)
    assert drafts(office) == 0


def test_with_a_task_that_the_case_went_on_without_its_drafts_end(office: Any, offered: Any, save: Any) -> None:
    save(offered.id, "mai")
    office.later(hours=9)

    office.run_jobs()

    assert drafts(office) == 0
    with pytest.raises(TaskCancelled):
        save(offered.id, "mai", TYPED_ON, revision=1)


def test_with_a_cancelled_case_its_drafts_end(office: Any, offered: Any, save: Any) -> None:
    save(offered.id, "mai")

    office.write(
        lambda session: runtime.cancel(session, runtime.lock(session, offered.instance_id), actor=None, at=office.now)
    )

    assert drafts(office) == 0


def test_a_window_that_is_behind_does_not_complete_the_task_either(office: Any, offered: Any, save: Any) -> None:
    save(offered.id, "mai")
    save(offered.id, "mai", TYPED_ON, revision=1)
    before = office.counts()

    def finish(session: Any) -> None:
        task = tasks.lock(session, offered.id)
        outcome = tasks.design_of(session, task).outcome("completed")
        mai = office.person(session, "mai")
        tasks.finish(session, task, outcome, by=mai, variables=TYPED, reason=None, at=office.now, draft_revision=1)

    with pytest.raises(TaskDraftMoved):
        office.write(finish)

    assert office.counts() == before
    assert office.task().state is TaskState.OPEN


@pytest.mark.parametrize(("has_draft", "more"), [(False, 0), (True, 1)])
def test_completing_costs_one_statement_more_where_there_is_a_draft_and_none_elsewhere(
    office: Any,
    offered: Any,
    save: Any,
    has_draft: bool,  # noqa: FBT001
    more: int,
) -> None:
    if has_draft:
        save(offered.id, "mai")
    said: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda *heard: said.append(heard[2]))

    office.complete(offered.id, by="mai")

    assert sum("task_draft" in each for each in said) == more
