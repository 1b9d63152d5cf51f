"""A process whose tasks are due, with rules that tell people in time; what the history says of whom was told."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import history, runtime
from engine.model import HistoryEntry, Job, JobKind


def hanoi(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    """Return a moment of 2026 as the clocks in Hà Nội show it."""
    return datetime(2026, month, day, hour - 7, minute, tzinfo=UTC)


@dataclass
class Watch:
    """Looks at an office where time passes: goes to moments, runs what is due, says who was told of what."""

    office: Any
    pen: Any
    at = staticmethod(hanoi)

    def draw(self, rules: str, *, due: str = "=working hours(10)", process_rules: str = "", **task: Any) -> bytes:
        """Return a process of one task for Lê An with rules, or with none of its own when they are empty."""
        task = {"assignee": "an", "due": due, "lc": {"escalate": rules} if rules else {}} | task
        said = {"escalate": process_rules} if process_rules else {}
        more = {name: task.pop(name) for name in ("due_after_pause",) if name in task}
        xml: bytes = self.pen.process(
            "paper", self.pen.start(), self.pen.user("read", **task), self.pen.end(), flows="start > read > end",
            **said, **more,
        )  # fmt: skip
        return xml

    def begin(self, rules: str, **drawn: Any) -> Any:
        """Deploy such a process and start a case on Monday 2 March 2026 at 08:00."""
        self.office.deploy(self.draw(rules, **drawn))
        return self.office.start("paper")

    def go_to(self, moment: datetime) -> int:
        """Let it be a moment, and run what is due; return how many jobs ran."""
        self.office.now = moment
        ran: int = self.office.run_jobs()
        return ran

    def entries(self, case_id: UUID, kind: str = "task.escalated") -> list[HistoryEntry]:
        """Return what an unbroken history says of one kind."""
        with self.office.session() as session:
            instance = runtime.case_by_id(session, case_id)
            assert history.verify(session, instance) == []
            return [entry for entry in history.of_case(session, instance) if entry.kind == kind]

    def told(self, case_id: UUID) -> list[tuple[str, list[str]]]:
        """Return by which rule whom was told, in order."""
        return [(entry.data["rule"], entry.data["to"]) for entry in self.entries(case_id)]

    def rows(self) -> list[Job]:
        """Return the rows that wait to tell somebody, or have."""
        with self.office.session() as session:
            return list(session.scalars(select(Job).where(Job.kind == JobKind.ESCALATION).order_by(Job.created_at)))

    def row(self) -> Job:
        """Return the only such row."""
        (found,) = self.rows()
        return found


@pytest.fixture
def watch(office: Any, pen: Any) -> Watch:
    """The office and its clock."""
    return Watch(office, pen)
