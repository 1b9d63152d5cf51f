"""The DMN Technology Compatibility Kit, as far as it lies in `shared/dmn-tck` beside the checkout."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from engine.dmn import DecisionModel, inspect_decisions
from engine.errors import PlatformError
from engine.feel import Environment, Expression, parse

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SUITE = Path(os.environ.get("DMN_TCK", Path(__file__).resolve().parents[4] / "shared" / "dmn-tck"))
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_PRECISION = Decimal("0.00000001")
"""How far a number may be from the expected one: the suite's own runner allows as much."""

_READERS: Mapping[str, Expression] = {
    "date": parse("date(text)"),
    "time": parse("time(text)"),
    "dateTime": parse("date and time(text)"),
    "duration": parse("duration(text)"),
}
_EQUAL = parse("one = other")


@dataclass(frozen=True, slots=True)
class Case:
    """One result that the suite asks for."""

    group: str
    case_id: str
    node: str
    expected: object
    got: object
    crash: str = ""

    @property
    def is_passed(self) -> bool:
        """Tell whether the result is the expected one."""
        return not self.crash and same(self.expected, self.got)

    def __str__(self) -> str:
        """Show the case in a line."""
        return (
            f"{self.group} {self.case_id} {self.node}: expected {self.expected!r}, got {self.crash or repr(self.got)}"
        )


def same(expected: object, got: object) -> bool:
    """Tell whether a result is the expected value."""
    if isinstance(expected, dict):
        return (
            isinstance(got, Mapping)
            and expected.keys() == got.keys()
            and all(same(expected[k], got[k]) for k in expected)
        )
    if isinstance(expected, list):
        return (
            isinstance(got, list)
            and len(expected) == len(got)
            and all(same(one, other) for one, other in zip(expected, got, strict=True))
        )
    if isinstance(expected, Decimal):
        is_number = isinstance(got, (int, Decimal)) and not isinstance(got, bool)
        return is_number and abs(expected - Decimal(got)) < _PRECISION  # type: ignore[arg-type]
    if expected is None or isinstance(expected, (bool, str)):
        return type(got) is type(expected) and got == expected
    return _EQUAL.evaluate({"one": expected, "other": got}, Environment(now=NOW)) is True


class Suite:
    """The cases of the DMN Technology Compatibility Kit."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def groups(self, level: int) -> list[Path]:
        """Return the folders of a level, one for each model."""
        return sorted(path for path in (self._folder / f"level-{level}").iterdir() if path.is_dir())

    def run(self, level: int) -> Iterator[Case]:
        """Run all cases of a level."""
        for group in self.groups(level):
            for file in sorted(group.glob("*test*.xml")):
                yield from _run_file(group, file)


def _run_file(group: Path, file: Path) -> Iterator[Case]:
    root = etree.fromstring(file.read_bytes())
    for node in root.iter(etree.Element):
        node.tag = etree.QName(node).localname
    others = {path.name: path.read_bytes() for path in group.glob("*.dmn")}
    filename = (root.findtext("modelName") or "").strip()
    if filename not in others:
        filename = next(iter(others))
    model, _ = inspect_decisions(others[filename], filename=filename, others=others)
    for case in root.findall("testCase"):
        yield from _run_case(group.name, case, model)


def _run_case(group: str, case: etree._Element, model: DecisionModel) -> Iterator[Case]:
    variables = {node.get("name", ""): _value(node) for node in case.findall("inputNode")}
    asked = case.get("invocableName")
    for node in case.findall("resultNode"):
        name, wanted = node.get("name", ""), node.find("expected")
        expected = None if wanted is None else _value(wanted)
        crash, got = "", None
        try:
            got = _evaluated(model, asked or name, variables)
            if asked and isinstance(got, dict) and name in got:
                got = got[name]
        except PlatformError:
            pass
        except Exception as error:  # noqa: BLE001 - a stack trace is what the suite must never see
            crash = f"{type(error).__name__}: {error}"
        yield Case(group, case.get("id", ""), name, expected, got, crash)


def _evaluated(model: DecisionModel, name: str, variables: Mapping[str, object]) -> object:
    ids = {found: element_id for element_id, found in (*model.services.items(), *model.decisions.items())}
    return model.evaluate(ids.get(name, name), variables, Environment(now=NOW)).value


def _value(node: etree._Element) -> object:
    """Return the value that an XML node of the suite describes."""
    components = node.findall("component")
    if components:
        return {each.get("name", ""): _value(each) for each in components}
    listed = node.find("list")
    if listed is not None:
        return [] if listed.get(f"{XSI}nil") == "true" else [_value(item) for item in listed.findall("item")]
    value = node.find("value")
    if value is None or value.get(f"{XSI}nil") == "true":
        return None
    return _scalar(value.text or "", (value.get(f"{XSI}type") or "string").rpartition(":")[2])


def _scalar(text: str, kind: str) -> object:
    if kind in {"decimal", "double", "integer"}:
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() == "true"
    reader = _READERS.get(kind)
    return text if reader is None else reader.evaluate({"text": text.strip()}, Environment(now=NOW))


@pytest.fixture(scope="session")
def suite() -> Suite:
    """The conformance suite; a clear failure when it does not lie where it should."""
    if not SUITE.is_dir():
        pytest.fail(
            f"The DMN conformance suite is missing: {SUITE} is no folder. Put shared/ beside the checkout, "
            "or name the folder in the environment variable DMN_TCK."
        )
    return Suite(SUITE)


def test_level_2_is_passed_whole(suite: Suite) -> None:
    cases = list(suite.run(2))

    failed = [str(case) for case in cases if not case.is_passed]
    _say(f"level 2: {len(cases) - len(failed)} of {len(cases)} results")
    assert not failed, "\n".join(failed)
    assert len({(case.group, case.case_id) for case in cases}) == 116


def test_level_3_is_passed_in_95_of_100_cases_that_expect_a_value(suite: Suite) -> None:
    cases = list(suite.run(3))

    wanted = [case for case in cases if case.expected is not None]
    passed = sum(case.is_passed for case in wanted)
    failed = [case for case in cases if not case.is_passed]
    _say(f"level 3: {len(cases) - len(failed)} of {len(cases)} results, {passed} of {len(wanted)} that expect a value")
    _say(_by_group(failed))
    assert not [str(case) for case in cases if case.crash]
    assert passed >= 0.95 * len(wanted), "\n".join(map(str, failed))


def _by_group(cases: Iterable[Case]) -> str:
    return "\n".join(f"  {group}: {count}" for group, count in Counter(case.group for case in cases).most_common())


def _say(text: str) -> None:
    print(text)  # noqa: T201 - whoever runs the suite wants the counts
