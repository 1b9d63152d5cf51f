"""Files made to hurt: no path in a name, and nothing whose cost grows faster than the file."""

from collections.abc import Callable

import pytest

from engine.bpmn import DiagramRefused
from engine.bpmn.importing import Fate, Imported, import_diagram

Import = Callable[..., Imported]
FIELDS = (
    '<extensionElements><camunda:formData><camunda:formField id="a" type="string" /></camunda:formData>'
    "</extensionElements>"
)
MANY = 20_000


@pytest.mark.parametrize("element_id", ["../../../etc/passwd", "a/b", "C:\\x", "a" * 500])
def test_the_form_made_for_an_element_has_a_plain_short_name_whatever_the_element_is_called(
    element_id: str, imported: Import
) -> None:
    result = imported(f'<userTask id="{element_id}">{FIELDS}</userTask>')

    (name,) = result.forms
    assert not set(name) & {"/", "\\", ":"}
    assert len(name) < 120


def test_the_forms_of_two_processes_never_take_one_another_s_place() -> None:
    tasks = [
        f'<process id="{name}" isExecutable="true"><userTask id="ask">{FIELDS}</userTask></process>' for name in "pq"
    ]
    xml = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" '
        f'xmlns:camunda="http://camunda.org/schema/1.0/bpmn">{"".join(tasks)}</definitions>'
    )

    result = import_diagram(xml.encode(), filename="two.bpmn")

    assert set(result.forms) == {"p_ask_form.form", "q_ask_form.form"}


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_with_entities_or_a_document_type_is_refused_in_any_encoding(prologue: str, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    xml = f'{declared}{prologue}<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</definitions>'

    with pytest.raises(DiagramRefused) as refused:
        import_diagram(xml.encode(encoding), filename="x.bpmn")

    assert "doctype" in refused.value.findings[0].code


def test_a_comment_that_looks_like_a_drawing_is_none(imported: Import) -> None:
    result = imported(f'<task id="a" /><!-- {"<BPMNDiagram " * MANY} -->')

    assert not result.has_layout


def test_braces_and_commas_without_end_are_taken_as_they_come(imported: Import) -> None:
    result = imported(f'<userTask id="a" camunda:candidateGroups="{"{," * MANY}" />')

    assert {note.element_id for note in result.notes} == {"a"}


def test_groups_are_parted_at_commas_outside_braces(imported: Import) -> None:
    result = imported('<userTask id="a" camunda:candidateGroups="sales, ${f(x, y)}, ${boss}" />')

    assert [(note.fate, note.source) for note in result.notes] == [(Fate.OPEN, "camunda:candidateGroups")]


def test_flows_without_a_drawing_and_errors_without_a_definition_may_be_many(imported: Import) -> None:
    flows = "".join(f'<sequenceFlow id="f{number}" sourceRef="a" targetRef="b" />' for number in range(MANY))
    ends = "".join(
        f'<endEvent id="e{number}"><errorEventDefinition errorRef="x{number}" /></endEvent>' for number in range(2000)
    )

    result = imported(f'<task id="a" /><task id="b" />{flows}{ends}')

    assert result.xml.count(b"<outgoing>") == result.xml.count(b"<incoming>") == MANY
    assert len(result.notes) == 2000
