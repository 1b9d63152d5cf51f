"""Moving one case: its run goes over to the other version, and its rows follow, token by token."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import history, runtime
from engine.bpmn import Run, Wait, WaitKind
from engine.case_migrations.attempts import Attempt, attempt, open_incidents
from engine.case_migrations.routes import Route
from engine.escalations import schedule
from engine.model import (
    Activity,
    ActivityState,
    CaseMigration,
    CaseOutcome,
    Incident,
    InstanceState,
    Job,
    JobKind,
    JobState,
    ProcessInstance,
    Subscription,
    TaskState,
    UserTask,
)
from engine.wording import Bilingual, Finding

_ELSEWHERE = Bilingual(
    "Hồ sơ không còn ở phiên bản {version}: một lần chuyển khác đã chuyển hồ sơ.",
    "The case is not on version {version} any more: another migration has moved it.",
)
_ELSEWHERE_REMEDY = Bilingual("Không cần làm gì.", "Nothing needs to be done.")


def move(
    session: Session, instance_id: UUID, route: Route, order: CaseMigration, *, at: datetime
) -> tuple[CaseOutcome, Sequence[Finding]]:
    """Move one case as ordered and say what became of it; a refused one is left as it was, with the findings.

    Who holds a task, until when, with which token: all stays. A suspended case stays suspended.
    """
    instance = runtime.lock(session, instance_id)
    if instance.is_over:
        return CaseOutcome.OVER, []
    if instance.definition_id != route.source.definition_id:
        return CaseOutcome.REFUSED, [_elsewhere(route)]
    incidents = open_incidents(session, [instance]).get(instance.id, [])
    tried = attempt(session, instance, route, incidents, at=at)
    if tried.run is None or tried.findings:
        return CaseOutcome.REFUSED, tried.findings
    _Move(session, instance, route, tried, tried.run, incidents, at).store(order)
    return CaseOutcome.MOVED, []


def _elsewhere(route: Route) -> Finding:
    version = route.source.version
    message = Bilingual(_ELSEWHERE.vi.format(version=version), _ELSEWHERE.en.format(version=version))
    return Finding("migration.elsewhere", message, _ELSEWHERE_REMEDY, route.source.key)


class _Move:
    """The rows of one case on their way."""

    def __init__(
        self,
        session: Session,
        instance: ProcessInstance,
        route: Route,
        tried: Attempt,
        run: Run,
        incidents: Sequence[Incident],
        at: datetime,
    ) -> None:
        self._session, self._instance, self._route, self._at = session, instance, route, at
        self._tried, self._run, self._incidents = tried, run, incidents
        self._counterparts = route.counterparts()
        self._before = dict(tried.before)
        self._kept = [wait for wait in run.waits() if (wait.token_id, wait.kind) in tried.before]

    def store(self, order: CaseMigration) -> None:
        """Write the history entry, the rows of what waits as before, and all the rest as after a step."""
        with self._session.no_autoflush:  # the rows are read one kind after another and written together
            moved = self._activities_follow()
            tasks = self._tasks_follow()
            self._jobs_follow()
            self._subscriptions_follow()
        self._escalations_follow(tasks)
        for incident in self._incidents:
            incident.element_id = self._counterparts.place(incident.element_id) or incident.element_id
        history.record(
            self._session,
            self._instance,
            "case.migrated",
            at=self._at,
            actor_id=order.asked_by_id,
            from_version=self._route.source.version,
            to_version=self._route.target.version,
            moved=moved,
            reason=order.reason,
        )
        runtime.carry_over(
            self._session,
            self._instance,
            order.target,
            self._run,
            self._tried.decider,
            before=self._before,
            actor=order.asked_by,
            at=self._at,
        )
        if self._instance.state is InstanceState.SUSPENDED:
            self._hold_new_jobs()

    def _activities_follow(self) -> dict[str, str]:
        """Let what is under way say where it is now; return the element ids that changed."""
        under_way = [ActivityState.LIVE, ActivityState.FAILED]
        rows = self._session.scalars(
            select(Activity).where(Activity.instance_id == self._instance.id, Activity.state.in_(under_way))
        )
        moved: dict[str, str] = {}
        for row in rows:
            found = self._counterparts.of(row.element_id)
            if found is None:
                continue
            if found.element_id != row.element_id:
                moved[row.element_id] = found.element_id
            row.element_id, row.name = found.element_id, found.name or found.element_id
        return moved

    def _tasks_follow(self) -> Sequence[UserTask]:
        waits = self._kept_by_token(WaitKind.USER_TASK)
        if not waits:
            return []
        open_tasks = select(UserTask).where(
            UserTask.instance_id == self._instance.id, UserTask.state == TaskState.OPEN, UserTask.token_id.in_(waits)
        )
        tasks = self._session.scalars(open_tasks).all()
        for task in tasks:
            wait = waits[task.token_id]
            element, design = self._route.target.element(wait.element_id), self._route.target.tasks[wait.element_id]
            task.definition_id = self._route.target.definition_id
            task.element_id, task.name = wait.element_id, element.name or wait.element_id
            task.step = design.step_label(self._run.variables_at(wait.token_id), self._run.environment)
            task.form_id = str(wait.detail["form_id"]) if wait.detail["form_id"] else None
        return tasks

    def _escalations_follow(self, tasks: Sequence[UserTask]) -> None:
        """Let people be told by the rules of the new version from now on, and nobody about tasks that it ends."""
        if self._route.source.escalates or self._route.target.escalates:
            self._session.flush()
            gone = {token_id for token_id, kind in self._before if kind is WaitKind.USER_TASK}
            gone -= {task.token_id for task in tasks}
            schedule.end(self._session, self._instance, gone, at=self._at)
            schedule.follow(self._session, self._instance, self._route.target.escalations_of, tasks, at=self._at)

    def _jobs_follow(self) -> None:
        waits = self._kept_by_token(WaitKind.JOB, WaitKind.TIMER)
        if not waits:
            return
        unfinished = select(Job).where(
            Job.instance_id == self._instance.id,
            Job.token_id.in_(waits),
            Job.kind.in_([JobKind.SERVICE, JobKind.TIMER]),
            Job.state.in_([JobState.WAITING, JobState.HELD, JobState.FAILED]),
        )
        for job in self._session.scalars(unfinished):
            wait = waits[job.token_id]
            job.element_id = wait.element_id
            job_type = str(wait.detail.get("job_type") or "")
            if job.kind is JobKind.SERVICE and job.job_type != job_type:
                job.job_type, job.attempts, job.due_at = job_type, 0, min(job.due_at, self._at)
                job.lease_token = job.lease_until = None  # what the old handler may still be doing is not the answer
            job.data = dict(wait.detail)

    def _subscriptions_follow(self) -> None:
        """Let what waits under another name or key now wait anew: what was kept for it meanwhile is heard then."""
        waits = self._kept_by_token(WaitKind.MESSAGE, WaitKind.SIGNAL)
        if not waits:
            return
        subscribed = select(Subscription).where(
            Subscription.instance_id == self._instance.id, Subscription.token_id.in_(waits)
        )
        for subscription in self._session.scalars(subscribed):
            wait = waits[subscription.token_id]
            said = str(wait.detail["name"]), str(wait.detail.get("correlation_key") or "")
            if said != (subscription.name, subscription.correlation_key):
                self._session.delete(subscription)
                self._before.pop((wait.token_id, wait.kind))

    def _kept_by_token(self, *kinds: WaitKind) -> Mapping[str, Wait]:
        return {wait.token_id: wait for wait in self._kept if wait.kind in kinds}

    def _hold_new_jobs(self) -> None:
        waiting = select(Job).where(
            Job.instance_id == self._instance.id,
            Job.kind.in_([JobKind.SERVICE, JobKind.TIMER, JobKind.ESCALATION]),
            Job.state == JobState.WAITING,
        )
        for job in self._session.scalars(waiting):
            job.state = JobState.HELD
