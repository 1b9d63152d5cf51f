"""Lints a diagram with one rule and says where it found something."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.bpmn import read_diagram
from engine.bpmn.lint import Surroundings, lint

Faults = Callable[..., list[str]]


@pytest.fixture
def faults() -> Faults:
    """Return the ids at which a rule finds something; keywords are what there is beside the diagrams."""

    def look(rule: str, *files: bytes, **known: Any) -> list[str]:
        diagrams = [read_diagram(xml, filename=f"{number}.bpmn") for number, xml in enumerate(files)]
        findings = lint(diagrams, Surroundings(**known), rules=[rule])
        assert {finding.code for finding in findings} <= {f"lint.{rule}"}
        return [finding.element_id or "" for finding in findings]

    return look
