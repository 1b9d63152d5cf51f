"""What a file may hold, and that everything wrong in it is said at once."""

from pathlib import Path

import pytest

from engine.bpmn import Diagram, DiagramRefused, read_diagram

HERE = Path(__file__).parent
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:tns="urn:test" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test">'
)


def a_diagram(process: str, *, roots: str = "", is_executable: str = "true") -> bytes:
    """Return a file with one process."""
    body = f'{HEAD}{roots}<process id="p" isExecutable="{is_executable}">{process}</process></definitions>'
    return body.encode()


def read(xml: bytes, job_types: list[str] | None = None) -> Diagram:
    """Read bytes as a file."""
    return read_diagram(xml, filename="test.bpmn", known_job_types=job_types)


def codes(xml: bytes, job_types: list[str] | None = None) -> list[tuple[str, str | None]]:
    """Return what is refused, with the element."""
    with pytest.raises(DiagramRefused) as refused:
        read(xml, job_types)
    findings = refused.value.findings
    assert all(finding.message.vi and finding.message.en and finding.remedy.vi for finding in findings)
    return [(finding.code.removeprefix("diagram."), finding.element_id) for finding in findings]


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "not_xml"),
        (b"this is no xml", "not_xml"),
        (b"<definitions><process></definitions>", "not_xml"),
        (b"<html/>", "not_bpmn"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', "doctype"),
        ('<!DOCTYPE d SYSTEM "http://example.invalid/x.dtd"><d/>'.encode("utf-16"), "doctype"),
        (b'<?xml version="1.0" encoding="UTF-7"?><d/>', "doctype"),
        (b"<a>" + b" " * 5_000_001 + b"</a>", "too_large"),
    ],
)
def test_what_is_no_plain_bpmn_file_is_refused(xml: bytes, code: str) -> None:
    assert codes(xml)[0] == (code, None)


def test_an_entity_bomb_is_refused_before_it_is_read() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + b'<!ENTITY b "&a;&a;&a;&a;&a;&a;">' * 1000 + b"]><d>&b;</d>"

    assert codes(bomb) == [("doctype", None)]


@pytest.mark.parametrize("is_executable", ["false", ""])
def test_a_file_without_executable_process_is_refused(is_executable: str) -> None:
    assert codes(a_diagram('<task id="a" />', is_executable=is_executable)) == [("no_executable_process", None)]


def test_everything_wrong_is_said_at_once_with_element_and_line() -> None:
    xml = a_diagram(
        """
        <startEvent id="start" />
        <serviceTask id="service" />
        <userTask id="twice" /><userTask id="twice" />
        <sequenceFlow id="flow" sourceRef="start" targetRef="nowhere" />
        <sequenceFlow id="test" sourceRef="service" targetRef="twice">
          <conditionExpression>=1 +</conditionExpression>
        </sequenceFlow>
        <complexGateway id="gateway" />
        """
    )

    with pytest.raises(DiagramRefused) as refused:
        read(xml)

    errors = {(finding.code, finding.element_id, finding.line) for finding in refused.value.findings}
    assert errors >= {
        ("diagram.incomplete", "service", 3),
        ("diagram.duplicate_id", "twice", 4),
        ("diagram.dangling_reference", "flow", 5),
        ("diagram.feel_syntax", "test", 6),
        ("diagram.not_supported", "gateway", 9),
    }


def test_a_feel_error_names_its_place_in_both_languages() -> None:
    with pytest.raises(DiagramRefused) as refused:
        read(a_diagram('<scriptTask id="s"><extensionElements><zeebe:script expression="=1 + )" resultVariable="x" />'
                       "</extensionElements></scriptTask>"))  # fmt: skip

    (finding,) = refused.value.findings
    assert "ký tự 6" in finding.message.vi
    assert "character 6" in finding.message.en


@pytest.mark.parametrize("path", sorted((HERE / "refused").glob("*.bpmn")), ids=lambda path: path.stem)
def test_an_unsound_drawing_is_refused_at_its_element(path: Path) -> None:
    """Read a file named after the refusal, in which the element `wrong` is."""
    code = path.stem.partition("-")[0]

    assert (code, "wrong") in codes(path.read_bytes())


def test_sub_processes_nested_too_deeply_are_refused() -> None:
    process = "".join(f'<subProcess id="s{depth}">' for depth in range(30)) + '<task id="a" />' + "</subProcess>" * 30

    assert ("too_deep", "s20") in codes(a_diagram(process))


def test_an_unknown_job_type_is_refused_with_the_nearest_one() -> None:
    task = '<serviceTask id="a"><extensionElements><zeebe:taskDefinition type="issue_nummber" /></extensionElements>'
    xml = a_diagram(f"{task}</serviceTask>")

    with pytest.raises(DiagramRefused) as refused:
        read(xml, ["issue_number", "archive"])

    assert "issue_number" in refused.value.findings[0].message.vi
    assert read(xml).processes.keys() == {"p"}


def test_references_may_carry_the_target_namespace_prefix() -> None:
    xml = a_diagram(
        '<task id="a" /><boundaryEvent id="b" attachedToRef="tns:a"><messageEventDefinition messageRef="tns:m" />'
        "</boundaryEvent>",
        roots='<message id="m" name="letter" />',
    )

    element = read(xml).processes["p"].elements["b"]

    assert element.attached_to == "a"
    assert element.event is not None
    assert element.event.name == "letter"


def test_flows_without_ids_are_flows() -> None:
    xml = a_diagram('<task id="a" /><task id="b" /><sequenceFlow sourceRef="a" targetRef="b" />')

    model = read(xml).processes["p"]

    assert model.elements["a"].outgoing == model.elements["b"].incoming
    assert len(model.flows) == 1


def test_a_chain_of_three_thousand_elements_is_read() -> None:
    tasks = "".join(f'<task id="t{n}" />' for n in range(3000))
    flows = "".join(f'<sequenceFlow sourceRef="t{n}" targetRef="t{n + 1}" />' for n in range(2999))

    assert len(read(a_diagram(tasks + flows)).processes["p"].elements) == 3000


def test_an_element_says_all_that_was_drawn() -> None:
    xml = a_diagram(
        """
        <extensionElements><zeebe:properties><zeebe:property name="lc:code_prefix" value="VBD" />
        </zeebe:properties></extensionElements>
        <laneSet id="lanes"><lane id="office" name="Văn phòng"><flowNodeRef>a</flowNodeRef></lane></laneSet>
        <startEvent id="s" />
        <sequenceFlow id="f" sourceRef="s" targetRef="a" name="đi" />
        <userTask id="a" name="Soạn"><documentation>Viết rõ.</documentation><extensionElements>
          <zeebe:assignmentDefinition assignee="=drafter" candidateGroups="VPS" />
          <zeebe:formDefinition formId="draft" />
          <zeebe:taskSchedule dueDate="P1D" followUpDate="PT4H" />
          <zeebe:priorityDefinition priority="70" />
          <zeebe:properties><zeebe:property name="lc:outcome.b" value="={label: &quot;B&quot;}" />
          <zeebe:property name="lc:outcome.a" value="={label: &quot;A&quot;}" /></zeebe:properties>
        </extensionElements></userTask>
        """
    )

    model = read(xml).processes["p"]
    element = model.elements["a"]

    assert model.properties == {"lc:code_prefix": "VBD"}
    assert [lane.name for lane in model.lanes] == ["Văn phòng"]
    assert [start.element_id for start in model.start_elements] == ["s"]
    assert model.flows["f"].name == "đi"
    assert (element.kind, element.name, element.documentation, element.lane) == (
        "userTask", "Soạn", "Viết rõ.", "Văn phòng",
    )  # fmt: skip
    assert element.assignment is not None
    assert (element.assignment.assignee, element.assignment.candidate_groups) == ("=drafter", "VPS")
    assert (element.form_id, element.due_date, element.follow_up_date, element.priority) == (
        "draft",
        "P1D",
        "PT4H",
        "70",
    )
    assert list(element.properties) == ["lc:outcome.b", "lc:outcome.a"]


def test_a_diagram_may_hold_pools_data_and_notes() -> None:
    xml = a_diagram(
        """
        <dataObject id="d" /><dataObjectReference id="dr" dataObjectRef="d" />
        <dataStoreReference id="ds" /><textAnnotation id="t"><text>Ghi chú</text></textAnnotation>
        <userTask id="a"><dataInputAssociation id="di"><sourceRef>dr</sourceRef></dataInputAssociation></userTask>
        """,
        roots='<collaboration id="c"><participant id="pool" processRef="p" /><messageFlow id="mf" sourceRef="pool" '
        'targetRef="a" /></collaboration><dataStore id="x" name="x" />',
    )

    assert read(xml).processes["p"].elements.keys() == {"a"}


def test_what_is_only_odd_is_a_warning_and_the_diagram_is_read() -> None:
    diagram = read(a_diagram('<startEvent id="s" /><task id="lonely" />'))

    assert [(finding.code, finding.element_id) for finding in diagram.warnings] == [("diagram.unreachable", "lonely")]
