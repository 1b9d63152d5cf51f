"""Cases on their way back: people who send back, withdraw, cancel and change approvers, and diagrams to do it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from engine import consistency, history, runtime, signing, tasks
from engine.errors import PlatformError
from engine.model import HistoryEntry, UserTask
from engine.verbs import Answer, cancelling, returning, withdrawing

REASON = "Sai thể thức"
SIGN = {
    "outcome.sign": '={label: "Ký", style: "main", signs: "sign"}',
    "outcome.return": '={label: "Trả lại", reason: true, voids: true}',
}


@dataclass
class Table:
    """One case and the people around it; who does what is said by username."""

    office: Any
    case_id: UUID

    def write(self, verb: Callable[..., Any], about: Any, by: str, **more: Any) -> Any:
        """Do something in a transaction of its own, and prove that rows, tokens and history agree afterwards."""
        self.office.later(minutes=1)
        done = self.office.write(
            lambda session: verb(session, about, by=self.office.person(session, by), at=self.office.now, **more)
        )
        self.check()
        return done

    def check(self) -> None:
        """Prove that rows, tokens and history of every case agree."""
        with self.office.session() as session:
            for instance, found in consistency.check_all(session, self.office.now):
                assert found == []
                assert history.verify(session, instance) == []

    def task(self, element_id: str, holder: str | None = None) -> UserTask:
        """Return the open task at an element, of somebody when several are open there."""
        found = self.office.open_tasks(element_id)
        (task,) = [each for each in found if holder is None or (each.assignee and each.assignee.username == holder)]
        return task  # type: ignore[no-any-return]

    def done(self, element_id: str, by: str) -> UserTask:
        """Return the task somebody completed last at an element."""
        with self.office.session() as session:
            found = [
                task
                for task in session.query(UserTask).order_by(UserTask.completed_at)
                if task.element_id == element_id and task.completed_by and task.completed_by.username == by
            ]
            return found[-1]  # type: ignore[no-any-return]

    def complete(self, element_id: str, by: str, outcome: str = "completed", **more: Any) -> None:
        """Complete the open task somebody holds at an element."""
        self.office.later(minutes=1)
        self.office.complete(self.task(element_id, by).id, by, outcome, **more)

    def open(self) -> list[tuple[str, str]]:
        """Return where tasks are open, and at whom."""
        return sorted(
            (task.element_id, task.assignee.username if task.assignee else "") for task in self.office.open_tasks()
        )

    def targets(self, element_id: str, by: str) -> list[returning.Target]:
        """Return the steps offered to who wants to send a task back."""
        with self.office.session() as session:
            task = tasks.find(session, self.task(element_id, by).id)
            answer = returning.may_send_back(session, task, self.office.person(session, by), self.office.now)
            return list(answer.data.get("targets", []))  # type: ignore[call-overload, no-any-return]

    def offered(self, element_id: str, by: str) -> list[tuple[str, str, str]]:
        """Return element, person and reach of what is offered."""
        return [(each.element_id, each.person_name, each.reach.value) for each in self.targets(element_id, by)]

    def send_back(self, element_id: str, by: str, to: str, person: str = "", reason: str = REASON) -> Any:
        """Send a task back to a step, of somebody when several of that name are offered."""
        chosen = next(
            each for each in self.targets(element_id, by) if each.element_id == to and person in {"", each.person_name}
        )
        task_id = self.task(element_id, by).id
        return self.write(returning.send_back, task_id, by, to=chosen.task_id, reason=reason)

    def may_send_back(self, task_id: UUID, by: str) -> Answer:
        """Ask about a task."""
        with self.office.session() as session:
            return returning.may_send_back(
                session, tasks.find(session, task_id), self.office.person(session, by), self.office.now
            )

    def may_withdraw(self, element_id: str, by: str, sender: str | None = None) -> Answer:
        """Ask whether somebody may withdraw the task that `sender`, else they themselves, completed last."""
        task_id = self.done(element_id, sender or by).id
        with self.office.session() as session:
            return withdrawing.may_withdraw(
                session, tasks.find(session, task_id), self.office.person(session, by), self.office.now
            )

    def withdraw(self, element_id: str, by: str) -> UserTask:
        """Withdraw the task somebody completed last at an element."""
        return self.write(withdrawing.withdraw, self.done(element_id, by).id, by)  # type: ignore[no-any-return]

    def cancel(self, by: str, reason: str = REASON) -> Any:
        """Cancel the case as its starter."""
        return self.write(cancelling.cancel, self.case_id, by, reason=reason)

    def refusal(self, verb: Callable[[], object]) -> str:
        """Do what must be refused; return its code, and prove that nothing was stored."""
        before = self.office.counts()
        with pytest.raises(PlatformError) as refused:
            verb()
        assert self.office.counts() == before
        return refused.value.code

    def signers(self) -> list[str]:
        """Return whose signatures are valid."""
        with self.office.session() as session:
            instance = runtime.case_by_id(session, self.case_id)
            return [each.signer.username for each in signing.valid_of_case(session, instance)]

    def last(self, kind: str) -> HistoryEntry:
        """Return the newest entry of a kind."""
        with self.office.session() as session:
            entries = history.of_case(session, runtime.case_by_id(session, self.case_id))
            return [entry for entry in entries if entry.kind == kind][-1]


@pytest.fixture
def lay(office: Any, pen: Any) -> Callable[..., Table]:
    """Deploy one diagram of elements and flows and start it as minh, with a paper and variables."""

    def begin(
        *elements: str,
        flows: str,
        more: tuple[bytes, ...] = (),
        properties: Mapping[str, str] | None = None,
        **variables: object,
    ) -> Table:
        office.deploy(pen.process("way", pen.start(), *elements, pen.end(), flows=flows, **(properties or {})), *more)
        case = office.start("way", **variables)
        office.add_paper(case.id)
        return Table(office, case.id)

    return begin


@pytest.fixture
def asked(pen: Any) -> bytes:
    """A process for others to call: ask (lan) → answer (an)."""
    return pen.process(  # type: ignore[no-any-return]
        "asked",
        pen.start(),
        pen.user("ask", assignee="lan"),
        pen.user("answer", assignee="an"),
        pen.end(),
        flows="start > ask > answer > end",
    )


@pytest.fixture
def inquiry(lay: Any, pen: Any, asked: bytes) -> Table:
    """Write (minh), done, then another process that is called: ask (lan) → answer (an)."""
    table: Table = lay(
        pen.user("write", assignee="minh"),
        pen.call("inquiry", "asked"),
        flows="start > write > inquiry > end",
        more=(asked,),
    )
    table.complete("write", "minh")
    return table


@pytest.fixture
def row(lay: Any, pen: Any) -> Table:
    """Write (minh) → first (thu, signs) → second (bao, signs) → last (mai)."""
    return lay(  # type: ignore[no-any-return]
        pen.user("write", assignee="minh"),
        pen.user("first", assignee="thu", lc=SIGN),
        pen.user("second", assignee="bao", lc=SIGN),
        pen.user("last", assignee="mai"),
        flows="start > write > first > second > last > end",
    )
