"""Who is told when a task is due or late: the words of the rules, resolved over the directory of the day."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from engine.directory import Directory, Holder, PersonEntry
from engine.escalations.rules import Recipient
from engine.model import Person, ProcessInstance, UserTask

MOST_TOLD = 200
"""People told by one rule at one time: a task offered to a whole agency is no reason to write to all of it."""


class Recipients:
    """Those whom the rules about one open task can mean at one moment; people who have left are nobody."""

    def __init__(self, session: Session, instance: ProcessInstance, task: UserTask, directory: Directory) -> None:
        self._session, self._instance, self._task, self._directory = session, instance, task, directory
        self._by_word: Mapping[str, Callable[[], Iterable[PersonEntry]]] = {
            Recipient.ASSIGNEE: self._holders,
            Recipient.HEAD: lambda: self._heads()[:1],
            Recipient.SUPERIOR: lambda: self._heads()[1:2],
            Recipient.STARTER: self._starter,
        }

    def named(self, words: Sequence[str]) -> list[PersonEntry]:
        """Return the people whom a rule names, each once, the first `MOST_TOLD`."""
        found = [person for word in words for person in self._by_word.get(word, lambda word=word: self._others(word))()]
        return list({person.id: person for person in found}.values())[:MOST_TOLD]

    def _holders(self) -> list[PersonEntry]:
        """Return who works on the task and to whom it comes back; for one that waits, all whom it is offered to."""
        task, people = self._task, self._directory.people
        if task.assignee is not None:
            held = (each.username for each in (task.assignee, task.owner) if each is not None)
            return [people[username] for username in held if username in people]
        groups = (person for key in task.candidate_groups for person in self._directory.people_in_group(key))
        return [*groups, *(people[username] for username in task.candidate_users if username in people)]

    def _heads(self) -> list[PersonEntry]:
        """Return the heads above the task from its unit up to who leads the agency; a holder is not above the task."""
        holders = {person.id for person in self._holders()} if self._task.assignee_id else set()
        return [each for each in self._directory.heads_above(self._unit()) if each.id not in holders]

    def _unit(self) -> str:
        """Return the unit the task counts for, if its holder works there, else the holder's own."""
        held: Sequence[Holder] = self._directory.positions_of(self._task.assignee_id) if self._task.assignee_id else ()
        unit = self._directory.heir_of(self._task.unit_code)
        return unit if not held or any(each.unit_code == unit for each in held) else held[0].unit_code

    def _starter(self) -> list[PersonEntry]:
        root = self._session.get(ProcessInstance, self._instance.root_id) if self._instance.root_id else None
        starter_id = (root or self._instance).started_by_id
        starter = self._session.get(Person, starter_id) if starter_id else None
        return [] if starter is None else self._others(starter.username)

    def _others(self, word: str) -> list[PersonEntry]:
        person = self._directory.people.get(word)
        return [person] if person is not None else self._directory.people_in_group(word)
