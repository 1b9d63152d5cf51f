"""Claiming, releasing, completing: who may, who may not, and what a refusal leaves behind."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import history, inbox, tasks
from engine.errors import PlatformError
from engine.inbox import Tab
from engine.model import Activity, ActivityState, TaskCandidate, TaskState
from engine.model.user_task import TaskAlreadyClaimed, TaskCancelled, TaskCompleted, TaskNotOffered, TaskNotYours
from engine.task_design import UnknownOutcome
from engine.tasks import LONGEST_REASON, TaskNotFound, TaskRefused

OUTCOMES = {
    "outcome.approve": '={label: "Duyệt", style: "main"}',
    "outcome.return": '={label: "Trả lại", style: "warn", reason: true, validates: false}',
    "refuse.days": '=if days > 12 then "Không quá 12 ngày." else null',
    "refuse.kind": '=if kind = null then "Chọn loại nghỉ." else null',
}


@pytest.fixture
def leave(office: Any, pen: Any) -> Any:
    """An office where leave is asked for: written by the starter, approved by one of the clerks."""
    office.deploy(
        pen.process(
            "leave",
            pen.start(),
            pen.user("write", assignee="=starter"),
            pen.user("approve", groups='=["VPS/records_clerk"]', lc=OUTCOMES),
            pen.end("granted"),
            flows="start > write > approve > granted",
        )
    )
    return office


@pytest.fixture
def offered(leave: Any) -> Any:
    """The same office with one task offered to the clerks."""
    leave.start("leave")
    leave.complete(leave.task().id, "minh", days=3, kind="annual")
    return leave


def test_a_clerk_claims_a_task_offered_to_the_clerks(offered: Any) -> None:
    task = offered.task("approve")

    offered.claim(task.id, "mai")

    claimed = offered.task("approve")
    assert claimed.assignee.username == "mai"
    assert claimed.claimed_at == offered.now


def test_claiming_ones_own_task_again_changes_nothing(offered: Any) -> None:
    task = offered.task("approve")
    offered.claim(task.id, "mai")
    first_claimed_at = offered.now
    before = offered.counts()
    offered.later(hours=1)

    offered.claim(task.id, "mai")

    assert offered.task("approve").claimed_at == first_claimed_at
    assert offered.counts() == before


def test_a_task_that_somebody_holds_is_not_claimed_by_another_who_is_told_who_holds_it(offered: Any) -> None:
    task = offered.task("approve")
    offered.claim(task.id, "mai")

    with pytest.raises(TaskAlreadyClaimed) as refusal:
        offered.claim(task.id, "quynh")

    assert refusal.value.data["by"] == "Bùi Mai"
    assert offered.task("approve").assignee.username == "mai"


def test_only_the_group_it_is_offered_to_may_claim_a_task(offered: Any) -> None:
    task = offered.task("approve")

    with pytest.raises(TaskNotYours):
        offered.claim(task.id, "an")


def test_a_claimed_task_leaves_the_groups_list_and_a_released_one_comes_back(offered: Any) -> None:
    task = offered.task("approve")

    def seen(username: str, tab: Tab) -> list[str]:
        with offered.session() as session:
            person = offered.person(session, username)
            return [each.element_id for each in inbox.tasks_of(session, person, tab=tab, at=offered.now)]

    assert (seen("mai", Tab.UNIT), seen("quynh", Tab.UNIT), seen("an", Tab.UNIT)) == (["approve"], ["approve"], [])

    offered.claim(task.id, "mai")
    assert (seen("mai", Tab.MINE), seen("mai", Tab.UNIT), seen("quynh", Tab.UNIT)) == (["approve"], [], [])

    offered.release(task.id, "mai")
    assert (seen("mai", Tab.MINE), seen("mai", Tab.UNIT), seen("quynh", Tab.UNIT)) == ([], ["approve"], ["approve"])


def test_only_who_holds_a_task_may_release_it(offered: Any) -> None:
    task = offered.task("approve")
    offered.claim(task.id, "mai")

    with pytest.raises(TaskNotYours):
        offered.release(task.id, "quynh")


def test_a_task_given_to_one_person_has_no_group_to_go_back_to(leave: Any) -> None:
    leave.start("leave")

    with pytest.raises(TaskNotOffered):
        leave.release(leave.task("write").id, "minh")


def test_a_member_of_the_group_may_complete_without_claiming_and_holds_the_task_then(offered: Any) -> None:
    task = offered.task("approve")

    done = offered.complete(task.id, "quynh", "approve", days=3)

    assert (done.state, done.outcome) == (TaskState.COMPLETED, "approve")
    assert done.assignee_id == done.completed_by_id
    assert offered.case(task.instance_id).end_element_id == "granted"


@pytest.mark.parametrize("username", ["an", "minh", "admin", "bao"])
def test_completing_a_task_of_somebody_else_stores_nothing(offered: Any, username: str) -> None:
    task = offered.task("approve")
    before = offered.counts()

    with pytest.raises(TaskNotYours):
        offered.complete(task.id, username, "approve")

    assert offered.counts() == before
    assert offered.task("approve").id == task.id


def test_a_task_that_a_colleague_holds_is_not_completed_by_the_group(offered: Any) -> None:
    task = offered.task("approve")
    offered.claim(task.id, "mai")
    before = offered.counts()

    with pytest.raises(TaskAlreadyClaimed):
        offered.complete(task.id, "quynh", "approve")

    assert offered.counts() == before


def test_who_comes_second_is_told_who_completed_the_task_and_when(offered: Any) -> None:
    task = offered.task("approve")
    offered.complete(task.id, "mai", "approve")
    completed_at = offered.now
    offered.later(minutes=5)
    before = offered.counts()

    with pytest.raises(TaskCompleted) as refusal:
        offered.complete(task.id, "quynh", "approve")

    assert refusal.value.data["by"] == "Bùi Mai"
    assert refusal.value.data["at"] == completed_at
    assert offered.counts() == before


def test_a_task_that_the_case_went_on_without_is_refused_as_cancelled(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "request",
            pen.start(),
            pen.user("answer", assignee="=starter"),
            pen.node("boundaryEvent", "too_late", pen.timer("P1D"), attachedToRef="answer"),
            pen.end("answered"),
            pen.end("expired"),
            flows="start > answer > answered\ntoo_late > expired",
        )
    )
    office.start("request")
    task = office.task()
    office.later(days=1)
    office.run_jobs()

    with pytest.raises(TaskCancelled) as refusal:
        office.complete(task.id, "minh")

    assert refusal.value.data["at"] == office.now


def test_an_outcome_that_needs_a_reason_is_refused_without_one(offered: Any) -> None:
    task = offered.task("approve")
    before = offered.counts()

    with pytest.raises(TaskRefused) as refusal:
        offered.complete(task.id, "mai", "return", reason="  \n ")

    assert refusal.value.errors == {"reason": [("Nhập lý do.", "Enter the reason.")]}
    assert offered.counts() == before


def test_the_reason_is_kept_with_the_task_the_activity_and_the_variables(offered: Any) -> None:
    task = offered.task("approve")

    done = offered.complete(task.id, "mai", "return", reason="  Thiếu ngày đi. ")

    assert done.reason == "Thiếu ngày đi."
    assert offered.variables(task.instance_id)["reason"] == "Thiếu ngày đi."
    with offered.session() as session:
        activity = session.scalars(select(Activity).where(Activity.element_id == "approve")).one()
        assert (activity.outcome, activity.reason) == ("return", "Thiếu ngày đi.")
        assert activity.state is ActivityState.COMPLETED


def test_a_reason_longer_than_the_limit_is_refused_and_one_as_long_is_not(offered: Any) -> None:
    task = offered.task("approve")

    with pytest.raises(TaskRefused) as refusal:
        offered.complete(task.id, "mai", "return", reason="x" * (LONGEST_REASON + 1))

    assert list(refusal.value.errors) == ["reason"]
    assert len(offered.complete(task.id, "mai", "return", reason="x" * LONGEST_REASON).reason) == LONGEST_REASON


def test_every_wrong_field_is_named_at_once(offered: Any) -> None:
    task = offered.task("approve")
    before = offered.counts()

    with pytest.raises(TaskRefused) as refusal:
        offered.complete(task.id, "mai", "approve", days=40, kind=None)

    said = {field: [each.vi for each in sentences] for field, sentences in refusal.value.errors.items()}
    assert said == {"days": ["Không quá 12 ngày."], "kind": ["Chọn loại nghỉ."]}
    assert offered.counts() == before


def test_an_outcome_that_does_not_validate_is_not_held_up_by_wrong_fields(offered: Any) -> None:
    task = offered.task("approve")

    offered.complete(task.id, "mai", "return", reason="Thiếu hồ sơ", days=40)

    assert offered.open_tasks() == []


def test_an_outcome_that_the_diagram_does_not_name_is_refused(offered: Any) -> None:
    task = offered.task("approve")
    before = offered.counts()

    with pytest.raises(UnknownOutcome):
        offered.complete(task.id, "mai", "burn")

    assert offered.counts() == before


def test_a_task_that_never_was_is_not_found(office: Any) -> None:
    with pytest.raises(TaskNotFound):
        office.complete(UUID(int=1), "mai")


def test_the_offers_of_a_task_are_gone_when_it_is_over(offered: Any) -> None:
    def offers() -> list[str]:
        with offered.session() as session:
            return list(session.scalars(select(TaskCandidate.key)))

    assert offers() == ["VPS/records_clerk"]

    offered.complete(offered.task("approve").id, "mai", "approve")

    assert offers() == []


def test_a_task_may_be_offered_to_people_by_name(office: Any, pen: Any) -> None:
    office.deploy(pen.process("ask", pen.start(), pen.user("answer", users='=["lan", "an"]'), flows="start > answer"))
    office.start("ask")
    task = office.task()

    with pytest.raises(TaskNotYours):
        office.claim(task.id, "mai")
    office.claim(task.id, "an")

    assert office.task().assignee.username == "an"


def test_may_i_is_answered_before_it_is_tried(offered: Any) -> None:
    task_id = offered.task("approve").id

    def answer(username: str) -> type[PlatformError] | None:
        with offered.session() as session:
            refusal = tasks.why_not(
                session, tasks.find(session, task_id), offered.person(session, username), offered.now
            )
            return type(refusal) if refusal else None

    assert (answer("mai"), answer("an")) == (None, TaskNotYours)
    offered.claim(task_id, "mai")
    assert (answer("mai"), answer("quynh")) == (None, TaskAlreadyClaimed)
    offered.complete(task_id, "mai", "approve")
    assert answer("mai") is TaskCompleted


def test_the_next_task_says_who_sent_it(offered: Any) -> None:
    assert offered.task("approve").sender.username == "minh"


def test_what_people_did_stands_in_the_history_with_their_name_and_the_label_of_the_button(offered: Any) -> None:
    task = offered.task("approve")
    offered.claim(task.id, "mai")
    offered.release(task.id, "mai")
    offered.complete(task.id, "quynh", "approve")

    with offered.session() as session:
        entries = [
            (entry.kind, entry.actor.username if entry.actor else None, entry.data.get("outcome_label"))
            for entry in history.of_case(session, offered.case(task.instance_id))
        ]

    assert entries == [
        ("case.started", "minh", None),
        ("task.opened", None, None),
        ("task.completed", "minh", "Hoàn thành"),
        ("task.opened", None, None),
        ("task.claimed", "mai", None),
        ("task.released", "mai", None),
        ("task.completed", "quynh", "Duyệt"),
        ("case.ended", None, None),
    ]


def test_papers_that_a_step_requires_must_be_there(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "submit",
            pen.start(),
            pen.user("write", assignee="=starter", lc={"papers": "edit", "papers_required": "2"}),
            flows="start > write",
        )
    )
    case = office.start("submit")
    office.add_paper(case.id, "mot.pdf")

    with pytest.raises(TaskRefused) as refusal:
        office.complete(office.task().id, "minh")
    office.add_paper(case.id, "hai.pdf")
    office.complete(office.task().id, "minh")

    assert refusal.value.errors["papers"][0].en == "Upload at least 2 paper(s)."
    assert office.open_tasks() == []


def test_priority_zero_is_a_priority(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "calm",
            pen.start(),
            pen.user("zero", assignee="=starter", priority="=0"),
            pen.user("usual", assignee="=starter"),
            flows="start > zero > usual",
        )
    )
    office.start("calm")

    first = office.task().priority
    office.complete(office.task().id, "minh")

    assert (first, office.task().priority) == (0, 50)


def test_a_due_time_counts_from_the_moment_the_task_opens(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "timely",
            pen.start(),
            pen.user("one", assignee="=starter"),
            pen.user("two", assignee="=starter", due='=duration("PT4H")'),
            flows="start > one > two",
        )
    )
    office.start("timely")
    office.later(hours=3)

    office.complete(office.task().id, "minh")

    assert office.task().due_at == office.now + timedelta(hours=4)
