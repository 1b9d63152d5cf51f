"""What a diagram says for the case that a task's assignment does not work out: four situations, six ways out.

`lc:when_nobody`, `lc:when_starter`, `lc:when_repeated` and `lc:when_absent`, at the process or at one of its user
tasks. What a user task says counts there; what the process says counts at the others, but

- a step that is given to the starter by name (`=starter`) is no approval by the starter, nor one that repeats another:
  to it only `lc:when_nobody` and `lc:when_absent` of the process apply;
- `skip:<outcome>` applies to the steps that end with that outcome.

A pack's `approver_rules` in `pack.toml` are for all its processes what those of a process are for its tasks, where a
process does not speak of the situation; they skip no step whose outcome needs a person.

Where nothing is said a task stands as assigned, and one without anybody goes to the process's fallback, with an
incident. Nothing is ever skipped unless a diagram says so and names the outcome, and nothing skipped counts as signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.bpmn import Element

if TYPE_CHECKING:
    from engine.task_design import Outcome, PropertyReader, PropertyRefused, TaskDesign

PREFIX, STARTER_TEXT = "lc:when_", "=starter"


class Situation(StrEnum):
    """What is the matter with an assignment; the first one that holds and that a rule speaks of counts."""

    ABSENT = "absent"
    NOBODY = "nobody"
    STARTER = "starter"
    REPEATED = "repeated"

    @property
    def property_name(self) -> str:
        """The property that says what happens then."""
        return PREFIX + self.value


class Choice(StrEnum):
    """What happens then; `SKIP`, `GROUP` and `PERSON` name something behind a colon."""

    ASSIGN = "assign"
    SKIP = "skip"
    SUPERIOR = "superior"
    GROUP = "group"
    PERSON = "person"
    STOP = "stop"


WRITTEN: Mapping[Choice, str] = {
    Choice.ASSIGN: "assign",
    Choice.SKIP: "skip:<outcome>",
    Choice.SUPERIOR: "superior",
    Choice.GROUP: "group:<UNIT/position>",
    Choice.PERSON: "person:<username>",
    Choice.STOP: "stop",
}
NAMING = frozenset({Choice.SKIP, Choice.GROUP, Choice.PERSON})
OF_APPROVALS = frozenset({Situation.STARTER, Situation.REPEATED})


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens in a situation; `names` is the outcome's key, the group key or the username that it names."""

    choice: Choice
    names: str = ""


Rules = Mapping[Situation, Rule]
STANDS = Rule(Choice.ASSIGN)


def read_rules(reader: "PropertyReader") -> Rules:
    """Read the rules of one process or one user task; refuses with `PropertyRefused`."""
    known = {situation.value: situation for situation in Situation}
    rules = {}
    for name, text in reader.under(PREFIX).items():
        if name not in known:
            raise _refused_name(reader, name)
        rules[known[name]] = _rule(reader, PREFIX + name, text.strip())
    return rules


def _rule(reader: "PropertyReader", name: str, text: str) -> Rule:
    choice, colon, names = text.partition(":")
    names = names.strip()
    if choice not in set(Choice) or (Choice(choice) in NAMING) != bool(names) or (colon and not names):
        listed = ", ".join(f"«{each}»" for each in WRITTEN.values())
        raise reader.refusal(name, f"phải là một trong {listed}", f"must be one of {listed}")
    return Rule(Choice(choice), names)


def _refused_name(reader: "PropertyReader", name: str) -> "PropertyRefused":
    listed = ", ".join(each.property_name for each in Situation)
    return reader.refusal(
        PREFIX + name, f"không có; các tình huống là {listed}", f"does not exist; the situations are {listed}"
    )


def must_be_passable(reader: "PropertyReader", rules: Rules, outcomes: Mapping[str, "Outcome"]) -> None:
    """Refuse with `PropertyRefused` rules that skip a user task with an outcome it lacks, or that needs a person."""
    for situation, rule in rules.items():
        if rule.choice is not Choice.SKIP:
            continue
        if rule.names not in outcomes:
            listed = ", ".join(f"«{key}»" for key in outcomes)
            raise reader.refusal(
                situation.property_name,
                f"bước này không có kết quả «{rule.names}»; các kết quả là {listed}",
                f"the step has no outcome '{rule.names}'; its outcomes are {listed}",
            )
        if needs_a_person(outcomes[rule.names]):
            raise reader.refusal(situation.property_name, *why_a_person(rule.names))


def needs_a_person(outcome: "Outcome") -> bool:
    """Tell whether only a person may end a task so: the outcome signs, makes signatures void, or wants a reason."""
    return outcome.signs is not None or outcome.voids_signatures or outcome.needs_reason


def why_a_person(outcome: str) -> tuple[str, str]:
    """Return why a step is not passed with the outcome, in both languages."""
    vi = (
        f"không được bỏ qua với kết quả «{outcome}»: kết quả này ký, hủy chữ ký hoặc đòi lý do, nên phải do người làm; "
        "hãy chọn kết quả khác, hoặc đặt quy tắc riêng tại bước này"
    )
    en = (
        f"a step is not skipped with the outcome '{outcome}': it signs, voids signatures or wants a reason, so a "
        "person must do it; choose another outcome, or give the step a rule of its own"
    )
    return vi, en


def applies_to(situation: Situation, design: "TaskDesign") -> bool:
    """Tell whether what a process says of a situation applies to a step."""
    return situation not in design.approver_rules and not (situation in OF_APPROVALS and is_for_starter(design.element))


def is_for_starter(element: Element) -> bool:
    """Tell whether a user task is given to the starter by name."""
    said = element.assignment.assignee if element.assignment else None
    return (said or "").replace(" ", "") == STARTER_TEXT


def rules_by_task(of_pack: Rules, of_process: Rules, tasks: Mapping[str, "TaskDesign"]) -> Mapping[str, Rules]:
    """Return the rules that count at each user task, by element id; steps without any are left out."""
    inherited = {**of_pack, **of_process}
    found = {key: {**_inherited(inherited, design), **design.approver_rules} for key, design in tasks.items()}
    return {key: rules for key, rules in found.items() if any(rule != STANDS for rule in rules.values())}


def _inherited(of_process: Rules, design: "TaskDesign") -> dict[Situation, Rule]:
    return {
        situation: rule
        for situation, rule in of_process.items()
        if applies_to(situation, design) and (rule.choice is not Choice.SKIP or _may_skip(design, rule.names))
    }


def _may_skip(design: "TaskDesign", outcome: str) -> bool:
    return outcome in design.outcomes and not needs_a_person(design.outcomes[outcome])
