"""Random sound diagrams, played at random: neither forgetting finished tokens nor rows change what happens."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from engine.bpmn import MoveRefused, Run, WaitKind
from engine.bpmn.compaction import compact
from engine.deployment import DeploymentRefused
from tests.engine.bpmn.every_way import PlayEveryWay
from tests.engine.bpmn.four_ways import Runs

RunXml = Callable[[bytes], Runs]
DeployXml = Callable[[Mapping[str, bytes]], PlayEveryWay]
Block = tuple[Any, ...]

LEAVES = st.sampled_from(
    [("user",), ("script",), ("wait",), ("many", False), ("many", True), ("rule",),
     ("call", "ask"), ("call", "count"), ("call", "fail"),
     ("hear", "message"), ("hear", "signal"), ("tell", "message"), ("tell", "signal")]
)  # fmt: skip
TRIGGERS = st.sampled_from(
    [("timer", True), ("timer", False), ("message", True), ("signal", True), ("error", True)],
)
"""What interrupts, or not; a message heard again and again could call itself for ever, and an error must interrupt."""


def nested(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Return blocks made of other blocks."""
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.tuples(st.just("seq"), some),
        st.tuples(st.sampled_from(["xor", "par", "incl", "events"]), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("loop"), inner),
        st.tuples(st.just("sub"), inner, st.one_of(st.none(), TRIGGERS)),
        st.tuples(st.just("edge"), st.one_of(st.just(("user",)), st.just(("rule",)),
                                             st.sampled_from([("call", "ask"), ("call", "fail")]),
                                             st.tuples(st.just("sub"), inner, st.none())), TRIGGERS, inner),
        st.tuples(st.just("many_sub"), inner, st.booleans()),
        st.tuples(st.just("extra_end"), inner),
    )  # fmt: skip


BLOCKS = st.recursive(LEAVES, nested, max_leaves=12)
STEPS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(0, 3)), min_size=6, max_size=14)


class Drawing:
    """Draws blocks as XML; `last` is the element the next flow leaves from."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.count = 0
        self.elements: list[str] = []

    def add(self, tag: str, content: str = "", attributes: str = "") -> str:
        """Draw one element and return its id."""
        self.count += 1
        name = f"{tag}_{self.count}"
        self.elements.append(name)
        self.lines.append(f'<{tag} id="{name}" {attributes}>{content}</{tag}>')
        return name

    def flow(self, source: str, target: str, condition: str | None = None) -> None:
        """Draw a flow."""
        self.count += 1
        text = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
        self.lines.append(
            f'<sequenceFlow id="f{self.count}" sourceRef="{source}" targetRef="{target}">{text}</sequenceFlow>'
        )

    def draw(self, block: Block, before: str) -> str:
        """Draw a block behind an element and return its last element."""
        drawn: str = getattr(self, f"draw_{block[0]}")(before, *block[1:])
        return drawn

    def leaf(self, before: str, tag: str, content: str = "") -> str:
        """Draw an element behind another."""
        name = self.add(tag, content)
        self.flow(before, name)
        return name

    def draw_user(self, before: str) -> str:
        """Draw a user task."""
        return self.leaf(before, "userTask", extension(ASSIGNED))

    def draw_script(self, before: str) -> str:
        """Draw a script task that counts."""
        return self.leaf(before, "scriptTask", extension(COUNT))

    def draw_rule(self, before: str) -> str:
        """Draw a job whose result is mapped."""
        mapping = (
            '<zeebe:ioMapping><zeebe:input source="=n" target="seen" /><zeebe:output source="=seen" target="was" />'
        )
        return self.leaf(
            before, "serviceTask", extension(f'<zeebe:taskDefinition type="x" />{mapping}</zeebe:ioMapping>')
        )

    def draw_wait(self, before: str) -> str:
        """Draw a timer catch event."""
        return self.leaf(before, "intermediateCatchEvent", EVENTS["timer"])

    def draw_hear(self, before: str, kind: str) -> str:
        """Draw an event that waits for a message or a signal."""
        return self.leaf(before, "intermediateCatchEvent", EVENTS[kind])

    def draw_tell(self, before: str, kind: str) -> str:
        """Draw an event that sends a message or a signal."""
        return self.leaf(before, "intermediateThrowEvent", EVENTS[kind])

    def draw_call(self, before: str, process_id: str) -> str:
        """Draw a call of another process."""
        return self.leaf(before, "callActivity", extension(f'<zeebe:calledElement processId="{process_id}" />'))

    def draw_many(self, before: str, sequential: bool) -> str:  # noqa: FBT001
        """Draw a repeated user task."""
        return self.leaf(before, "userTask", extension(ASSIGNED) + repeated(sequential=sequential))

    def draw_seq(self, before: str, blocks: list[Block]) -> str:
        """Draw blocks one behind the other."""
        for block in blocks:
            before = self.draw(block, before)
        return before

    def branches(self, before: str, tag: str, blocks: list[Block]) -> str:
        """Draw a split, a branch for each block, and a join."""
        split, join = self.add(tag), self.add(tag)
        self.flow(before, split)
        for number, block in enumerate(blocks):
            head = self.add("task")
            self.flow(split, head, None if tag == "parallelGateway" else f"modulo(n, {number + 2}) = 0 or {number} = 0")
            self.flow(self.draw(block, head), join)
        return join

    def draw_xor(self, before: str, blocks: list[Block]) -> str:
        """Draw an exclusive choice."""
        return self.branches(before, "exclusiveGateway", blocks)

    def draw_par(self, before: str, blocks: list[Block]) -> str:
        """Draw parallel branches."""
        return self.branches(before, "parallelGateway", blocks)

    def draw_incl(self, before: str, blocks: list[Block]) -> str:
        """Draw an inclusive choice."""
        return self.branches(before, "inclusiveGateway", blocks)

    def draw_events(self, before: str, blocks: list[Block]) -> str:
        """Draw an event-based gateway."""
        gateway, join = self.leaf(before, "eventBasedGateway"), self.add("exclusiveGateway")
        for block, kind in zip(blocks, EVENTS, strict=False):
            self.flow(self.draw(block, self.leaf(gateway, "intermediateCatchEvent", EVENTS[kind])), join)
        return join

    def draw_loop(self, before: str, block: Block) -> str:
        """Draw a loop of at most a few rounds."""
        merge, again = self.leaf(before, "exclusiveGateway"), self.add("exclusiveGateway")
        counted = self.draw_script(merge)
        self.flow(self.draw(block, counted), again)
        self.flow(again, merge, "modulo(n, 3) != 0")
        out = self.add("task")
        self.flow(again, out, "modulo(n, 3) = 0")
        return out

    def inside(self, block: Block) -> str:
        """Return the drawing of a block with its own start."""
        lines, self.lines = self.lines, []
        self.draw(block, self.add("startEvent"))
        drawn, self.lines = "".join(self.lines), lines
        return drawn

    def draw_sub(self, before: str, block: Block, trigger: tuple[str, bool] | None) -> str:
        """Draw a sub-process, perhaps with an event sub-process inside."""
        content = self.inside(block)
        if trigger is not None:
            kind, interrupts = trigger
            lines, self.lines = self.lines, []
            start = self.add("startEvent", EVENTS[kind], f'isInterrupting="{str(interrupts).lower()}"')
            self.draw_user(start)
            handler, self.lines = "".join(self.lines), lines
            self.count += 1
            content += f'<subProcess id="esp_{self.count}" triggeredByEvent="true">{handler}</subProcess>'
        return self.leaf(before, "subProcess", content)

    def draw_many_sub(self, before: str, block: Block, sequential: bool) -> str:  # noqa: FBT001
        """Draw a repeated sub-process."""
        return self.leaf(before, "subProcess", repeated(sequential=sequential) + self.inside(block))

    def draw_edge(self, before: str, host: Block, trigger: tuple[str, bool], block: Block) -> str:
        """Draw an activity with a boundary event that leads to a block and ends."""
        kind, interrupts = trigger
        drawn = self.draw(host, before)
        attributes = f'attachedToRef="{drawn}" cancelActivity="{str(interrupts).lower()}"'
        event = self.add("boundaryEvent", EVENTS[kind], attributes)
        self.draw(block, event)
        return drawn

    def draw_extra_end(self, before: str, block: Block) -> str:
        """Draw a side branch that ends by itself."""
        head = self.leaf(before, "task")
        self.leaf(self.draw(block, head), "endEvent")
        return head


COUNT = '<zeebe:script expression="=n + 1" resultVariable="n" />'
ASSIGNED = '<zeebe:assignmentDefinition assignee="lan" />'
EVENTS = {
    "timer": "<timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition>",
    "message": '<messageEventDefinition messageRef="message" />',
    "signal": '<signalEventDefinition signalRef="signal" />',
    "error": "<errorEventDefinition />",
}


def extension(content: str) -> str:
    """Return extension elements."""
    return f"<extensionElements>{content}</extensionElements>"


def repeated(*, sequential: bool) -> str:
    """Return a multi-instance marker over a short list."""
    loop = '<zeebe:loopCharacteristics inputCollection="=[1, 2]" inputElement="i" outputCollection="out" />'
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"{extension(loop)}</multiInstanceLoopCharacteristics>"
    )


def drawn(block: Block) -> tuple[bytes, list[str]]:
    """Return a file with a block between a start and an end, and the ids it holds."""
    drawing = Drawing()
    drawing.leaf(drawing.draw(block, drawing.add("startEvent")), "endEvent")
    return in_file("p", "".join(drawing.lines)), drawing.elements


def in_file(process_id: str, process: str) -> bytes:
    """Return a file with one process."""
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><message id="message" name="m" /><signal id="signal" '
        f'name="s" /><error id="error" errorCode="FAILED" /><process id="{process_id}" isExecutable="true">{process}'
        "</process></definitions>"
    ).encode()


def called(process_id: str, task: str) -> bytes:
    """Return a process of one task."""
    ends = '<startEvent id="begun" /><endEvent id="done" />'
    drawing = Drawing()
    drawing.flow("begun", "do")
    drawing.flow("do", "done")
    return in_file(process_id, f"{ends}{task}{''.join(drawing.lines)}")


CALLED = {
    "ask.bpmn": called("ask", f'<userTask id="do">{extension(ASSIGNED)}</userTask>'),
    "count.bpmn": called("count", f'<scriptTask id="do">{extension(COUNT)}</scriptTask>'),
    "fail.bpmn": in_file("fail", '<endEvent id="failed"><errorEventDefinition errorRef="error" /></endEvent>'),
}


def take(run: Run, step: tuple[int, int, int], elements: list[str]) -> str:
    """Do one random thing to a run, and say what."""
    which, value, verb = step
    waits = run.waits()
    wait = waits[which % len(waits)]
    if verb == 3:
        try:
            run.move(wait.token_id, elements[value * 7 % len(elements)])
        except MoveRefused as refused:
            return str(refused)
        return "moved"
    if wait.kind is WaitKind.INCIDENT:
        run.retry(wait.token_id)
    elif wait.kind is WaitKind.JOB and verb == 2:
        run.throw_error(wait.token_id, "FAILED", "", {"n": value})
    elif wait.kind in {WaitKind.USER_TASK, WaitKind.JOB, WaitKind.CALL}:
        run.complete(wait.token_id, {"n": value})
    else:
        run.fire(wait.token_id, {"fired": value})
    return str(wait.kind)


def check_bonds(run: Run) -> None:
    """Insist that nothing hangs in the air."""
    process = run._process
    for scope in [process, *process.subprocesses.values()]:
        assert scope is process or scope.host.is_live
        for token in scope.live.values():
            if token.memo.get("armed") and not token.task_spec.is_trigger:
                assert token.parent.is_live
            assert token.parent is scope.task_tree or token.parent.is_live
    assert run.ended == (not process.live)
    assert run.ended or run.waits()


def run_at_random(run_xml: RunXml, block: Block, steps: list[tuple[int, int, int]]) -> None:
    """Run a drawing in every way; the scene insists that they agree after each step."""
    xml, elements = drawn(block)
    scene = run_xml(xml)
    for step in steps:
        check_bonds(scene.run)
        if scene.ended:
            break
        scene.each(partial(take, step=step, elements=elements))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=BLOCKS, steps=STEPS)
def test_forgetting_and_sleeping_never_change_what_happens(
    run_xml: RunXml, block: Block, steps: list[tuple[int, int, int]]
) -> None:
    run_at_random(run_xml, block, steps)


def do(play: PlayEveryWay, step: tuple[int, int, int]) -> None:
    """Do one random thing that the platform offers."""
    which, value, verb = step
    offered = play.offered()
    if verb == 3 or not offered:
        play.set_variables({"n": value})
        return
    wait, nth = offered[which % len(offered)]
    match wait.kind:
        case WaitKind.USER_TASK:
            play.complete(wait.element_id, {"n": value}, nth)
        case WaitKind.JOB if verb == 2:
            play.throw_error(wait.element_id, "FAILED", {"n": value}, nth)
        case WaitKind.JOB:
            play.finish_job(wait.element_id, {"n": value}, nth)
        case WaitKind.INCIDENT:
            play.retry(wait.element_id, nth)
        case WaitKind.TIMER:
            due_at = datetime.fromisoformat(str(wait.detail["due_at"]))
            play.advance(max(due_at - play.now, timedelta()))
        case WaitKind.MESSAGE:
            play.message("m", {"n": value})
        case WaitKind.SIGNAL:
            play.signal("s", {"n": value})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(block=BLOCKS, steps=STEPS)
def test_the_platform_does_what_the_runs_do(
    deploy_xml: DeployXml, block: Block, steps: list[tuple[int, int, int]]
) -> None:
    xml, _elements = drawn(block)
    try:
        play = deploy_xml({"p.bpmn": xml, **CALLED})
    except DeploymentRefused:
        reject()
    play.start("p", {"n": 0})
    for step in steps:
        if play.ended:
            break
        do(play, step)


def lose_hosts(process: Any) -> None:
    """Compact, and forget which activity a boundary event sits on."""
    compact(process)
    for scope in [process, *process.subprocesses.values()]:
        for token in scope.live.values():
            if token.memo.get("armed") and not token.task_spec.is_trigger:
                token.detach()


def lose_counts(process: Any) -> None:
    """Compact, and forget what came to the waiting joins."""
    compact(process)
    for scope in [process, *process.subprocesses.values()]:
        for token in scope.live.values():
            if "came" in token.memo:
                token.memo["came"] = {}


@pytest.mark.parametrize(
    ("broken", "block"),
    [
        (lose_hosts, ("seq", [("edge", ("user",), ("timer", True), ("user",)), ("user",)])),
        (lose_counts, ("par", [("user",), ("user",)])),
    ],
)
def test_random_play_notices_a_broken_compaction(
    run_xml: RunXml, monkeypatch: pytest.MonkeyPatch, broken: Callable[[Any], None], block: Block
) -> None:
    monkeypatch.setattr("engine.bpmn.instance.compact", broken)

    with pytest.raises((AssertionError, KeyError, AttributeError)):
        run_at_random(run_xml, block, [(0, 0, 0), (0, 0, 0), (1, 1, 0), (0, 0, 0)])
