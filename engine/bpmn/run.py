"""A process instance in memory: started or loaded, moved from wait state to wait state, dumped again."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import moves
from engine.bpmn import state as states
from engine.bpmn.appointment import Appoint
from engine.bpmn.counterparts import Counterparts
from engine.bpmn.elements import ProcessModel
from engine.bpmn.failures import ErrorNotCaught
from engine.bpmn.instance import ProcessInstance
from engine.bpmn.migration import Migration
from engine.bpmn.nodes.base import FlowNode, scope_of
from engine.bpmn.nodes.events import CatchingNode
from engine.bpmn.nodes.loops import RepeatedActivity
from engine.bpmn.nodes.sub_processes import SubProcess
from engine.bpmn.nodes.throwing import find_catcher, throw_escalation
from engine.bpmn.tokens import Token
from engine.bpmn.waits import Fact, LiveToken, Wait, WaitKind
from engine.errors import Conflict, Invalid
from engine.feel import Environment

Decide = Callable[[str, Mapping[str, object]], object]
"""Answers a decision by id from the variables visible at the token; a JSON value."""


class WaitDoesNotFit(Conflict):
    """The token waits for something else than was asked of it."""

    code = "bpmn.wait_does_not_fit"


class StartUnclear(Invalid):
    """The process has several start events, or none of the named id, so it must be said where to begin."""

    code = "bpmn.start_unclear"


class Run:
    """One process instance between two wait states.

    Every mutating call runs on until all tokens wait again. A technical failure on the way never raises: its token
    becomes an INCIDENT wait. `environment`, `decide` and `appoint` are assignable; each step gets fresh ones.
    """

    keeps_history: ClassVar[bool] = False
    """Whether finished tokens stay; only the tests, which compare both ways, make a subclass that keeps them."""

    def __init__(self, model: ProcessModel, process: ProcessInstance) -> None:
        self.model = model
        self._process = process

    @classmethod
    def start(
        cls,
        model: ProcessModel,
        variables: Mapping[str, object],
        environment: Environment,
        *,
        start_element_id: str | None = None,
        decide: Decide | None = None,
        appoint: Appoint | None = None,
    ) -> Self:
        """Start the process and run to the first wait states; refuses with `StartUnclear`.

        Without `start_element_id` the none start event is meant, or the only one. Variables brought to a start event
        with output mappings stay there, only the mapped ones enter the process.
        """
        blueprint = model.blueprint
        process = ProcessInstance(blueprint.spec, blueprint.inner_specs, environment, decide)
        process.appoint = appoint
        process.keeps_history = cls.keeps_history
        process.plant()
        starts = _starts(model, start_element_id)
        mapped = [spec for spec in starts if spec.plan.event is not None and spec.plan.outputs]
        if not mapped:
            process.data.update(variables)
        for token in process.begin(starts):
            if token.task_spec in mapped:
                token.data.update(variables)
        process.do_engine_steps()
        return cls(model, process)

    @classmethod
    def load(cls, model: ProcessModel, state: str, environment: Environment, *, decide: Decide | None = None) -> Self:
        """Wake a run from `dump()`'s text; nothing is evaluated. Refuses with `StateUnreadable`."""
        process = states.load(model.blueprint, state, environment, decide)
        process.keeps_history = cls.keeps_history
        return cls(model, process)

    def dump(self) -> str:
        """Return the state as JSON text, without the diagram and without finished history."""
        return states.dump(self._process)

    @property
    def environment(self) -> Environment:
        """Return the clock and the directory of this step."""
        return self._process.environment

    @environment.setter
    def environment(self, environment: Environment) -> None:
        self._process.environment = environment

    @property
    def decide(self) -> Decide | None:
        """Return who answers the decisions of this step."""
        decide: Decide | None = self._process.decide
        return decide

    @decide.setter
    def decide(self, decide: Decide | None) -> None:
        self._process.decide = decide

    @property
    def appoint(self) -> Appoint | None:
        """Return who has a say in whom the user tasks of this step go to."""
        return self._process.appoint

    @appoint.setter
    def appoint(self, appoint: Appoint | None) -> None:
        self._process.appoint = appoint

    @property
    def ended(self) -> bool:
        """Say whether nothing lives any more."""
        return self._process.completed

    @property
    def end_element_ids(self) -> list[str]:
        """Return the end events of the process that were reached, each once, in order."""
        return list(self._process.end_element_ids)

    @property
    def variables(self) -> dict[str, object]:
        """Return the process's own variables."""
        return dict(self._process.data)

    def waits(self) -> list[Wait]:
        """Return every token that waits for the outside, oldest first."""
        tokens = sorted(self._live_tokens(), key=lambda token: token.id)
        return [wait for token in tokens if (wait := _described(token)) is not None]

    def tokens(self) -> list[LiveToken]:
        """Return every token that lives, oldest first: those of `waits()`, wholes, and those that wait for others."""
        return [_seen(token) for token in sorted(self._live_tokens(), key=lambda token: token.id)]

    def wait(self, token_id: str) -> Wait:
        """Return one waiting token; KeyError when it does not wait."""
        wait = _described(self._token(token_id))
        if wait is None:
            raise KeyError(token_id)
        return wait

    def variables_at(self, token_id: str) -> dict[str, object]:
        """Return everything visible at the token; the nearest scope wins. KeyError when it is not alive."""
        return scope_of(self._token(token_id)).flat()

    def local_variables(self, token_id: str) -> dict[str, object]:
        """Return the token's own variables; KeyError when it is not alive."""
        return dict(self._token(token_id).data)

    def complete(self, token_id: str, variables: Mapping[str, object]) -> None:
        """Finish a user task, a job or a called process, and run on; KeyError, `WaitDoesNotFit`.

        Without output mappings each variable goes to the nearest scope that has it, else to the process; with output
        mappings the raw variables stay at the token and only mapped ones leave (the zeebe rules).
        """
        token = self._waiting(token_id, WaitKind.USER_TASK, WaitKind.JOB, WaitKind.CALL)
        token.task_spec.receive(token, variables)
        token._ready()
        self._process.do_engine_steps()

    def fire(self, token_id: str, payload: Mapping[str, object] | None = None) -> None:
        """Let a timer, message, signal or condition happen, and run on; KeyError, `WaitDoesNotFit`."""
        token = self._waiting(token_id, WaitKind.TIMER, WaitKind.MESSAGE, WaitKind.SIGNAL, WaitKind.CONDITION)
        node: CatchingNode = token.task_spec
        node.fire(token, payload or {})
        self._process.do_engine_steps()

    def throw_error(
        self, token_id: str, code: str, message: str = "", variables: Mapping[str, object] | None = None
    ) -> bool:
        """Throw a BPMN error from a waiting activity, and run on; KeyError.

        False when nothing catches it: the token is an incident then.
        """
        token = self._token(token_id)
        catcher = find_catcher(token, "error", code)
        if catcher is None:
            token.fail(ErrorNotCaught(code, message, variables or {}), entering=True)
        else:
            catcher.task_spec.fire(catcher, variables or {}, {"errorCode": code, "errorMessage": message})
        self._process.do_engine_steps()
        return catcher is not None

    def catches_error(self, token_id: str, code: str) -> bool:
        """Tell whether something around a waiting activity would catch a BPMN error; KeyError."""
        return find_catcher(self._token(token_id), "error", code) is not None

    def uncaught_error(self, token_id: str) -> Mapping[str, Any] | None:
        """Return code, message and variables of the BPMN error that a token stands still with; KeyError."""
        error: Mapping[str, Any] | None = self._token(token_id).memo.get("error")
        return error

    def throw_escalation(self, token_id: str, code: str, variables: Mapping[str, object] | None = None) -> bool:
        """Throw an escalation from a waiting activity, and run on; False when nothing catches it. KeyError."""
        caught = throw_escalation(self._token(token_id), code, variables or {})
        self._process.do_engine_steps()
        return caught

    def retry(self, token_id: str) -> None:
        """Try an incident again, from where it failed; KeyError, `WaitDoesNotFit`."""
        token = self._waiting(token_id, WaitKind.INCIDENT)
        token.memo.pop("incident")
        token.memo.pop("error", None)
        if token.memo.pop("entering", False):
            token.memo["again"] = True
            token._set_state(TaskState.FUTURE)
            token.task_spec._update(token)
        else:
            token._ready()
        self._process.do_engine_steps()

    def set_variables(self, variables: Mapping[str, object], token_id: str | None = None) -> None:
        """Set variables of the process, or the token's own, and run on (conditions may become true); KeyError."""
        data = self._process.data if token_id is None else self._token(token_id).data
        data.update(variables)
        self._process.changed.update(variables)
        self._process.do_engine_steps()

    def activate(
        self,
        element_id: str,
        *,
        variables: Mapping[str, object] | None = None,
        scope_token_id: str | None = None,
        item: int | None = None,
        instead_of: Collection[str] = (),
    ) -> None:
        """Put a new token on an element, beside all others, and run on; refuses with `MoveRefused`.

        `variables` are assigned as seen from there; a join lets the token pass at once. Sub-processes around it that
        do not run are entered at it; where several instances of one run, `scope_token_id` says in which. A
        multi-instance is taken up at `item` of its list, counted from 0: the others, in a sequence those before it,
        count as done. The tokens `instead_of` are cancelled before anything runs on; KeyError.
        """
        number = None if scope_token_id is None else self._token(scope_token_id).id
        gone, blueprint, process = (
            [self._token(token_id) for token_id in instead_of],
            self.model.blueprint,
            self._process,
        )
        with self._taking_up(element_id):
            moves.activate(process, blueprint, element_id, scope_number=number, variables=variables or {}, item=item)
            for token in gone:
                moves.cancel_token(token)
            process.do_engine_steps()

    def repeat_item(self, token_id: str, item: int) -> None:
        """Let an item of a running multi-instance that was done be done again, and run on; KeyError, `MoveRefused`.

        `token_id` is the whole's, `item` its place in the list, counted from 0. A sequence goes on from there.
        """
        token = self._token(token_id)
        with self._taking_up(token.task_spec.element.element_id):
            moves.repeat(token, item)
            self._process.do_engine_steps()

    def gathered(self, token_id: str) -> frozenset[str]:
        """Return the flows by which tokens have come that wait at a join; KeyError."""
        return frozenset(self._token(token_id).memo.get("came", {}))

    def leave_join(self, token_id: str, flow_ids: Collection[str]) -> None:
        """Take those tokens away that came to a waiting join by some flows; KeyError."""
        moves.leave_join(self._token(token_id), flow_ids)

    def move(self, token_id: str, element_id: str, *, variables: Mapping[str, object] | None = None) -> None:
        """Activate an element and cancel a token in its stead, both or neither, and run on; KeyError, `MoveRefused`.

        A token moves within the instance of the sub-process it is in. With the last one that leaves a sub-process or a
        multi-instance, and with any one of a sequence, the whole goes; so does it when its own token is given (the
        `parent_token_id` of what is inside).
        """
        token, blueprint = self._token(token_id), self.model.blueprint
        if token.memo.get("armed"):
            raise moves.armed_alone(token)
        path = moves.path_to(blueprint, element_id)
        leaving = moves.leaving(token, path)
        within = moves.scope_number_of(leaving, path)
        with self._taking_up(element_id):
            moves.activate(self._process, blueprint, element_id, scope_number=within, variables=variables or {})
            moves.cancel_token(leaving)
            self._process.do_engine_steps()

    def cancel_token(self, token_id: str) -> None:
        """Cancel one token with everything that belongs to it, and run on; KeyError, `MoveRefused`.

        A scope in which nothing lives any more ends; a multi-instance goes on with its other instances.
        """
        moves.cancel_token(self._token(token_id))
        self._process.do_engine_steps()

    def remaining_items(self, token_id: str) -> list[object]:
        """Return the items of a multi-instance that wait for their turn; KeyError, `MoveRefused`.

        `token_id` is the whole's or one of its instances'.
        """
        node, whole = moves.repeated(self._token(token_id))
        return node.remaining(whole)

    def places(self, token_id: str) -> tuple[dict[int, str], list[int]]:
        """Return which items of a multi-instance are under way, each with its token, and which wait, by place from 0.

        The others are done. KeyError, `MoveRefused`.
        """
        node, whole = moves.repeated(self._token(token_id))
        running, waiting = node.places(whole)
        return {place: str(number) for place, number in running.items()}, waiting

    def remove_item(self, token_id: str) -> None:
        """Take one running instance out of a parallel multi-instance, as if its item had never been in the list.

        The counters, the results and the places of those after it close up; the last one ends the whole. Runs on;
        KeyError, `MoveRefused`.
        """
        token = self._token(token_id)
        node, _whole = moves.repeated(token)
        node.withdraw_item(token)
        self._process.do_engine_steps()

    def set_remaining_items(self, token_id: str, items: list[object]) -> None:
        """Change the rest of a multi-instance: replace the waiting items of a sequence, add to a parallel one.

        In a parallel one every item given begins at once. Runs on; KeyError, `MoveRefused`.
        """
        node, whole = moves.repeated(self._token(token_id))
        node.set_remaining(whole, list(items))
        self._process.do_engine_steps()

    def migrated(self, target: ProcessModel, elements: Mapping[str, str] | None = None) -> Self:
        """Return this run on another version of its diagram, every token where it stood; this one stays as it is.

        `elements` maps ids that changed, to "" for none. Nothing is evaluated but texts that changed and newly drawn
        events. Refuses with `MigrationRefused`, which names every token without a place.
        """
        migration = Migration(Counterparts(self.model, target, elements or {}))
        state = migration.renamed(self.dump())
        moved = type(self).load(target, state, self.environment, decide=self._process.decide)
        moved.appoint = self.appoint
        migration.settle(moved._process)
        moved._process.do_engine_steps()
        return moved

    def cancel(self) -> None:
        """Cancel everything that lives."""
        self._process.cancel()
        self._process.do_engine_steps()

    def take_facts(self) -> list[Fact]:
        """Return what happened since the last call, in order."""
        facts, self._process.facts = self._process.facts, []
        return facts

    @contextmanager
    def _taking_up(self, element_id: str) -> Iterator[None]:
        """Let `appoint` know of the user tasks at an element that they are taken up by hand."""
        self._process.taken_up = element_id
        try:
            yield
        finally:
            self._process.taken_up = ""

    def _live_tokens(self) -> list[Token]:
        scopes = [self._process, *self._process.subprocesses.values()]
        return [token for scope in scopes for token in scope.live.values()]

    def _token(self, token_id: str) -> Token:
        token = self._process.tokens.get(int(token_id)) if token_id.isdecimal() else None
        if token is None or not token.is_live:
            raise KeyError(token_id)
        return token

    def _waiting(self, token_id: str, *kinds: WaitKind) -> Token:
        token = self._token(token_id)
        wait = self.wait(token_id)
        if wait.kind not in kinds:
            raise WaitDoesNotFit(f"the token waits for {wait.kind}", token_id=token_id, waits_for=str(wait.kind))
        return token


def _starts(model: ProcessModel, start_element_id: str | None) -> list[FlowNode]:
    """Return the nodes that get the first tokens."""
    spec = model.blueprint.spec
    events = {element.element_id: element for element in model.start_elements}
    if start_element_id is not None:
        if start_element_id not in events:
            raise StartUnclear("the process has no such start event", start_element_id=start_element_id)
        return [spec.task_specs[start_element_id]]
    if not events:
        return list(spec.starts)
    plain = [key for key, element in events.items() if element.event is None] or list(events)
    if len(plain) > 1:
        raise StartUnclear("say which start event is meant", start_element_ids=plain)
    return [spec.task_specs[plain[0]]]


def _seen(token: Token) -> LiveToken:
    """Return where a token stands."""
    spec, wait = token.task_spec, _described(token)
    is_instance = spec.container is not None
    return LiveToken(
        token_id=str(token.id),
        element_id=spec.element.element_id,
        waits_for=None if wait is None else wait.kind,
        parent_token_id=token.enclosing_id,
        is_armed=bool(token.memo.get("armed")),
        is_whole=isinstance(spec, SubProcess | RepeatedActivity),
        loop_counter=token.data["loopCounter"] if is_instance else None,
    )


def _described(token: Token) -> Wait | None:
    """Return what a token waits for outside; None when it waits for other tokens."""
    spec = token.task_spec
    if token.state == TaskState.ERROR:
        kind, detail = WaitKind.INCIDENT, dict(token.memo["incident"])
    elif token.state == TaskState.WAITING and spec.wait_kind is not None:
        kind, detail = spec.wait_kind, spec.describe(token)
    else:
        return None
    host = token.parent.id if token.memo.get("armed") and token.parent.is_live else None
    return Wait(
        str(token.id), spec.element.element_id, kind, detail, token.enclosing_id, None if host is None else str(host)
    )
