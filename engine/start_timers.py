"""Start timers: a process whose start event is a timer is started when its time has come.

One job for each such event of the newest version, written when the version is deployed and again at each start. Moments
count from the deployment; those before it do not. What came due while the platform stood still is made up for once,
then the next turn counts from now.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import definitions, runtime
from engine.bpmn import ProcessModel, start_moments
from engine.definitions import ProcessNotFound
from engine.errors import Invalid
from engine.model import Job, JobKind, JobState, ProcessDefinition
from engine.wording import Bilingual, Finding


class StartTimerUnreadable(Exception):
    """A start timer's value is no date, duration or cycle at the moment of deployment; names the element."""

    def __init__(self, element_id: str) -> None:
        super().__init__(element_id)
        self.element_id = element_id

    def finding(self, filename: str) -> Finding:
        """Return it as a fault of a file."""
        return Finding(
            code="timer.unreadable",
            message=Bilingual(
                "Giá trị hẹn giờ của sự kiện bắt đầu không đọc được.", "The start event's timer cannot be read."
            ),
            remedy=Bilingual(
                "Nhập thời điểm, khoảng thời gian hoặc chu kỳ theo ISO 8601, ví dụ R/P1D.",
                "Enter an ISO 8601 date, duration or cycle, such as R/P1D.",
            ),
            file=filename,
            element_id=self.element_id,
        )


def schedule(session: Session, definition: ProcessDefinition, model: ProcessModel, *, at: datetime) -> None:
    """Wait for the start timers of a version that has just been deployed, instead of those of older versions.

    Refuses with `StartTimerUnreadable`.
    """
    overdue = _call_off(session, definition.key, at)
    for element in model.start_elements:
        if element.event is None or element.event.kind != "timer":
            continue
        try:
            due_at = next(start_moments(model, element.element_id, runtime.environment(session, at), after=at), None)
        except Invalid as error:
            raise StartTimerUnreadable(element.element_id) from error
        due_at = at if element.element_id in overdue else due_at
        if due_at is not None:
            _add(session, definition.key, element.element_id, definition.id, deployed_at=at, due_at=due_at, at=at)


def _call_off(session: Session, key: str, at: datetime) -> set[str]:
    """Cancel the start timers of a process; return the elements whose time had come already."""
    called_off = session.execute(
        update(Job)
        .where(Job.kind == JobKind.START, Job.job_type == key, Job.state == JobState.WAITING)
        .values(state=JobState.CANCELLED, finished_at=at)
        .returning(Job.element_id, Job.due_at)
        .execution_options(synchronize_session=False)
    )
    return {element_id for element_id, due_at in called_off if due_at <= at}


def start(session: Session, job: Job, *, at: datetime) -> bool:
    """Start the process of a start job and wait for its next time; tell whether it was still to be started."""
    try:
        definition = definitions.latest(session, job.job_type)
    except ProcessNotFound:
        return False
    if definition.id.hex != job.data["definition"]:
        return False
    runtime.start(session, definition, by=None, variables={}, at=at, start_element_id=job.element_id)
    schedule_next(session, job, at=at)
    return True


def schedule_next(session: Session, job: Job, *, at: datetime) -> None:
    """Wait for the next time of a cycle, if it has one: the first of its turns that is still to come."""
    definition_id, deployed_at = UUID(job.data["definition"]), datetime.fromisoformat(job.data["deployed_at"])
    model = definitions.load(session, definition_id).model
    environment = runtime.environment(session, deployed_at)
    due_at = next(start_moments(model, job.element_id, environment, after=max(at, job.due_at)), None)
    if due_at is not None:
        _add(session, job.job_type, job.element_id, definition_id, deployed_at=deployed_at, due_at=due_at, at=at)


def _add(
    session: Session,
    key: str,
    element_id: str,
    definition_id: UUID,
    *,
    deployed_at: datetime,
    due_at: datetime,
    at: datetime,
) -> None:
    session.add(
        Job(
            kind=JobKind.START,
            job_type=key,
            element_id=element_id,
            due_at=due_at,
            data={"definition": definition_id.hex, "deployed_at": deployed_at.isoformat()},
            created_at=at,
        )
    )
