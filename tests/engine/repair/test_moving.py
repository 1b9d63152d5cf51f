"""Tokens moved by an operator: shown beforehand as it will be, then all or nothing."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import activities, repair, signing
from engine.bpmn import WaitKind
from engine.model import (
    ActivityState,
    CaseOver,
    InstanceState,
    JobState,
    ProcessInstance,
    Subscription,
    TaskState,
    UserTask,
)
from engine.repair import CaseChanged, MovesRefused, OperationsForbidden
from engine.repair.standing import ReasonMissing

SIGN = {
    "outcome.sign": '={label: "Ký", style: "main", signs: "sign"}',
    "outcome.return": '={label: "Trả lại", reason: true}',
}


@pytest.fixture
def letter(office: Any, pen: Any) -> Any:
    """A letter that is written, signed by two people and sent; either may return it."""
    late = pen.node("boundaryEvent", "late", pen.timer("PT8H"), attachedToRef="approve", cancelActivity="false")
    office.deploy(
        pen.process(
            "letter",
            pen.start(),
            pen.user("write", assignee="minh"),
            pen.user("initial", assignee="thu", lc=SIGN),
            pen.user("approve", assignee="bao", due='=duration("P1D")', lc=SIGN),
            late,
            pen.service("send", "send_letter"),
            pen.end(),
            pen.end("late_noted"),
            pen.node("exclusiveGateway", "is_fine", default="is_fine_to_approve"),
            pen.node("exclusiveGateway", "is_approved", default="is_approved_to_send"),
            flows="start > write > initial > is_fine > approve > is_approved > send > end\n"
            'is_fine > write : =outcome = "return"\nis_approved > write : =outcome = "return"\nlate > late_noted',
        )
    )
    return office


def written(office: Any, *signers: str) -> Any:
    """Start a letter, write it, and let people sign it in turn."""
    case = office.start("letter")
    office.add_paper(case.id)
    office.complete(office.task("write").id, "minh")
    for signer in signers:
        office.later(minutes=10)
        office.complete(office.open_tasks()[0].id, signer, "sign")
    return case


def signers(office: Any, case: Any) -> list[str]:
    """Return whose signatures are valid."""
    with office.session() as session:
        return [each.signer.username for each in signing.valid_of_case(session, case)]


def test_the_preview_says_what_ends_and_what_opens_at_whom(letter: Any, operator: Any) -> None:
    case = written(letter, "thu")
    before = letter.counts()

    preview = operator.preview(case.id, ("approve", "write"))

    assert [(each.kind, each.element_id, each.what) for each in preview.over] == [
        (WaitKind.USER_TASK, "approve", "Phạm Bảo"),
        (WaitKind.TIMER, "late", ""),
    ]
    assert [(each.kind, each.name, each.what) for each in preview.opened] == [
        (WaitKind.USER_TASK, "Việc write", "Ngô Minh")
    ]
    assert [each.signer.username for each in preview.voided] == ["thu"]
    assert (preview.refusals, preview.ends_case, preview.thrown) == ([], False, [])
    assert letter.counts() == before


def test_the_preview_shows_deadlines_and_jobs_that_would_begin(letter: Any, operator: Any) -> None:
    case = letter.start("letter")

    ahead = operator.preview(case.id, ("write", "approve"))
    farther = operator.preview(case.id, ("write", "send"))

    assert {each.element_id: each.due_at is not None for each in ahead.opened} == {"approve": True, "late": True}
    assert [(each.kind, each.what) for each in farther.opened] == [(WaitKind.JOB, "send_letter")]


def test_what_was_previewed_happens(letter: Any, operator: Any) -> None:
    case = written(letter, "thu")
    preview = operator.preview(case.id, ("approve", "write"))

    operator.move(case.id, ("approve", "write"), revision=preview.revision)

    task = letter.task()
    assert (task.element_id, task.assignee.username, task.sender.username) == ("write", "minh", "admin")
    assert [job.state for job in letter.jobs()] == [JobState.CANCELLED]
    with letter.session() as session:
        states = dict(session.execute(select(UserTask.element_id, UserTask.state).where(UserTask.id != task.id)).all())
    assert states["approve"] is TaskState.CANCELLED


def test_the_history_says_from_where_to_where_and_why(letter: Any, operator: Any) -> None:
    case = written(letter)

    operator.move(case.id, ("initial", "approve"))

    assert operator.last(case.id, "tokens.moved").data == {
        "moves": [{"from": "initial", "from_name": "Việc initial", "to": "approve", "to_name": "Việc approve"}],
        "reason": "Chờ đối chiếu số liệu",
    }


def test_signatures_given_from_the_target_on_become_void(letter: Any, operator: Any) -> None:
    case = written(letter, "thu", "bao")

    operator.move(case.id, ("send", "approve"))

    assert signers(letter, case) == ["thu"]
    assert operator.last(case.id, "signatures.voided").data["count"] == 1


def test_going_back_to_the_start_undoes_every_signature(letter: Any, operator: Any) -> None:
    case = written(letter, "thu", "bao")

    operator.move(case.id, ("send", "write"))

    assert signers(letter, case) == []


def test_going_ahead_leaves_signatures_alone(letter: Any, operator: Any) -> None:
    case = written(letter, "thu")

    assert operator.preview(case.id, ("approve", "send")).voided == []
    operator.move(case.id, ("approve", "send"))

    assert signers(letter, case) == ["thu"]
    assert "signatures.voided" not in {entry.kind for entry in operator.history(case.id)}


def test_a_step_done_over_again_asks_again_who_it_is_for(letter: Any, operator: Any) -> None:
    case = written(letter)
    old = letter.task("initial")

    operator.move(case.id, ("initial", "initial"))

    assert letter.task("initial").id != old.id


def test_moving_to_the_end_ends_the_case(letter: Any, operator: Any) -> None:
    case = letter.start("letter")

    assert operator.preview(case.id, ("write", "end")).ends_case
    operator.move(case.id, ("write", "end"))

    assert letter.case(case.id).state is InstanceState.ENDED


def test_a_preview_that_is_no_longer_true_is_not_carried_out(letter: Any, operator: Any) -> None:
    case = letter.start("letter")
    preview = operator.preview(case.id, ("write", "approve"))
    letter.complete(letter.task("write").id, "minh")
    before = letter.counts()

    with pytest.raises(CaseChanged):
        operator.move(case.id, ("write", "approve"), revision=preview.revision)

    assert letter.counts() == before


def test_of_several_moves_none_happens_when_one_is_refused(letter: Any, operator: Any) -> None:
    case = written(letter, "thu")
    before = letter.counts()

    with pytest.raises(MovesRefused) as refused:
        operator.move(case.id, ("approve", "write"), (None, "late"), (None, "nowhere"))

    assert [reason.vi.partition(":")[0] for reason in refused.value.reasons] == [
        "Không chuyển được đến “late”",
        "Sơ đồ của hồ sơ này không có bước “nowhere”.",
    ]
    assert letter.counts() == before
    assert letter.task().element_id == "approve"
    letter.complete(letter.task().id, "bao", "sign")


def test_the_preview_tells_every_refusal_and_promises_nothing(letter: Any, operator: Any) -> None:
    case = letter.start("letter")

    preview = operator.preview(case.id, ("send", "write"), (None, "start"), (None, None))

    assert len(preview.refusals) == 3
    assert preview.opened == []
    assert "tải lại trang" in preview.refusals[0].vi


def test_an_armed_event_is_not_moved_by_itself(letter: Any, operator: Any) -> None:
    case = written(letter, "thu")

    with pytest.raises(MovesRefused) as refused:
        operator.move(case.id, ("late", "write"))

    assert "đi theo bước đó" in refused.value.reasons[0].vi


def test_only_operators_preview_and_move(letter: Any, clerk: Any) -> None:
    case = letter.start("letter")
    before = letter.counts()

    with pytest.raises(OperationsForbidden):
        clerk.preview(case.id, ("write", "approve"))
    with pytest.raises(OperationsForbidden):
        clerk.move(case.id, ("write", "approve"))

    assert letter.counts() == before


def test_a_move_needs_a_reason_and_a_case_that_is_not_over(letter: Any, operator: Any) -> None:
    case = letter.start("letter")
    with pytest.raises(ReasonMissing):
        operator.do(repair.move, case.id, [], preview_revision=0, reason="")
    operator.cancel(case.id)

    with pytest.raises(CaseOver):
        operator.move(case.id, (None, "approve"))
    assert operator.preview(case.id, (None, "approve")).opened == []


def test_a_suspended_case_stands_still_after_the_move_too(letter: Any, operator: Any) -> None:
    case = written(letter, "thu", "bao")
    letter.handlers["send_letter"] = lambda _call: {}
    operator.suspend(case.id)

    operator.move(case.id, ("send", "approve"))
    letter.later(hours=9)

    assert letter.run_jobs() == 0
    assert {(job.element_id, job.state) for job in letter.jobs()} == {
        ("late", JobState.CANCELLED),
        ("late", JobState.HELD),
        ("send", JobState.CANCELLED),
    }
    operator.resume(case.id)
    assert letter.run_jobs() == 1


@pytest.fixture
def branches(office: Any, pen: Any) -> Any:
    """Two opinions side by side, then a summary."""
    office.deploy(
        pen.process(
            "branches",
            pen.start(),
            pen.node("parallelGateway", "split"),
            pen.user("ask_plan", assignee="lan"),
            pen.user("ask_office", assignee="thu"),
            pen.node("parallelGateway", "join"),
            pen.user("sum_up", assignee="minh"),
            pen.end(),
            flows="start > split > ask_plan > join > sum_up > end\nsplit > ask_office > join",
        )
    )
    return office


def test_one_of_two_branches_moves_and_the_other_stays(branches: Any, operator: Any) -> None:
    case = branches.start("branches")

    operator.move(case.id, ("ask_plan", "join"), ("ask_office", "join"))

    assert sorted(task.element_id for task in branches.open_tasks()) == ["sum_up", "sum_up"]


def test_a_branch_that_can_no_longer_come_together_is_foreseen(branches: Any, operator: Any) -> None:
    case = branches.start("branches")
    branches.complete(branches.task("ask_plan").id, "lan")

    preview = operator.preview(case.id, ("ask_office", None))

    (incident,) = preview.opened
    assert (incident.kind, incident.element_id) == (WaitKind.INCIDENT, "join")
    assert "nhánh không thể đến được nữa" in incident.message.vi


def test_a_branch_added_where_one_was_lost_feeds_the_join(branches: Any, operator: Any) -> None:
    case = branches.start("branches")
    branches.complete(branches.task("ask_plan").id, "lan")
    operator.move(case.id, ("ask_office", None))
    assert [incident.code for incident in branches.incidents()] == ["bpmn.join_starved"]

    operator.move(case.id, (None, "ask_office"))
    branches.complete(branches.task("ask_office").id, "thu")

    assert branches.task().element_id == "sum_up"
    assert branches.incidents() == []


@pytest.fixture
def opinions(office: Any, pen: Any) -> Any:
    """An opinion from each of three people, in turn or at once, inside a sub-process with a time limit."""
    loop = '<zeebe:loopCharacteristics inputCollection="=people" inputElement="person" />'

    def ask(element_id: str, *, in_turn: bool) -> str:
        repeated = (
            f'<multiInstanceLoopCharacteristics isSequential="{str(in_turn).lower()}">'
            f"<extensionElements>{loop}</extensionElements></multiInstanceLoopCharacteristics>"
        )
        return str(pen.user(element_id, assignee="=person", inside=repeated))

    inside = pen.start("begin") + ask("in_turn", in_turn=True) + ask("at_once", in_turn=False) + pen.end("done")
    inside += "".join(pen._flows("begin > in_turn > at_once > done"))
    office.deploy(
        pen.process(
            "opinions",
            pen.start(),
            pen.node("subProcess", "gather", inside),
            pen.node("boundaryEvent", "too_long", pen.timer("P3D"), attachedToRef="gather"),
            pen.user("decide", assignee="bao"),
            pen.end(),
            flows="start > gather > decide > end\ntoo_long > decide",
        )
    )
    return office


def test_a_chain_goes_as_a_whole_and_its_sub_process_with_it(opinions: Any, operator: Any) -> None:
    case = opinions.start("opinions", people=["lan", "thu", "an"])

    preview = operator.preview(case.id, ("in_turn", "decide"))
    moves = [repair.Move(opinions.task("in_turn").token_id, "decide")]
    operator.do(repair.move, case.id, moves, preview_revision=preview.revision)

    assert sorted(each.element_id for each in preview.over) == ["in_turn", "too_long"]
    assert [task.element_id for task in opinions.open_tasks()] == ["decide"]
    assert [job.state for job in opinions.jobs()] == [JobState.CANCELLED]


def test_the_chain_can_begin_again_inside_its_sub_process(opinions: Any, operator: Any) -> None:
    case = opinions.start("opinions", people=["lan", "thu", "an"])
    opinions.complete(opinions.task().id, "lan")

    operator.move(case.id, ("in_turn", "in_turn"))

    assert opinions.task().assignee.username == "lan"
    assert [job.state for job in opinions.jobs()] == [JobState.WAITING]


def test_a_whole_that_runs_at_once_ends_all_its_tasks(opinions: Any, operator: Any) -> None:
    case = opinions.start("opinions", people=["lan", "thu"])
    operator.move(case.id, ("in_turn", "at_once"))
    assert len(opinions.open_tasks("at_once")) == 2

    operator.move(case.id, ("at_once", "decide"))

    assert [task.element_id for task in opinions.open_tasks()] == ["decide"]
    with opinions.session() as session:
        live = session.scalars(select(ProcessInstance.id)).all()
    assert live == [case.id]


@pytest.fixture
def calling(office: Any, pen: Any) -> Any:
    """A case that calls another, which waits for a message and a person."""
    office.deploy(
        pen.process(
            "outer",
            pen.start(),
            pen.call("ask", "inner"),
            pen.user("decide", assignee="bao"),
            pen.end(),
            flows="start > ask > decide > end",
        ),
        pen.process(
            "inner",
            pen.start(),
            pen.node("parallelGateway", "split"),
            pen.user("answer", assignee="an"),
            pen.node("intermediateCatchEvent", "reply", '<messageEventDefinition messageRef="replied" />'),
            pen.end(),
            pen.end("replied_end"),
            flows="start > split > answer > end\nsplit > reply > replied_end",
            globals=pen.message("replied", "=1"),
        ),
    )
    return office


def test_a_called_case_goes_with_the_step_that_called_it(calling: Any, operator: Any) -> None:
    outer = calling.start("outer")
    inner = calling.task("answer").instance

    preview = operator.preview(outer.id, ("ask", "decide"))
    operator.move(outer.id, ("ask", "decide"))

    assert preview.cancelled_cases == [inner.business_key]
    assert calling.case(inner.id).state is InstanceState.CANCELLED
    assert calling.task().element_id == "decide"
    with calling.session() as session:
        assert session.scalars(select(Subscription.id)).all() == []
    assert operator.history(inner.id)[-1].kind == "case.cancelled"


def test_moving_back_to_a_call_calls_again(calling: Any, operator: Any) -> None:
    outer = calling.start("outer")
    operator.move(outer.id, ("ask", "decide"))

    preview = operator.preview(outer.id, ("decide", "ask"))
    operator.move(outer.id, ("decide", "ask"))

    assert [(each.kind, each.what) for each in preview.opened] == [(WaitKind.CALL, "inner")]
    assert calling.task("answer").assignee.username == "an"


def test_moving_inside_a_called_case_returns_to_its_caller(calling: Any, operator: Any) -> None:
    outer = calling.start("outer")
    inner = calling.task("answer").instance

    preview = operator.preview(inner.id, ("answer", "end"), ("reply", None))
    operator.move(inner.id, ("answer", "end"), ("reply", None))

    assert preview.ends_case
    assert {each.kind for each in preview.over} == {WaitKind.USER_TASK, WaitKind.MESSAGE}
    assert calling.task().element_id == "decide"
    assert calling.task().instance_id == outer.id


def test_the_moved_step_shows_as_cancelled_among_the_steps(letter: Any, operator: Any) -> None:
    case = written(letter)
    operator.move(case.id, ("initial", "approve"))

    with letter.session() as session:
        states = {row.element_id: row.state for row in activities.of_case(session, case)}

    assert states["initial"] is ActivityState.CANCELLED
    assert states["approve"] is ActivityState.LIVE
