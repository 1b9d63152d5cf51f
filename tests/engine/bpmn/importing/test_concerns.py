"""Single pieces of foreign diagrams, and what becomes of each."""

from collections.abc import Callable

import pytest
import simplejson

from engine.bpmn import DiagramRefused
from engine.bpmn.importing import Fate, Imported, import_diagram
from forms import compile_form

Import = Callable[..., Imported]
Fates = Callable[[Imported, str], list[tuple[str, Fate]]]


def test_an_embedded_form_becomes_a_form_file_that_compiles(imported: Import) -> None:
    result = imported("camunda_invoice.bpmn")

    (text,) = result.forms.values()
    form = compile_form(text, filename="invoice_received_form.form")
    fields = {each["key"]: each for each in simplejson.loads(text)["components"]}
    assert form.form_id == "invoice_received_form"
    assert fields["amount"]["validate"] == {"required": True, "min": 1}
    assert fields["amount"]["defaultValue"] == 100
    assert [option["value"] for option in fields["kind"]["values"]] == ["goods", "services"]


def test_a_date_property_becomes_a_date_field(imported: Import) -> None:
    (text,) = imported("flowable_leave.bpmn").forms.values()

    assert compile_form(text, filename="leave_asked_form.form").form_id == "leave_asked_form"


def test_a_condition_feel_cannot_say_stays_and_is_reported(imported: Import, fates: Fates) -> None:
    result = imported(
        '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b">'
        "<conditionExpression>${checker.isFine(order)}</conditionExpression></sequenceFlow>"
    )

    assert b"${checker.isFine(order)}" in result.xml
    assert fates(result, "conditionExpression") == [("f", Fate.OPEN)]


@pytest.mark.parametrize(
    ("cycle", "expected"),
    [("0 0/5 * * * ?", [("t", Fate.OPEN)]), ("R3/PT10M", []), ("${cycle}", [("t", Fate.CARRIED)])],
)
def test_only_cron_cycles_are_left_open(
    cycle: str, expected: list[tuple[str, Fate]], imported: Import, fates: Fates
) -> None:
    result = imported(
        f'<startEvent id="s"><timerEventDefinition id="t"><timeCycle>{cycle}</timeCycle></timerEventDefinition>'
        "</startEvent>"
    )

    assert fates(result, "timeCycle") == expected


def test_listeners_are_reported_as_lost_with_their_parts(imported: Import, fates: Fates) -> None:
    result = imported("camunda_invoice.bpmn")

    assert fates(result, "camunda:executionListener") == [("received", Fate.LOST)]
    assert fates(result, "camunda:taskListener") == [("approve", Fate.LOST)]
    assert ("received", Fate.LOST) in fates(result, "camunda:field")


def test_what_the_other_engine_needed_for_itself_needs_nothing_here(imported: Import) -> None:
    result = imported("camunda_invoice.bpmn")

    (note,) = [note for note in result.notes if note.source == "camunda:asyncBefore"]
    assert note.remedy is not None
    assert (note.fate, note.element_id, note.remedy.en) == (Fate.LOST, "approve", "Nothing to do.")


def test_a_bare_error_code_gets_a_declaration(imported: Import) -> None:
    xml = imported("activiti_help.bpmn").xml.decode()

    assert '<error id="error_RECORD_FAILED" name="RECORD_FAILED" errorCode="RECORD_FAILED"/>' in xml


def test_variables_of_a_call_go_in_and_out_by_name(imported: Import) -> None:
    xml = imported("flowable_leave.bpmn").xml.decode()

    assert 'propagateAllParentVariables="false"' in xml
    assert '<zeebe:input source="=days" target="booked"/>' in xml
    assert '<zeebe:input source="=employee" target="who"/>' in xml
    assert '<zeebe:output source="=entry" target="entry"/>' in xml


def test_a_call_that_passes_everything_still_does(imported: Import) -> None:
    xml = imported(
        '<callActivity id="c" calledElement="child"><extensionElements><camunda:in variables="all"/>'
        '<camunda:in businessKey="#{execution.processBusinessKey}"/></extensionElements></callActivity>'
    ).xml.decode()

    assert 'propagateAllParentVariables="true"' in xml
    assert 'propagateAllChildVariables="false"' in xml


def test_a_map_parameter_becomes_a_context(imported: Import) -> None:
    xml = imported(
        '<serviceTask id="s" camunda:class="a.b.C"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="m"><camunda:map><camunda:entry key="k">${v}</camunda:entry></camunda:map>'
        "</camunda:inputParameter></camunda:inputOutput></extensionElements></serviceTask>"
    ).xml.decode()

    assert '<zeebe:input source="={&quot;k&quot;: v}" target="m"/>' in xml
    assert 'type="C"' in xml


def test_a_scripted_parameter_is_left_open(imported: Import, fates: Fates) -> None:
    result = imported(
        '<serviceTask id="s" camunda:topic="t" camunda:type="external"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="m"><camunda:script scriptFormat="groovy">new Date()</camunda:script>'
        "</camunda:inputParameter></camunda:inputOutput></extensionElements></serviceTask>"
    )

    assert ("s", Fate.OPEN) in fates(result, "camunda:inputParameter")
    assert fates(result, "camunda:script") != []


def test_a_diagram_without_drawing_gets_one_where_a_tool_offers_it() -> None:
    xml = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t" id="d">'
        b'<process id="p"><startEvent id="s"/><endEvent id="e"/>'
        b'<sequenceFlow id="f" sourceRef="s" targetRef="e"/></process></definitions>'
    )
    asked = []

    def lay_out(given: bytes) -> bytes:
        asked.append(given)
        return given + b"<!-- drawn -->"

    drawn = import_diagram(xml, filename="p.bpmn", lay_out=lay_out)
    plain = import_diagram(xml, filename="p.bpmn", lay_out=lambda _xml: None)

    assert b"<outgoing>f</outgoing>" in asked[0]
    assert drawn.xml.endswith(b"<!-- drawn -->")
    assert (drawn.has_layout, plain.has_layout) == (True, False)


@pytest.mark.parametrize("xml", [b"", b"<x/>", b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'])
def test_what_is_no_diagram_is_refused(xml: bytes) -> None:
    with pytest.raises(DiagramRefused):
        import_diagram(xml, filename="x.bpmn")
