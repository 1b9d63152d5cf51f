"""Every row of the profile holds: what runs is gone through by some test, the rest is drawn in vain or refused."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn import DiagramRefused, read_diagram
from engine.bpmn.profile import PROFILE, Support, entry_for
from engine.play import Play

HERE = Path(__file__).parent


def rows(support: Support) -> list[str]:
    """Return the keys of the rows with this support."""
    return [key for key, entry in PROFILE.items() if entry.support is support]


def marked(path: Path) -> Iterator[str]:
    """Return the rows that the tests in a file are marked with; the fixture `witnesses` sees that they are honest."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.construct":
                yield from (ast.literal_eval(key) for key in mark.args)


def test_everything_that_runs_is_gone_through_by_some_test_that_says_so() -> None:
    said = {key for path in HERE.glob("test_*.py") for key in marked(path)}

    assert set(rows(Support.RUNS)) - said == set()
    assert said - set(rows(Support.RUNS)) == set()


@pytest.mark.parametrize("key", [*rows(Support.REFUSED), "whatever"])
def test_what_is_refused_is_refused_where_it_stands_with_the_remedy_of_its_row(key: str) -> None:
    """Read a file named after the row, in which the element `wrong` is."""
    path = HERE / "refused" / f"not_supported-{key.replace('/', '_').replace('[', '_').removesuffix(']')}.bpmn"
    entry = entry_for(key)

    with pytest.raises(DiagramRefused) as refused:
        read_diagram(path.read_bytes(), filename=path.name)

    found = [each for each in refused.value.findings if each.code == "diagram.not_supported"]
    assert [(each.element_id, each.message, each.remedy) for each in found] == [("wrong", entry.message, entry.remedy)]
    assert all((*found[0].message, *found[0].remedy))


def test_what_is_only_drawn_does_nothing(begin: Callable[..., Play]) -> None:
    play = begin("drawn")

    play.complete("Lưu")

    assert play.end == "end"
    assert play.passed() == ["start", "file_letter", "end"]
    tags = {etree.QName(node).localname for node in etree.parse(HERE / "drawn.bpmn").iter("{*}*")}
    assert set(rows(Support.DRAWN)) - tags == set()
