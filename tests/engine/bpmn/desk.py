"""The smallest platform there can be, driven with the verbs of `engine.play.Play`.

What its cases wait for is read off their runs; nothing is stored.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn import Diagram, FactKind, Wait, WaitKind
from engine.play import PlayIncident, PlayJob, PlaySent, PlayTask, PlayTimer
from tests.engine.bpmn.cases import Case, Cases, Variables


class Desk:
    """The cases of one office; each verb does and shows what `Play`'s does."""

    def __init__(self, diagrams: Iterable[Diagram], at: datetime) -> None:
        self.office = Cases(diagrams, at)
        self._started: Case | None = None

    @property
    def _main(self) -> Case:
        return self._started or self.office.cases[0]

    def start(self, process_id: str, variables: Variables | None = None) -> None:
        """Start a case by hand."""
        self._started = self.office.begin(process_id, variables or {}, starter="player")
        self.office.settle()

    def start_by_message(self, name: str, variables: Variables | None = None) -> None:
        """Start a case with a message."""
        (self._started, *_) = self.office.correlate(name, None, variables or {})
        self.office.settle()

    def start_by_signal(self, name: str, variables: Variables | None = None) -> None:
        """Start a case with a signal."""
        before = len(self.office.cases)
        self.office.broadcast(name, variables or {})
        self._started = self.office.cases[before]
        self.office.settle()

    def tasks(self) -> list[PlayTask]:
        """Return the open tasks."""
        return [_task(case, wait) for case, wait in self.office.waiting_for(WaitKind.USER_TASK)]

    def complete(self, name_or_id: str, variables: Variables | None = None, nth: int = 0) -> None:
        """Complete a task."""
        case, wait = self._at(WaitKind.USER_TASK, name_or_id, nth)
        self.office.step(case, lambda run: run.complete(wait.token_id, variables or {}))
        self.office.settle()

    def advance(self, by: timedelta) -> None:
        """Move time on, timer by timer."""
        target = self.office.now + by
        while (due_at := self.office.next_due()) is not None and due_at <= target:
            self.office.now = max(due_at, self.office.now)
            self.office.settle()
        self.office.now = target

    def stand_still(self, by: timedelta) -> None:
        """Let time go by, then do what became due."""
        self.office.now += by
        self.office.settle()

    def timers(self) -> list[PlayTimer]:
        """Return the timers that run."""
        found = self.office.waiting_for(WaitKind.TIMER)
        timers = [PlayTimer(wait.element_id, datetime.fromisoformat(str(wait.detail["due_at"]))) for _, wait in found]
        return sorted(timers, key=lambda timer: timer.due_at)

    def message(self, name: str, variables: Variables | None = None, correlation_key: object = None) -> bool:
        """Deliver a message."""
        reached = self.office.correlate(name, correlation_key, variables or {})
        self.office.settle()
        return bool(reached)

    def signal(self, name: str, variables: Variables | None = None) -> int:
        """Broadcast a signal."""
        reached = self.office.broadcast(name, variables or {})
        self.office.settle()
        return len(reached)

    def set_variables(self, variables: Variables) -> None:
        """Change variables of the case."""
        self.office.step(self._main, lambda run: run.set_variables(variables))
        self.office.settle()

    def waiting(self) -> list[str]:
        """Return the elements at which the case waits."""
        return self._main.runs.waiting if self._main.is_running else []

    def jobs(self) -> list[PlayJob]:
        """Return the service tasks that wait."""
        return [_job(case, wait) for case, wait in self.office.waiting_for(WaitKind.JOB)]

    def finish_job(self, element_id: str, variables: Variables | None = None, nth: int = 0) -> None:
        """Finish a service task."""
        case, wait = self._at(WaitKind.JOB, element_id, nth)
        self.office.step(case, lambda run: run.complete(wait.token_id, variables or {}))
        self.office.settle()

    def throw_error(
        self, element_id: str, code: str, variables: Variables | None = None, nth: int = 0, *, message: str = ""
    ) -> None:
        """Throw a business error from a service task."""
        case, wait = self._at(WaitKind.JOB, element_id, nth)
        self.office.step(case, lambda run: run.throw_error(wait.token_id, code, message, variables or {}))
        self.office.settle()

    def incidents(self) -> list[PlayIncident]:
        """Return what is broken."""
        return [
            PlayIncident(wait.element_id, str(wait.detail["code"]), str(wait.detail["message_en"]))
            for _, wait in self.office.waiting_for(WaitKind.INCIDENT)
        ]

    def retry(self, element_id: str, nth: int = 0) -> None:
        """Try an incident again."""
        case, wait = self._at(WaitKind.INCIDENT, element_id, nth)
        self.office.step(case, lambda run: run.retry(wait.token_id))
        self.office.settle()

    def cancel(self) -> None:
        """Cancel the case and what it called."""
        self.office.cancel_case(self._main)
        self.office.settle()

    def sent(self) -> list[PlaySent]:
        """Return the messages and signals that left the cases."""
        return self.office.sent

    def passed(self) -> list[str]:
        """Return the elements the case went through."""
        return self._came_to(FactKind.COMPLETED)

    def cancelled(self) -> list[str]:
        """Return the elements that were cancelled."""
        return self._came_to(FactKind.CANCELLED)

    @property
    def ended(self) -> bool:
        """Say whether the case has ended."""
        return self._main.has_ended

    @property
    def end(self) -> str | None:
        """Return the last end event it reached."""
        ends = self._main.runs.run.end_element_ids
        return ends[-1] if ends and self._main.runs.ended else None

    @property
    def variables(self) -> dict[str, object]:
        """Return the variables of the case itself."""
        return self._main.runs.variables

    def _at(self, kind: WaitKind, name_or_id: str, nth: int) -> tuple[Case, Wait]:
        found = [
            (case, wait)
            for case, wait in self.office.waiting_for(kind)
            if name_or_id in {wait.element_id, case.runs.model.elements[wait.element_id].name}
        ]
        return found[nth]

    def _came_to(self, kind: FactKind) -> list[str]:
        facts = self._main.runs.facts
        fate = {fact.token_id: fact.kind for fact in facts if fact.kind is not FactKind.THREW}
        entered = [fact for fact in facts if fact.kind is FactKind.ENTERED]
        return [fact.element_id for fact in entered if fate[fact.token_id] is kind]


def _job(case: Case, wait: Wait) -> PlayJob:
    detail: Any = wait.detail
    return PlayJob(wait.element_id, detail["job_type"], case.visible(wait), detail["headers"])


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
