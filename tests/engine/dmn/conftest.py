"""What the tests of decisions share: a fixed clock and a pen that writes DMN files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from engine.dmn import DecisionModel, DecisionsRefused, Evaluation, read_decisions
from engine.feel import Environment
from engine.wording import Finding

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_ELEMENTS = ("<decision ", "<decisionService", "<inputData", "<itemDefinition", "<businessKnowledgeModel", "<import")


@pytest.fixture
def environment() -> Environment:
    """A fresh environment with a fixed clock."""
    return Environment(now=NOW)


@dataclass(frozen=True, slots=True)
class DecisionPen:
    """Writes small DMN files."""

    def file(self, *parts: str, namespace: str = "urn:test", version: str = "20191111") -> bytes:
        """Return a file of these elements."""
        scheme = "https" if version >= "2019" else "http"
        model = "dmn.xsd" if version == "20151101" else "MODEL/"
        return (
            f'<definitions xmlns="{scheme}://www.omg.org/spec/DMN/{version}/{model}" id="file" name="file" '
            f'namespace="{namespace}">{"".join(parts)}</definitions>'
        ).encode()

    def decision(self, element_id: str, logic: str, *, requires: Sequence[str] = (), type: str = "") -> str:  # noqa: A002
        """Return a decision; `requires` holds ids, a `data:` or `knowledge:` before them says what they are."""
        kinds = {"data": "requiredInput", "knowledge": "requiredKnowledge"}
        arrows = ""
        for each in requires:
            kind, _, target = each.rpartition(":")
            outer = "knowledgeRequirement" if kind == "knowledge" else "informationRequirement"
            tag = kinds.get(kind, "requiredDecision")
            arrows += f'<{outer}><{tag} href="#{target}"/></{outer}>'
        typed = f' typeRef="{type}"' if type else ""
        variable = f'<variable name="{element_id}"{typed}/>'
        return f'<decision id="{element_id}" name="{element_id}">{variable}{arrows}{logic}</decision>'

    def feel(self, text: str) -> str:
        """Return a literal expression."""
        return f"<literalExpression><text>{_escaped(text)}</text></literalExpression>"

    def data(self, element_id: str, type: str = "") -> str:  # noqa: A002
        """Return input data."""
        typed = f' typeRef="{type}"' if type else ""
        return f'<inputData id="{element_id}" name="{element_id}"><variable name="{element_id}"{typed}/></inputData>'

    def table(self, *rows: str, inputs: Sequence[str], outputs: Sequence[str] = ("",), policy: str = "UNIQUE") -> str:
        """Return a table; a row is `cell | cell -> output | output`.

        An input is `expression`, `expression: type` or `expression: type = allowed`; an output likewise, with a
        default after `else`. The policy may carry an aggregator: `COLLECT SUM`.
        """
        said, _, aggregation = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
        aggregated = f' aggregation="{aggregation}"' if aggregation else ""
        body = "".join(map(self._input, inputs)) + "".join(map(self._output, outputs)) + "".join(map(self._rule, rows))
        return f'<decisionTable id="table" hitPolicy="{_escaped(said)}"{aggregated}>{body}</decisionTable>'

    def _input(self, said: str) -> str:
        text, kind, allowed = _column(said)
        values = f"<inputValues><text>{_escaped(allowed)}</text></inputValues>" if allowed else ""
        return f"<input><inputExpression{kind}><text>{_escaped(text)}</text></inputExpression>{values}</input>"

    def _output(self, said: str) -> str:
        said, _, default = said.partition(" else ")
        name, kind, allowed = _column(said)
        values = f"<outputValues><text>{_escaped(allowed)}</text></outputValues>" if allowed else ""
        fallback = f"<defaultOutputEntry><text>{_escaped(default)}</text></defaultOutputEntry>" if default else ""
        return f'<output name="{name}"{kind}>{values}{fallback}</output>'

    def _rule(self, row: str) -> str:
        cells, _, outputs = row.partition("->")
        inner = "".join(_entry("inputEntry", each) for each in cells.split("|"))
        return f"<rule>{inner}{''.join(_entry('outputEntry', each) for each in outputs.split('|'))}</rule>"


def _column(said: str) -> tuple[str, str, str]:
    said, _, allowed = said.partition(" = ")
    text, _, kind = said.partition(": ")
    return text, f' typeRef="{kind}"' if kind else "", allowed


def _entry(tag: str, text: str) -> str:
    return f"<{tag}><text>{_escaped(text.strip())}</text></{tag}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.fixture
def dmn() -> DecisionPen:
    """A pen for DMN files."""
    return DecisionPen()


@dataclass(frozen=True, slots=True)
class Asker:
    """Reads small files and evaluates their decision `d`; a part that is no element is the logic of `d`."""

    dmn: DecisionPen
    environment: Environment

    def read(self, *parts: str) -> DecisionModel:
        """Read a file of these parts."""
        elements = [each if each.startswith(_ELEMENTS) else self.dmn.decision("d", each) for each in parts]
        return read_decisions(self.dmn.file(*elements), filename="d.dmn")

    def __call__(self, *parts: str, **variables: object) -> Evaluation:
        """Evaluate `d` over variables."""
        return self.read(*parts).evaluate("d", variables, self.environment)

    def refused(self, *parts: str) -> list[Finding]:
        """Return the findings with which a file of these parts is refused."""
        with pytest.raises(DecisionsRefused) as refusal:
            self.read(*parts)
        return refusal.value.findings


@pytest.fixture
def ask(dmn: DecisionPen, environment: Environment) -> Asker:
    """Evaluate decisions."""
    return Asker(dmn, environment)
