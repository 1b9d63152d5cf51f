"""The smallest platform there can be: what cases wait for is read off their runs, and nothing is stored.

It knows the verbs of `engine.play.Play` and says by a few plain rules what the platform must do with rows, jobs and
transactions: whom a message reaches, when a timer fires, how a called process comes back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any, TypeVar

from engine.bpmn import Diagram, Fact, FactKind, Run, Wait, WaitKind, start_moments
from engine.feel import Environment
from engine.play import PlayIncident, PlayJob, PlaySent, PlayTask, PlayTimer
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
    def is_waited_for(self) -> bool:
        """Say whether another case still waits for it."""
        return (
            self.caller is not None and self.caller[0].is_running and _wait_key(self.caller[1]) in self.caller[0].waits
        )

    def visible(self, wait: Wait) -> dict[str, object]:
        """Return the variables visible at a wait."""
        return self.runs.run.variables_at(wait.token_id)


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


class Desk:
    """The cases of one office, driven with the verbs of `Play`."""

    def __init__(self, diagrams: Iterable[Diagram], at: datetime) -> None:
        self.now = at
        self.cases: list[Case] = []
        self._models = {model.process_id: model for each in diagrams for model in each.processes.values()}
        self._started: Case | None = None
        self._open: list[tuple[Case, Key]] = []  # every wait, in the order they began
        self._owed: list[Owed] = []
        self._sent: list[PlaySent] = []
        self._kept: list[Kept] = []
        for process_id, model in self._models.items():
            for element in model.start_elements:
                if element.event is not None and element.event.kind == "timer":
                    moments = start_moments(model, element.element_id, Environment(at))
                    self._owe_start(process_id, element.element_id, moments)

    @property
    def _main(self) -> Case:
        return self._started or self.cases[0]

    def start(self, process_id: str, variables: Variables | None = None) -> None:
        """Start a case by hand."""
        self._started = self._begin(process_id, variables or {}, starter="player")
        self._settle()

    def start_by_message(self, name: str, variables: Variables | None = None) -> None:
        """Start a case with a message."""
        (self._started, *_) = self._correlate(name, None, variables or {})
        self._settle()

    def start_by_signal(self, name: str, variables: Variables | None = None) -> None:
        """Start a case with a signal."""
        before = len(self.cases)
        self._broadcast(name, variables or {})
        self._started = self.cases[before]
        self._settle()

    def tasks(self) -> list[PlayTask]:
        """Return the open tasks."""
        return [_task(case, wait) for case, wait in self._waiting_for(WaitKind.USER_TASK)]

    def complete(self, name_or_id: str, variables: Variables | None = None, nth: int = 0) -> None:
        """Complete a task."""
        case, wait = self._at(WaitKind.USER_TASK, name_or_id, nth)
        self._step(case, lambda run: run.complete(wait.token_id, variables or {}))
        self._settle()

    def advance(self, by: timedelta) -> None:
        """Move time on, timer by timer."""
        target = self.now + by
        while (due := [each.at for each in self._owed if each.at <= target]) != []:
            self.now = max(min(due), self.now)
            self._settle()
        self.now = target

    def stand_still(self, by: timedelta) -> None:
        """Let time go by, then do what became due."""
        self.now += by
        self._settle()

    def timers(self) -> list[PlayTimer]:
        """Return the timers that run."""
        found = self._waiting_for(WaitKind.TIMER)
        timers = [PlayTimer(wait.element_id, datetime.fromisoformat(str(wait.detail["due_at"]))) for _, wait in found]
        return sorted(timers, key=lambda timer: timer.due_at)

    def message(self, name: str, variables: Variables | None = None, correlation_key: object = None) -> bool:
        """Deliver a message."""
        reached = self._correlate(name, correlation_key, variables or {})
        self._settle()
        return bool(reached)

    def signal(self, name: str, variables: Variables | None = None) -> int:
        """Broadcast a signal."""
        reached = self._broadcast(name, variables or {})
        self._settle()
        return len(reached)

    def set_variables(self, variables: Variables) -> None:
        """Change variables of the case."""
        self._step(self._main, lambda run: run.set_variables(variables))
        self._settle()

    def waiting(self) -> list[str]:
        """Return the elements at which the case waits."""
        return self._main.runs.waiting if self._main.is_running else []

    def jobs(self) -> list[PlayJob]:
        """Return the service tasks that wait."""
        return [
            PlayJob(wait.element_id, str(wait.detail["job_type"]), case.visible(wait), _headers(wait))
            for case, wait in self._waiting_for(WaitKind.JOB)
        ]

    def finish_job(self, element_id: str, variables: Variables | None = None, nth: int = 0) -> None:
        """Finish a service task."""
        case, wait = self._at(WaitKind.JOB, element_id, nth)
        self._step(case, lambda run: run.complete(wait.token_id, variables or {}))
        self._settle()

    def throw_error(
        self, element_id: str, code: str, variables: Variables | None = None, nth: int = 0, *, message: str = ""
    ) -> None:
        """Throw a business error from a service task."""
        case, wait = self._at(WaitKind.JOB, element_id, nth)
        self._step(case, lambda run: run.throw_error(wait.token_id, code, message, variables or {}))
        self._settle()

    def incidents(self) -> list[PlayIncident]:
        """Return what is broken."""
        return [
            PlayIncident(wait.element_id, str(wait.detail["code"]), str(wait.detail["message_en"]))
            for _, wait in self._waiting_for(WaitKind.INCIDENT)
        ]

    def retry(self, element_id: str, nth: int = 0) -> None:
        """Try an incident again."""
        case, wait = self._at(WaitKind.INCIDENT, element_id, nth)
        self._step(case, lambda run: run.retry(wait.token_id))
        self._settle()

    def cancel(self) -> None:
        """Cancel the case and what it called."""
        self._cancel(self._main)
        self._settle()

    def sent(self) -> list[PlaySent]:
        """Return the messages and signals that left the cases."""
        return list(self._sent)

    def passed(self) -> list[str]:
        """Return the elements the case went through."""
        return self._came_to(FactKind.COMPLETED)

    def cancelled(self) -> list[str]:
        """Return the elements that were cancelled."""
        return self._came_to(FactKind.CANCELLED)

    @property
    def ended(self) -> bool:
        """Say whether the case has ended."""
        return self._main.runs.ended and not self._main.is_cancelled

    @property
    def end(self) -> str | None:
        """Return the last end event it reached."""
        ends = self._main.runs.run.end_element_ids
        return ends[-1] if ends and self._main.runs.ended else None

    @property
    def variables(self) -> dict[str, object]:
        """Return the variables of the case itself."""
        return self._main.runs.variables

    def facts(self) -> Iterator[Fact]:
        """Return what happened in all cases."""
        for case in self.cases:
            yield from case.runs.facts

    def waits(self) -> list[Wait]:
        """Return what all cases wait for, in the order it began."""
        return [case.waits[key] for case, key in self._open]

    def subscriptions(self) -> list[tuple[str, str, str]]:
        """Return kind, name and correlation key of everything that is listened for."""
        listening = [*self._waiting_for(WaitKind.MESSAGE), *self._waiting_for(WaitKind.SIGNAL)]
        return sorted((wait.kind.value, *_message(wait)) for _, wait in listening)

    def _begin(
        self,
        process_id: str,
        variables: Variables,
        *,
        start: str | None = None,
        starter: str | None = None,
        caller: tuple[Case, Wait] | None = None,
    ) -> Case:
        own = {} if caller else {"starter": starter, "starter_unit": None}
        runs = Runs(self._models[process_id], {**variables, **own}, start=start, at=self.now)
        case = Case(process_id, runs, caller)
        self.cases.append(case)
        self._look(case)
        return case

    def _step(self, case: Case, act: Callable[[Run], T]) -> T:
        case.runs.now = self.now
        result = case.runs.each(act)
        self._look(case)
        return result

    def _look(self, case: Case) -> None:
        """See what a step has changed: waits that began and are over, what left, what was called and what came back."""
        self._hear_what_was_kept(case)
        before, case.waits = case.waits, _waits(case)
        over = [wait for key, wait in before.items() if key not in case.waits]
        began = [wait for key, wait in case.waits.items() if key not in before]
        self._open = [each for each in self._open if each[0] is not case or each[1] in case.waits]
        self._owed = [each for each in self._owed if each.case is not case or each.key in case.waits]
        for wait in began:
            self._open.append((case, _wait_key(wait)))
            if wait.kind is WaitKind.TIMER:
                self._owe_timer(case, wait)
        escalations = self._post(case)
        for wait in began:
            if wait.kind is WaitKind.CALL and _wait_key(wait) in case.waits:
                self._call(case, wait)
        for called in self.cases:
            if called.caller and called.caller[0] is case and called.caller[1] in over and called.is_running:
                self._cancel(called)
        for fact in escalations:
            self._step_caller(case, partial(_escalate, fact))
        self._throw_further(case, began)
        if self._has_ended(case) and not case.has_returned and case.is_waited_for:
            case.has_returned = True
            self._step_caller(case, lambda run, token_id: run.complete(token_id, case.runs.variables))

    def _hear_what_was_kept(self, case: Case) -> None:
        """Give a message that was kept to whoever has come to wait for it, the oldest first."""
        while True:
            coming = [wait for key, wait in _waits(case).items() if key not in case.waits]
            for wait, kept in product(coming, self._kept):
                if wait.kind is WaitKind.MESSAGE and _message(wait) == kept.address and kept.expires_at > self.now:
                    self._kept.remove(kept)
                    case.runs.each(partial(Run.fire, token_id=wait.token_id, payload=kept.variables))
                    break
            else:
                return

    def _step_caller(self, case: Case, act: Callable[[Run, str], object]) -> None:
        if case.caller is not None and case.is_waited_for:
            caller, wait = case.caller
            self._step(caller, lambda run: act(run, wait.token_id))

    def _throw_further(self, case: Case, began: list[Wait]) -> None:
        """Let an error that a case does not catch be caught at the nearest call above that does."""
        errors = [case.runs.run.uncaught_error(wait.token_id) for wait in began if wait.kind is WaitKind.INCIDENT]
        for error in filter(None, errors):
            called = case
            while called.caller is not None and called.is_waited_for:
                caller, wait = called.caller
                if caller.runs.run.catches_error(wait.token_id, error["code"]):
                    self._step_caller(called, partial(_throw, error))
                    break
                called = caller

    def _has_ended(self, case: Case) -> bool:
        return case.runs.ended and not case.is_cancelled

    def _cancel(self, case: Case) -> None:
        case.is_cancelled = True
        self._step(case, lambda run: run.cancel())

    def _call(self, case: Case, wait: Wait) -> None:
        passes_all = wait.detail["pass_all_variables"]
        given = case.visible(wait) if passes_all else case.runs.run.local_variables(wait.token_id)
        self._begin(str(wait.detail["process_id"]), given, caller=(case, wait))

    def _owe_timer(self, case: Case, wait: Wait) -> None:
        due_at = datetime.fromisoformat(str(wait.detail["due_at"]))
        fire = lambda: self._step(case, lambda run: run.fire(wait.token_id))  # noqa: E731
        self._owed.append(Owed(due_at, fire, case, _wait_key(wait)))

    def _owe_start(self, process_id: str, element_id: str, moments: Iterator[datetime]) -> None:
        """Owe the first turn that is still to come; what was missed meanwhile is not made up for."""
        due_at = next((moment for moment in moments if moment > self.now), None)

        def start() -> None:
            self._begin(process_id, {}, start=element_id)
            self._owe_start(process_id, element_id, moments)

        if due_at is not None:
            self._owed.append(Owed(due_at, start))

    def _post(self, case: Case) -> list[Fact]:
        """Let thrown messages and signals wait for their delivery; return the escalations that were not caught."""
        facts, case.read = case.runs.facts[case.read :], len(case.runs.facts)
        thrown = [fact for fact in facts if fact.kind is FactKind.THREW]
        for data in [fact.data for fact in thrown if "caught" not in fact.data]:
            sent = PlaySent(str(data["type"]), str(data["name"]), data["correlation_key"], data["payload"])  # type: ignore[arg-type]
            self._sent.append(sent)
            self._owed.append(Owed(self.now, partial(self._deliver, sent)))
        return [fact for fact in thrown if fact.data.get("caught") is False]

    def _deliver(self, sent: PlaySent) -> None:
        if sent.kind == "signal":
            self._broadcast(sent.name, sent.variables)
        elif not self._correlate(sent.name, sent.correlation_key, sent.variables):
            address = sent.name, sent.correlation_key or ""
            self._kept.append(Kept(address, sent.variables, self.now + KEPT_FOR))

    def _correlate(self, name: str, key: object, variables: Variables) -> list[Case]:
        """Give a message to the one that waits longest, else to the processes it starts."""
        said = "" if key is None else str(key)
        listening = self._waiting_for(WaitKind.MESSAGE)
        case, wait = next((each for each in listening if _message(each[1]) == (name, said)), (None, None))
        if case is None or wait is None:
            return self._begin_all("message", name, variables)
        self._step(case, lambda run: run.fire(wait.token_id, variables))
        return [case]

    def _broadcast(self, name: str, variables: Variables) -> list[Case]:
        """Give a signal to everybody who waits at this moment, and to the processes it starts."""
        reached: list[Case] = []
        for case, wait in list(self._waiting_for(WaitKind.SIGNAL)):
            if wait.detail["name"] == name and _wait_key(wait) in case.waits:
                self._step(case, lambda run, wait=wait: run.fire(wait.token_id, variables))  # type: ignore[misc]
                reached += [] if case in reached else [case]
        return reached + self._begin_all("signal", name, variables)

    def _begin_all(self, kind: str, name: str, variables: Variables) -> list[Case]:
        return [
            self._begin(process_id, variables, start=element.element_id)
            for process_id, model in self._models.items()
            for element in model.start_elements
            if element.event is not None and (element.event.kind, element.event.name) == (kind, name)
        ]

    def _settle(self) -> None:
        """Do what is due, one after the other, until nothing is."""
        while due := [each for each in self._owed if each.at <= self.now]:
            first = min(due, key=lambda each: each.at)
            self._owed.remove(first)
            first.do()

    def _waiting_for(self, kind: WaitKind) -> Iterator[tuple[Case, Wait]]:
        for case, key in self._open:
            if key[1] is kind:
                yield case, case.waits[key]

    def _at(self, kind: WaitKind, name_or_id: str, nth: int) -> tuple[Case, Wait]:
        found = [
            (case, wait)
            for case, wait in self._waiting_for(kind)
            if name_or_id in {wait.element_id, case.runs.model.elements[wait.element_id].name}
        ]
        return found[nth]

    def _came_to(self, kind: FactKind) -> list[str]:
        facts = self._main.runs.facts
        fate = {fact.token_id: fact.kind for fact in facts if fact.kind is not FactKind.THREW}
        entered = [fact for fact in facts if fact.kind is FactKind.ENTERED]
        return [fact.element_id for fact in entered if fate[fact.token_id] is kind]


def _throw(error: Mapping[str, Any], run: Run, token_id: str) -> None:
    run.throw_error(token_id, error["code"], error["message"], error["variables"])


def _escalate(fact: Fact, run: Run, token_id: str) -> None:
    payload: Any = fact.data["payload"]
    run.throw_escalation(token_id, str(fact.data["name"]), payload)


def _waits(case: Case) -> dict[Key, Wait]:
    return {_wait_key(wait): wait for wait in case.runs.run.waits()}


def _wait_key(wait: Wait) -> Key:
    return wait.token_id, wait.kind, wait.detail.get("due_at")


def _message(wait: Wait) -> tuple[str, str]:
    key = wait.detail.get("correlation_key")
    return str(wait.detail["name"]), "" if key is None else str(key)


def _headers(wait: Wait) -> dict[str, Any]:
    return dict(wait.detail["headers"])  # type: ignore[call-overload,no-any-return]


def _task(case: Case, wait: Wait) -> PlayTask:
    detail: Any = wait.detail
    return PlayTask(
        id=wait.token_id,
        element_id=wait.element_id,
        name=case.runs.model.elements[wait.element_id].name or wait.element_id,
        assignee=detail["assignee"],
        candidate_groups=tuple(detail["candidate_groups"]),
        candidate_users=tuple(detail["candidate_users"]),
        due_at=datetime.fromisoformat(detail["due_at"]) if detail["due_at"] else None,
        priority=detail["priority"],
        form_id=detail["form_id"],
        variables=case.visible(wait),
    )
