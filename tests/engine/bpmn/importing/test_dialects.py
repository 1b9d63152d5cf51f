"""Diagrams of four engines: imported, read, and driven to their ends."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn import read_diagram
from engine.bpmn.importing import Fate, Imported, import_diagram
from engine.play import Play

HERE = Path(__file__).parent
FILES = sorted(path.name for path in HERE.glob("*.bpmn"))
DIALECTS = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
}
CHILD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t" id="d">
<process id="booking" isExecutable="true"><startEvent id="s" name="s"/><endEvent id="e" name="e"/>
<sequenceFlow id="f" sourceRef="s" targetRef="e"/></process></definitions>"""

Import = Callable[[str], Imported]


def files_of(result: Imported, name: str, *blank_forms: str) -> dict[str, bytes]:
    """Return what is deployed, with empty forms in the place of those that have to be redrawn."""
    blank = '{{"id": "{}", "type": "default", "schemaVersion": 18, "components": []}}'
    return (
        {name: result.xml}
        | {form: text.encode() for form, text in result.forms.items()}
        | {f"{form}.form": blank.format(form).encode() for form in blank_forms}
    )


@pytest.mark.parametrize("name", FILES)
def test_nothing_foreign_vanishes_without_a_note(name: str, imported: Import) -> None:
    result = imported(name)

    foreign: Counter[str] = Counter()
    for node in etree.fromstring((HERE / name).read_bytes()).iter("*"):
        tag = etree.QName(node)
        says_something = node.attrib or (node.text or "").strip() or not len(node)
        if tag.namespace in DIALECTS and says_something:
            foreign[f"{DIALECTS[tag.namespace]}:{tag.localname}"] += 1
        for attribute in map(etree.QName, map(str, node.attrib)):
            if attribute.namespace in DIALECTS:
                foreign[f"{DIALECTS[attribute.namespace]}:{attribute.localname}"] += 1
    assert foreign
    assert foreign - Counter(note.source for note in result.notes) == Counter()
    assert not any(uri.encode() in result.xml for uri in DIALECTS)
    assert all(note.remedy for note in result.notes if note.fate is not Fate.CARRIED)


@pytest.mark.parametrize("name", FILES)
def test_an_imported_diagram_can_be_read(name: str, imported: Import) -> None:
    assert read_diagram(imported(name).xml, filename=name).processes


@pytest.mark.parametrize("name", FILES)
def test_importing_what_was_imported_changes_nothing_more(name: str, imported: Import) -> None:
    once = imported(name)

    again = import_diagram(once.xml, filename=name)

    assert [note.source for note in again.notes if not note.source.startswith("design:")] == []
    assert again.xml == once.xml


def test_the_drawing_stays_letter_by_letter(imported: Import) -> None:
    original = (HERE / "camunda_invoice.bpmn").read_text()
    start, end = original.index("<bpmndi:BPMNDiagram"), original.index("</bpmndi:BPMNDiagram>")

    assert original[start:end] in imported("camunda_invoice.bpmn").xml.decode()


def test_a_camunda_diagram_runs_to_its_end(imported: Import) -> None:
    result = imported("camunda_invoice.bpmn")
    play = Play(files_of(result, "invoice.bpmn", "approve"))

    play.start("invoice", {"amount": 700, "kind": "goods", "unit": "VPS", "reminder": None, "patience": "P1D"})
    (task,) = play.tasks()
    play.advance(timedelta(days=2))
    (reminder,) = play.jobs()
    play.finish_job("remind").complete("approve", {"approved": True}).finish_job("pay")

    assert task.assignee == "player"
    assert (task.variables["limit"], task.variables["total"], task.variables["choices"]) == (
        "1000",
        1400,
        ["yes", "goods"],
    )
    assert reminder.job_type == "reminderDelegate"
    assert (play.ended, play.end) == (True, "paid")


def test_a_flowable_diagram_runs_to_its_end(imported: Import) -> None:
    result = imported("flowable_leave.bpmn")
    play = Play(files_of(result, "leave.bpmn") | {"booking.bpmn": CHILD.encode()})

    play.start("leave", {"days": 3, "approvers": ["an", "lan", "mai", "son"]})
    play.complete("decide").complete("decide")
    (mail,) = play.jobs()
    play.finish_job("tell")

    assert (mail.job_type, mail.variables["to"], mail.variables["double_days"]) == ("mail", "player", 6)
    assert (play.ended, play.end) == (True, "done")


def test_an_activiti_diagram_runs_to_its_end(imported: Import) -> None:
    play = Play(files_of(imported("activiti_help.bpmn"), "help.bpmn"))

    play.start("help", {"deadline": None})
    (task,) = play.tasks()
    play.advance(timedelta(minutes=6))
    (escalated,) = play.tasks()
    play.complete("second").throw_error("record", "RECORD_FAILED")

    assert task.candidate_users == ("kermit",)
    assert "support" in task.candidate_groups
    assert escalated.element_id == "second"
    assert (play.ended, play.end) == (True, "given_up")


def test_an_operaton_diagram_runs_to_its_end(imported: Import) -> None:
    decision = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">
    <decision id="approval_level" name="level"><literalExpression><text>"high"</text></literalExpression></decision>
    </definitions>"""
    result = imported("operaton_purchase.bpmn")
    play = Play(files_of(result, "purchase.bpmn", "need_form") | {"level.dmn": decision.encode()})

    play.start("purchase", {"amount": 5000, "number": "7", "item": {"price": 1}})
    (order,) = play.jobs()
    play.finish_job("order", {"order_id": 1})
    was_heard = play.message("goods.7")
    (script,) = play.jobs()
    play.finish_job("count")

    assert order.job_type == "orders.place"
    assert was_heard
    assert script.job_type == "count"
    assert (play.ended, play.variables["level"]) == (True, "high")
