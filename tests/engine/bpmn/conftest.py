"""Plays the diagrams that lie beside the tests, in every way there is, and insists that all ways agree."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from engine import runtime
from engine.bpmn import Diagram, read_diagram
from engine.play import Play

pytest.register_assert_rewrite("tests.engine.bpmn.every_way", "tests.engine.bpmn.four_ways")

from tests.engine.bpmn.constructs import passed  # noqa: E402 - what is asserted there is to be explained as in tests
from tests.engine.bpmn.every_way import PlayEveryWay  # noqa: E402
from tests.engine.bpmn.four_ways import MONDAY, Runs  # noqa: E402

HERE = Path(__file__).parent
UNITS = tuple({"code": code, "name": code} for code in ("LĐS", "VPS", "TT.KCTVPTCN", "P.KHTCTH"))
PEOPLE = tuple(
    {"username": name, "full_name": name, "positions": [{"unit": unit, "kind": "leader", "title": "Trưởng"}]}
    for name, unit in (("bao", "LĐS"), ("thu", "VPS"), ("khoi", "TT.KCTVPTCN"), ("lan", "P.KHTCTH"), ("minh", "VPS"))
)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark by which tests say what they are about."""
    config.addinivalue_line("markers", "construct(*keys): the rows of the profile that the test goes through")


Witness = Callable[[], set[str]]


@pytest.fixture(autouse=True)
def witnesses(request: pytest.FixtureRequest) -> Iterator[list[Witness]]:
    """Insist that a test with the mark `construct` has gone through what the mark names."""
    found: list[Witness] = []
    yield found
    named = {key for mark in request.node.iter_markers("construct") for key in mark.args}
    shown = {key for witness in found for key in witness()}
    assert named <= shown


@pytest.fixture(scope="session")
def diagram() -> Callable[[str], Diagram]:
    """Read a diagram that lies beside the tests."""

    def read(name: str) -> Diagram:
        return read_diagram((HERE / f"{name}.bpmn").read_bytes(), filename=f"{name}.bpmn")

    return read


@pytest.fixture(params=["awake", "asleep"])
def deploy(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, witnesses: list[Witness]
) -> Callable[..., PlayEveryWay]:
    """Deploy a diagram with what lies beside it of what it calls, asks and shows.

    Awake, the platform keeps a case in memory between its steps; asleep, it decodes the case from its row each time.
    """
    if request.param == "asleep":
        monkeypatch.setattr(runtime, "_live_runs", runtime._LiveRuns(room=0))

    def make(name: str) -> PlayEveryWay:
        files = dict(_with_all_it_names(name))
        play = _deployed(files)
        witnesses.append(lambda: passed(_diagrams(files).values(), play.desk.office.facts()))
        return play

    return make


def _deployed(files: Mapping[str, bytes]) -> PlayEveryWay:
    diagrams = [read_diagram(content, filename=name) for name, content in _diagrams(files).items()]
    return PlayEveryWay(files, diagrams=diagrams, at=MONDAY, units=UNITS, people=PEOPLE)


def _diagrams(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.endswith(".bpmn")}


def _with_all_it_names(name: str) -> Iterator[tuple[str, bytes]]:
    content = (HERE / f"{name}.bpmn").read_bytes()
    yield f"{name}.bpmn", content
    for model in read_diagram(content, filename=name).processes.values():
        for element in model.elements.values():
            if element.called_process is not None and (HERE / f"{element.called_process}.bpmn").exists():
                yield from _with_all_it_names(element.called_process)
            for named in (f"{element.form_id}.form", f"{element.decision_id}.dmn"):
                if (HERE / named).exists():
                    yield named, (HERE / named).read_bytes()


@pytest.fixture
def begin(deploy: Callable[..., PlayEveryWay]) -> Callable[..., Play]:
    """Start the process of a diagram, by hand."""

    def start(name: str, variables: Mapping[str, object] | None = None) -> Play:
        return deploy(name).start(name, variables)

    return start


@pytest.fixture
def runs(diagram: Callable[[str], Diagram], witnesses: list[Witness]) -> Callable[..., Runs]:
    """Start the only process of a diagram without any platform."""

    def start(name: str, start: str | None = None, /, **variables: object) -> Runs:
        (model,) = diagram(name).processes.values()
        run = Runs(model, variables, start=start)
        witnesses.append(lambda: passed([(HERE / f"{name}.bpmn").read_bytes()], run.facts))
        return run

    return start


@pytest.fixture(scope="session")
def run_xml() -> Callable[[bytes], Runs]:
    """Start the only process of a file given as bytes, without any platform."""

    def start(xml: bytes) -> Runs:
        (model,) = read_diagram(xml, filename="random.bpmn").processes.values()
        return Runs(model, {"n": 0})

    return start


@pytest.fixture(scope="session")
def deploy_xml() -> Callable[[Mapping[str, bytes]], PlayEveryWay]:
    """Deploy diagrams given as bytes."""
    return _deployed
