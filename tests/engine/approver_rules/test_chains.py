"""Rules inside lists of approvers, one after the other and all at once, in sub-processes and in called processes."""

from typing import Any

import pytest

CHAIN = (
    '<multiInstanceLoopCharacteristics isSequential="{one_by_one}"><extensionElements>{loop}</extensionElements>'
    "</multiInstanceLoopCharacteristics>"
)
LOOP = (
    '<zeebe:loopCharacteristics inputCollection="=chain" inputElement="approver" outputCollection="answers" '
    'outputElement="=outcome" />'
)


def chain(approval: Any, *, one_by_one: bool = True, **rules: str) -> Any:
    """Draw an approval by everybody of a list."""
    inside = CHAIN.format(one_by_one=str(one_by_one).lower(), loop=LOOP)
    return approval.step("approve", assignee="=approver", inside=inside, **rules)


def test_in_a_chain_whoever_started_the_case_is_passed_over(approval: Any) -> None:
    approval.draw(chain(approval), when_starter="skip:approved")
    approval.begin(by="lan", chain=["thu", "lan", "bao"])
    assert approval.open() == [("approve", "thu")]

    approval.done("approve", "thu")

    assert approval.open() == [("approve", "bao")]
    approval.done("approve", "bao")
    assert approval.office.variables(approval.cases[0])["answers"] == ["approved", "approved", "approved"]
    assert approval.state == "ended"


def test_in_a_chain_who_stands_twice_in_a_row_approves_once(approval: Any) -> None:
    approval.draw(chain(approval), when_repeated="skip:approved")
    approval.begin(chain=["lan", "lan", "thu", "lan"])

    approval.done("approve", "lan")
    assert approval.open() == [("approve", "thu")]
    approval.done("approve", "thu")

    assert approval.open() == [("approve", "lan")]
    assert len(approval.told("task.skipped")) == 1


def test_a_chain_that_stops_in_the_middle_goes_on_when_the_operator_has_mended_the_directory(approval: Any) -> None:
    approval.draw(chain(approval, when_absent="stop"))
    approval.leaves("an")
    approval.begin(chain=["thu", "an", "bao"])
    approval.done("approve", "thu")
    assert (approval.open(), len(approval.office.incidents())) == ([], 1)

    approval.comes("an", "P.KHTCTH", "specialist")
    approval.retry()

    assert approval.open() == [("approve", "an")]
    approval.done("approve", "an")
    assert approval.open() == [("approve", "bao")]


def test_a_chain_made_of_the_starter_alone_ends_without_anybody(approval: Any) -> None:
    approval.draw(chain(approval), when_starter="skip:approved")
    approval.begin(by="lan", chain=["lan", "lan"])

    assert (approval.state, len(approval.told("task.skipped"))) == ("ended", 2)


def test_of_those_asked_at_once_the_starter_is_passed_over_and_who_has_left_stops(approval: Any) -> None:
    rules = {"when_starter": "skip:approved", "when_absent": "stop"}
    approval.draw(chain(approval, one_by_one=False, **rules))
    approval.leaves("an")
    approval.begin(by="lan", chain=["thu", "lan", "an"])

    assert approval.open() == [("approve", "thu")]
    assert [each.code for each in approval.office.incidents()] == ["task.stopped"]

    approval.comes("an", "P.KHTCTH", "specialist")
    approval.retry()

    assert sorted(approval.open()) == [("approve", "an"), ("approve", "thu")]


def test_who_gets_a_place_of_the_chain_back_is_not_passed_over(approval: Any) -> None:
    approval.draw(chain(approval, when_repeated="skip:approved"), approval.step("close", assignee='="thu"'))
    approval.begin(chain=["lan", "bao"])
    approval.done("approve", "lan")

    approval.send_back("approve", "bao", to="approve")

    assert approval.open() == [("approve", "lan")]


def test_in_a_called_process_the_starter_is_who_started_the_calling_case(approval: Any) -> None:
    call_it(approval, when_starter="superior")
    approval.begin(by="lan", key="outer")

    assert approval.open() == [("approve", "bao")]


def test_in_a_called_process_the_step_before_may_be_one_of_the_calling_case(approval: Any) -> None:
    call_it(approval, when_repeated="skip:approved")
    approval.begin(by="lan", key="outer")

    assert [element for element, _said in approval.told("task.skipped")] == ["approve"]
    assert approval.state == "ended"


def test_a_called_process_that_stops_goes_on_and_returns_to_its_caller(approval: Any) -> None:
    call_it(approval, when_starter="stop")
    approval.begin(by="lan", key="outer")
    assert [each.code for each in approval.office.incidents()] == ["task.stopped"]

    approval.leaves("lan")
    approval.comes("an", "P.KHTCTH")
    approval.retry()

    assert approval.open() == [("approve", "an")]
    approval.done("approve", "an")
    assert approval.state == "ended"


def test_in_a_called_process_the_way_up_begins_where_the_first_case_was_started(approval: Any) -> None:
    pen, nobody = approval.pen, approval.step("approve", assignee="=null")
    inner = pen.process("inner", pen.start(), nobody, pen.end(), flows="start > approve > end", when_nobody="superior")
    approval.office.deploy(inner, pack="inner")
    steps = pen.user("write", assignee="=starter"), approval.step("check", assignee='="lan"'), pen.call("ask", "inner")
    flows = "start > write > check > ask > end"
    approval.office.deploy(pen.process("outer", pen.start(), *steps, pen.end(), flows=flows), pack="outer")
    approval.begin(by="minh", key="outer")
    approval.done("check", "lan")

    assert approval.open() == [("approve", "thu")]


def call_it(approval: Any, **rules: str) -> None:
    """Deploy a process with an approval, and one with a draft that calls it."""
    pen = approval.pen
    step = approval.step("approve", assignee='=leader of("P.KHTCTH")')
    approval.office.deploy(
        pen.process("inner", pen.start(), step, pen.end(), flows="start > approve > end", **rules), pack="inner"
    )
    draft = pen.user("write", assignee="=starter")
    outer = pen.process(
        "outer", pen.start(), draft, pen.call("ask", "inner"), pen.end(), flows="start > write > ask > end"
    )
    approval.office.deploy(outer, pack="outer")


def test_in_a_sub_process_the_rules_of_the_process_hold(approval: Any, pen: Any) -> None:
    step = approval.step("approve", assignee='="lan"')
    inside = pen.start("in") + step + pen.end("out")
    flows = (
        '<sequenceFlow id="in_to_approve" sourceRef="in" targetRef="approve"/>'
        '<sequenceFlow id="approve_to_out" sourceRef="approve" targetRef="out"/>'
    )
    around = pen.node("subProcess", "council", inside + flows)
    draft = pen.user("write", assignee="=starter")
    drawn = [pen.start(), draft, around, pen.end()]
    approval.office.deploy(pen.process("asked", *drawn, flows="start > write > council > end", when_starter="superior"))
    approval.begin(by="lan")

    assert approval.open() == [("approve", "bao")]


@pytest.mark.parametrize("rule", ["superior", "group:LĐS/leader", "person:bao"])
def test_where_the_way_up_leads_to_the_starter_again_the_case_stops_at_the_root(approval: Any, rule: str) -> None:
    approval.draw(approval.step("approve", assignee='="bao"'), when_starter=rule)
    approval.begin(by="bao")

    (incident,) = approval.office.incidents()
    assert incident.code == "task.stopped"
    assert "superior" in incident.message_en or "instead" in incident.message_en


def test_the_way_up_passes_by_a_head_who_has_just_approved(approval: Any) -> None:
    approval.comes("thu", "P.KHTCTH")
    people = {"check": '="lan"', "approve": '="an"'}
    rules = {"when_absent": "superior", "when_repeated": "superior"}
    approval.draw(*(approval.step(key, assignee=who) for key, who in people.items()), **rules)
    approval.leaves("an")
    approval.begin()
    approval.done("check", "lan")

    assert approval.open() == [("approve", "bao")]
    assert [said["situation"] for _element, said in approval.told("approver.replaced")] == ["absent", "repeated"]


def test_a_circle_of_skipped_steps_ends_in_an_incident(approval: Any, pen: Any) -> None:
    draft, step = pen.user("write", assignee="=starter"), approval.step("approve", assignee='="lan"')
    approval.office.deploy(
        pen.process(
            "asked",
            pen.start(),
            draft,
            pen.node("exclusiveGateway", "again"),
            step,
            pen.end(),
            flows='start > write > again\nagain > approve : =outcome != "refused"\napprove > again\n'
            'again > end : =outcome = "refused"',
            when_starter="skip:approved",
        )
    )
    approval.begin(by="lan")

    (incident,) = approval.office.incidents()
    assert incident.code == "task.stopped"
