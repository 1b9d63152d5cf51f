"""The command `import-bpmn`: what it writes, what it prints, and the drawing it makes."""

import shutil
from pathlib import Path

import pytest
import simplejson
from click.testing import CliRunner

from engine.bpmn import read_diagram
from web.cli import main
from web.layout import FRONTEND

EXAMPLES = Path(__file__).resolve().parents[2] / "engine" / "bpmn" / "importing"
CAN_DRAW = shutil.which("node") is not None and (FRONTEND / "node_modules" / "bpmn-auto-layout").is_dir()


def test_diagrams_and_forms_are_written_and_the_report_says_what_is_left(tmp_path: Path) -> None:
    given = [str(EXAMPLES / "camunda_invoice.bpmn"), str(EXAMPLES / "operaton_purchase.bpmn")]

    result = CliRunner().invoke(main, ["import-bpmn", *given, "--out", str(tmp_path), "--language", "en"])

    assert result.exit_code == 0
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")) == [
        "camunda_invoice.bpmn",
        "forms/invoice_received_form.form",
        "operaton_purchase.bpmn",
    ]
    assert "received: camunda:executionListener was dropped: there are no listeners here." in result.output
    assert "TO DO" in result.output


def test_the_report_as_json_names_element_fate_and_remedy(tmp_path: Path) -> None:
    given = str(EXAMPLES / "activiti_help.bpmn")

    result = CliRunner().invoke(main, ["import-bpmn", given, "--out", str(tmp_path), "--json"])

    (report,) = simplejson.loads(result.output)
    (note,) = [note for note in report["notes"] if note["source"] == "activiti:async"]
    assert (note["element_id"], note["fate"]) == ("record", "lost")
    assert set(note["message"]) == set(note["remedy"]) == {"vi", "en"}


def test_a_file_that_is_no_diagram_fails_the_command(tmp_path: Path) -> None:
    (tmp_path / "x.bpmn").write_text("nonsense")

    result = CliRunner().invoke(main, ["import-bpmn", str(tmp_path / "x.bpmn"), "--out", str(tmp_path / "out")])

    assert result.exit_code == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not CAN_DRAW, reason="needs Node and bpmn-auto-layout")
def test_a_diagram_without_drawing_gets_one_that_shows_every_element_and_flow(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["import-bpmn", str(EXAMPLES / "flowable_leave.bpmn"), "--out", str(tmp_path)])

    xml = (tmp_path / "flowable_leave.bpmn").read_bytes()
    (model,) = read_diagram(xml, filename="leave.bpmn").processes.values()
    drawn = [*model.elements, *model.flows]
    assert all(f'bpmnElement="{element_id}"'.encode() in xml for element_id in drawn)
    assert model.elements["decide"].multi_instance is not None
