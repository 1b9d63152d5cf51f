"""The registry of lint rules, and the packs we ship."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import engine.bpmn.lint
from engine.bpmn import read_diagram
from engine.bpmn.lint import RULES, lint
from engine.wording import Severity

HOUSE = Path(engine.bpmn.lint.__file__).parent
PACKS = Path(__file__).resolve().parents[4] / "processes"
NO_RULES = {"__init__", "escalating", "office_names", "rule", "sending", "subject", "surroundings", "token_game"}
NO_RULES |= {"variables", "ways"}

Faults = Callable[..., list[str]]


def test_every_file_is_a_registered_rule_with_tests_of_its_own() -> None:
    files = {path.stem for path in HOUSE.glob("*.py")} - NO_RULES
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}

    assert files == set(RULES)
    assert files <= tests


@pytest.mark.parametrize("path", sorted(PACKS.rglob("*.bpmn")), ids=lambda path: path.stem)
def test_the_diagrams_we_ship_are_clean(path: Path) -> None:
    found = lint([read_diagram(path.read_bytes(), filename=path.name)])

    assert [(finding.code, finding.element_id) for finding in found] == []


def test_findings_say_where_and_what_to_do_in_both_languages(pen: Any) -> None:
    xml = pen.process("p", pen.start(), pen.user("approve"), pen.end(), flows="start > approve > end")

    found = lint([read_diagram(xml, filename="p.bpmn")], rules=["no_assignment"])

    (finding,) = found
    assert (finding.code, finding.file, finding.element_id, finding.line, finding.severity) == (
        "lint.no_assignment",
        "p.bpmn",
        "approve",
        1,
        Severity.ERROR,
    )
    assert "chưa có phân công" in finding.message.vi
    assert "has no assignment" in finding.message.en
    assert "Phân công" in finding.remedy.vi
    assert "Assignment" in finding.remedy.en
