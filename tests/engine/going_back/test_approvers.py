"""Adding and removing approvers of a list under way: the order, the counters and the results stay right."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import runtime
from engine.verbs import chains
from engine.verbs.approver_lists import Standing

IN_TURN = (
    '<multiInstanceLoopCharacteristics isSequential="{turns}"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=chain" inputElement="approver" outputCollection="opinions" '
    'outputElement="=opinion" /></extensionElements></multiInstanceLoopCharacteristics>'
)
CHAIN, ROUND = IN_TURN.format(turns="true"), IN_TURN.format(turns="false")
EVERYBODY = ["thu", "bao", "lan", "hien", "son", "mai", "quynh", "an"]


def a_list(lay: Any, pen: Any, inside: str, *, chain: Any = ("thu", "bao"), **more: Any) -> Any:
    return lay(
        pen.user("approve", assignee="=approver", inside=inside),
        pen.user("last", assignee="mai"),
        flows="start > approve > last > end",
        chain=list(chain),
        opinion=None,
        **more,
    )


def under_way(table: Any, by: str = "minh") -> Any:
    with table.office.session() as session:
        instance = runtime.case_by_id(session, table.case_id)
        answer = chains.may_change_approvers(session, instance, table.office.person(session, by), table.office.now)
        return answer.refusal.code if answer.refusal else answer.data["chains"][0]  # type: ignore[index]


def add(table: Any, key: str, by: str = "minh", **more: Any) -> None:
    given = {"chain": under_way(table).token_id, "reason": "Cần thêm ý kiến", **more}
    table.write(chains.add_approver, table.case_id, by, key=key, **given)


def remove(table: Any, key: str, by: str = "minh", **more: Any) -> None:
    chain = under_way(table)
    place = next(each.place for each in chain.approvers if each.key == key)
    given = {"chain": chain.token_id, "reason": "Không cần nữa", **more}
    table.write(chains.remove_approver, table.case_id, by, place=place, **given)


def approve(table: Any, *names: str) -> None:
    for name in names:
        table.complete("approve", name, opinion=name)


def opinions(table: Any) -> Any:
    return table.office.variables(table.case_id)["opinions"]


def test_in_a_chain_somebody_joins_at_the_end_or_next(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)

    add(table, "lan")
    add(table, "hien", is_next=True)

    assert [each.key for each in under_way(table).approvers] == ["thu", "hien", "bao", "lan"]
    assert table.office.variables(table.case_id)["chain"] == ["thu", "hien", "bao", "lan"]
    approve(table, "thu", "hien", "bao", "lan")
    assert (opinions(table), table.open()) == (["thu", "hien", "bao", "lan"], [("last", "mai")])


def test_the_last_of_a_chain_may_still_be_followed(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)
    approve(table, "thu")

    add(table, "lan", by="bao")
    approve(table, "bao", "lan")

    assert opinions(table) == ["thu", "bao", "lan"]


def test_who_has_not_been_reached_leaves_a_chain(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN, chain=["thu", "bao", "lan"])

    remove(table, "bao")

    approve(table, "thu", "lan")
    assert (opinions(table), table.open()) == (["thu", "lan"], [("last", "mai")])


def test_in_a_round_somebody_joins_at_once(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, ROUND)

    add(table, "lan")

    assert table.open() == [("approve", "bao"), ("approve", "lan"), ("approve", "thu")]
    approve(table, "lan", "thu", "bao")
    assert opinions(table) == ["thu", "bao", "lan"]


def test_who_has_not_answered_leaves_a_round_and_the_places_close_up(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, ROUND, chain=["thu", "bao", "lan"])
    approve(table, "lan")

    remove(table, "thu")
    assert table.open() == [("approve", "bao")]
    assert table.may_withdraw("approve", "lan").is_allowed
    table.withdraw("approve", "lan")
    approve(table, "lan", "bao")

    assert opinions(table) == ["bao", "lan"]


def test_the_last_open_one_leaves_a_round_and_it_is_over(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, ROUND)
    approve(table, "thu")

    remove(table, "bao")

    assert (opinions(table), table.open()) == (["thu"], [("last", "mai")])


def test_what_follows_the_list_goes_back_into_the_list_as_it_is_now(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)
    add(table, "lan")
    approve(table, "thu", "bao", "lan")

    table.send_back("last", "mai", "approve", "Hoàng Lan")

    assert table.open() == [("approve", "lan")]
    approve(table, "lan")
    assert opinions(table) == ["thu", "bao", "lan"]


def test_the_history_says_who_was_added_and_removed_and_why(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)
    add(table, "lan")
    remove(table, "lan")

    added, removed = table.last("approvers.added").data, table.last("approvers.removed").data
    assert (added["approver_name"], added["place"], added["reason"]) == ("Hoàng Lan", 3, "Cần thêm ý kiến")
    assert (removed["approver_name"], removed["reason"]) == ("Hoàng Lan", "Không cần nữa")


@pytest.mark.parametrize(
    ("by", "code"),
    [("thu", None), ("minh", None), ("admin", None), ("lan", "approvers.forbidden"), ("bao", "approvers.forbidden")],
)
def test_starter_head_holder_and_administrator_change_the_list(lay: Any, pen: Any, by: str, code: str | None) -> None:
    table = a_list(lay, pen, CHAIN)

    found = under_way(table, by)

    assert (found if code else type(found).__name__) == (code or "Chain")


def test_each_refusal_says_why_and_stores_nothing(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN)
    approve(table, "thu")

    assert table.refusal(lambda: add(table, "nobody")) == "approvers.unknown"
    assert table.refusal(lambda: add(table, "VPS")) == "approvers.unknown"
    assert table.refusal(lambda: add(table, "bao")) == "approvers.twice"
    assert table.refusal(lambda: add(table, "lan", reason="")) == "verb.words_missing"
    assert table.refusal(lambda: remove(table, "thu")) == "approvers.not_removable"
    assert table.refusal(lambda: remove(table, "bao")) == "approvers.not_removable"
    assert table.refusal(lambda: add(table, "lan", chain="999")) == "approvers.none"
    approve(table, "bao")
    assert under_way(table) == "approvers.none"


def test_the_only_one_of_a_round_stays(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, ROUND, chain=["thu"])

    assert table.refusal(lambda: remove(table, "thu")) == "approvers.not_removable"


def test_where_the_process_fixes_its_approvers_they_stay(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN, properties={"approvers": "fixed"})

    assert under_way(table) == "approvers.fixed"


def test_what_the_form_of_the_list_refuses_is_refused_here_too(lay: Any, pen: Any) -> None:
    refuse = '=if list contains(chain, "lan") then "Không chọn Trưởng phòng KHTCTH." else null'
    table = lay(
        pen.user("write", assignee="minh", lc={"refuse.chain#lan": refuse}),
        pen.user("approve", assignee="=approver", inside=CHAIN),
        flows="start > write > approve > end",
        chain=["thu"],
        opinion=None,
    )
    table.complete("write", "minh")

    assert table.refusal(lambda: add(table, "lan")) == "approvers.refused"
    add(table, "bao")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    turns=st.sampled_from([CHAIN, ROUND]),
    deeds=st.lists(st.tuples(st.sampled_from("arc"), st.integers(0, 7)), max_size=14),
)
def test_whatever_is_added_removed_and_completed_counters_and_results_stay_right(
    lay: Any, pen: Any, turns: str, deeds: list[tuple[str, int]]
) -> None:
    table = a_list(lay, pen, turns, chain=["thu", "bao", "lan"])
    for deed, number in deeds:
        if table.office.case(table.case_id).is_over or not table.office.open_tasks("approve"):
            break
        approvers = under_way(table, "admin").approvers
        waiting = [each.key for each in approvers if each.is_removable]
        if deed == "a" and EVERYBODY[number] not in [each.key for each in approvers]:
            add(table, EVERYBODY[number], by="admin", is_next=number % 2 == 0)
        elif deed == "r" and waiting:
            remove(table, waiting[number % len(waiting)], by="admin")
        elif deed == "c":
            now = [each.key for each in approvers if each.standing is Standing.NOW]
            approve(table, now[number % len(now)])
        _must_add_up(table)
    while opened := [task for task in table.office.open_tasks("approve") if task.instance_id == table.case_id]:
        approve(table, opened[0].assignee.username)

    assert opinions(table) == table.office.variables(table.case_id)["chain"]
    table.complete("last", "mai")


def _must_add_up(table: Any) -> None:
    opened = table.office.open_tasks("approve")
    if not opened:
        return
    with table.office.session() as session:
        run = runtime.look(session, runtime.case_by_id(session, table.case_id), table.office.now)
        seen: Any = run.variables_at(opened[0].token_id)
    chain = under_way(table, "admin").approvers
    standings = [each.standing for each in chain]
    assert seen["numberOfInstances"] == len(chain) == len(seen["opinions"])
    assert seen["numberOfActiveInstances"] == standings.count(Standing.NOW) == len(opened)
    assert seen["numberOfCompletedInstances"] == standings.count(Standing.DONE)
    assert seen["opinions"] == [each.key if each.standing is Standing.DONE else None for each in chain]


def test_a_list_in_a_sub_process_beside_another_branch_is_changed(lay: Any, pen: Any) -> None:
    approve = pen.user("approve", assignee="=approver", inside=CHAIN)
    inside = pen.start("in") + approve + pen.end("out") + "".join(pen._flows("in > approve > out"))
    table = lay(
        pen.node("parallelGateway", "fork"),
        pen.node("subProcess", "part", inside),
        pen.user("other", assignee="an"),
        pen.node("parallelGateway", "join"),
        flows="start > fork > part > join > end\nfork > other > join",
        chain=["thu", "bao"],
        opinion=None,
    )
    add(table, "lan")
    remove(table, "bao")

    approve_all = [("approve", "thu"), ("approve", "lan")]
    for element_id, holder in approve_all:
        assert (element_id, holder) in table.open()
        table.complete(element_id, holder)

    assert table.open() == [("other", "an")]


def test_a_list_in_a_called_case_is_changed_there(lay: Any, pen: Any) -> None:
    asked = pen.process(
        "asked",
        pen.start(),
        pen.user("approve", assignee="=approver", inside=ROUND),
        pen.end(),
        flows="start > approve > end",
    )
    table = lay(
        pen.call("inquiry", "asked"),
        flows="start > inquiry > end",
        more=(asked,),
        chain=["thu", "bao"],
        opinion=None,
    )
    assert under_way(table) == "approvers.none"
    table.case_id = table.office.open_tasks("approve")[0].instance_id

    add(table, "lan", by="minh")
    table.complete("approve", "thu")
    remove(table, "bao", by="minh")
    table.complete("approve", "lan")

    assert table.open() == []


@pytest.mark.parametrize(("absent", "approver"), [("bao", "bao"), ("thu", "bao")])
def test_who_stands_in_for_the_head_or_for_who_approves_now_changes_the_list(
    lay: Any, pen: Any, absent: str, approver: str
) -> None:
    table = a_list(lay, pen, CHAIN, chain=(approver, "hien"))
    assert under_way(table, by="an") == "approvers.forbidden"
    table.office.stand_in(absent, "an")

    add(table, "lan", by="an")
    remove(table, "hien", by="an")

    assert [each.key for each in under_way(table, by="an").approvers] == [approver, "lan"]
    for kind in ("approvers.added", "approvers.removed"):
        assert table.last(kind).data["on_behalf_of"]["username"] == absent


def test_who_changes_a_list_in_their_own_right_does_so_in_nobodys_place(lay: Any, pen: Any) -> None:
    table = a_list(lay, pen, CHAIN, chain=("bao", "hien"))
    table.office.stand_in("bao", "thu")

    add(table, "lan", by="thu")

    assert "on_behalf_of" not in table.last("approvers.added").data
