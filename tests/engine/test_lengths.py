"""What is longer than the database keeps: refused where people can mend it, cut where it is only read."""

from typing import Any

import pytest

from engine import deployment
from engine.deployment import DeploymentRefused
from engine.wording import Severity

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


def drawn_with_a_long_id(pen: Any, at: str) -> bytes:
    """Return a diagram with 121 characters in one place, `process` or the kind of an element."""
    ids = {
        kind: LONG if kind == at else kind for kind in ("startEvent", "work", "inner", "timer", "gateway", "endEvent")
    }
    inner = (
        f'<startEvent id="in" name="in" /><task id="{ids["inner"]}" name="Bên trong" /><endEvent id="out" name="out" />'
    )
    flows = f'<sequenceFlow id="a" sourceRef="in" targetRef="{ids["inner"]}" />'
    flows += f'<sequenceFlow id="b" sourceRef="{ids["inner"]}" targetRef="out" />'
    drawn: bytes = pen.process(
        LONG if at == "process" else "note",
        pen.start(ids["startEvent"]),
        pen.user(ids["work"], assignee="=starter"),
        pen.node("boundaryEvent", ids["timer"], pen.timer("PT1H"), attachedToRef=ids["work"]),
        pen.node("subProcess", "part", inner + flows),
        pen.node("exclusiveGateway", ids["gateway"]),
        pen.end(ids["endEvent"]),
        flows=f"{ids['startEvent']} > {ids['work']} > part > {ids['gateway']} > {ids['endEvent']}\n"
        f"{ids['timer']} > {ids['gateway']}",
    )
    return drawn


@pytest.mark.parametrize("at", ["process", "startEvent", "work", "inner", "timer", "gateway", "endEvent"])
def test_an_id_that_cannot_be_kept_is_refused_wherever_it_stands_and_nothing_is_deployed(
    office: Any, pen: Any, at: str
) -> None:
    before = office.counts()

    with pytest.raises(DeploymentRefused) as refused:
        office.deploy(drawn_with_a_long_id(pen, at))

    assert [each.code for each in refused.value.findings if each.severity is Severity.ERROR] == ["name.too_long"]
    assert office.counts() == before


def test_ids_as_long_as_are_kept_are_deployed_and_run(office: Any, pen: Any) -> None:
    longest = LONG[:-1]
    work = pen.user(f"a{longest[1:]}", assignee="=starter")
    office.deploy(pen.process(longest, pen.start(), work, pen.end(), flows=f"start > a{longest[1:]} > end"))
    case = office.start(longest)

    office.complete(office.task().id, by="minh")

    assert office.case(case.id).end_element_id == "end"


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
