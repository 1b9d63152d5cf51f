"""What will happen after a button: the diagram itself, run ahead on a copy of the case that is stored nowhere.

Every user task on the way ends with its main outcome, every job succeeds, timers are left alone. So the answer is what
the engine would do, not a guess over the drawing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine import decisions, directory, runtime
from engine.approver_rules.appointing import Appointer
from engine.bpmn import Run, Wait, WaitKind
from engine.decisions import Decider, DeployedDecisions
from engine.definitions import LoadedDefinition
from engine.directory import Directory
from engine.feel import Environment
from engine.model import ProcessInstance
from engine.runtime import OFFICE_ZONE
from engine.task_design import Outcome

FARTHEST = 40


@dataclass(frozen=True, slots=True)
class Ahead:
    """One task that is to come: its short name, who will hold it, until when."""

    element_id: str
    step: str
    name: str
    holder: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Runs one case ahead from one of its open tasks."""

    loaded: LoadedDefinition
    people: Directory
    state_text: str
    token_id: str
    environment: Environment
    decided_by: DeployedDecisions
    appointer: Appointer | None = None

    def next_after(self, outcome: Outcome) -> list[Ahead]:
        """Return the tasks that open right after the task ends with this outcome; empty when the case ends."""
        run = self._copy()
        before = {wait.token_id for wait in run.waits()}
        self._end_task(run, self.token_id, outcome)
        self._do_jobs(run)
        return [self._ahead(run, wait) for wait in _tasks(run) if wait.token_id not in before - {self.token_id}]

    def path(self) -> Iterator[Ahead]:
        """Yield the tasks to come, one after another, when each ends with its main outcome."""
        run = self._copy()
        seen = {wait.token_id for wait in run.waits()}
        token_id: str | None = self.token_id
        for _ in range(FARTHEST):
            if token_id is None:
                return
            self._end_task(run, token_id, self.loaded.tasks[run.wait(token_id).element_id].main_outcome)
            self._do_jobs(run)
            fresh = [wait for wait in _tasks(run) if wait.token_id not in seen]
            for wait in fresh:
                seen.add(wait.token_id)
                yield self._ahead(run, wait)
            token_id = next((wait.token_id for wait in _tasks(run)), None)

    def _copy(self) -> Run:
        decider = Decider(self.decided_by, self.environment)
        run = Run.load(self.loaded.model, self.state_text, self.environment, decide=decider)
        run.appoint = self.appointer
        return run

    def _end_task(self, run: Run, token_id: str, outcome: Outcome) -> None:
        if self.appointer is not None:
            wait = run.wait(token_id)
            holder = self.people.people.get(str(wait.detail["assignee"] or ""))
            self.appointer.forget()
            self.appointer.follow(wait.element_id, holder.id if holder else None)
        run.complete(token_id, {"outcome": outcome.key, "reason": None})

    def _do_jobs(self, run: Run) -> None:
        for _ in range(FARTHEST):
            job = next((wait for wait in run.waits() if wait.kind is WaitKind.JOB), None)
            if job is None:
                return
            run.complete(job.token_id, {})

    def _ahead(self, run: Run, wait: Wait) -> Ahead:
        element = self.loaded.element(wait.element_id)
        step = self.loaded.tasks[wait.element_id].step_label(run.variables_at(wait.token_id), run.environment)
        due = wait.detail["due_at"]
        return Ahead(
            element_id=wait.element_id,
            step=step,
            name=element.name,
            holder=holder_of(self.people, wait.detail),
            due_at=datetime.fromisoformat(str(due)) if due else None,
        )


def holder_of(people: Directory, detail: Mapping[str, object]) -> str:
    """Return who holds the task of a wait: a person, the groups and people it is offered to, or nobody."""
    person = people.people.get(str(detail["assignee"] or ""))
    if person is not None:
        return person.full_name
    groups = [people.describe_group(key) for key in _texts(detail["candidate_groups"])]
    users = [people.people[name].full_name for name in _texts(detail["candidate_users"]) if name in people.people]
    return ", ".join([*groups, *users])


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _tasks(run: Run) -> list[Wait]:
    return [wait for wait in run.waits() if wait.kind is WaitKind.USER_TASK]


def from_task(session: Session, instance: ProcessInstance, token_id: str, at: datetime) -> Forecaster:
    """Return a forecaster for one open task of a case."""
    loaded, surroundings = runtime.loaded(session, instance), runtime.environment_of(session, instance, at)
    return Forecaster(
        loaded=loaded,
        people=directory.current(session, on=at.astimezone(OFFICE_ZONE).date()),
        state_text=instance.state_text,
        token_id=token_id,
        environment=surroundings,
        decided_by=decisions.load(session, loaded.deployment_id),
        appointer=runtime.appointer_of(session, instance, surroundings, at),
    )
