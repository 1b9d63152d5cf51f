"""The command `lint`: what it prints, what it looks at, how it exits."""

from pathlib import Path

import pytest
import simplejson
from click.testing import CliRunner

import processes
from web.cli import main

DIAGRAM = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:t">
  <process id="leave" name="Nghỉ phép" isExecutable="true">
    <startEvent id="asked" name="Xin nghỉ" />
    <userTask id="approve" name="Duyệt">
      <extensionElements><zeebe:formDefinition formId="approve" />{assignment}</extensionElements>
    </userTask>
    <endEvent id="done" name="Xong" />
    <sequenceFlow id="a" sourceRef="asked" targetRef="approve" />
    <sequenceFlow id="b" sourceRef="approve" targetRef="done" />
  </process>
</definitions>"""
ASSIGNED = '<zeebe:assignmentDefinition assignee="=starter" />'
SHIPPED = sorted(path.parent for path in Path(processes.__file__).parent.glob("*/pack.toml"))
FORM = '{"id": "approve", "type": "default", "schemaVersion": 18, "components": []}'


def write(folder: Path, *, assignment: str = "") -> Path:
    (folder / "approve.form").write_text(FORM)
    path = folder / "leave.bpmn"
    path.write_text(DIAGRAM.format(assignment=assignment))
    return path


@pytest.mark.parametrize(
    ("language", "said"), [("vi", "Công việc “Duyệt” chưa có phân công."), ("en", "The user task “Duyệt” has no")]
)
def test_an_error_is_said_with_its_place_and_fails_the_command(tmp_path: Path, language: str, said: str) -> None:
    path = write(tmp_path)

    result = CliRunner().invoke(main, ["lint", str(path), "--language", language])

    assert result.exit_code == 1
    assert said in result.output
    assert f"{path}:5  approve" in result.output


def test_json_holds_both_languages(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["lint", str(write(tmp_path)), "--json"])

    (finding,) = simplejson.loads(result.output)
    assert (finding["code"], finding["severity"], finding["line"]) == ("lint.no_assignment", "error", 5)
    assert set(finding["message"]) == set(finding["remedy"]) == {"vi", "en"}


def test_forms_beside_a_file_count_and_are_not_judged(tmp_path: Path) -> None:
    path = write(tmp_path, assignment=ASSIGNED)
    (tmp_path / "broken.form").write_text("nonsense")

    assert CliRunner().invoke(main, ["lint", str(path)]).exit_code == 0
    assert CliRunner().invoke(main, ["lint", str(tmp_path)]).exit_code == 1


def test_forms_in_a_folder_below_are_found(tmp_path: Path) -> None:
    path = write(tmp_path, assignment=ASSIGNED)
    (tmp_path / "forms").mkdir()
    (tmp_path / "approve.form").rename(tmp_path / "forms" / "approve.form")

    assert CliRunner().invoke(main, ["lint", str(path)]).exit_code == 0
    assert CliRunner().invoke(main, ["lint", str(tmp_path)]).exit_code == 0


def test_a_missing_form_fails_the_command(tmp_path: Path) -> None:
    path = write(tmp_path, assignment=ASSIGNED)
    (tmp_path / "approve.form").unlink()

    result = CliRunner().invoke(main, ["lint", str(path)])

    assert result.exit_code == 1
    assert "form.unknown" in result.output


PLUGIN = """
from engine.hooks import hookimpl

@hookimpl
def job_types():
    return {"lobby.ring": lambda call: {}}
"""


def test_job_types_of_an_operators_own_plugins_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lobby_bell.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "ring.bpmn"
    task = '<serviceTask id="ring" name="Gọi"><extensionElements><zeebe:taskDefinition type="lobby.ring" />'
    start, end = DIAGRAM.index("<userTask"), DIAGRAM.index("</userTask>") + len("</userTask>")
    drawn = f"{DIAGRAM[:start]}{task}</extensionElements></serviceTask>{DIAGRAM[end:]}"
    path.write_text(drawn.replace('"approve"', '"ring"'))

    without = CliRunner().invoke(main, ["lint", str(path), "--language", "en"])
    with_it = CliRunner().invoke(
        main, ["lint", str(path), "--language", "en"], env={"LUANCHUYEN_PLUGINS": "lobby_bell"}
    )

    assert "lobby.ring" in without.output
    assert with_it.output == "Nothing to mend.\n"


def test_a_plugin_that_cannot_be_imported_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["lint", str(write(tmp_path))], env={"LUANCHUYEN_PLUGINS": "no_such_module"})

    assert result.exit_code != 0
    assert "no_such_module" in result.output


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_packs_we_ship_lint_clean(folder: Path) -> None:
    result = CliRunner().invoke(main, ["lint", str(folder), "--language", "en"])

    assert result.output == "Nothing to mend.\n"
    assert result.exit_code == 0
