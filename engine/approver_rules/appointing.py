"""Who gets a user task after the rules of its diagram: asked by the run whenever a token comes to a task with rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import history
from engine.activities import Deed
from engine.approver_rules.deciding import Decision, Note
from engine.approver_rules.rules import Choice
from engine.bpmn import Appointment
from engine.definitions import LoadedDefinition
from engine.directory import Directory
from engine.feel import Environment
from engine.model import HistoryEntry, Person, Position, ProcessInstance, Unit

MOST_PASSED = 1_000
"""More tasks than one step passes without anybody in a sound diagram."""


class Appointer:
    """Applies the rules of one process for one step of one case, and remembers what it did until it is recorded."""

    def __init__(
        self,
        session: Session,
        instance: ProcessInstance,
        loaded: LoadedDefinition,
        people: Directory,
        environment: Environment,
    ) -> None:
        self.session, self.instance, self.loaded, self.people = session, instance, loaded, people
        self._environment = environment
        self._notes: list[Note] = []
        self._last: tuple[str, frozenset[UUID]] | None = None

    def __call__(self, asked: Appointment, scope: Mapping[str, object], /) -> Appointment:
        """Return who gets the task; raises `AppointmentStopped`."""
        rules = self.loaded.approver_rules.get(asked.element_id)
        if rules is None:
            return asked
        step = self.loaded.tasks[asked.element_id].step_label(scope, self._environment)
        return Decision(self, asked, rules, step).made()

    def note(self, note: Note) -> None:
        """Remember what a rule did."""
        self._notes.append(note)

    @property
    def passed(self) -> Mapping[str, Deed]:
        """What stands at the activities of the tasks that were passed without anybody, by token."""
        return {
            each.token_id: Deed(each.token_id, None, "", each.outcome, None, each.step)
            for each in self._notes
            if each.choice is Choice.SKIP
        }

    def has_passed_too_many(self) -> bool:
        """Tell whether the step goes round without end."""
        return sum(each.choice is Choice.SKIP for each in self._notes) >= MOST_PASSED

    def follow(self, element_id: str, *people_ids: UUID | None) -> None:
        """Take an element as the step just completed, by these people; nobody is asked who did it then."""
        self._last = element_id, frozenset(each for each in people_ids if each is not None)

    def forget(self) -> None:
        """Forget what the rules did: it was only tried out."""
        self._notes.clear()

    def record(self, *, at: datetime) -> None:
        """Write what the rules did into the history of the case, in order."""
        for each in self._notes:
            self._record(each, at)
        self._notes.clear()

    def _record(self, note: Note, at: datetime) -> None:
        said: dict[str, Any] = {"element": note.element_id, "step": note.step, "situation": note.situation.value}
        said |= {"about": list(note.about)}
        if note.choice is Choice.SKIP:
            label = self.loaded.tasks[note.element_id].outcome(note.outcome).label
            said |= {"outcome": note.outcome, "outcome_label": label}
            history.record(self.session, self.instance, "task.skipped", at=at, **said)
        elif note.choice is Choice.STOP:
            history.record(self.session, self.instance, "task.stopped", at=at, **said)
        else:
            said |= {"to": [each.username for each in note.to], "to_names": [each.full_name for each in note.to]}
            said |= {"groups": list(note.groups)}
            history.record(self.session, self.instance, "approver.replaced", at=at, **said)

    def starter_id(self) -> UUID | None:
        """Return who started the case, for a called one that which is at the root of the calls."""
        return self._root.started_by_id

    @property
    def unit_started_in(self) -> str:
        """The unit in which the case was started, for a called one that which is at the root of the calls."""
        return self._root.started_unit

    @property
    def _root(self) -> ProcessInstance:
        root = self.session.get(ProcessInstance, self.instance.root_id) if self.instance.root_id else None
        return root or self.instance

    def approvers_before(self, element_id: str) -> frozenset[UUID]:
        """Return who completed the step before in the case and its calls: who acted, and in whose place.

        Nobody when that step is the same one, unless it goes through a list: whoever does it over again goes on.
        """
        if self._last is not None:
            before, people = self._last
            return frozenset() if self._is_over_again(before, element_id) else people
        family = _family(self.instance.root_id or self.instance.id)
        newest = (
            select(HistoryEntry.data, HistoryEntry.instance_id, HistoryEntry.actor_id)
            .where(HistoryEntry.instance_id.in_(family), HistoryEntry.kind == "task.completed")
            .order_by(HistoryEntry.at.desc(), HistoryEntry.sequence.desc())
        )
        found = self.session.execute(newest.limit(1)).first()
        if found is None:
            return frozenset()
        if found.instance_id == self.instance.id and self._is_over_again(found.data["element"], element_id):
            return frozenset()
        absent = self.people.people.get(found.data.get("on_behalf_of", {}).get("username", ""))
        return frozenset({found.actor_id} | ({absent.id} if absent else set()))

    def _is_over_again(self, before: str, element_id: str) -> bool:
        return before == element_id and self.loaded.element(element_id).multi_instance is None

    def unit_left_by(self, username: str) -> str:
        """Return the unit in which somebody who has left held the last position, or nothing."""
        held = select(Unit.code).join(Position, Position.unit_id == Unit.id).join(Position.person)
        newest = held.where(Person.username == username).order_by(
            Position.is_primary.desc(), Position.valid_to.is_(None).desc(), Position.valid_to.desc(), Unit.code
        )
        return self.session.scalar(newest.limit(1)) or ""


def _family(root_id: UUID) -> Select[UUID]:
    """Return the query of a case and of all it has called, found from call to call among no others."""
    family = select(ProcessInstance.id).where(ProcessInstance.id == root_id).cte(recursive=True)
    family = family.union_all(select(ProcessInstance.id).where(ProcessInstance.parent_id == family.c.id))
    return select(family.c.id)


def for_step(
    session: Session, instance: ProcessInstance, loaded: LoadedDefinition, people: Directory, environment: Environment
) -> Appointer | None:
    """Return who appoints in a step of a case; None where the process has no rules."""
    return Appointer(session, instance, loaded, people, environment) if loaded.approver_rules else None
