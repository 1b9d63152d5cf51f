"""Plays the shipped processes: the real diagrams, the demo office, the real register of documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from sqlalchemy import select

from engine import forecast, history, runtime, tasks
from engine.calendar.offices import calendar_of
from engine.model import UserTask
from engine.play import Play, PlayTask
from processes.routing.handlers import register_document
from processes.routing.model import OutgoingDocument

ROOT = Path(__file__).resolve().parent.parent.parent
ROUTING = ROOT / "processes" / "routing"


@dataclass
class Scene:
    """One case of a shipped process, driven from wait state to wait state."""

    play: Play

    @property
    def task(self) -> PlayTask:
        """The only open task."""
        (found,) = self.play.tasks()
        return found

    @property
    def at(self) -> tuple[str, str | tuple[str, ...]]:
        """Where the case stands: the element and who holds it, or the groups it is offered to."""
        return self.task.element_id, self.task.assignee or self.task.candidate_groups

    @property
    def working_hours_left(self) -> float:
        """How many working hours the open task has."""
        assert self.task.due_at is not None
        with self.play.session() as session:
            calendar = calendar_of(session, "", on=self.play.now.date())
        return calendar.between(self.play.now, self.task.due_at) / timedelta(hours=1)

    @property
    def step(self) -> str:
        """The short name of the open step."""
        with self.play.session() as session:
            return session.scalars(select(UserTask.step).where(UserTask.state == "open")).one()

    def go(self, outcome: str, by: str | None = None, reason: str | None = None, **values: object) -> Self:
        """End the open task as its holder would, an hour after it came."""
        self.play.advance(timedelta(hours=1))
        who = by or self.task.assignee
        self.play.complete(self.task.id, {**values, "outcome": outcome, "reason": reason, "completed_by": who})
        return self

    def refused(self, outcome: str, reason: str | None = None, **values: object) -> dict[str, list[str]]:
        """Return the sentences, by field, that keep the open task from ending this way with these values."""
        with self.play.session() as session:
            task = tasks.lock(session, session.scalars(select(UserTask.id).where(UserTask.state == "open")).one())
            chosen = tasks.design_of(session, task).outcome(outcome)
            errors = tasks.refusals(session, task, chosen, values, reason=reason, at=self.play.now)
            return {field: [said.vi for said in sentences] for field, sentences in errors.items()}

    def told(self) -> dict[str, Any]:
        """Return what the open task shows of a return: the reason and who gave it."""
        return {name: self.task.variables[name] for name in ("return_reason", "returned_by")}

    def visited(self) -> list[tuple[str, str]]:
        """Return every user task of the case in order, with who was to do it."""
        with self.play.session() as session:
            found = session.scalars(select(UserTask).order_by(UserTask.created_at, UserTask.token_id))
            return [(task.step, task.assignee.username if task.assignee else "") for task in found]

    def registered(self) -> list[tuple[str, str, str]]:
        """Return notation, abstract and signer of every document in the register."""
        with self.play.session() as session:
            rows = session.scalars(select(OutgoingDocument).order_by(OutgoingDocument.number))
            return [(row.notation, row.abstract, row.signer) for row in rows]

    def reminders(self) -> list[dict[str, Any]]:
        """Return whom the rules about due times have told, in order."""
        with self.play.session() as session:
            entries = history.of_case(session, runtime.case_by_id(session, self.play.case_id))
            return [entry.data for entry in entries if entry.kind == "task.escalated"]

    def breaches(self) -> list[Any]:
        """Return what is wrong with the case's history."""
        with self.play.session() as session:
            return history.verify(session, runtime.case_by_id(session, self.play.case_id))

    def path_ahead(self) -> list[tuple[str, str]]:
        """Return step and holder of everything that is to come."""
        with self.play.session() as session:
            case = runtime.case_by_id(session, self.play.case_id)
            token_id = session.scalars(select(UserTask.token_id).where(UserTask.state == "open")).one()
            ahead = forecast.from_task(session, case, token_id, self.play.now).path()
            return [(each.step, each.holder) for each in ahead]


@pytest.fixture
def begin(demo_office: Mapping[str, Any]) -> Callable[..., Scene]:
    """Start a shipped process as a person of the demo office."""

    def start(process_id: str, by: str, *, at: datetime | None = None, vacant: tuple[str, ...] = ()) -> Scene:
        people = [person for person in demo_office["people"] if person["username"] not in vacant]
        play = Play.of(
            [ROUTING / f"{process_id}.bpmn", *sorted(ROUTING.glob("forms/*.form"))],
            units=demo_office["units"],
            people=people,
            handlers={"routing.register_document": register_document},
            **({"at": at} if at else {}),
        )
        return Scene(play.start(process_id, by=by))

    return start
