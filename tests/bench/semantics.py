"""What the engine's rooms cost by themselves: deploying a diagram, a decision table, a parallel multi-instance."""

import random
import statistics
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import perf_counter

from sqlalchemy.orm import Session

from engine import database, deployment
from engine.bpmn import Run, WaitKind, read_diagram
from engine.dmn import read_decisions
from engine.feel import Environment
from engine.model import Base
from tests.bench.measures import Target

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ENVIRONMENT = Environment(now=NOW)
ELEMENTS, RULES, ITEMS, WINDOW = 100, 500, 200, 20
MOST_DEPLOY_MS, MOST_TABLE_MS, MOST_GROWTH = 150.0, 3.0, 2.0
BPMN = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="urn:bench">'
)
DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
    'id="table_file" name="table" namespace="urn:bench">'
)
LIST_LOOP = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
    '<zeebe:loopCharacteristics inputCollection="=papers" inputElement="paper" />'
    "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
)


def measure(*, quick: bool) -> list[Target]:
    """Measure the three, each against its limit."""
    rounds = 3 if quick else 15
    return [
        Target("deploy", f"parse + deploy of {ELEMENTS} elements", _deploy_ms(rounds), MOST_DEPLOY_MS, "ms"),
        Target("table", f"{RULES} rules × 5 inputs, median", _table_ms(rounds * 20), MOST_TABLE_MS, "ms"),
        Target("multi_instance", f"item {ITEMS} over item 1, parallel", _growth(rounds), MOST_GROWTH, "×"),
    ]


def chain(elements: int) -> bytes:
    """Return a diagram of user tasks and gateways with conditions, `elements` flow nodes long."""
    return (
        f'{BPMN}<bpmn:process id="chain" name="Chuỗi" isExecutable="true">{"".join(_nodes(elements))}'
        "</bpmn:process></bpmn:definitions>"
    ).encode()


def _nodes(elements: int) -> Iterator[str]:
    yield '<bpmn:startEvent id="n0" name="Bắt đầu" />'
    for number in range(1, elements - 1):
        if number % 3:
            yield (
                f'<bpmn:userTask id="n{number}" name="Bước {number}"><bpmn:extensionElements>'
                '<zeebe:assignmentDefinition assignee="=starter" /><zeebe:taskSchedule dueDate="=now()" />'
                f'<zeebe:properties><zeebe:property name="lc:step" value="=&quot;B{number}&quot;" /></zeebe:properties>'
                "</bpmn:extensionElements></bpmn:userTask>"
            )
        else:
            yield f'<bpmn:exclusiveGateway id="n{number}" name="Đúng {number}?" default="f{number}" />'
            yield (
                f'<bpmn:sequenceFlow id="back{number}" sourceRef="n{number}" targetRef="n{number - 1}">'
                '<bpmn:conditionExpression>=outcome = "return"</bpmn:conditionExpression></bpmn:sequenceFlow>'
            )
    yield f'<bpmn:endEvent id="n{elements - 1}" name="Xong" />'
    for number in range(elements - 1):
        yield f'<bpmn:sequenceFlow id="f{number}" sourceRef="n{number}" targetRef="n{number + 1}" />'


def _deploy_ms(rounds: int) -> float:
    times, content = [], chain(ELEMENTS)
    for number in range(rounds):
        engine = database.open_engine("sqlite://")
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            begun = perf_counter()
            deployment.deploy(session, pack_key=f"bench{number}", files={"chain.bpmn": content}, at=NOW)
            session.flush()
            times.append((perf_counter() - begun) * 1000)
        engine.dispose()
    return statistics.median(times)


def table(rules: int) -> bytes:
    """Return a decision table with five inputs: two of literals, two of intervals, one that must be evaluated."""
    chance = random.Random(7)  # noqa: S311  (a fixed table, nothing secret)
    inputs = "".join(
        f'<input id="in{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in {"a": "string", "b": "string", "c": "number", "d": "number", "e": "string"}.items()
    )
    return (
        f'{DMN}<decision id="fee" name="fee"><decisionTable id="t" hitPolicy="COLLECT">{inputs}'
        f'<output id="out" name="fee" typeRef="number" />{"".join(_rules(rules, chance))}</decisionTable></decision>'
        "</definitions>"
    ).encode()


def _rules(count: int, chance: random.Random) -> Iterator[str]:
    for number in range(count):
        low = chance.randrange(1000)
        cells = (
            f'"k{chance.randrange(20)}"',
            f'"u{chance.randrange(10)}", "u{chance.randrange(10)}"',
            f"[{low}..{low + 300}]",
            f"&lt; {chance.randrange(1000)}",
            f"string length(?) &gt; {chance.randrange(4)}" if number % 10 == 0 else "-",
        )
        entries = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells)
        yield f"<rule>{entries}<outputEntry><text>{number}</text></outputEntry></rule>"


def _table_ms(rounds: int) -> float:
    model, chance, times = read_decisions(table(RULES), filename="table.dmn"), random.Random(8), []  # noqa: S311
    model.evaluate("fee", _case(chance), ENVIRONMENT)
    for _ in range(rounds):
        case = _case(chance)
        begun = perf_counter()
        model.evaluate("fee", case, ENVIRONMENT)
        times.append((perf_counter() - begun) * 1000)
    return statistics.median(times)


def _case(chance: random.Random) -> Mapping[str, object]:
    return {
        "a": f"k{chance.randrange(20)}",
        "b": f"u{chance.randrange(10)}",
        "c": chance.randrange(1000),
        "d": chance.randrange(1000),
        "e": "x" * chance.randrange(6),
    }


def _growth(rounds: int) -> float:
    """Return what the last items cost over the first ones, each step with the state decoded and encoded."""
    process = (
        f'{BPMN}<bpmn:process id="many" isExecutable="true"><bpmn:startEvent id="begun" name="Bắt đầu" />'
        f'<bpmn:userTask id="each" name="Từng hồ sơ">{LIST_LOOP}</bpmn:userTask><bpmn:endEvent id="done" name="Xong" />'
        '<bpmn:sequenceFlow id="f1" sourceRef="begun" targetRef="each" />'
        '<bpmn:sequenceFlow id="f2" sourceRef="each" targetRef="done" /></bpmn:process></bpmn:definitions>'
    )
    model = read_diagram(process.encode(), filename="many.bpmn").processes["many"]
    firsts, lasts = [], []
    for _ in range(rounds):
        run, times = Run.start(model, {"papers": list(range(ITEMS))}, ENVIRONMENT), []
        for token in [wait.token_id for wait in run.waits() if wait.kind is WaitKind.USER_TASK]:
            begun = perf_counter()
            run = Run.load(model, run.dump(), ENVIRONMENT)
            run.complete(token, {"outcome": "done"})
            times.append(perf_counter() - begun)
        firsts.append(statistics.median(times[:WINDOW]))
        lasts.append(statistics.median(times[-WINDOW:]))
    return statistics.median(lasts) / statistics.median(firsts)
