"""Withdrawing: the undo of completing, by who completed, until the next person acts."""

from typing import Any

import pytest

from engine import runtime
from engine.verbs import withdrawing

IN_TURN = (
    '<multiInstanceLoopCharacteristics isSequential="{turns}"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=chain" inputElement="approver" outputCollection="opinions" '
    'outputElement="=opinion" /></extensionElements></multiInstanceLoopCharacteristics>'
)
CHAIN, ROUND = IN_TURN.format(turns="true"), IN_TURN.format(turns="false")
SIGNS = {"outcome.sign": '={label: "Ký", style: "main", signs: "sign"}'}


def test_the_task_is_open_again_with_what_was_submitted(row: Any) -> None:
    row.complete("write", "minh", abstract="Mua máy in")
    before = row.done("write", "minh")

    task = row.withdraw("write", "minh")

    assert row.open() == [("write", "minh")]
    assert row.office.variables(row.case_id)["abstract"] == "Mua máy in"
    assert (task.sender_id, task.due_at) == (before.sender_id, before.due_at)


def test_what_a_step_handed_over_shows_in_its_form_again(lay: Any, pen: Any) -> None:
    mappings = '<zeebe:input source="=false" target="is_fine" /><zeebe:output source="=is_fine" target="is_fine" />'
    table = lay(
        pen.user("check", assignee="minh", mappings=mappings),
        pen.user("last", assignee="mai"),
        flows="start > check > last > end",
    )
    table.complete("check", "minh", is_fine=True)

    task = table.withdraw("check", "minh")

    with table.office.session() as session:
        instance = table.office.case(table.case_id)
        assert runtime.look(session, instance, table.office.now).variables_at(task.token_id)["is_fine"] is True


def test_the_signature_of_the_step_becomes_void_and_the_next_task_ends(row: Any) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")
    answer = row.may_withdraw("first", "thu")
    assert (answer.data["ends"], answer.data["voids"]) == (["Việc second"], True)

    row.withdraw("first", "thu")

    assert (row.open(), row.signers()) == ([("first", "thu")], [])
    assert row.last("task.withdrawn").data["ends"] == ["Việc second"]
    row.complete("first", "thu", "sign")
    assert (row.open(), row.signers()) == ([("second", "bao")], ["thu"])


def test_to_have_claimed_the_next_task_only_warns(lay: Any, pen: Any) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.user("check", groups='=["VPS/records_clerk"]'),
        flows="start > write > check > end",
    )
    table.complete("write", "minh")
    table.office.claim(table.office.task("check").id, "mai")

    assert table.may_withdraw("write", "minh").data["claimed"] == ["Bùi Mai"]
    table.withdraw("write", "minh")

    assert table.open() == [("write", "minh")]


def test_who_completed_a_task_may_have_had_it_before(row: Any) -> None:
    row.complete("write", "minh")
    row.withdraw("write", "minh")
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")

    row.withdraw("first", "thu")

    assert row.open() == [("first", "thu")]


def test_what_has_been_sent_back_is_no_more_withdrawn(row: Any) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")
    row.send_back("second", "bao", "write")

    assert row.may_withdraw("first", "thu").refusal.code == "task.next_has_acted"
    assert row.may_withdraw("write", "minh").refusal.code == "task.next_has_acted"


def test_each_refusal_says_why_and_stores_nothing(row: Any) -> None:
    first = row.task("write").id
    row.complete("write", "minh")
    done = row.done("write", "minh").id

    def withdraw(by: str, task_id: Any = done) -> Any:
        return lambda: row.write(withdrawing.withdraw, task_id, by)

    assert first == done
    assert row.refusal(withdraw("thu")) == "task.not_the_sender"
    assert row.refusal(withdraw("thu", row.task("first").id)) == "task.not_completed"
    row.withdraw("write", "minh")
    assert row.refusal(withdraw("minh")) == "task.already_withdrawn"
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")
    assert row.may_withdraw("write", "minh").refusal.data["by"] == "Nguyễn Thu"
    row.complete("second", "bao", "sign")
    row.complete("last", "mai")
    assert row.may_withdraw("last", "mai").refusal.code == "case.over"


def test_papers_that_the_next_person_has_added_are_an_act(row: Any) -> None:
    row.complete("write", "minh")
    row.office.later(minutes=1)
    row.office.add_paper(row.case_id, name="them.pdf", by="thu")

    assert row.may_withdraw("write", "minh").refusal.code == "task.next_has_acted"


def test_a_return_that_made_signatures_void_is_not_withdrawn(row: Any) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")
    row.complete("second", "bao", "return", reason="Sai")

    assert row.may_withdraw("second", "bao").refusal.code == "task.signatures_voided"


def test_a_return_that_made_nothing_void_is_withdrawn_with_its_version(row: Any) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "return", reason="Sai")
    assert row.office.case(row.case_id).document_version == 2

    row.withdraw("first", "thu")

    assert row.office.case(row.case_id).document_version == 1


def test_a_job_that_waits_is_called_back_and_one_that_is_done_is_not(lay: Any, pen: Any) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.service("send", "send_letter"),
        pen.user("check", assignee="thu"),
        flows="start > write > send > check > end",
    )
    table.complete("write", "minh")
    table.withdraw("write", "minh")
    assert table.open() == [("write", "minh")]

    table.complete("write", "minh")
    table.office.handlers["send_letter"] = lambda _call: {}
    table.office.run_jobs()

    refusal = table.may_withdraw("write", "minh").refusal
    assert (refusal.code, refusal.data["step"]) == ("task.already_sent", "Việc send")


def test_in_a_sub_process_and_out_of_it(lay: Any, pen: Any) -> None:
    inside = (
        pen.start("in") + pen.user("inner", assignee="thu") + pen.end("out") + "".join(pen._flows("in > inner > out"))
    )
    table = lay(
        pen.user("write", assignee="minh"),
        pen.node("subProcess", "part", inside),
        pen.user("last", assignee="mai"),
        flows="start > write > part > last > end",
    )
    table.complete("write", "minh")
    table.withdraw("write", "minh")
    assert table.open() == [("write", "minh")]
    table.complete("write", "minh")
    table.complete("inner", "thu")
    assert table.may_withdraw("write", "minh").refusal.code == "task.next_has_acted"

    table.withdraw("inner", "thu")

    assert table.open() == [("inner", "thu")]


@pytest.fixture
def branches(lay: Any, pen: Any) -> Any:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.node("parallelGateway", "fork"),
        pen.user("left", assignee="thu"),
        pen.user("right", assignee="lan"),
        pen.node("parallelGateway", "join"),
        pen.user("last", assignee="mai"),
        flows="start > write > fork > left > join > last > end\nfork > right > join",
    )
    table.complete("write", "minh")
    return table


def test_what_opened_several_branches_is_withdrawn_from_all(branches: Any) -> None:
    branches.withdraw("write", "minh")

    assert branches.open() == [("write", "minh")]


def test_one_branch_that_has_gone_on_is_an_act(branches: Any) -> None:
    branches.complete("left", "thu")

    assert branches.may_withdraw("write", "minh").refusal.code == "task.next_has_acted"


def test_a_branch_that_waits_for_others_is_taken_from_the_join(branches: Any) -> None:
    branches.complete("left", "thu")

    branches.withdraw("left", "thu")
    assert branches.open() == [("left", "thu"), ("right", "lan")]
    branches.complete("right", "lan")
    assert branches.open() == [("left", "thu")]
    branches.complete("left", "thu")

    assert branches.open() == [("last", "mai")]


def test_branches_that_have_joined_are_not_taken_apart(branches: Any) -> None:
    branches.complete("left", "thu")
    branches.complete("right", "lan")

    assert branches.may_withdraw("left", "thu").refusal.code == "task.branches_joined"
    assert branches.may_withdraw("right", "lan").refusal.code == "task.branches_joined"


def a_list(lay: Any, pen: Any, inside: str) -> Any:
    table = lay(
        pen.user("approve", assignee="=approver", lc=SIGNS, inside=inside),
        pen.user("last", assignee="mai"),
        flows="start > approve > last > end",
        chain=["thu", "bao", "lan"],
        opinion=None,
    )
    table.complete("approve", "thu", "sign", opinion="một")
    return table


def test_in_a_chain_the_next_one_gives_way(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)

    table.withdraw("approve", "thu")
    assert (table.open(), table.signers()) == ([("approve", "thu")], [])
    for name in ("thu", "bao", "lan"):
        table.complete("approve", name, "sign", opinion=name)

    assert table.office.variables(table.case_id)["opinions"] == ["thu", "bao", "lan"]


def test_the_last_of_a_chain_takes_it_up_at_their_place(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)
    table.complete("approve", "bao", "sign", opinion="hai")
    table.complete("approve", "lan", "sign", opinion="ba")
    assert table.may_withdraw("approve", "bao").refusal.code == "task.next_has_acted"

    table.withdraw("approve", "lan")
    assert (table.open(), table.signers()) == ([("approve", "lan")], ["thu", "bao"])
    table.complete("approve", "lan", "sign", opinion="bốn")

    assert table.office.variables(table.case_id)["opinions"] == ["một", "hai", "bốn"]


def test_in_a_round_only_the_own_part_is_taken_back(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, ROUND)
    table.complete("approve", "bao", "sign", opinion="hai")

    table.withdraw("approve", "thu")

    assert (table.open(), table.signers()) == ([("approve", "lan"), ("approve", "thu")], ["bao"])
    table.complete("approve", "lan", "sign", opinion="ba")
    table.complete("approve", "thu", "sign", opinion="bốn")
    assert table.office.variables(table.case_id)["opinions"] == ["bốn", "hai", "ba"]


def test_a_called_case_goes_with_the_step_until_somebody_there_acts(inquiry: Any) -> None:
    inquiry.withdraw("write", "minh")
    assert inquiry.open() == [("write", "minh")]
    inquiry.complete("write", "minh")
    inquiry.complete("ask", "lan")

    assert inquiry.may_withdraw("write", "minh").refusal.code == "task.next_has_acted"
    inquiry.withdraw("ask", "lan")
    assert inquiry.open() == [("ask", "lan")]


def test_what_a_substitute_did_opens_again_for_the_person_whose_step_it_was(row: Any) -> None:
    row.office.stand_in("minh", "an")
    row.office.complete(row.task("write").id, "an")

    row.withdraw("write", "an")

    assert row.open() == [("write", "minh")]
    row.office.complete(row.task("write").id, "an")


def test_a_substitute_who_stands_in_no_more_gets_the_withdrawn_task_personally(row: Any) -> None:
    row.office.stand_in("minh", "an")
    row.office.complete(row.task("write").id, "an")
    row.office.later(days=1)

    row.withdraw("write", "an")

    assert row.open() == [("write", "an")]


def test_the_absent_person_does_not_withdraw_what_the_substitute_did(row: Any) -> None:
    row.office.stand_in("minh", "an")
    row.office.complete(row.task("write").id, "an")

    assert row.may_withdraw("write", "minh", "an").refusal.code == "task.not_the_sender"


def test_a_step_is_withdrawn_and_done_again_as_often_as_one_likes(row: Any) -> None:
    for _ in range(2):
        row.complete("write", "minh")
        row.withdraw("write", "minh")

    row.complete("write", "minh")
    row.complete("first", "thu", "sign")
    row.withdraw("first", "thu")
    row.complete("first", "thu", "sign")

    assert (row.open(), row.signers()) == ([("second", "bao")], ["thu"])
