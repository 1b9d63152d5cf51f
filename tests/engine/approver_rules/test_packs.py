"""What a pack says for all its processes, where a process says nothing itself."""

from collections.abc import Mapping
from typing import Any

from engine import deployment
from engine.model import Deployment, Origin

HEAD = '="lan"'
SKIPPING = {"lc:when_starter": "skip:approved"}


def deploy(approval: Any, drawn: bytes, rules: Mapping[str, str], origin: Origin = Origin.INSTALLED) -> Deployment:
    made: Deployment = approval.office.write(
        lambda session: deployment.deploy(
            session,
            pack_key="asked",
            files={"asked.bpmn": drawn},
            at=approval.office.now,
            approver_rules=rules,
            origin=origin,
        )
    )
    return made


def drawn(approval: Any, outcomes: Mapping[str, str] | None = None, **rules: str) -> bytes:
    pen = approval.pen
    steps = pen.user("write", assignee="=starter"), approval.step("approve", assignee=HEAD, outcomes=outcomes)
    diagram: bytes = pen.process(
        "asked", pen.start(), *steps, pen.end(), flows="start > write > approve > end", **rules
    )
    return diagram


def test_the_rules_of_a_pack_hold_where_its_process_says_nothing(approval: Any) -> None:
    deploy(approval, drawn(approval), SKIPPING)
    approval.begin(by="lan")

    assert (approval.state, len(approval.told("task.skipped"))) == ("ended", 1)


def test_what_a_process_says_goes_before_its_pack(approval: Any) -> None:
    deploy(approval, drawn(approval, when_starter="assign"), SKIPPING)
    approval.begin(by="lan")

    assert approval.open() == [("approve", "lan")]


def test_a_pack_never_skips_a_step_in_which_somebody_signs(approval: Any) -> None:
    signing = {"outcome.approved": '={label: "Ký", signs: "sign"}'}
    deploy(approval, drawn(approval, signing), SKIPPING)
    approval.begin(by="lan")

    assert approval.open() == [("approve", "lan")]


def test_new_rules_of_a_pack_make_a_new_version_and_cases_under_way_keep_theirs(approval: Any) -> None:
    first = deploy(approval, drawn(approval), {})
    approval.cases.append(approval.office.start("asked", by="lan").id)

    second = deploy(approval, drawn(approval), SKIPPING)

    assert (first.number, second.number) == (1, 2)
    assert deploy(approval, drawn(approval), SKIPPING).number == 2
    approval.done("write", "lan", "completed")
    assert approval.open() == [("approve", "lan")]
    approval.office.start("asked", by="lan")
    approval.done("write", "lan", "completed")
    assert len(approval.told("task.skipped")) == 1


def test_what_the_studio_publishes_keeps_the_rules_of_the_pack(approval: Any) -> None:
    deploy(approval, drawn(approval), SKIPPING)

    published = deploy(approval, drawn(approval, description="Sửa tại cơ quan"), {}, Origin.STUDIO)

    assert (published.number, published.approver_rules) == (2, SKIPPING)
    approval.begin(by="lan")
    assert len(approval.told("task.skipped")) == 1
