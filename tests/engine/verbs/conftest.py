"""A task that waits for the clerks, wherever a task may stand in a case; and people who do things with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from engine import history, inbox, tasks
from engine.errors import PlatformError
from engine.inbox import Tab
from engine.model import HistoryEntry, ProcessInstance, UserTask
from engine.verbs import Answer

CLERKS = '=["VPS/records_clerk"]'
IN_TURN = (
    '<multiInstanceLoopCharacteristics isSequential="true"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=[1, 2, 3]" inputElement="round" />'
    "</extensionElements></multiInstanceLoopCharacteristics>"
)


@dataclass
class Scene:
    """One task, `review`, offered to the clerks mai and quynh of VPS, which thu heads and son is deputy of.

    minh has started the case and, but where nothing comes before the task, sent it.
    """

    office: Any
    case_id: UUID
    task_id: UUID

    def do(self, verb: Callable[..., Any], *given: Any, by: str, **more: Any) -> Any:
        """Do something in a transaction of its own; what it is about comes first, the task if nothing else."""
        about = given or (self.task_id,)
        return self.office.write(
            lambda session: verb(session, *about, by=self.office.person(session, by), **{"at": self.office.now, **more})
        )

    def ask(self, may: Callable[..., Answer], by: str) -> str | None:
        """Ask whether somebody may; return the code of what stands against it."""
        with self.office.session() as session:
            answer = may(session, tasks.find(session, self.task_id), self.office.person(session, by), self.office.now)
            return answer.refusal.code if answer.refusal else None

    @property
    def task(self) -> UserTask:
        """The task as it stands."""
        with self.office.session() as session:
            return tasks.find(session, self.task_id)

    @property
    def holder(self) -> str | None:
        """The username of who holds the task."""
        return self.task.assignee.username if self.task.assignee else None

    def inbox(self, username: str, tab: Tab = Tab.MINE) -> list[UUID]:
        """Return the tasks somebody finds."""
        with self.office.session() as session:
            found = inbox.tasks_of(session, self.office.person(session, username), tab=tab, at=self.office.now)
            return [task.id for task in found]

    def finish(self, by: str) -> bool:
        """Complete the task and whatever opens after it, as people do; tell whether the case ended."""
        self.office.complete(self.task_id, by)
        while opened := self.office.open_tasks():
            task = opened[0]
            self.office.complete(task.id, "minh" if task.element_id == "other" else "mai")
        return bool(self.office.case(self.case_id).is_over)

    def history(self, kind: str) -> list[HistoryEntry]:
        """Return the entries of a kind in the task's case, and prove that the chain holds."""
        with self.office.session() as session:
            instance = session.get(ProcessInstance, self.case_id)
            assert history.verify(session, instance) == []
            return [entry for entry in history.of_case(session, instance) if entry.kind == kind]


def _diagrams(pen: Any) -> dict[str, list[bytes]]:
    review, begun = pen.user("review", groups=CLERKS), (pen.start(), pen.user("write", assignee="=starter"))
    other = pen.user("other", assignee="=starter")
    inner = "".join(pen._flows("in > review > out"))
    inside = pen.start("in") + review + pen.end("out") + inner
    return {
        "alone": [pen.process("work", *begun, review, pen.end(), flows="start > write > review > end")],
        "parallel": [
            pen.process(
                "work",
                *begun,
                pen.node("parallelGateway", "fork"),
                review,
                other,
                pen.node("parallelGateway", "join"),
                pen.end(),
                flows="start > write > fork > review > join > end\nfork > other > join",
            )
        ],
        "in turn": [
            pen.process(
                "work",
                *begun,
                pen.user("review", groups=CLERKS, inside=IN_TURN),
                pen.end(),
                flows="start > write > review > end",
            )
        ],
        "sub-process": [
            pen.process(
                "work",
                *begun,
                pen.node("subProcess", "part", inside),
                pen.end(),
                flows="start > write > part > end",
            )
        ],
        "called": [
            pen.process("work", *begun, pen.call("ask", "asked"), pen.end(), flows="start > write > ask > end"),
            pen.process("asked", pen.start(), review, pen.end(), flows="start > review > end"),
        ],
    }


def _begin(office: Any, pen: Any, place: str) -> Scene:
    office.deploy(*_diagrams(pen)[place])
    office.start("work")
    office.complete(office.task("write").id, "minh")
    if place == "in turn":
        office.complete(office.task("review").id, "quynh")  # the round is under way
    task = office.task("review")
    return Scene(office, task.instance_id, task.id)


@pytest.fixture(params=["alone", "parallel", "in turn", "sub-process", "called"])
def scene(request: pytest.FixtureRequest, office: Any, pen: Any) -> Scene:
    """The task in each place where a task may stand."""
    return _begin(office, pen, request.param)


@pytest.fixture
def desk(office: Any, pen: Any) -> Scene:
    """The task in a plain sequence."""
    return _begin(office, pen, "alone")


@pytest.fixture
def refused() -> Callable[..., str]:
    """Do what must be refused; return the code, and prove that nothing was stored."""

    def expect(scene: Scene, verb: Callable[..., Any], *given: Any, by: str, **more: Any) -> str:
        before = scene.office.counts()
        with pytest.raises(PlatformError) as refusal:
            scene.do(verb, *given, by=by, **more)
        assert scene.office.counts() == before
        return refusal.value.code

    return expect
