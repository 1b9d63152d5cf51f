"""A process whose approvals do not always work out, and what people see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import consistency, directory, history, incidents, leaves, tasks
from engine.model import Activity, HistoryEntry, Person, Position, Signature, Substitution, Unit
from engine.model.base import Base
from engine.verbs import returning

OUTCOMES = {
    "outcome.approved": '={label: "Đồng ý", style: "main"}',
    "outcome.refused": '={label: "Từ chối", reason: true}',
}


@dataclass
class Approval:
    """A case with a draft by the starter and approvals after it; who does what is said by username."""

    office: Any
    pen: Any
    cases: list[UUID] = field(default_factory=list)

    def step(self, element_id: str, *, outcomes: Mapping[str, str] | None = None, **said: Any) -> Any:
        """Draw an approval; `when_…` are the step's own rules."""
        rules = {name: said.pop(name) for name in list(said) if name.startswith("when_")}
        return self.pen.user(element_id, lc={**(OUTCOMES if outcomes is None else outcomes), **rules}, **said)

    def draw(self, *steps: str, key: str = "asked", **rules: str) -> None:
        """Deploy a draft and, after it, these approvals in a row; `when_…` are the rules of the process."""
        names = ["start", "write", *(each.split('id="')[1].split('"')[0] for each in steps), "end"]
        draft = self.pen.user("write", assignee="=starter")
        pen, flows = self.pen, " > ".join(names)
        self.office.deploy(pen.process(key, pen.start(), draft, *steps, pen.end(), flows=flows, **rules), pack=key)

    def begin(self, by: str = "minh", key: str = "asked", **variables: object) -> None:
        """Start a case and hand the draft in."""
        self.cases.append(self.office.start(key, by=by, **variables).id)
        self.done("write", by, "completed")

    def done(self, element_id: str, by: str, outcome: str = "approved", **more: Any) -> None:
        """Complete the one open task at an element."""
        self.office.later(minutes=1)
        self.office.complete(self.office.task(element_id).id, by, outcome, **more)
        self.check()

    def open(self) -> list[tuple[str, str]]:
        """Return where tasks are open, and with whom or which groups."""
        return [
            (task.element_id, task.assignee.username if task.assignee else ", ".join(task.candidate_groups))
            for task in self.office.open_tasks()
        ]

    @property
    def state(self) -> str:
        """How the first case stands."""
        return str(self.office.case(self.cases[0]).state.value)

    def told(self, *kinds: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Return what the histories of all cases tell of some kinds."""
        query = (
            select(HistoryEntry).where(HistoryEntry.kind.in_(kinds)).order_by(HistoryEntry.at, HistoryEntry.sequence)
        )
        with self.office.session() as session:
            return [(each.data["element"], each.data) for each in session.scalars(query)]

    def count(self, kind: type[Base]) -> int:
        """Return how many rows of a kind there are."""
        with self.office.session() as session:
            return session.query(kind).count()  # type: ignore[no-any-return]

    def signatures(self) -> int:
        """Return how many signatures there are."""
        return self.count(Signature)

    def activities(self, element_id: str) -> list[Activity]:
        """Return the activities at an element."""
        with self.office.session() as session:
            return list(session.scalars(select(Activity).where(Activity.element_id == element_id)))

    def leaves(self, username: str) -> None:
        """Let somebody leave the office."""

        def leave(session: Session) -> None:
            person = self.office.person(session, username)
            session.execute(
                update(Position).where(Position.person_id == person.id).values(valid_to=self.today - timedelta(days=1))
            )
            person.is_active = False
            directory.changed(session)

        self.office.write(leave)

    def comes(self, username: str, unit: str, kind: str = "leader") -> None:
        """Give a position to somebody, who is at work then."""

        def come(session: Session) -> None:
            person = session.scalars(select(Person).where(Person.username == username)).one()
            where = session.scalars(select(Unit).where(Unit.code == unit)).one()
            person.is_active = True
            session.add(Position(person=person, unit=where, kind=kind, title="Phụ trách", is_primary=False))
            directory.changed(session)

        self.office.write(come)

    def goes_away(self, username: str, substitute: str, *, in_unit: str | None = None) -> None:
        """Let somebody be away this week, with a substitute for all they do or for one unit."""

        def go(session: Session) -> None:
            who, instead = self.office.person(session, username), self.office.person(session, substitute)
            last = self.today + timedelta(days=5)
            unit = session.scalars(select(Unit).where(Unit.code == in_unit)).one() if in_unit else None
            session.add(
                Substitution(
                    unit=unit,
                    person=who,
                    substitute=instead,
                    valid_from=self.today,
                    valid_to=last,
                    set_by=who,
                    set_at=self.office.now,
                )
            )
            directory.changed(session)

        self.office.write(go)

    def is_away(self, username: str) -> None:
        """Let somebody be on leave this week, with nobody named."""

        def announce(session: Session) -> None:
            who, last = self.office.person(session, username), self.today + timedelta(days=5)
            leaves.announce(session, person=who, first=self.today, last=last, by=who, at=self.office.now)

        self.office.write(announce)

    @property
    def today(self) -> date:
        """The day of the office's clock."""
        day: date = self.office.now.date()
        return day

    def retry(self) -> None:
        """Let an operator try the only incident again."""
        (incident,) = self.office.incidents()
        self.office.later(minutes=1)
        self.office.write(
            lambda session: incidents.retry(
                session, incident.id, by=self.office.person(session, "admin"), at=self.office.now
            )
        )
        self.check()

    def targets(self, element_id: str, by: str) -> list[str]:
        """Return the elements that the open task at an element may be sent back to."""
        with self.office.session() as session:
            return [each.element_id for each in self._targets(session, element_id, by)]

    def _targets(self, session: Session, element_id: str, by: str) -> list[Any]:
        task, who = tasks.find(session, self.office.task(element_id).id), self.office.person(session, by)
        answer = returning.may_send_back(session, task, who, self.office.now)
        targets: Any = answer.data["targets"]
        return list(targets)

    def send_back(self, element_id: str, by: str, to: str) -> None:
        """Send the task at an element back to another one."""

        def send(session: Session) -> None:
            (target,) = [each.task_id for each in self._targets(session, element_id, by) if each.element_id == to]
            task, who = self.office.task(element_id), self.office.person(session, by)
            returning.send_back(session, task.id, to=target, by=who, reason="Sai thể thức", at=self.office.now)

        self.office.later(minutes=1)
        self.office.write(send)
        self.check()

    def check(self) -> None:
        """Prove that rows, tokens and history of every case agree."""
        with self.office.session() as session:
            for instance, found in consistency.check_all(session, self.office.now):
                assert found == []
                assert history.verify(session, instance) == []


@pytest.fixture
def approval(office: Any, pen: Any) -> Approval:
    """The office with a director at the root of its units."""
    made = Approval(office, pen)
    made.comes("bao", "SCT")
    return made
