"""What FEEL costs: the diagrams' own expressions, and ten thousand hostile ones, each within its time and memory.

python -m tests.bench.feel SEED COUNT    # one chunk of hostile expressions in this process, told as JSON
"""

import gc
import json
import resource
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from lxml import etree

from engine import feel
from tests.bench.hostile_feel import Hostile, hostile
from tests.bench.measures import Target

ROOT = Path(__file__).parents[2]
DIAGRAMS = ROOT / "processes" / "routing"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
UNIT = {"code": "VPS", "name": "Văn phòng Sở", "leader": "lan", "label": "Văn phòng Sở", "value": "VPS"}
OFFICE: Mapping[str, Callable[..., object]] = dict.fromkeys(feel.OFFICE_FUNCTIONS, lambda *_: [UNIT])
VARIABLES: Mapping[str, object] = {
    "outcome": "sign", "reason": None, "starter": "lan", "starter_unit": "TT.KCTVPTCN", "submitter": "minh",
    "unit": "VPS", "signer": "giam_doc", "chain": ["P.KTQLNL", "VPS"], "abstract": "Biên bản",
    "document_number": "12/SCT-VP",
    "amount_vnd": 1_234_567, "secrecy": "normal", "is_correct": True, "is_complete": True, "is_reasonable": True,
    "missing_items": None, "issued_on": "2026-03-02", "recipients": "", "completed_by": "minh",
}  # fmt: skip
MOST_EVALUATION_US, MOST_PARSE_US, MOST_HOSTILE_MS, MOST_HOSTILE_MB = 5.0, 500.0, 50.0, 50.0
CHUNKS, CHUNK = 20, 500
QUICK_CHUNK = 100
RETRY_MS = 10.0
MEGABYTE = 1024


@dataclass(slots=True)
class Chunk:
    """What became of some hostile expressions: the dearest, also of each family; how far the process grew; strays."""

    worst_ms: float = 0.0
    worst: str = ""
    dearest_ms: dict[str, float] = field(default_factory=dict)
    growth_mb: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)


def measure(*, quick: bool) -> list[Target]:
    """Measure evaluation and reading of the diagrams' expressions, then the worst of the hostile ones."""
    rounds = 200 if quick else 2_000
    chunks = [_in_child(1, QUICK_CHUNK)] if quick else [_in_child(seed, CHUNK) for seed in range(1, CHUNKS + 1)]
    worst, widest = max(each.worst_ms for each in chunks), max(each.growth_mb for each in chunks)
    strays = float(sum(len(each.strays) for each in chunks))
    conditions, everything = sorted(_conditions()), sorted(_expressions())
    return [
        Target(
            "feel_condition",
            "FEEL: a gateway's condition, median",
            _evaluation_us(conditions, rounds),
            MOST_EVALUATION_US,
            "µs",
        ),
        Target(
            "feel_expression",
            "FEEL: any expression of a diagram, median",
            _evaluation_us(everything, rounds),
            MOST_EVALUATION_US,
            "µs",
        ),
        Target("feel_parse", "FEEL: reading an expression, median", _parse_us(everything), MOST_PARSE_US, "µs"),
        Target("feel_hostile_time", "FEEL: dearest hostile expression, CPU", worst, MOST_HOSTILE_MS, "ms"),
        Target("feel_hostile_memory", "FEEL: growth under hostile expressions", widest, MOST_HOSTILE_MB, "MB"),
        Target("feel_hostile_strays", "FEEL: hostile ones with a foreign error", strays, 0.0, ""),
    ]


def _environment() -> feel.Environment:
    return feel.Environment(now=NOW, functions=OFFICE)


def _conditions() -> set[str]:
    return {
        str(element.text)[1:]
        for diagram in DIAGRAMS.glob("*.bpmn")
        for element in etree.parse(diagram).iter("{*}conditionExpression")
    }


def _expressions() -> set[str]:
    attributes = {
        str(value)[1:]
        for diagram in DIAGRAMS.glob("*.bpmn")
        for element in etree.parse(diagram).iter()
        for value in element.attrib.values()
        if str(value).startswith("=")
    }
    return attributes | _conditions()


def _evaluation_us(texts: list[str], rounds: int) -> float:
    """Return the median over the expressions of one evaluation's processor time, each the mean of `rounds`."""
    return statistics.median(_mean_us(feel.parse(text), rounds) for text in texts)


def _mean_us(expression: feel.Expression, rounds: int) -> float:
    environment = _environment()
    begun = process_time()
    for _ in range(rounds):
        expression.evaluate(VARIABLES, environment)
    return (process_time() - begun) / rounds * 1e6


def _parse_us(texts: list[str]) -> float:
    times = []
    for text in texts:
        begun = process_time()
        feel.parse(text)
        times.append((process_time() - begun) * 1e6)
    return statistics.median(times)


def _in_child(seed: int, count: int) -> Chunk:
    """Run a chunk in a process of its own, which starts small."""
    command = [sys.executable, "-m", "tests.bench.feel", str(seed), str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Chunk(**json.loads(done.stdout))


def chunk(seed: int, count: int) -> Chunk:
    """Read and evaluate hostile expressions one after the other."""
    found, outcomes = Chunk(), Counter[str]()
    expressions = hostile(seed, count)
    _outcome(Hostile("first", 'matches("a", "a")', is_cell=False))
    gc.collect()
    gc.freeze()
    before = _peak_mb()
    for each in expressions:
        spent, outcome = _timed(each)
        outcomes[outcome] += 1
        found.dearest_ms[each.family] = max(spent, found.dearest_ms.get(each.family, 0.0))
        if spent > found.worst_ms:
            found.worst_ms, found.worst = spent, each.text
        if "." not in outcome and outcome != "value":
            found.strays.append(f"{outcome}: {each.text}")
    found.growth_mb, found.outcomes = _peak_mb() - before, dict(outcomes)
    return found


def _timed(one: Hostile) -> tuple[float, str]:
    """Return CPU milliseconds and outcome; a dear one is tried twice more, for neighbours slow a processor down."""
    tries = list(_tries(one))
    return min(spent for spent, _ in tries), tries[0][1]


def _tries(one: Hostile) -> Iterator[tuple[float, str]]:
    for _ in range(3):
        begun = process_time()
        outcome = _outcome(one)
        spent = (process_time() - begun) * 1000
        yield spent, outcome
        if spent <= RETRY_MS:
            return


def _outcome(one: Hostile) -> str:
    """Return "value", the code of the refusal, or the name of an exception that should not be."""
    try:
        read = feel.parse_unary_tests if one.is_cell else feel.parse
        read(one.text).evaluate({"?": 5} if one.is_cell else {}, _environment())
    except feel.FeelError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - whatever else comes is what is looked for
        return type(error).__name__
    return "value"


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(chunk(int(sys.argv[1]), int(sys.argv[2])))))
