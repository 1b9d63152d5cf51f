"""What diagrams say about assignments that do not work out is checked before anything is deployed."""

from typing import Any

import pytest

from engine.bpmn import read_diagram
from engine.bpmn.lint import Office, Surroundings, lint
from engine.deployment import DeploymentRefused
from engine.wording import Finding


def refusals(office: Any, diagram: bytes) -> list[Finding]:
    with pytest.raises(DeploymentRefused) as refused:
        office.deploy(diagram)
    return [each for each in refused.value.findings if each.code == "diagram.property_refused"]


def drawn(approval: Any, *steps: str, **rules: str) -> bytes:
    names = ["start", *(each.split('id="')[1].split('"')[0] for each in steps), "end"]
    pen = approval.pen
    diagram: bytes = pen.process("asked", pen.start(), *steps, pen.end(), flows=" > ".join(names), **rules)
    return diagram


@pytest.mark.parametrize(
    "text",
    ["", "perhaps", "skip", "skip:", "group", "person: ", "superior:lan", "stop:now", "assign:lan", "=stop"],
)
def test_a_choice_that_does_not_exist_is_refused_with_those_that_do(approval: Any, text: str) -> None:
    diagram = drawn(approval, approval.step("approve", assignee='="lan"'), when_starter=text)

    (finding,) = refusals(approval.office, diagram)

    assert finding.element_id == "asked"
    assert "lc:when_starter" in finding.message.vi
    assert "«superior»" in finding.message.en
    assert "bảng thuộc tính" in finding.remedy.vi


def test_a_situation_that_does_not_exist_is_refused_with_those_that_do(approval: Any) -> None:
    diagram = drawn(approval, approval.step("approve", assignee='="lan"', when_ill="stop"))

    (finding,) = refusals(approval.office, diagram)

    assert (finding.element_id, "lc:when_absent" in finding.message.vi) == ("approve", True)


def test_a_step_is_not_skipped_with_an_outcome_it_does_not_have(approval: Any) -> None:
    diagram = drawn(approval, approval.step("approve", assignee='="lan"', when_starter="skip:agreed"))

    (finding,) = refusals(approval.office, diagram)

    assert finding.element_id == "approve"
    assert "«agreed»" in finding.message.vi
    assert "«approved»" in finding.message.en


@pytest.mark.parametrize(
    "outcome", ['{label: "Ký", signs: "sign"}', '{label: "Ký nháy", signs: "initial"}', '{label: "Trả", voids: true}']
)
def test_a_step_is_not_skipped_with_an_outcome_that_signs_or_voids(approval: Any, outcome: str) -> None:
    outcomes = {"outcome.sign": f"={outcome}"}
    step = approval.step("approve", assignee='="lan"', outcomes=outcomes, when_absent="skip:sign")

    (finding,) = refusals(approval.office, drawn(approval, step))

    assert (finding.element_id, "person must do it" in finding.message.en) == ("approve", True)


def test_a_step_is_not_skipped_with_an_outcome_that_wants_a_reason(approval: Any) -> None:
    diagram = drawn(approval, approval.step("approve", assignee='="lan"', when_nobody="skip:refused"))

    (finding,) = refusals(approval.office, diagram)

    assert "phải do người làm" in finding.message.vi


def test_a_process_does_not_skip_the_steps_in_which_somebody_signs_until_they_say_otherwise(approval: Any) -> None:
    check = approval.step("check", assignee='="lan"')
    signing = {"outcome.approved": '={label: "Ký", signs: "sign"}'}
    sign = approval.step("sign", assignee='="bao"', outcomes=signing)

    (finding,) = refusals(approval.office, drawn(approval, check, sign, when_starter="skip:approved"))
    assert (finding.element_id, "lc:when_starter" in finding.message.vi) == ("sign", True)

    exempt = approval.step("sign", assignee='="bao"', outcomes=signing, when_starter="assign")
    approval.office.deploy(drawn(approval, check, exempt, when_starter="skip:approved"))
    approval.office.start("asked", by="bao")
    approval.done("check", "lan")
    assert approval.open() == [("sign", "bao")]


def test_a_process_does_not_skip_with_an_outcome_that_no_step_has(approval: Any) -> None:
    diagram = drawn(approval, approval.step("approve", assignee='="lan"'), when_repeated="skip:agreed")

    (finding,) = refusals(approval.office, diagram)

    assert (finding.element_id, "«agreed»" in finding.message.vi) == ("asked", True)


def test_steps_without_the_outcome_of_a_process_are_not_skipped(approval: Any) -> None:
    steps = approval.step("check", assignee='="lan"'), approval.pen.user("file", assignee='="lan"')
    approval.office.deploy(drawn(approval, *steps, when_starter="skip:approved"))

    approval.office.start("asked", by="lan")

    assert approval.open() == [("file", "lan")]


def test_all_that_is_wrong_is_said_at_once(approval: Any) -> None:
    steps = [approval.step(key, assignee='="lan"', when_starter="skip:agreed") for key in ("check", "approve")]

    found = refusals(approval.office, drawn(approval, *steps, when_absent="never"))

    assert [each.element_id for each in found] == ["check", "approve", "asked"]


def test_whom_the_rules_name_must_be_in_the_directory(approval: Any) -> None:
    step = approval.step("approve", assignee='="lan"', when_absent="person:lann", when_starter="group:VPS/leader")
    diagram = read_diagram(drawn(approval, step, when_nobody="group:VPX/leader"), filename="asked.bpmn")
    office = Office(units={"VPS"}, positions={"leader"}, people={"lan"})

    found = lint([diagram], Surroundings(office=office), rules={"unknown_group", "unknown_person"})

    assert [(each.code, each.element_id) for each in found] == [
        ("lint.unknown_group", "asked"),
        ("lint.unknown_person", "approve"),
    ]
    assert "lan" in found[1].message.en
