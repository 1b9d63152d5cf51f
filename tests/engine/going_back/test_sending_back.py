"""Sending back: to the steps really passed, to who did them, wherever in the diagram the task stands."""

from typing import Any

import pytest

from engine import directory
from engine.model import InstanceState
from engine.verbs import delegating, handing, returning

IN_TURN = (
    '<multiInstanceLoopCharacteristics isSequential="{turns}"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=chain" inputElement="approver" outputCollection="opinions" '
    'outputElement="=opinion" /></extensionElements></multiInstanceLoopCharacteristics>'
)
CHAIN, ROUND = IN_TURN.format(turns="true"), IN_TURN.format(turns="false")
SIGNS = {"outcome.sign": '={label: "Ký", style: "main", signs: "sign"}'}


def test_the_steps_passed_are_offered_the_newest_first_with_who_did_them(row: Any) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")
    row.complete("second", "bao", "sign")

    targets = row.targets("last", "mai")

    assert [(each.element_id, each.person_name) for each in targets] == [
        ("second", "Phạm Bảo"),
        ("first", "Nguyễn Thu"),
        ("write", "Ngô Minh"),
    ]
    assert [(each.is_previous, each.is_first) for each in targets] == [(True, False), (False, False), (False, True)]
    assert [each.voids for each in targets] == [("Phạm Bảo",), ("Nguyễn Thu", "Phạm Bảo"), ("Nguyễn Thu", "Phạm Bảo")]


@pytest.mark.parametrize(
    ("to", "holder", "signed"), [("second", "bao", ["thu"]), ("first", "thu", []), ("write", "minh", [])]
)
def test_the_task_goes_to_who_did_the_step_and_later_signatures_become_void(
    row: Any, to: str, holder: str, signed: list[str]
) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")
    row.complete("second", "bao", "sign")

    task = row.send_back("last", "mai", to)

    assert row.open() == [(to, holder)]
    assert row.signers() == signed
    assert task.assignee.username == holder


def test_the_history_says_who_why_from_where_to_where(row: Any) -> None:
    row.complete("write", "minh")

    task = row.send_back("first", "thu", "write")

    entry = row.last("task.sent_back")
    assert entry.data["reason"] == "Sai thể thức"
    assert (entry.data["from_step"], entry.data["to_step"]) == ("Việc first", "Việc write")
    assert (entry.data["to_person"], entry.data["task"]) == ("Ngô Minh", task.id.hex)


def test_the_holder_reads_who_sent_it_back_and_why(row: Any) -> None:
    row.complete("write", "minh")
    task = row.send_back("first", "thu", "write")

    with row.office.session() as session:
        word = handing.last_word(session, task)

        assert word is not None
        assert word.actor is not None
        assert (word.actor.full_name, word.data["reason"]) == ("Nguyễn Thu", "Sai thể thức")


def test_a_draft_of_which_no_signature_is_left_is_a_new_version(row: Any) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")

    row.send_back("second", "bao", "write")

    assert row.office.case(row.case_id).document_version == 2


def test_what_was_passed_before_going_back_is_not_offered_twice(row: Any) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")
    row.send_back("second", "bao", "write")
    row.complete("write", "minh")

    assert row.offered("first", "thu") == [("write", "Ngô Minh", "step")]


def leave(session: Any, person: Any) -> None:
    person.is_active = False
    directory.changed(session)


def test_a_step_goes_to_who_the_diagram_says_when_its_person_has_left(lay: Any, pen: Any) -> None:
    table = lay(
        pen.user("write", groups='=["VPS/records_clerk"]'),
        pen.user("check", assignee="thu"),
        flows="start > write > check > end",
    )
    table.office.complete(table.office.task("write").id, "mai")
    table.office.write(lambda session: leave(session, table.office.person(session, "mai")))

    task = table.send_back("check", "thu", "write")

    assert (task.assignee_id, task.candidate_groups) == (None, ["VPS/records_clerk"])


def test_who_claimed_a_step_of_a_group_gets_it_again(lay: Any, pen: Any) -> None:
    table = lay(
        pen.user("write", groups='=["VPS/records_clerk"]'),
        pen.user("check", assignee="thu"),
        flows="start > write > check > end",
    )
    table.office.complete(table.office.task("write").id, "quynh")

    table.send_back("check", "thu", "write")

    assert table.open() == [("write", "quynh")]


def test_a_return_that_the_diagram_draws_lives_beside_it(lay: Any, pen: Any) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.user("check", assignee="thu", lc={"outcome.return": '={label: "Trả lại", voids: true}', **SIGNS}),
        pen.user("approve", assignee="bao", lc=SIGNS),
        pen.node("exclusiveGateway", "is_fine", default="is_fine_to_write"),
        flows='start > write > check > is_fine > write\nis_fine > approve : =outcome = "sign"\napprove > end',
    )
    table.complete("write", "minh")
    table.complete("check", "thu", "return")
    table.complete("write", "minh")
    table.complete("check", "thu", "sign")

    assert [each[0] for each in table.offered("approve", "bao")] == ["check", "write"]
    table.send_back("approve", "bao", "check")

    assert table.open() == [("check", "thu")]
    assert [each[0] for each in table.offered("check", "thu")] == ["write"]


@pytest.fixture
def part(lay: Any, pen: Any) -> Any:
    """Write → [inner → innermost] → last."""
    inside = (
        pen.start("in") + pen.user("inner", assignee="thu") + pen.user("innermost", assignee="bao") + pen.end("out")
    )
    flows = "".join(pen._flows("in > inner > innermost > out"))
    return lay(
        pen.user("write", assignee="minh"),
        pen.node("subProcess", "part", inside + flows),
        pen.user("last", assignee="mai"),
        flows="start > write > part > last > end",
    )


def test_in_a_sub_process_one_goes_back_within_it_or_out_of_it(part: Any) -> None:
    part.complete("write", "minh")
    part.complete("inner", "thu")

    assert [each[0] for each in part.offered("innermost", "bao")] == ["inner", "write"]
    part.send_back("innermost", "bao", "inner")
    assert part.open() == [("inner", "thu")]
    part.send_back("inner", "thu", "write")
    assert part.open() == [("write", "minh")]
    part.complete("write", "minh")
    assert part.open() == [("inner", "thu")]


def test_a_sub_process_that_is_over_is_entered_at_the_step(part: Any) -> None:
    part.complete("write", "minh")
    part.complete("inner", "thu")
    part.complete("innermost", "bao")

    part.send_back("last", "mai", "innermost")

    assert part.open() == [("innermost", "bao")]
    part.complete("innermost", "bao")
    assert part.open() == [("last", "mai")]


@pytest.fixture
def branches(lay: Any, pen: Any) -> Any:
    """Write → (left → left_end ‖ right → right_end) → last, and back to write from there."""
    table = lay(
        pen.user("write", assignee="minh"),
        pen.node("parallelGateway", "fork"),
        pen.user("left", assignee="thu", lc=SIGNS),
        pen.user("left_end", assignee="son"),
        pen.user("right", assignee="lan", lc=SIGNS),
        pen.user("right_end", assignee="an"),
        pen.node("parallelGateway", "join"),
        pen.user("last", assignee="mai"),
        pen.node("exclusiveGateway", "is_fine", default="is_fine_to_end"),
        flows="start > write > fork > left > left_end > join > last > is_fine > end\n"
        "fork > right > right_end > join\nis_fine > write : =again = true",
    )
    table.complete("write", "minh")
    return table


def test_within_a_branch_the_other_branch_goes_on(branches: Any) -> None:
    branches.complete("left", "thu", "sign")
    branches.complete("right", "lan", "sign")

    assert [each[0] for each in branches.offered("left_end", "son")] == ["left", "write"]
    branches.send_back("left_end", "son", "left")

    assert branches.open() == [("left", "thu"), ("right_end", "an")]
    assert branches.signers() == ["lan"]


def test_back_before_the_split_the_other_branches_end_and_that_is_told(branches: Any) -> None:
    branches.complete("left", "thu", "sign")
    branches.complete("right", "lan", "sign")
    target = branches.targets("left_end", "son")[-1]
    assert (target.ends, target.voids) == (("Việc right_end · Lê An",), ("Nguyễn Thu", "Hoàng Lan"))

    branches.send_back("left_end", "son", "write")

    assert branches.open() == [("write", "minh")]
    assert branches.signers() == []
    branches.complete("write", "minh")
    assert branches.open() == [("left", "thu"), ("right", "lan")]


def test_back_before_the_split_a_branch_that_waits_at_the_join_is_taken_from_there(branches: Any) -> None:
    branches.complete("left", "thu", "sign")
    branches.complete("left_end", "son")
    branches.complete("right", "lan", "sign")

    branches.send_back("right_end", "an", "write")
    branches.complete("write", "minh")
    branches.complete("right", "lan", "sign")
    branches.complete("right_end", "an")

    assert branches.open() == [("left", "thu")]


def test_behind_the_join_nothing_goes_back_into_one_branch_alone(branches: Any) -> None:
    branches.complete("left", "thu", "sign")
    branches.complete("left_end", "son")
    branches.complete("right", "lan", "sign")
    branches.complete("right_end", "an")

    assert [each[0] for each in branches.offered("last", "mai")] == ["write"]


def a_list(lay: Any, pen: Any, inside: str) -> Any:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.user("approve", assignee="=approver", lc=SIGNS, inside=inside),
        pen.user("last", assignee="mai"),
        flows="start > write > approve > last > end",
        chain=["thu", "bao", "lan"],
        opinion=None,
    )
    table.complete("write", "minh")
    return table


def test_in_a_chain_one_goes_back_to_an_earlier_one_of_it(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)
    table.complete("approve", "thu", "sign")
    table.complete("approve", "bao", "sign")
    assert table.offered("approve", "lan") == [
        ("approve", "Phạm Bảo", "item"),
        ("approve", "Nguyễn Thu", "item"),
        ("write", "Ngô Minh", "step"),
    ]

    table.send_back("approve", "lan", "approve", "Nguyễn Thu")

    assert table.open() == [("approve", "thu")]
    assert table.signers() == []
    for name in ("thu", "bao", "lan"):
        table.complete("approve", name, "sign")
    assert table.open() == [("last", "mai")]


def test_before_the_chain_the_whole_chain_is_done_again(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)
    table.complete("approve", "thu", "sign")

    table.send_back("approve", "bao", "write")
    assert (table.open(), table.signers()) == ([("write", "minh")], [])
    table.complete("write", "minh")

    assert table.open() == [("approve", "thu")]


def test_a_chain_that_is_over_is_taken_up_at_its_place(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)
    for name in ("thu", "bao", "lan"):
        table.complete("approve", name, "sign")

    table.send_back("last", "mai", "approve", "Phạm Bảo")

    assert (table.open(), table.signers()) == ([("approve", "bao")], ["thu"])
    table.complete("approve", "bao", "sign")
    assert table.open() == [("approve", "lan")]


def test_of_a_round_that_is_over_one_alone_is_asked_again(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, ROUND)
    for name in ("thu", "bao", "lan"):
        table.complete("approve", name, "sign")

    table.send_back("last", "mai", "approve", "Phạm Bảo")

    assert (table.open(), table.signers()) == ([("approve", "bao")], ["thu", "lan"])
    table.complete("approve", "bao", "sign")
    assert table.open() == [("last", "mai")]


def test_one_of_a_running_round_goes_back_before_all_of_it(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, ROUND)
    table.complete("approve", "thu", "sign")
    assert table.targets("approve", "bao")[0].ends == ("Việc approve · Hoàng Lan",)

    table.send_back("approve", "bao", "write")

    assert (table.open(), table.signers()) == ([("write", "minh")], [])


def test_in_a_called_case_one_goes_back_within_it_and_never_to_the_caller(inquiry: Any) -> None:
    refusal = inquiry.may_send_back(inquiry.task("ask").id, "lan").refusal
    assert (refusal.code, refusal.data["caller"]) == (
        "task.caller_not_reached",
        inquiry.office.case(inquiry.case_id).business_key,
    )

    inquiry.complete("ask", "lan")
    inquiry.send_back("answer", "an", "ask")

    assert inquiry.open() == [("ask", "lan")]


def test_a_call_that_goes_takes_the_called_case_along(lay: Any, pen: Any, asked: bytes) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.node("parallelGateway", "fork"),
        pen.call("inquiry", "asked"),
        pen.user("check", assignee="thu"),
        flows="start > write > fork > check > end\nfork > inquiry > end",
        more=(asked,),
    )
    table.complete("write", "minh")
    called = table.office.task("ask").instance_id
    assert table.targets("check", "thu")[0].cases == (table.office.case(called).business_key,)

    table.send_back("check", "thu", "write")

    assert table.open() == [("write", "minh")]
    assert table.office.case(called).state is InstanceState.CANCELLED


def test_a_side_step_of_a_boundary_event_ends_with_the_way_back(lay: Any, pen: Any) -> None:
    late = pen.node("boundaryEvent", "late", pen.timer("PT8H"), attachedToRef="check", cancelActivity="false")
    table = lay(
        pen.user("write", assignee="minh"),
        pen.user("check", assignee="thu"),
        late,
        pen.user("press", assignee="son"),
        pen.end("pressed"),
        flows="start > write > check > end\nlate > press > pressed",
    )
    table.complete("write", "minh")
    table.office.later(hours=9)
    table.office.run_jobs()
    assert table.open() == [("check", "thu"), ("press", "son")]

    table.send_back("check", "thu", "write")

    assert table.open() == [("write", "minh")]


@pytest.mark.parametrize("where", ["task", "process"])
def test_where_the_diagram_forbids_it_nothing_is_sent_back(lay: Any, pen: Any, where: str) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.user("check", assignee="thu", lc={"send_back": "no"} if where == "task" else {}),
        flows="start > write > check > end",
        properties={"send_back": "no"} if where == "process" else {},
    )
    table.complete("write", "minh")

    assert table.may_send_back(table.task("check").id, "thu").refusal.code == "task.sending_back_forbidden"


def test_a_task_may_allow_what_its_process_forbids(lay: Any, pen: Any) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.user("check", assignee="thu", lc={"send_back": "yes"}),
        flows="start > write > check > end",
        properties={"send_back": "no"},
    )
    table.complete("write", "minh")

    assert table.may_send_back(table.task("check").id, "thu").is_allowed


def test_each_refusal_says_why_and_stores_nothing(row: Any) -> None:
    first = row.task("write")
    assert row.may_send_back(first.id, "minh").refusal.code == "task.nothing_passed"
    row.complete("write", "minh")
    task, target = row.task("first"), row.targets("first", "thu")[0]

    def send(by: str, **more: Any) -> Any:
        given = {"to": target.task_id, "reason": "Sai", **more}
        return lambda: row.write(returning.send_back, task.id, by, **given)

    assert row.refusal(send("bao")) == "task.not_yours"
    assert row.refusal(send("thu", reason=" ")) == "verb.words_missing"
    assert row.refusal(send("thu", reason="x" * 2001)) == "verb.words_too_long"
    assert row.refusal(send("thu", to=task.id)) == "task.step_not_offered"
    row.send_back("first", "thu", "write")
    assert row.refusal(send("thu")) == "task.cancelled"


def test_a_task_of_a_group_is_claimed_before_it_is_sent_back(lay: Any, pen: Any) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.user("check", groups='=["VPS/records_clerk"]'),
        flows="start > write > check > end",
    )
    table.complete("write", "minh")
    task = table.office.task("check")

    assert table.may_send_back(task.id, "mai").refusal.code == "task.not_claimed"
    table.office.claim(task.id, "mai")
    assert table.may_send_back(task.id, "mai").is_allowed


def test_who_stands_in_sends_back_in_the_holders_place(row: Any) -> None:
    row.complete("write", "minh")
    row.office.stand_in("thu", "son")
    task, target = row.task("first").id, row.targets("first", "thu")[0].task_id

    row.write(returning.send_back, task, "son", to=target, reason="Sai")

    assert row.open() == [("write", "minh")]
    assert row.last("task.sent_back").data["on_behalf_of"]["name"] == "Nguyễn Thu"


def test_what_a_substitute_did_goes_back_to_whose_step_it_was(row: Any) -> None:
    row.office.stand_in("minh", "an")
    row.office.complete(row.task("write").id, "an")

    row.send_back("first", "thu", "write")

    assert row.open() == [("write", "minh")]


def test_a_step_is_sent_back_and_done_again_as_often_as_one_likes(row: Any) -> None:
    row.complete("write", "minh")
    for _ in range(2):
        row.complete("first", "thu", "sign")
        row.send_back("second", "bao", "first")

    row.complete("first", "thu", "sign")

    assert (row.open(), row.signers()) == ([("second", "bao")], ["thu"])


def test_a_delegated_task_comes_back_before_it_is_sent_back(row: Any) -> None:
    row.complete("write", "minh")
    task = row.task("first").id
    row.write(delegating.delegate, task, "thu", to="mai", reason="Làm giúp")

    assert row.may_send_back(task, "thu").refusal.code == "task.delegated"
    assert row.may_send_back(task, "mai").refusal.code == "task.delegated"
