"""Random sound diagrams, played at random: forgetting finished tokens never changes what happens."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn import MoveRefused, Run, WaitKind
from engine.bpmn.compaction import compact

PlayXml = Callable[[bytes], Any]
Block = tuple[Any, ...]

LEAVES = st.sampled_from([("user",), ("script",), ("wait",), ("many", False), ("many", True), ("rule",)])


def nested(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Return blocks made of other blocks."""
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.tuples(st.just("seq"), some),
        st.tuples(st.sampled_from(["xor", "par", "incl", "events"]), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("loop"), inner),
        st.tuples(st.just("sub"), inner, st.sampled_from([None, "true", "false"])),
        st.tuples(st.just("edge"), st.one_of(st.just(("user",)), st.tuples(st.just("sub"), inner, st.none())),
                  st.booleans(), inner),
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
        return self.leaf(before, "userTask")

    def draw_script(self, before: str) -> str:
        """Draw a script task that counts."""
        return self.leaf(before, "scriptTask", extension('<zeebe:script expression="=n + 1" resultVariable="n" />'))

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
        return self.leaf(before, "intermediateCatchEvent", TIMER)

    def draw_many(self, before: str, sequential: bool) -> str:  # noqa: FBT001
        """Draw a repeated user task."""
        return self.leaf(before, "userTask", repeated(sequential=sequential))

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
        for block in blocks:
            self.flow(self.draw(block, self.leaf(gateway, "intermediateCatchEvent", TIMER)), join)
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

    def draw_sub(self, before: str, block: Block, event: str | None) -> str:
        """Draw a sub-process, perhaps with an event sub-process inside."""
        content = self.inside(block)
        if event is not None:
            lines, self.lines = self.lines, []
            start = self.add("startEvent", TIMER, f'isInterrupting="{event}"')
            self.draw_user(start)
            handler, self.lines = "".join(self.lines), lines
            self.count += 1
            content += f'<subProcess id="esp_{self.count}" triggeredByEvent="true">{handler}</subProcess>'
        return self.leaf(before, "subProcess", content)

    def draw_many_sub(self, before: str, block: Block, sequential: bool) -> str:  # noqa: FBT001
        """Draw a repeated sub-process."""
        return self.leaf(before, "subProcess", repeated(sequential=sequential) + self.inside(block))

    def draw_edge(self, before: str, host: Block, interrupts: bool, block: Block) -> str:  # noqa: FBT001
        """Draw an activity with a boundary event that leads to a block and ends."""
        drawn = self.draw(host, before)
        event = self.add("boundaryEvent", TIMER, f'attachedToRef="{drawn}" cancelActivity="{str(interrupts).lower()}"')
        self.draw(block, event)
        return drawn

    def draw_extra_end(self, before: str, block: Block) -> str:
        """Draw a side branch that ends by itself."""
        head = self.leaf(before, "task")
        self.leaf(self.draw(block, head), "endEvent")
        return head


TIMER = "<timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition>"


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
    xml = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><process id="p" isExecutable="true">'
        f"{''.join(drawing.lines)}</process></definitions>"
    )
    return xml.encode(), drawing.elements


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
    elif wait.kind in {WaitKind.USER_TASK, WaitKind.JOB}:
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


def play_at_random(play_xml: PlayXml, block: Block, steps: list[tuple[int, int, int]]) -> None:
    """Play a drawing in every way; the scene insists that they agree after each step."""
    xml, elements = drawn(block)
    scene = play_xml(xml)
    for step in steps:
        check_bonds(scene.run)
        if scene.ended:
            break
        scene.each(lambda run, step=step: take(run, step, elements))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=BLOCKS, steps=STEPS)
def test_forgetting_and_sleeping_never_change_what_happens(
    play_xml: PlayXml, block: Block, steps: list[tuple[int, int, int]]
) -> None:
    play_at_random(play_xml, block, steps)


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
        (lose_hosts, ("seq", [("edge", ("user",), True, ("user",)), ("user",)])),
        (lose_counts, ("par", [("user",), ("user",)])),
    ],
)
def test_random_play_notices_a_broken_compaction(
    play_xml: PlayXml, monkeypatch: pytest.MonkeyPatch, broken: Callable[[Any], None], block: Block
) -> None:
    monkeypatch.setattr("engine.bpmn.instance.compact", broken)

    with pytest.raises((AssertionError, KeyError, AttributeError)):
        play_at_random(play_xml, block, [(0, 0, 0), (0, 0, 0), (1, 1, 0), (0, 0, 0)])
