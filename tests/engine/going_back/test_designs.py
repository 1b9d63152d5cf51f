"""What diagrams say about these verbs is checked at deployment; a case that stands still refuses them all."""

from typing import Any

import pytest

from engine import repair
from engine.deployment import DeploymentRefused
from engine.verbs import cancelling, returning, withdrawing


@pytest.mark.parametrize(
    ("name", "text"), [("send_back", "perhaps"), ("cancel_until", "nowhere"), ("approvers", "some")]
)
def test_a_process_that_says_something_else_is_refused_with_its_place(
    office: Any, pen: Any, name: str, text: str
) -> None:
    diagram = pen.process("way", pen.start(), pen.user("do"), pen.end(), flows="start > do > end", **{name: text})

    with pytest.raises(DeploymentRefused) as refused:
        office.deploy(diagram)

    (finding,) = [each for each in refused.value.findings if each.code == "diagram.property_refused"]
    assert finding.element_id == "way"
    assert f"lc:{name}" in finding.message.vi


def test_a_task_says_yes_or_no(office: Any, pen: Any) -> None:
    task = pen.user("do", lc={"send_back": "perhaps"})

    with pytest.raises(DeploymentRefused) as refused:
        office.deploy(pen.process("way", pen.start(), task, pen.end(), flows="start > do > end"))

    (finding,) = [each for each in refused.value.findings if each.code == "diagram.property_refused"]
    assert (finding.element_id, "lc:send_back" in finding.message.vi) == ("do", True)


def test_a_case_that_stands_still_goes_neither_back_nor_away(row: Any) -> None:
    row.complete("write", "minh")
    task, target, done = row.task("first").id, row.targets("first", "thu")[0].task_id, row.done("write", "minh").id
    row.write(repair.suspend, row.case_id, "admin", reason="Đối chiếu")

    def send() -> None:
        row.write(returning.send_back, task, "thu", to=target, reason="Sai")

    assert row.refusal(send) == "case.suspended"
    assert row.refusal(lambda: row.write(withdrawing.withdraw, done, "minh")) == "case.suspended"
    assert row.refusal(lambda: row.write(cancelling.cancel, row.case_id, "minh", reason="x")) == "case.suspended"


def test_of_two_who_send_back_and_complete_one_is_told(row: Any) -> None:
    row.complete("write", "minh")
    task, target = row.task("first").id, row.targets("first", "thu")[0].task_id
    row.complete("first", "thu", "sign")

    def send() -> None:
        row.write(returning.send_back, task, "thu", to=target, reason="Sai")

    assert row.refusal(send) == "task.completed"
