"""States stay small, steps stay cheap, and a state is only woken by what it was made of."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pytest

from engine.bpmn import Diagram, Run
from engine.bpmn.compaction import compact
from engine.bpmn.state import StateUnreadable
from engine.feel import Environment
from tests.engine.bpmn.four_ways import Runs

Start = Callable[..., Runs]
Read = Callable[[str], Diagram]
ENVIRONMENT = Environment(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))


def one_round(model: Any, state: str) -> str:
    """Return the state after one round of the approval loop, awake only for each step."""
    for element, answer in (("draft", {}), ("approve", {"outcome": "returned"})):
        run = Run.load(model, state, ENVIRONMENT)
        (wait,) = run.waits()
        assert wait.element_id == element
        run.complete(wait.token_id, answer)
        state = run.dump()
    return state


def test_the_thousandth_round_of_a_loop_costs_what_the_first_did(diagram: Read) -> None:
    model = diagram("approval").processes["approval"]
    state = one_round(model, Run.start(model, {"drafter": "lan"}, ENVIRONMENT).dump())
    early, sizes = [], []

    for number in range(1000):
        began = time.thread_time()
        state = one_round(model, state)
        early.append(time.thread_time() - began)
        sizes.append(len(state))
        assert number < 5 or len(state) < 600

    assert sizes[-1] - sizes[10] < 10
    assert sorted(early[-100:])[50] < 10 * sorted(early[:100])[50]


def test_a_loop_inside_one_step_does_not_grow_either(runs: Start) -> None:
    scene = runs("script_loop", count=0)

    assert scene.variables["count"] == 500
    assert len(scene.run.dump()) < 600


def test_a_loop_that_never_waits_becomes_an_incident(diagram: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.bpmn.instance.MOST_NODES_IN_A_STEP", 300)
    model = diagram("script_loop").processes["script_loop"]

    run = Run.start(model, {"count": 0}, ENVIRONMENT)

    (wait,) = run.waits()
    assert wait.detail["code"] == "bpmn.endless_loop"


def test_a_state_does_not_wake_on_a_diagram_without_its_elements(diagram: Read) -> None:
    state = Run.start(diagram("approval").processes["approval"], {}, ENVIRONMENT).dump()
    other = diagram("parallel").processes["parallel"]

    with pytest.raises(StateUnreadable):
        Run.load(other, state, ENVIRONMENT)


@pytest.mark.parametrize("state", ["", "[]", "{}", '{"format": 99}'])
def test_other_texts_are_no_state(diagram: Read, state: str) -> None:
    with pytest.raises(StateUnreadable):
        Run.load(diagram("approval").processes["approval"], state, ENVIRONMENT)


@pytest.mark.parametrize(
    ("place", "other"),
    [((), {}), ((0,), []), ((1, 0), "1"), ((1, 1), 99), ((1, 3), "nowhere"), ((1, 4), []), ((1, 4), {"detail": "x"})],
    ids=["rows", "root", "number", "parent", "element", "memo", "detail"],
)
def test_a_state_whose_tokens_are_written_in_another_way_is_not_woken(
    diagram: Read, place: tuple[int, ...], other: object
) -> None:
    model = diagram("approval").processes["approval"]
    state = json.loads(Run.start(model, {}, ENVIRONMENT).dump())
    *path, last = ("scope", *place)
    reduce(lambda node, step: node[step], path, state)[last] = other

    with pytest.raises(StateUnreadable):
        Run.load(model, json.dumps(state), ENVIRONMENT)


def test_a_state_holds_no_diagram_and_no_finished_token(diagram: Read) -> None:
    model = diagram("approval").processes["approval"]

    state = json.loads(one_round(model, Run.start(model, {}, ENVIRONMENT).dump()))

    assert [row[3] for row in state["scope"]] == ["#entry", "draft"]


def test_token_ids_are_never_used_twice(diagram: Read) -> None:
    model = diagram("approval").processes["approval"]
    state, seen = Run.start(model, {}, ENVIRONMENT).dump(), set()

    for _round in range(20):
        (wait,) = Run.load(model, state, ENVIRONMENT).waits()
        assert wait.token_id not in seen
        seen.add(wait.token_id)
        state = one_round(model, state)


def cut_too_much(process: Any) -> None:
    """Compact, and forget what live tokens belong to as well."""
    compact(process)
    for scope in [process, *process.subprocesses.values()]:
        for token in scope.live.values():
            if token.parent is not scope.task_tree:
                token.detach()


@pytest.mark.parametrize(
    ("name", "variables", "verb", "element"),
    [
        ("boundary", {"due": "2026-12-01"}, "fire", "deadline"),
        ("event_gateway", {"code": "1"}, "fire", "too_late"),
        ("multi_instance_parallel", {"units": ["A", "B"]}, "complete", "give_opinion"),
    ],
)
def test_a_broken_compaction_is_noticed(
    runs: Start, monkeypatch: pytest.MonkeyPatch, name: str, variables: dict[str, Any], verb: str, element: str
) -> None:
    monkeypatch.setattr("engine.bpmn.instance.compact", cut_too_much)

    with pytest.raises((AssertionError, KeyError, AttributeError, IndexError)):  # noqa: PT012 - any step may show it
        scene = runs(name, **variables)
        getattr(scene, verb)(element)
