"""What is longer than the database keeps: refused where people can mend it, cut where it is only read."""

from typing import Any

import pytest

from engine import deployment
from engine.deployment import DeploymentRefused

LONG = "x" * 121


@pytest.mark.parametrize(
    ("process_id", "element_id", "lc", "properties"),
    [
        (LONG, "work", {}, {}),
        ("note", LONG, {}, {}),
        ("note", "work", {f"outcome.{LONG}": '={label: "Xong"}'}, {}),
        ("note", "work", {}, {"code_prefix": LONG}),
    ],
    ids=["process", "element", "outcome", "prefix"],
)
def test_a_name_that_cannot_be_kept_is_refused_with_its_length(
    pen: Any, process_id: str, element_id: str, lc: dict[str, str], properties: dict[str, str]
) -> None:
    work = pen.user(element_id, assignee="=starter", lc=lc)
    drawn = pen.process(process_id, pen.start(), work, pen.end(), flows=f"start > {element_id} > end", **properties)

    found = [each for each in deployment.check({"a.bpmn": drawn}) if each.code == "name.too_long"]

    assert [each.message.en.partition("; ")[0].rpartition(" has ")[2] for each in found] == ["121 characters"]


def test_a_refused_name_is_not_deployed(office: Any, pen: Any) -> None:
    with pytest.raises(DeploymentRefused):
        office.deploy(pen.process(LONG, pen.start(), pen.user("work", assignee="=starter"), flows="start > work"))


def test_a_long_label_of_a_step_is_cut_and_the_case_goes_on(office: Any, pen: Any) -> None:
    label = {"step": f'="{"Bước " * 60}"'}
    office.deploy(
        pen.process(
            "note", pen.start(), pen.user("work", assignee="=starter", lc=label), pen.end(), flows="start > work > end"
        )
    )
    case = office.start("note")

    step = office.task().step
    office.complete(office.task().id, by="minh")

    assert (len(step), step[-1]) == (200, "…")
    assert office.case(case.id).end_element_id == "end"


def test_a_group_that_is_too_long_to_exist_leaves_the_task_to_the_fallback(office: Any, pen: Any) -> None:
    work = pen.user("work", groups=f'=["{LONG}"]', priority="=10 ** 12")
    office.deploy(pen.process("note", pen.start(), work, flows="start > work", fallback="VPS/records_clerk"))
    office.start("note")

    office.claim(office.task().id, by="mai")

    assert office.task().assignee.username == "mai"
