"""Damaged and hostile files end in a reading or in findings: no other error, in bounded time and memory."""

import random
import resource
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn import DiagramRefused, read_diagram
from engine.bpmn.importing import import_diagram
from engine.bpmn.lint import lint
from engine.dmn import DecisionsRefused, read_decisions

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DIAGRAMS = sorted([*(ROOT / "processes").rglob("*.bpmn"), *HERE.glob("*.bpmn"), *(HERE / "importing").glob("*.bpmn")])
DECISIONS = sorted([*(ROOT / "processes").rglob("*.dmn"), *(ROOT / "tests").rglob("*.dmn")])
MUTATIONS = 200
MOST_SECONDS = 2
MOST_KILOBYTES = 200_000
DECISION = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">
  <inputData id="a" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <decision id="level" name="Level"><variable name="Level" typeRef="string"/>
    <informationRequirement id="r"><requiredInput href="#a"/></informationRequirement>
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i"><inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>
      <output id="o" name="level" typeRef="string"/>
      <rule id="r1"><inputEntry id="e1"><text>&lt; 10</text></inputEntry>
        <outputEntry id="o1"><text>"low"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="e2"><text>&gt;= 10</text></inputEntry>
        <outputEntry id="o2"><text>"high"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""
SPLINTERS = (
    b"<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>", b"&a;", b"<![CDATA[", b"]]>", b"<!--", b"\x00",
    b"\xff\xfe", b"</bpmn:process>", b'id="start"', b"=" + b"(" * 3000, b'="' + b"x" * 5000 + b'"', b"${a.b(c)}",
    b'isExecutable="false"', b"R999999999/PT0S", b"P99999999999Y", b"<bpmn:subProcess id='s'>" * 60,
    b"=1" + b"0" * 400 + b"**9999", "ẹ̀".encode(), b'xmlns:bpmn="urn:else"', b"=for i in 1..999999999 return i",
)  # fmt: skip
HOSTILE = (
    "", " ", "=", "=" + "(" * 3000, "=" + "x" * 5000, "${a.b(c)}", "R999999999/PT0S", "P99999999999999999999Y", "0",
    "=1" + "0" * 400 + "**9999", "ẹ̀", "=for i in 1..999999999 return i", "true", "None", "a:b:c", "-1", "9" * 5000,
    "=if then", "R/PT0S", "2026-99-99T99:99:99Z", "[", "#" * 20, "=" + "-" * 2000 + "1", "=" + "[" * 500,
)  # fmt: skip


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return a damaged file: half of them are still XML, so that the damage comes through to the reader."""
    return torn(content, chance) if chance.random() < 0.4 else redrawn(content, chance)


def torn(content: bytes, chance: random.Random) -> bytes:
    """Cut, double, move bytes, or push something hostile in, up to three times."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        piece = slice(at, min(len(data), at + chance.choice([1, 3, 20, 200, 2000])))
        cut = bytes(data[piece])
        what = chance.choice(["cut", "double", "move", "push"])
        if what in {"cut", "move"}:
            del data[piece]
        place = chance.randrange(len(data) + 1) if what == "move" else at
        data[place:place] = {"cut": b"", "double": cut * 5, "move": cut, "push": chance.choice(SPLINTERS)}[what]
    return bytes(data)


def redrawn(content: bytes, chance: random.Random) -> bytes:
    """Remove, double, move and rewrite elements, attributes and texts, up to six times."""
    root = etree.fromstring(content)
    for _ in range(chance.randint(1, 6)):
        nodes = [node for node in root.iter("*") if node.getparent() is not None] or [root]
        node, other = chance.choice(nodes), chance.choice(nodes)
        parent = node.getparent()
        is_inside = node in other.iterancestors() or other is node
        what = chance.choice(["remove", "double", "move", "swap", "attribute", "attribute", "text", "rename"])
        if what == "remove" and parent is not None:
            parent.remove(node)
        elif what == "double" and parent is not None:
            parent.extend(deepcopy(node) for _ in range(chance.choice([1, 30])))
        elif what == "move" and not is_inside:
            other.append(node)
        elif what == "swap":
            for name in sorted(set(map(str, node.attrib)) & set(map(str, other.attrib))):
                node.attrib[name], other.attrib[name] = other.attrib[name], node.attrib[name]
        elif what == "attribute" and node.attrib:
            node.set(chance.choice(sorted(map(str, node.attrib))), chance.choice([*HOSTILE, *other.attrib.values()]))
        elif what == "text":
            node.text = chance.choice(HOSTILE)
        elif what == "rename":
            node.tag = other.tag
    return etree.tostring(root)


def read_and_lint(content: bytes) -> None:
    lint([read_diagram(content, filename="mutated.bpmn")])


def bounded(do: Callable[[bytes], object], refusal: type[Exception], content: bytes) -> float:
    """Do something with a file; return the seconds. Only the one refusal may be raised."""
    began = time.perf_counter()
    said = None
    try:
        do(content)
    except refusal as refused:
        said = refused.findings  # type: ignore[attr-defined]
    assert said is None or len(said) > 0
    return time.perf_counter() - began


def quickest(do: Callable[[bytes], object], refusal: type[Exception], content: bytes) -> float:
    """Return the seconds it takes; what took long is asked twice more, since machines have other things to do."""
    seconds = bounded(do, refusal, content)
    if seconds < MOST_SECONDS:
        return seconds
    return min(seconds, *(bounded(do, refusal, content) for _ in range(2)))


WAYS: dict[str, tuple[Callable[[bytes], object], type[Exception], list[bytes]]] = {
    "read": (read_and_lint, DiagramRefused, [path.read_bytes() for path in DIAGRAMS]),
    "import": (
        lambda content: import_diagram(content, filename="mutated.bpmn"),
        DiagramRefused,
        [path.read_bytes() for path in DIAGRAMS],
    ),
    "decide": (
        lambda content: read_decisions(content, filename="mutated.dmn"),
        DecisionsRefused,
        [DECISION, *(path.read_bytes() for path in DECISIONS[:40])],
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_mutated_files_end_in_a_reading_or_in_findings(way: str) -> None:
    do, refusal, originals = WAYS[way]
    chance = random.Random(20260302)  # noqa: S311 - the same damage at every run
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    slowest = max(quickest(do, refusal, mutated(chance.choice(originals), chance)) for _ in range(MUTATIONS))

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert slowest < MOST_SECONDS
    assert grown < MOST_KILOBYTES


def test_a_task_that_claims_to_be_an_event_sub_process_is_a_task() -> None:
    """Met among the mutations: the mark means something on sub-processes only."""
    xml = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t" id="d">'
        b'<process id="p" isExecutable="true"><task id="a" triggeredByEvent="true"/></process></definitions>'
    )

    (model,) = read_diagram(xml, filename="p.bpmn").processes.values()

    assert not model.elements["a"].is_event_sub_process
