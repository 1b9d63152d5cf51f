"""The rules of the smallest platform there can be: what follows from a step of a case, with nothing stored.

Whom a message reaches, when a timer fires, how a called process begins, comes back and fails: a few plain rules for
what the platform must bring about with rows, jobs and transactions.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any, TypeVar

from engine.bpmn import Diagram, Fact, FactKind, Run, Wait, WaitKind, start_moments
from engine.feel import Environment
from engine.play import PlaySent
from tests.engine.bpmn.four_ways import Runs

Variables = Mapping[str, object]
Key = tuple[str, WaitKind, object]
KEPT_FOR = timedelta(hours=1)
"""How long a message that was thrown in a diagram waits for who waits for it."""

T = TypeVar("T")


@dataclass(eq=False)
class Case:
    """One case; `waits` are those after its last step, `read` of its facts have been looked at."""

    process_id: str
    runs: Runs
    caller: "tuple[Case, Wait] | None"
    is_cancelled: bool = False
    has_returned: bool = False
    waits: dict[Key, Wait] = field(default_factory=dict)
    read: int = 0

    @property
    def is_running(self) -> bool:
        """Say whether anything may still happen in it."""
        return not (self.runs.ended or self.is_cancelled)

    @property
    def has_ended(self) -> bool:
        """Say whether it went to its end."""
        return self.runs.ended and not self.is_cancelled

    @property
    def waiting_caller(self) -> "tuple[Case, Wait] | None":
        """The case that still waits for this one, with its wait."""
        if self.caller is None or not self.caller[0].is_running:
            return None
        return self.caller if wait_key(self.caller[1]) in self.caller[0].waits else None

    def waits_now(self) -> dict[Key, Wait]:
        """Return what its run waits for."""
        return {wait_key(wait): wait for wait in self.runs.run.waits()}

    def visible(self, wait: Wait) -> dict[str, object]:
        """Return the variables visible at a wait."""
        return self.runs.run.variables_at(wait.token_id)

    def take_thrown(self) -> list[Fact]:
        """Return what it has thrown since the last call."""
        facts, self.read = self.runs.facts[self.read :], len(self.runs.facts)
        return [fact for fact in facts if fact.kind is FactKind.THREW]


@dataclass(eq=False)
class Owed:
    """Something to do at a moment; a timer is owed to a wait and goes with it."""

    at: datetime
    do: Callable[[], object]
    case: Case | None = None
    key: Key | None = None


@dataclass(frozen=True)
class Kept:
    """A message that nobody waited for, under its name and key."""

    address: tuple[str, str]
    variables: Variables
    expires_at: datetime


class Cases:
    """All cases of an office, the moment it is, and what is owed to them."""

    def __init__(self, diagrams: Iterable[Diagram], at: datetime) -> None:
        self.now = at
        self.cases: list[Case] = []
        self._models = {model.process_id: model for each in diagrams for model in each.processes.values()}
        self._open: list[tuple[Case, Key]] = []  # every wait, in the order they began
        self._owed: list[Owed] = []
        self.sent: list[PlaySent] = []
        self._kept: list[Kept] = []
        for process_id, element_id in self._starts_with("timer"):
            moments = start_moments(self._models[process_id], element_id, Environment(at))
            self._owe_start(process_id, element_id, moments)

    def begin(
        self,
        process_id: str,
        variables: Variables,
        *,
        start: str | None = None,
        starter: str | None = None,
        caller: tuple[Case, Wait] | None = None,
    ) -> Case:
        """Begin a case and see what follows."""
        own = {} if caller else {"starter": starter, "starter_unit": None}
        runs = Runs(self._models[process_id], {**variables, **own}, start=start, at=self.now)
        case = Case(process_id, runs, caller)
        self.cases.append(case)
        self._look(case)
        return case

    def step(self, case: Case, act: Callable[[Run], T]) -> T:
        """Do something to a case and see what follows."""
        case.runs.now = self.now
        result = case.runs.each(act)
        self._look(case)
        return result

    def cancel_case(self, case: Case) -> None:
        """Cancel a case with everything in it."""
        case.is_cancelled = True
        self.step(case, lambda run: run.cancel())

    def correlate(self, name: str, key: object, variables: Variables) -> list[Case]:
        """Give a message to the one that waits longest, else to the processes it starts; return who got it."""
        address = name, "" if key is None else str(key)
        listening = (each for each in self.waiting_for(WaitKind.MESSAGE) if _address(each[1]) == address)
        case, wait = next(listening, (None, None))
        if case is None or wait is None:
            return self._begin_all("message", name, variables)
        self.step(case, lambda run: run.fire(wait.token_id, variables))
        return [case]

    def broadcast(self, name: str, variables: Variables) -> list[Case]:
        """Give a signal to everybody who waits at this moment, and to the processes it starts; return who got it."""
        reached: list[Case] = []
        for case, wait in list(self.waiting_for(WaitKind.SIGNAL)):
            if wait.detail["name"] == name and wait_key(wait) in case.waits:
                self.step(case, partial(Run.fire, token_id=wait.token_id, payload=variables))
                reached += [] if case in reached else [case]
        return reached + self._begin_all("signal", name, variables)

    def settle(self) -> None:
        """Do what is due, one after the other, until nothing is."""
        while due := [each for each in self._owed if each.at <= self.now]:
            first = min(due, key=lambda each: each.at)
            self._owed.remove(first)
            first.do()

    def next_due(self) -> datetime | None:
        """Return when the next thing is owed."""
        return min((each.at for each in self._owed), default=None)

    def waiting_for(self, kind: WaitKind) -> Iterator[tuple[Case, Wait]]:
        """Yield the waits of one kind, in the order they began."""
        for case, key in self._open:
            if key[1] is kind:
                yield case, case.waits[key]

    def waits(self) -> list[Wait]:
        """Return what all cases wait for, in the order it began."""
        return [case.waits[key] for case, key in self._open]

    def facts(self) -> Iterator[Fact]:
        """Return what happened in all cases."""
        for case in self.cases:
            yield from case.runs.facts

    def subscriptions(self) -> list[tuple[str, str, str]]:
        """Return kind, name and correlation key of everything that is listened for."""
        listening = [*self.waiting_for(WaitKind.MESSAGE), *self.waiting_for(WaitKind.SIGNAL)]
        return sorted((wait.kind.value, *_address(wait)) for _, wait in listening)

    def _look(self, case: Case) -> None:
        """See what a step has changed: what waits, what is over, what left, what is called and what comes back."""
        self._hear_what_was_kept(case)
        before, case.waits = case.waits, case.waits_now()
        over = [wait for key, wait in before.items() if key not in case.waits]
        began = [wait for key, wait in case.waits.items() if key not in before]
        self._open = [each for each in self._open if each[0] is not case or each[1] in case.waits]
        self._owed = [each for each in self._owed if each.case is not case or each.key in case.waits]
        for wait in began:
            self._open.append((case, wait_key(wait)))
            if wait.kind is WaitKind.TIMER:
                self._owe_timer(case, wait)
        escalations = self._post(case)
        for wait in began:
            if wait.kind is WaitKind.CALL and wait_key(wait) in case.waits:
                self._call(case, wait)
        for called in self.cases:
            if called.caller and called.caller[0] is case and called.caller[1] in over and called.is_running:
                self.cancel_case(called)
        self._tell_callers(case, escalations, began)

    def _hear_what_was_kept(self, case: Case) -> None:
        """Give a message that was kept to whoever has come to wait for it, the oldest first."""
        while True:
            coming = [wait for key, wait in case.waits_now().items() if key not in case.waits]
            for wait, kept in product(coming, self._kept):
                if wait.kind is WaitKind.MESSAGE and _address(wait) == kept.address and kept.expires_at > self.now:
                    self._kept.remove(kept)
                    case.runs.each(partial(Run.fire, token_id=wait.token_id, payload=kept.variables))
                    break
            else:
                return

    def _call(self, case: Case, wait: Wait) -> None:
        passes_all = wait.detail["pass_all_variables"]
        given = case.visible(wait) if passes_all else case.runs.run.local_variables(wait.token_id)
        self.begin(str(wait.detail["process_id"]), given, caller=(case, wait))

    def _tell_callers(self, case: Case, escalations: list[Fact], began: list[Wait]) -> None:
        """Let what the case throws and does not catch, and then its end, reach the case that called it."""
        for fact in escalations:
            self._step_caller(case, partial(_escalate, fact))
        errors = [case.runs.run.uncaught_error(wait.token_id) for wait in began if wait.kind is WaitKind.INCIDENT]
        for error in filter(None, errors):
            self._throw_further(case, error)
        if case.has_ended and not case.has_returned and case.waiting_caller:
            case.has_returned = True
            self._step_caller(case, lambda run, token_id: run.complete(token_id, case.runs.variables))

    def _step_caller(self, case: Case, act: Callable[[Run, str], object]) -> None:
        if case.waiting_caller is not None:
            caller, wait = case.waiting_caller
            self.step(caller, lambda run: act(run, wait.token_id))

    def _throw_further(self, case: Case, error: Mapping[str, Any]) -> None:
        """Let an error be caught at the nearest call above that does so."""
        while case.waiting_caller is not None:
            caller, wait = case.waiting_caller
            if caller.runs.run.catches_error(wait.token_id, error["code"]):
                self._step_caller(case, partial(_throw, error))
                return
            case = caller

    def _owe_timer(self, case: Case, wait: Wait) -> None:
        due_at = datetime.fromisoformat(str(wait.detail["due_at"]))
        fire = partial(self.step, case, partial(Run.fire, token_id=wait.token_id))
        self._owed.append(Owed(due_at, fire, case, wait_key(wait)))

    def _owe_start(self, process_id: str, element_id: str, moments: Iterator[datetime]) -> None:
        """Owe the first turn that is still to come; what was missed meanwhile is not made up for."""
        due_at = next((moment for moment in moments if moment > self.now), None)

        def start() -> None:
            self.begin(process_id, {}, start=element_id)
            self._owe_start(process_id, element_id, moments)

        if due_at is not None:
            self._owed.append(Owed(due_at, start))

    def _post(self, case: Case) -> list[Fact]:
        """Let thrown messages and signals wait for their delivery; return the escalations that were not caught."""
        thrown = case.take_thrown()
        for data in [fact.data for fact in thrown if fact.data["type"] != "escalation"]:
            sent = PlaySent(str(data["type"]), str(data["name"]), data["correlation_key"], data["payload"])  # type: ignore[arg-type]
            self.sent.append(sent)
            self._owed.append(Owed(self.now, partial(self._deliver, sent)))
        return [fact for fact in thrown if fact.data.get("caught") is False]

    def _deliver(self, sent: PlaySent) -> None:
        if sent.kind == "signal":
            self.broadcast(sent.name, sent.variables)
        elif not self.correlate(sent.name, sent.correlation_key, sent.variables):
            address = sent.name, sent.correlation_key or ""
            self._kept.append(Kept(address, sent.variables, self.now + KEPT_FOR))

    def _begin_all(self, kind: str, name: str, variables: Variables) -> list[Case]:
        starts = list(self._starts_with(kind, name))
        return [self.begin(process_id, variables, start=element_id) for process_id, element_id in starts]

    def _starts_with(self, kind: str, name: str | None = None) -> Iterator[tuple[str, str]]:
        for process_id, model in self._models.items():
            for element in model.start_elements:
                if element.event is not None and element.event.kind == kind and name in {None, element.event.name}:
                    yield process_id, element.element_id


def wait_key(wait: Wait) -> Key:
    """Return what tells a wait from all others: a timer that is put off is another one."""
    return wait.token_id, wait.kind, wait.detail.get("due_at")


def _address(wait: Wait) -> tuple[str, str]:
    key = wait.detail.get("correlation_key")
    return str(wait.detail["name"]), "" if key is None else str(key)


def _throw(error: Mapping[str, Any], run: Run, token_id: str) -> None:
    run.throw_error(token_id, error["code"], error["message"], error["variables"])


def _escalate(fact: Fact, run: Run, token_id: str) -> None:
    payload: Any = fact.data["payload"]
    run.throw_escalation(token_id, str(fact.data["name"]), payload)
