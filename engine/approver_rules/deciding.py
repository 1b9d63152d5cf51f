"""The way one user task takes from the assignment that a diagram draws to the one that its rules let stand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from engine.approver_rules.rules import STANDS, Choice, Rule, Rules, Situation
from engine.approver_rules.words import REMEDIES, SITUATIONS
from engine.bpmn import Appointment
from engine.directory import PersonEntry
from engine.errors import Conflict
from engine.lengths import kept_id
from engine.wording import Bilingual

if TYPE_CHECKING:
    from engine.approver_rules.appointing import Appointer

STOPPED_CODE = "task.stopped"
MOST_NAMED = 3
"""How many people a note in the history names."""
MOST_APPROVERS = 2
"""Of a step that somebody did in another's place there are two."""

_STOPPED = Bilingual(
    "Việc «{step}» dừng lại vì {why}{reason}. {remedy}, rồi bấm thử lại.",
    "The task '{step}' stopped because {why}{reason}. {remedy}, then try again.",
)
_AS_SAID = Bilingual("", "")
_NO_SUPERIOR = Bilingual(", và không còn cấp trên nào nhận được", ", and no superior is left who could take it")
_NOBODY_ELSE = Bilingual(", và nơi nhận thay cũng vậy", ", and so it is with who should take it instead")
_TOO_MANY = Bilingual(", và quá nhiều bước bị bỏ qua liên tiếp", ", and too many steps in a row were passed over")


class AppointmentStopped(Conflict):
    """A rule lets a task wait for an operator, or leads to nobody; `text` says why and what to do."""

    code = STOPPED_CODE

    def __init__(self, text: Bilingual) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Note:
    """One thing a rule did, for the history: whom it was about, and to whom the task goes then."""

    element_id: str
    token_id: str
    step: str
    situation: Situation
    choice: Choice
    about: tuple[str, ...]
    to: tuple[PersonEntry, ...] = ()
    groups: tuple[str, ...] = ()
    outcome: str = ""


class Decision:
    """The way one task takes from the assignment that was drawn to the one that counts."""

    def __init__(self, appointer: "Appointer", asked: Appointment, rules: Rules, step: str) -> None:
        self._appointer, self._people = appointer, appointer.people
        self._asked, self._rules, self._step = asked, rules, step
        self._heads: Iterator[PersonEntry] | None = None
        self._tried: set[Rule] = set()

    def made(self) -> Appointment:
        """Apply one rule after the other until none speaks of the assignment; each leads on, none is taken twice."""
        now = self._asked
        while (found := self._ruled(now)) is not None:
            situation, rule = found
            if rule.choice is Choice.SKIP:
                return self._passed(now, situation, rule)
            if rule.choice is Choice.STOP:
                raise self._stopped(now, situation, _AS_SAID)
            now = self._led_on(now, situation, rule)
        return now

    def _ruled(self, now: Appointment) -> tuple[Situation, Rule] | None:
        """Return the first situation that holds and has a rule; what somebody took up by hand is not passed over."""
        for situation in Situation:
            rule = self._rules.get(situation, STANDS)
            by_hand = now.is_taken_up and (situation is Situation.REPEATED or rule.choice is Choice.SKIP)
            if rule != STANDS and not by_hand and self._holds(situation, now):
                return situation, rule
        return None

    def _holds(self, situation: Situation, now: Appointment) -> bool:
        match situation:
            case Situation.ABSENT:
                return self._is_absent(now)
            case Situation.NOBODY:
                return next(self._meant(now), None) is None
            case Situation.STARTER:
                return self._few(now) == {self._appointer.starter_id()}
            case Situation.REPEATED:
                few = self._few(now)
                return 0 < len(few) <= MOST_APPROVERS and few <= self._appointer.approvers_before(now.element_id)

    def _few(self, now: Appointment) -> set[UUID]:
        """Return who could do the task; of three or more only the first three."""
        found: set[UUID] = set()
        for person in self._meant(now):
            found.add(person.id)
            if len(found) > MOST_APPROVERS:
                break
        return found

    def _meant(self, now: Appointment) -> Iterator[PersonEntry]:
        """Yield who could do the task: the assignee alone when at work, else everybody it is offered to."""
        assignee = self._people.people.get(now.assignee or "")
        if assignee is not None:
            yield assignee
            return
        yield from (self._people.people[name] for name in now.candidate_users if name in self._people.people)
        for group in now.candidate_groups:
            yield from self._people.people_in_group(group)

    def _is_absent(self, now: Appointment) -> bool:
        is_anybody = False
        for person in self._meant(now):
            is_anybody = True
            if not self._is_away(person, now):
                return False
        return is_anybody or bool(now.assignee or now.candidate_users)

    def _is_away(self, person: PersonEntry, now: Appointment) -> bool:
        """Tell whether a person is away today from this task and nobody at work stands in for it."""
        away = self._people.away
        substitutes = {each.substitute_id for each in self._people.absences if each.person_id == person.id}
        reached = [each for each in substitutes if self._is_substitute(each, person, now)]
        is_stood_in = any(self._people.name_of(each) for each in reached if each not in away)
        return (person.id in away or bool(reached)) and not is_stood_in

    def _is_substitute(self, substitute_id: UUID, person: PersonEntry, now: Appointment) -> bool:
        """Tell whether somebody may do the task in a person's place, as the task will say (`UserTask.in_place_of`)."""
        covering = (
            each
            for each in self._people.stands_in_for(substitute_id)
            if each.person_id == person.id and each.process_key in {"", self._appointer.loaded.key}
        )
        if now.assignee in self._people.people:
            unit_code = self._people.unit_of(person.id)
            return any(each.unit_code in {"", unit_code} for each in covering)
        return any(
            (not each.unit_code and person.username in now.candidate_users)
            or not each.groups.isdisjoint(now.candidate_groups)
            for each in covering
        )

    def _passed(self, now: Appointment, situation: Situation, rule: Rule) -> Appointment:
        if self._appointer.has_passed_too_many():
            raise self._stopped(now, situation, _TOO_MANY)
        self._note(now, situation, Choice.SKIP, outcome=rule.names)
        return replace(self._asked, passes_with={"outcome": rule.names, "reason": None, "completed_by": None})

    def _led_on(self, now: Appointment, situation: Situation, rule: Rule) -> Appointment:
        """Return the assignment that a rule puts in the place of another one."""
        nobody = replace(now, assignee=None, candidate_groups=(), candidate_users=())
        if rule.choice is Choice.SUPERIOR:
            head = next(self._superiors(), None)
            if head is None:
                raise self._stopped(now, situation, _NO_SUPERIOR)
            self._note(now, situation, rule.choice, to=(head,))
            return replace(nobody, assignee=head.username)
        if rule in self._tried:
            raise self._stopped(now, situation, _NOBODY_ELSE)
        self._tried.add(rule)
        if rule.choice is Choice.GROUP:
            self._note(now, situation, rule.choice, groups=(rule.names,))
            return replace(nobody, candidate_groups=(rule.names,))
        person = self._people.people.get(rule.names)
        self._note(now, situation, rule.choice, to=(person,) if person else ())
        return replace(nobody, assignee=rule.names)

    def _superiors(self) -> Iterator[PersonEntry]:
        """Yield the heads from the unit of the drawn assignment up to who leads the agency, each once.

        Without a unit to begin at it is the one in which the case was started.
        """
        if self._heads is None:
            self._heads = self._heads_above()
        return self._heads

    def _heads_above(self) -> Iterator[PersonEntry]:
        passed = {each.id for each in self._meant(self._asked)}
        unit_code = self._unit_to_begin_at() or self._appointer.unit_started_in
        heads = self._people.heads_above(self._people.heir_of(unit_code))
        return (head for head in heads if head.id not in passed)

    def _unit_to_begin_at(self) -> str:
        asked = self._asked
        named = [asked.assignee] if asked.assignee else list(asked.candidate_users)
        for username in filter(None, named):
            person = self._people.people.get(username)
            unit_code = self._people.unit_of(person.id) if person else self._appointer.unit_left_by(username)
            if unit_code:
                return unit_code
        return next((unit for group in asked.candidate_groups if (unit := group.partition("/")[0])), "")

    def _stopped(self, now: Appointment, situation: Situation, reason: Bilingual) -> AppointmentStopped:
        self._note(now, situation, Choice.STOP)
        why, remedy = SITUATIONS[situation], REMEDIES[situation]
        return AppointmentStopped(
            Bilingual(
                _STOPPED.vi.format(step=self._step, why=why.vi, reason=reason.vi, remedy=remedy.vi),
                _STOPPED.en.format(step=self._step, why=why.en, reason=reason.en, remedy=remedy.en),
            )
        )

    def _note(
        self,
        now: Appointment,
        situation: Situation,
        choice: Choice,
        *,
        to: tuple[PersonEntry, ...] = (),
        groups: tuple[str, ...] = (),
        outcome: str = "",
    ) -> None:
        asked = self._asked
        about = [each.full_name for each in islice(self._meant(now), MOST_NAMED)]
        about = about or [kept_id(name) for name in (now.assignee, *now.candidate_users) if name][:MOST_NAMED]
        self._appointer.note(
            Note(asked.element_id, asked.token_id, self._step, situation, choice, tuple(about), to, groups, outcome)
        )
