"""What a token waits for, as an operator reads it: whose task, which job, when a timer is due."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import directory, forecast
from engine.bpmn import Wait, WaitKind
from engine.definitions import LoadedDefinition
from engine.directory import Directory
from engine.model import ProcessInstance, TaskState, UserTask
from engine.runtime import OFFICE_ZONE
from engine.wording import Bilingual

_NAMED_BY = {
    WaitKind.JOB: "job_type",
    WaitKind.MESSAGE: "name",
    WaitKind.SIGNAL: "name",
    WaitKind.CALL: "process_id",
}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One thing that waits: `what` names a task's holder, a job's type, a message, a signal or a called process.

    `message` says why it is an incident, when it is one.
    """

    kind: WaitKind
    element_id: str
    name: str
    what: str
    due_at: datetime | None
    message: Bilingual | None


@dataclass
class Viewer:
    """Reads the waits of one case; asks for its open tasks once."""

    session: Session
    instance: ProcessInstance
    loaded: LoadedDefinition
    at: datetime

    def seen(self, wait: Wait, *, is_open: bool) -> Foreseen:
        """Return a wait as people read it; an open task is shown with who really holds it."""
        due = wait.detail.get("due_at")
        message = None
        if wait.kind is WaitKind.INCIDENT:
            message = Bilingual(str(wait.detail["message_vi"]), str(wait.detail["message_en"]))
        return Foreseen(
            kind=wait.kind,
            element_id=wait.element_id,
            name=self.loaded.element(wait.element_id).name or wait.element_id,
            what=self._what(wait, is_open=is_open),
            due_at=datetime.fromisoformat(str(due)) if due else None,
            message=message,
        )

    def _what(self, wait: Wait, *, is_open: bool) -> str:
        if wait.kind is WaitKind.USER_TASK:
            task = self._open_tasks.get(wait.token_id) if is_open else None
            holder = task.assignee.full_name if task and task.assignee else ""
            return holder or forecast.holder_of(self._people, wait.detail)
        return str(wait.detail[_NAMED_BY[wait.kind]]) if wait.kind in _NAMED_BY else ""

    @cached_property
    def _people(self) -> Directory:
        return directory.current(self.session, on=self.at.astimezone(OFFICE_ZONE).date())

    @cached_property
    def _open_tasks(self) -> dict[str, UserTask]:
        opened = (
            select(UserTask)
            .where(UserTask.instance_id == self.instance.id, UserTask.state == TaskState.OPEN)
            .options(joinedload(UserTask.assignee))
        )
        return {task.token_id: task for task in self.session.scalars(opened)}
