"""Small diagrams as the other engines' modelers write them, and what an import makes of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.bpmn.importing import Fate, Imported, import_diagram

HERE = Path(__file__).parent
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:operaton="http://operaton.org/schema/1.0/bpmn" xmlns:flowable="http://flowable.org/bpmn" '
    'xmlns:activiti="http://activiti.org/bpmn" id="d" targetNamespace="urn:test">'
)


@pytest.fixture
def imported() -> Callable[[str], Imported]:
    """Import the body of a process, or a file that lies beside the tests."""

    def run(body: str, globals_: str = "") -> Imported:
        if body.endswith(".bpmn"):
            return import_diagram((HERE / body).read_bytes(), filename=body)
        xml = f'{HEAD}{globals_}<process id="p" isExecutable="true">{body}</process></definitions>'
        return import_diagram(xml.encode(), filename="test.bpmn")

    return run


@pytest.fixture
def fates() -> Callable[[Imported, str], list[tuple[str, Fate]]]:
    """Return what became of the pieces with a name."""
    return lambda result, source: [(note.element_id, note.fate) for note in result.notes if note.source == source]
