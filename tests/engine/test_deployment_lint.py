"""Lint at every deployment: errors refuse, warnings and hints are said and let pass."""

from typing import Any

import pytest

from engine import deployment
from engine.bpmn.lint import Office, Surroundings
from engine.deployment import DeploymentRefused
from engine.wording import Severity


def test_a_user_task_for_nobody_cannot_be_deployed(office: Any, pen: Any) -> None:
    xml = pen.process("p", pen.start(), pen.user("approve"), pen.end(), flows="start > approve > end")

    with pytest.raises(DeploymentRefused) as refused:
        office.deploy(xml)

    assert [finding.code for finding in refused.value.findings] == ["lint.no_assignment"]


def test_warnings_are_returned_by_a_check_and_do_not_stop_a_deployment(office: Any, pen: Any) -> None:
    task = pen.user("Activity_0x3kabc", assignee="=starter")
    xml = pen.process("p", pen.start(), task, pen.end(), flows="start > Activity_0x3kabc > end")

    found = deployment.check({"p.bpmn": xml})
    office.deploy(xml)

    assert [(finding.code, finding.severity) for finding in found] == [("lint.generated_id", Severity.WARNING)]


def test_a_check_that_knows_the_office_names_unknown_groups(pen: Any) -> None:
    task = pen.user("approve", groups="VPX/leader")
    xml = pen.process("p", pen.start(), task, pen.end(), flows="start > approve > end")
    office = Office(units={"VPS"}, positions={"leader"}, people=())

    found = deployment.check({"p.bpmn": xml}, surroundings=Surroundings(office=office))

    assert [finding.code for finding in found] == ["lint.unknown_group"]
    assert "VPS" in found[0].message.en


def test_what_reading_finds_odd_is_said_too(pen: Any) -> None:
    xml = pen.process("p", pen.start(), pen.node("task", "lost"), pen.end(), flows="start > end\nlost > end")

    found = deployment.check({"p.bpmn": xml})

    assert [finding.code for finding in found] == ["diagram.unreachable"]
