"""The corpus: what each expression gives here, and where feelin, which the editors use, gives another value."""

import json
import os
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine import feel

HERE = Path(__file__).parent
CORPUS = sorted((HERE / "corpus").glob("*.toml"))
DIFFERENCES = HERE / "differences.toml"
FEELIN = HERE / "feelin"
ROOT = HERE.parents[2]
DIAGRAMS = sorted((ROOT / "processes" / "routing").glob("*.bpmn"))
DOUBLE_DIGITS = 17
"""More significant digits than a double can show: longer numbers are compared as doubles."""

_EXACT = Context(prec=34)
Compare = Callable[[Sequence["Question"]], list[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """One expression of the corpus, or a unary test of `tested`, and the value it gives, in FEEL's notation."""

    text: str
    inputs: Mapping[str, Any]
    tested: str | None
    value: str

    @property
    def key(self) -> str:
        """Return what the differences call it: the expression, after the input if it is a unary test."""
        return self.text if self.tested is None else f"{self.tested} | {self.text}"

    def answer(self, environment: feel.Environment) -> object:
        """Return the value, or the error."""
        names = [name for name in _names(self.inputs) if not name.isidentifier()]
        try:
            if self.tested is None:
                return feel.parse(self.text, names=names).evaluate(self.inputs, environment)
            scope = {**self.inputs, "?": feel.parse(self.tested).evaluate({}, environment)}
            return feel.parse_unary_tests(self.text, names=names).evaluate(scope, environment)
        except feel.FeelError as error:
            return error


def _names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from _names(entry)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


def questions(file: Path) -> list[Question]:
    """Return what a corpus file asks."""
    corpus = tomllib.loads(file.read_text(encoding="utf-8"))
    inputs = corpus.get("inputs", {}) | dict.fromkeys(corpus.get("nulls", ()))
    return [
        *(Question(text, inputs, None, value) for text, value in corpus.get("values", {}).items()),
        *(
            Question(text, inputs, tested, value)
            for tested, tests in corpus.get("tests", {}).items()
            for text, value in tests.items()
        ),
    ]


def shown(value: Any, *, as_doubles: bool = False) -> str:
    """Return a value in FEEL's notation, contexts in the order of their keys."""
    if isinstance(value, feel.FeelError):
        return "error"
    if isinstance(value, list):
        return f"[{', '.join(shown(item, as_doubles=as_doubles) for item in value)}]"
    if isinstance(value, dict):
        entries = sorted((json.dumps(key, ensure_ascii=False), item) for key, item in value.items())
        return f"{{{', '.join(f'{key}: {shown(item, as_doubles=as_doubles)}' for key, item in entries)}}}"
    if isinstance(value, feel.Range):
        ends = f"{shown(value.start, as_doubles=as_doubles)}..{shown(value.end, as_doubles=as_doubles)}"
        return f"{'[' if value.start_included else '('}{ends}{']' if value.end_included else ')'}"
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return _shown_number(Decimal(value), as_doubles=as_doubles)
    return _shown_scalar(value)


def _shown_scalar(value: Any) -> str:
    if isinstance(value, (date, time, timedelta, feel.YearsMonths)):
        return f'@"{feel.parse("string(x)").evaluate({"x": value}, _NO_CLOCK)}"'
    return "function" if isinstance(value, feel.Function) else json.dumps(value, ensure_ascii=False)


def _shown_number(value: Decimal, *, as_doubles: bool) -> str:
    """Return a number as JavaScript writes it, all of its digits or those of the nearest double."""
    plain = value.normalize(_EXACT)
    if as_doubles and len(plain.as_tuple().digits) > DOUBLE_DIGITS:
        plain = Decimal(repr(float(plain))).normalize()
    if not plain:
        return "0"
    if -7 <= plain.adjusted() < (21 if as_doubles else 34):
        return format(plain, "f")
    return format(plain, "e").replace("E", "e")


_NO_CLOCK = feel.Environment(now=None)  # type: ignore[arg-type]  # nothing asks it for the time


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_every_expression_gives_its_value(environment: feel.Environment, file: Path) -> None:
    asked = questions(file)

    answers = {question.key: shown(question.answer(environment)) for question in asked}

    assert answers == {question.key: question.value for question in asked}


def of_diagrams(inputs: Mapping[str, Any]) -> list[Question]:
    """Return the expressions of the shipped diagrams that ask no office function."""
    texts = {
        value.strip()[1:]
        for diagram in DIAGRAMS
        for element in etree.parse(diagram).iter()
        for value in (*element.attrib.values(), element.text or "")
        if str(value).strip().startswith("=")
    }
    return [Question(text, inputs, None, "") for text in sorted(texts) if not _asks_the_office(text)]


def _asks_the_office(text: str) -> bool:
    return bool(feel.parse(text).calls & feel.OFFICE_FUNCTIONS.keys())


@pytest.fixture
def feelin(environment: feel.Environment) -> Compare:
    """Return a function that tells what feelin gives; one Node process answers all that it is asked."""
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node is None or npm is None:
        pytest.fail("there is no Node.js, neither in .venv/bin nor on the path; scripts/setup --test installs it")
    installed = FEELIN / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (FEELIN / "package-lock.json").stat().st_mtime:
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=FEELIN, env={**os.environ, "PATH": path}, check=True, timeout=300)

    def ask(asked: Sequence[Question]) -> list[str]:
        questions = [{"text": each.text, "inputs": each.inputs, "tested": each.tested} for each in asked]
        sent = json.dumps({"now": environment.now.isoformat(), "questions": questions})
        done = subprocess.run(
            [node, FEELIN / "answers.mjs"], input=sent, capture_output=True, text=True, check=True, timeout=120
        )
        answers: list[str] = json.loads(done.stdout)
        return answers

    return ask


def test_feelin_differs_only_where_it_is_listed(environment: feel.Environment, feelin: Compare) -> None:
    asked = [question for file in CORPUS for question in questions(file)]
    asked += of_diagrams(next(question.inputs for question in questions(HERE / "corpus" / "office.toml")))
    groups = tomllib.loads(DIFFERENCES.read_text(encoding="utf-8"))["group"]

    ours = [shown(question.answer(environment), as_doubles=True) for question in asked]
    theirs = feelin(asked)

    found = {
        question.key: (one, other) for question, one, other in zip(asked, ours, theirs, strict=True) if one != other
    }
    listed = [each for group in groups for each in group["differences"]]
    assert found == {each["expression"]: (each["ours"], each["feelin"]) for each in listed}
    assert len(listed) == len(found)


def test_every_listed_difference_says_who_is_right_and_why() -> None:
    groups = tomllib.loads(DIFFERENCES.read_text(encoding="utf-8"))["group"]

    assert {group["right"] for group in groups} <= {"ours", "feelin", "open"}
    assert all(group["reason"].endswith(".") for group in groups)
