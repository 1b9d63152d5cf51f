"""Turns the waits of a run into rows that people and job runners find, and closes the rows of waits that are over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import consultations, history, hooks, message_buffer
from engine.bpmn import Run, Wait, WaitKind
from engine.definitions import LoadedDefinition
from engine.directory import ADMINISTRATOR_GROUP, Directory
from engine.escalations import schedule
from engine.lengths import LONGEST_UNIT, kept_id, kept_number
from engine.model import (
    Incident,
    Involvement,
    Job,
    JobKind,
    JobState,
    ProcessInstance,
    Resolution,
    Subscription,
    TaskCandidate,
    TaskDraft,
    TaskState,
    UserTask,
)
from engine.wording import Bilingual

_INVOLVE = {
    "postgresql": postgresql.insert(Involvement).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(Involvement).on_conflict_do_nothing(),
}
NOBODY_CODE = "task.nobody"
NOBODY = Bilingual(
    "Không tìm được người nhận việc «{step}»; việc được chuyển đến nhóm dự phòng {group}.",
    "Nobody was found for the task '{step}'; it went to the fallback group {group}.",
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Everything one step needs to write down what it left waiting."""

    session: Session
    instance: ProcessInstance
    loaded: LoadedDefinition
    run: Run
    directory: Directory
    sender_id: UUID | None
    at: datetime
    involved: set[str] = field(default_factory=set)

    def open(self, waits: Iterable[Wait]) -> None:
        """Store a row for each new wait; a called process is started by the runtime."""
        for wait in waits:
            match wait.kind:
                case WaitKind.USER_TASK:
                    self._open_task(wait)
                case WaitKind.JOB:
                    self._add_job(wait, JobKind.SERVICE, kept_id(wait.detail["job_type"]), self.at)
                case WaitKind.TIMER:
                    self._add_job(wait, JobKind.TIMER, "", datetime.fromisoformat(str(wait.detail["due_at"])))
                case WaitKind.MESSAGE | WaitKind.SIGNAL:
                    self._subscribe(wait)
                case WaitKind.INCIDENT:
                    self._report(wait)
                case WaitKind.CONDITION | WaitKind.CALL:
                    pass

    def close(self, waits: Iterable[Wait]) -> None:
        """Close the rows of waits that are over; a row whose use case already closed it is left as it is."""
        by_kind: dict[WaitKind, list[str]] = {}
        for wait in waits:
            by_kind.setdefault(wait.kind, []).append(wait.token_id)
        for kind, tokens in by_kind.items():
            match kind:
                case WaitKind.USER_TASK:
                    self._cancel_tasks(tokens)
                case WaitKind.JOB | WaitKind.TIMER:
                    self._cancel_jobs(tokens)
                case WaitKind.MESSAGE | WaitKind.SIGNAL:
                    self._unsubscribe(tokens)
                case WaitKind.INCIDENT | WaitKind.CONDITION | WaitKind.CALL:
                    pass

    def end_escalations(self, waits: Iterable[Wait]) -> None:
        """Tell nobody any more about tasks whose waits are over."""
        told = [
            wait.token_id
            for wait in waits
            if wait.kind is WaitKind.USER_TASK and self.loaded.escalations_of(wait.element_id)
        ]
        schedule.end(self.session, self.instance, told, at=self.at)

    def resolve(self, tokens: Collection[str]) -> None:
        """Close the incidents of tokens whose wait is over: the case has gone on."""
        if not (tokens and self.instance.open_incidents):
            return
        resolved = self.session.scalars(
            update(Incident)
            .where(
                Incident.instance_id == self.instance.id,
                Incident.token_id.in_(tokens),
                Incident.resolved_at.is_(None),
            )
            .values(resolved_at=self.at, resolution=Resolution.WENT_ON)
            .returning(Incident.id)
            .execution_options(synchronize_session="fetch")
        ).all()
        self.instance.open_incidents -= len(resolved)

    def _open_task(self, wait: Wait) -> None:
        element, detail = self.loaded.element(wait.element_id), wait.detail
        groups, users = _texts(detail["candidate_groups"]), _texts(detail["candidate_users"])
        assignee = self.directory.people.get(str(detail["assignee"] or ""))
        step = self.loaded.tasks[wait.element_id].step_label(self.run.variables_at(wait.token_id), self.run.environment)
        if not (assignee or self._anybody(groups, users)):
            groups = self._fallback(groups)
            self._report_nobody(wait, step)
        task = UserTask(
            id=uuid4(),
            instance_id=self.instance.id,
            definition_id=self.instance.definition_id,
            started_unit=self.instance.started_unit,
            token_id=wait.token_id,
            element_id=wait.element_id,
            name=element.name or wait.element_id,
            step=step,
            form_id=kept_id(detail["form_id"]) if detail["form_id"] else None,
            assignee_id=assignee.id if assignee else None,
            candidate_groups=groups,
            candidate_users=users,
            unit_code=self.directory.unit_of(assignee.id) if assignee else _unit_of_groups(groups),
            sender_id=self.sender_id,
            priority=kept_number(detail["priority"]),
            created_at=self.at,
            due_at=datetime.fromisoformat(str(detail["due_at"])) if detail["due_at"] else None,
        )
        self.session.add(task)
        self._escalate(task)
        self._involve(task)
        history.record(
            self.session,
            self.instance,
            "task.opened",
            at=self.at,
            new_task=task,
            element=wait.element_id,
            step=step,
            assignee=assignee.username if assignee else None,
            groups=groups,
            users=users,
            task=task.id.hex,
        )

    def _escalate(self, task: UserTask) -> None:
        rules = self.loaded.escalations_of(task.element_id)
        job = schedule.begin(self.session, self.instance, task, rules, at=self.at)
        if job is not None and job.due_at <= self.at:
            cases_with_due_jobs(self.session).add(self.instance.id)

    def _fallback(self, groups: list[str]) -> list[str]:
        """Return whom a task without anybody goes to: the process's fallback; where that is vacant, administrators."""
        fallback = self.loaded.fallback_group
        found = [*groups, fallback]
        return found if self.directory.people_in_group(fallback) else [*found, ADMINISTRATOR_GROUP]

    def _anybody(self, groups: list[str], users: list[str]) -> bool:
        return any(user in self.directory.people for user in users) or any(
            self.directory.people_in_group(group) for group in groups
        )

    def _involve(self, task: UserTask) -> None:
        named = [self.directory.people[user] for user in task.candidate_users if user in self.directory.people]
        keys = {*map(kept_id, task.candidate_groups), *(person_key(person.id) for person in named)}
        self.session.add_all(TaskCandidate(task=task, key=key) for key in sorted(keys))
        if task.assignee_id is not None:
            keys.add(person_key(task.assignee_id))
        self.involved.update(keys)

    def _add_job(self, wait: Wait, kind: JobKind, job_type: str, due_at: datetime) -> None:
        self.session.add(
            Job(
                id=uuid4(),
                kind=kind,
                job_type=job_type,
                instance_id=self.instance.id,
                token_id=wait.token_id,
                element_id=wait.element_id,
                priority=hooks.priority_of(self.session, job_type),
                due_at=due_at,
                data=dict(wait.detail),
                created_at=self.at,
            )
        )
        if due_at <= self.at:
            cases_with_due_jobs(self.session).add(self.instance.id)

    def _subscribe(self, wait: Wait) -> None:
        self.session.add(
            Subscription(
                kind=wait.kind.value,
                name=kept_id(wait.detail["name"]),
                correlation_key=message_buffer.key_of(wait.detail.get("correlation_key")),
                instance_id=self.instance.id,
                token_id=wait.token_id,
                created_at=self.at,
            )
        )

    def _report(self, wait: Wait) -> None:
        report_incident(
            self.session,
            self.instance,
            token_id=wait.token_id,
            element_id=wait.element_id,
            code=str(wait.detail["code"]),
            message=Bilingual(str(wait.detail["message_vi"]), str(wait.detail["message_en"])),
            attempt=1,
            at=self.at,
        )

    def _report_nobody(self, wait: Wait, step: str) -> None:
        said = {"step": step, "group": self.loaded.fallback_group}
        report_incident(
            self.session,
            self.instance,
            token_id=wait.token_id,
            element_id=wait.element_id,
            code=NOBODY_CODE,
            message=Bilingual(NOBODY.vi.format(**said), NOBODY.en.format(**said)),
            at=self.at,
        )

    def _cancel_tasks(self, tokens: list[str]) -> None:
        over = (
            UserTask.instance_id == self.instance.id,
            UserTask.token_id.in_(tokens),
            UserTask.state == TaskState.OPEN,
        )
        cancelled = self.session.execute(
            update(UserTask)
            .where(*over)
            .values(state=TaskState.CANCELLED, completed_at=self.at)
            .returning(UserTask.id, UserTask.open_questions, UserTask.has_drafts)
            .execution_options(synchronize_session="fetch")
        ).all()
        ids = [task.id for task in cancelled]
        self.session.execute(delete(TaskCandidate).where(TaskCandidate.task_id.in_(ids)))
        if any(task.has_drafts for task in cancelled):
            self.session.execute(delete(TaskDraft).where(TaskDraft.task_id.in_(ids)))
        if any(task.open_questions for task in cancelled):
            consultations.close(self.session, self.instance, ids, at=self.at)

    def _cancel_jobs(self, tokens: list[str], *states: JobState) -> None:
        self.session.execute(
            update(Job)
            .where(
                Job.instance_id == self.instance.id,
                Job.token_id.in_(tokens),
                Job.state.in_(states or [JobState.WAITING, JobState.HELD]),
            )
            .values(state=JobState.CANCELLED, finished_at=self.at)
        )

    def _unsubscribe(self, tokens: list[str]) -> None:
        self.session.execute(
            delete(Subscription).where(Subscription.instance_id == self.instance.id, Subscription.token_id.in_(tokens))
        )
        self._cancel_jobs(tokens, JobState.HELD)  # what was held back for them while the case stood still


def cases_with_due_jobs(session: Session) -> set[UUID]:
    """Return the cases for which this session has written jobs that are due at once."""
    cases: set[UUID] = session.info.setdefault("cases_with_due_jobs", set())
    return cases


def person_key(person_id: UUID) -> str:
    """Return the key under which a person stands among groups."""
    return f"person:{person_id.hex}"


def involve(session: Session, instance: ProcessInstance, keys: Iterable[str]) -> None:
    """Let people and groups know of a case; who is involved already stays so."""
    rows = [{"instance_id": instance.id, "key": key} for key in sorted(keys)]
    if rows:
        session.connection().execute(_INVOLVE[session.get_bind().dialect.name], rows)


def report_incident(
    session: Session,
    instance: ProcessInstance | None,
    *,
    token_id: str,
    element_id: str,
    code: str,
    message: Bilingual,
    at: datetime,
    attempt: int = 0,
    error_class: str | None = None,
    error_message: str | None = None,
    job_id: UUID | None = None,
) -> Incident:
    """Store that something, in a case or outside all, needs a person of operations; the message holds no variables.

    `job_id`, `error_class` and `error_message` are those of the failed job, when a job it was; `attempt` says how often
    the work was tried.
    """
    incident = Incident(
        instance_id=instance.id if instance else None,
        token_id=token_id,
        element_id=element_id,
        code=code,
        message_vi=message.vi,
        message_en=message.en,
        attempt=attempt,
        error_class=error_class,
        error_message=error_message,
        job_id=job_id,
        created_at=at,
    )
    session.add(incident)
    if instance is not None:
        instance.open_incidents += 1
        history.record(session, instance, "incident.raised", at=at, element=element_id, code=code)
    return incident


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _unit_of_groups(groups: list[str]) -> str:
    unit = next((group.partition("/")[0] for group in groups if not group.startswith("/")), "")
    return unit if len(unit) <= LONGEST_UNIT else ""


def waits_by_token(run: Run) -> Mapping[tuple[str, WaitKind], Wait]:
    """Return the waits of a run, told apart by token and kind."""
    return {(wait.token_id, wait.kind): wait for wait in run.waits()}
