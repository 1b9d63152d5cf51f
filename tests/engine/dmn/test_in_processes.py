"""Business rule tasks ask the decisions that were deployed with their diagram."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import deployment, forecast, history, runtime
from engine.deployment import DeploymentRefused
from engine.model import DecisionDefinition, ProcessDefinition, UserTask
from engine.play import Play
from engine.wording import Severity


def drawn(pen: Any, decision: str = "fee", *, first: str = "") -> bytes:
    """Return a process that asks a decision for `price`, then stops at a task; `first` is a task before."""
    called = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="price" />'
    rule = pen.node("businessRuleTask", "compute", f"<extensionElements>{called}</extensionElements>")
    before = pen.user(first, assignee="=starter") if first else ""
    data: bytes = pen.process(
        "work",
        pen.start(),
        before,
        rule,
        pen.user("pay", assignee="=starter"),
        pen.end(),
        flows=f"start > {first} > compute > pay > end" if first else "start > compute > pay > end",
    )
    return data


def fees(dmn: Any, *rows: str, name: str = "fee") -> bytes:
    """Return a table of fees by the pages of a dossier."""
    data: bytes = dmn.file(dmn.decision(name, dmn.table(*rows, inputs=["pages: number"])))
    return data


ROWS = ("< 10 -> 5000", ">= 10 -> 5000 + 200 * (pages - 10)")


def decided(play: Play) -> list[Any]:
    """Return what the history of the case says of decisions."""
    with play.session() as session:
        entries = history.of_case(session, runtime.case_by_id(session, play.case_id))
        return [entry.data for entry in entries if entry.kind == "decision.evaluated"]


def test_a_business_rule_task_puts_the_result_into_its_variable(pen: Any, dmn: Any) -> None:
    play = Play({"work.bpmn": drawn(pen), "fee.dmn": fees(dmn, *ROWS)})

    play.start("work", {"pages": 12})

    assert play.waiting() == ["pay"]
    assert play.variables["price"] == 5400


def test_the_history_says_which_rules_made_the_result(pen: Any, dmn: Any) -> None:
    play = Play({"work.bpmn": drawn(pen, first="count"), "fee.dmn": fees(dmn, *ROWS)})

    play.start("work").complete("count", {"pages": 3})

    assert decided(play) == [{"decision": "fee", "tables": [{"element": "fee", "table": "table", "rules": [1]}]}]
    with play.session() as session:
        assert history.verify(session, runtime.case_by_id(session, play.case_id)) == []


def test_a_decision_that_fails_stops_the_case_as_an_incident_that_can_be_retried(pen: Any, dmn: Any) -> None:
    play = Play({"work.bpmn": drawn(pen), "fee.dmn": fees(dmn, "< 10 -> 1", "> 5 -> 2")})

    play.start("work", {"pages": 7})

    (incident,) = play.incidents()
    assert (incident.element_id, incident.code) == ("compute", "decision.rules_conflict")
    assert "1, 2" in incident.message
    assert decided(play) == []
    play.set_variables({"pages": 4})
    with play.session() as session, session.begin():
        instance = runtime.lock(session, play.case_id)
        with runtime.step(session, instance, actor=None, at=play.now) as run:
            run.retry(run.waits()[0].token_id)
    assert (play.waiting(), play.variables["price"]) == (["pay"], 1)


def test_a_result_no_variable_can_keep_is_an_incident(pen: Any, dmn: Any) -> None:
    content = dmn.file(dmn.decision("fee", dmn.feel("function(x) x")))

    play = Play({"work.bpmn": drawn(pen), "fee.dmn": content}).start("work")

    assert [incident.element_id for incident in play.incidents()] == ["compute"]


def test_dates_leave_a_decision_as_the_text_that_variables_keep(pen: Any, dmn: Any) -> None:
    content = dmn.file(dmn.decision("fee", dmn.feel("today()")))

    play = Play({"work.bpmn": drawn(pen), "fee.dmn": content}).start("work")

    assert play.variables["price"] == "2026-03-02"


def test_a_decision_sees_the_directory(pen: Any, dmn: Any, demo_office: Any) -> None:
    content = dmn.file(dmn.decision("fee", dmn.feel("unit of(starter).code")))

    play = Play({"work.bpmn": drawn(pen), "fee.dmn": content}, units=demo_office["units"], people=demo_office["people"])

    assert play.start("work", by="ngo.minh").variables["price"] == "VPS"


def test_a_decision_named_by_an_expression_is_found_when_it_is_asked(pen: Any, dmn: Any) -> None:
    play = Play({"work.bpmn": drawn(pen, "= which"), "fee.dmn": fees(dmn, *ROWS)})

    assert play.start("work", {"pages": 1, "which": "fee"}).variables["price"] == 5000
    (incident,) = play.start("work", {"which": "nothing"}).incidents()
    assert incident.code == "decision.not_found"


def test_an_unknown_decision_is_refused_when_deploying(pen: Any, dmn: Any) -> None:
    with pytest.raises(DeploymentRefused) as refusal:
        Play({"work.bpmn": drawn(pen, "tax"), "fee.dmn": fees(dmn, *ROWS)})

    (finding,) = [each for each in refusal.value.findings if each.severity is Severity.ERROR]
    assert (finding.code, finding.file, finding.element_id) == ("decision.unknown", "work.bpmn", "compute")


def test_faults_of_decision_files_and_one_id_in_two_files_are_refused_when_deploying(dmn: Any) -> None:
    findings = deployment.check({"a.dmn": fees(dmn, *ROWS), "b.dmn": fees(dmn, *ROWS), "c.dmn": b"<"})

    found = [(each.code, each.file) for each in findings if each.severity is Severity.ERROR]
    assert found == [("decision.twice", "b.dmn"), ("decision.not_xml", "c.dmn")]


def test_remarks_on_tables_are_told_but_refuse_nothing(dmn: Any) -> None:
    (remark,) = deployment.check({"a.dmn": fees(dmn, "< 10 -> 1")})

    assert (remark.code, remark.severity) == ("decision.gap", Severity.WARNING)


def test_a_deployment_lists_its_decisions(office: Any, dmn: Any) -> None:
    office.deploy(fees_dmn=fees(dmn, *ROWS))

    with office.session() as session:
        (row,) = session.scalars(select(DecisionDefinition))
        assert (row.decision_id, row.name, row.resource.name) == ("fee", "fee", "fees.dmn")


def test_a_changed_decision_makes_a_new_version_and_running_cases_stay_on_theirs(
    office: Any, pen: Any, dmn: Any
) -> None:
    diagram = drawn(pen, first="count")
    office.deploy(diagram, fees_dmn=fees(dmn, *ROWS))
    old = office.start("work")
    office.deploy(diagram, fees_dmn=fees(dmn, "- -> 1"))
    new = office.start("work")

    for case in (old, new):
        (task,) = [each for each in office.open_tasks("count") if each.instance.id == case.id]
        finish(office, task, pages=2)

    assert (office.variables(old.id)["price"], office.variables(new.id)["price"]) == (5000, 1)
    with office.session() as session:
        assert sorted(session.scalars(select(ProcessDefinition.version))) == [1, 2]


def test_a_change_in_a_decision_that_a_process_does_not_ask_leaves_its_version(office: Any, pen: Any, dmn: Any) -> None:
    diagram = drawn(pen)
    office.deploy(diagram, fees_dmn=fees(dmn, *ROWS), other_dmn=fees(dmn, *ROWS, name="tax"))
    office.deploy(diagram, fees_dmn=fees(dmn, *ROWS), other_dmn=fees(dmn, "- -> 1", name="tax"))

    with office.session() as session:
        assert list(session.scalars(select(ProcessDefinition.version))) == [1]


def test_what_happens_after_a_button_goes_through_decisions(office: Any, pen: Any, dmn: Any) -> None:
    office.deploy(drawn(pen, first="count"), fees_dmn=fees(dmn, *ROWS))
    case = office.start("work", pages=3)
    (task,) = office.open_tasks("count")

    with office.session() as session:
        instance = runtime.case_by_id(session, case.id)
        ahead = list(forecast.from_task(session, instance, task.token_id, office.now).path())

    assert [each.element_id for each in ahead] == ["pay"]
    assert [entry.kind for entry in entries(office, case.id)].count("decision.evaluated") == 0


def finish(office: Any, task: UserTask, **variables: object) -> None:
    """Finish a task, without asking who may."""

    def do(session: Any) -> None:
        instance = runtime.lock(session, task.instance_id)
        with runtime.step(session, instance, actor=None, at=office.now) as run:
            run.complete(task.token_id, variables)

    office.write(do)


def entries(office: Any, case_id: UUID) -> list[Any]:
    """Return the history of a case."""
    with office.session() as session:
        return history.of_case(session, runtime.case_by_id(session, case_id))
