"""Do the rows agree with where the tokens stand? A sound platform answers yes at every moment."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, undefer

from engine import arrivals, directory, runtime
from engine.arrivals import person_key
from engine.bpmn import DiagramRefused, Run, StateUnreadable, WaitKind
from engine.directory import Directory
from engine.model import (
    Consultation,
    ConsultationState,
    Incident,
    InstanceState,
    Job,
    JobKind,
    JobState,
    ProcessInstance,
    Subscription,
    TaskCandidate,
    TaskState,
    UserTask,
)

_OWED = Job.state.in_([JobState.WAITING, JobState.HELD, JobState.FAILED])
Tokens = frozenset[str]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One place where a case's rows and its state do not agree; `what` is said without any variable."""

    business_key: str
    token_id: str
    what: str


def check_all(session: Session, at: datetime) -> Iterator[tuple[ProcessInstance, list[Discrepancy]]]:
    """Yield every case with what does not agree in it; cases are read in batches, nothing is changed."""
    cases = select(ProcessInstance).options(undefer(ProcessInstance.state_text)).order_by(ProcessInstance.started_at)
    for instance in session.scalars(cases).yield_per(100):
        yield instance, check(session, instance, at)


def check(session: Session, instance: ProcessInstance, at: datetime) -> list[Discrepancy]:
    """Return what does not agree in one case: a wait without its row, a row without its wait, a task nobody can see.

    A state or a diagram that cannot be read is named as such; then nothing else can be asked of the case.
    """
    try:
        found = list(_Check(session, instance, at).findings())
    except (StateUnreadable, DiagramRefused) as error:
        found = [("", f"the {'state' if isinstance(error, StateUnreadable) else 'diagram'} cannot be read")]
    return [Discrepancy(instance.business_key, *each) for each in found]


class _Check:
    """One case held against its state."""

    def __init__(self, session: Session, instance: ProcessInstance, at: datetime) -> None:
        self._session, self._instance = session, instance
        self._run: Run = runtime.look(session, instance, at)
        self._people: Directory = directory.current(session, on=at.astimezone(runtime.OFFICE_ZONE).date())

    def findings(self) -> Iterator[tuple[str, str]]:
        """Yield token and sentence of everything that does not agree."""
        is_open = self._instance.state in {InstanceState.RUNNING, InstanceState.SUSPENDED}
        if is_open == self._run.ended:
            yield "", f"the case is {self._instance.state}, its state is {'ended' if self._run.ended else 'live'}"
        for kind, rows in self._rows_by_kind().items():
            waiting = self._waiting(kind) if is_open else frozenset()
            yield from ((token, f"{kind} without its row") for token in sorted(waiting - rows))
            yield from ((token, f"{kind} row that nothing waits for") for token in sorted(rows - waiting))
        yield from self._stray_escalations()
        yield from self._unseen_tasks()
        yield from self._miscounted_incidents()
        yield from self._tasks_of_another_version()
        yield from self._miscounted_questions()

    def _waiting(self, kind: WaitKind) -> Tokens:
        return frozenset(token for token, each in arrivals.waits_by_token(self._run) if each is kind)

    def _rows_by_kind(self) -> dict[WaitKind, Tokens]:
        task, job, subscription = UserTask.token_id, Job.token_id, Subscription.token_id
        return {
            WaitKind.USER_TASK: self._tokens(
                task, UserTask.instance_id == self._instance.id, UserTask.state == TaskState.OPEN
            ),
            WaitKind.JOB: self._tokens(job, self._owes(JobKind.SERVICE)),
            WaitKind.TIMER: self._tokens(job, self._owes(JobKind.TIMER)),
            WaitKind.MESSAGE: self._tokens(subscription, self._awaits(WaitKind.MESSAGE)),
            WaitKind.SIGNAL: self._tokens(subscription, self._awaits(WaitKind.SIGNAL)),
        }

    def _owes(self, kind: JobKind) -> ColumnElement[bool]:
        return and_(Job.instance_id == self._instance.id, Job.kind == kind, _OWED)

    def _awaits(self, kind: WaitKind) -> ColumnElement[bool]:
        return and_(Subscription.instance_id == self._instance.id, Subscription.kind == kind.value)

    def _tokens(self, column: InstrumentedAttribute[str], *where: ColumnElement[bool]) -> Tokens:
        return frozenset(self._session.scalars(select(column).where(*where)))

    def _stray_escalations(self) -> Iterator[tuple[str, str]]:
        is_pending = Job.state.in_([JobState.WAITING, JobState.HELD])
        rows = self._tokens(
            Job.token_id, Job.instance_id == self._instance.id, Job.kind == JobKind.ESCALATION, is_pending
        )
        for token in sorted(rows - self._waiting(WaitKind.USER_TASK)):
            yield token, "an escalation of a task that is over"

    def _unseen_tasks(self) -> Iterator[tuple[str, str]]:
        for task in self._open_tasks():
            offered = self._session.scalars(select(TaskCandidate.key).where(TaskCandidate.task_id == task.id)).all()
            if task.assignee_id is None and not any(self._reaches_somebody(key) for key in offered):
                yield task.token_id, "a task that nobody can see"

    def _open_tasks(self) -> Sequence[UserTask]:
        is_open = UserTask.instance_id == self._instance.id, UserTask.state == TaskState.OPEN
        return self._session.scalars(select(UserTask).where(*is_open).order_by(UserTask.token_id)).all()

    def _reaches_somebody(self, key: str) -> bool:
        if key.startswith("person:"):
            return any(person_key(person.id) == key for person in self._people.people.values())
        return bool(self._people.people_in_group(key))

    def _miscounted_incidents(self) -> Iterator[tuple[str, str]]:
        unresolved = select(func.count()).where(
            Incident.instance_id == self._instance.id, Incident.resolved_at.is_(None)
        )
        count = self._session.scalar(unresolved)
        if count != self._instance.open_incidents:
            yield "", f"{count} open incidents, counted as {self._instance.open_incidents}"

    def _tasks_of_another_version(self) -> Iterator[tuple[str, str]]:
        case = self._instance.definition_id, self._instance.started_unit
        for task in self._open_tasks():
            if (task.definition_id, task.started_unit) != case:
                yield task.token_id, "a task that tells another version or unit than its case"

    def _miscounted_questions(self) -> Iterator[tuple[str, str]]:
        asked = select(Consultation.task_id).where(
            Consultation.instance_id == self._instance.id, Consultation.state == ConsultationState.OPEN
        )
        unanswered = Counter(self._session.scalars(asked))
        for task in self._open_tasks():
            count = unanswered.pop(task.id, 0)
            if count != task.open_questions:
                yield task.token_id, f"{count} open questions, counted as {task.open_questions}"
        if unanswered:
            yield "", "an open question about a task that is over"
