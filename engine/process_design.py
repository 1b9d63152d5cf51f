"""What a diagram says about a whole process besides its flow: whether people send back, until when a case is cancelled.

The sources are the process's `lc:` properties; a single user task may say otherwise about sending back, escalation and
approvers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.approver_rules.rules import Choice, Rules, applies_to, needs_a_person, read_rules, why_a_person
from engine.bpmn import ProcessModel
from engine.calendar import Pause
from engine.escalations.rules import Rule
from engine.task_design import PropertyReader, TaskDesign
from engine.wording import Finding

SEND_BACK, CANCEL_UNTIL, APPROVERS = "lc:send_back", "lc:cancel_until", "lc:approvers"
DUE_AFTER_PAUSE = "lc:due_after_pause"
NEVER, KEEP = "never", "keep"


@dataclass(frozen=True, slots=True)
class ProcessDesign:
    """The design of one process.

    `cancel_until` is the element whose completion ends the starter's right to cancel, `NEVER`, or nothing for the
    rule that holds everywhere: until the first signature or number. `escalations` hold for each user task without rules
    of its own. `due_after_pause` says how the time of open tasks goes on when a suspended case does; None: due stays.
    `approver_rules` say what happens when the assignment of a task without a rule of its own does not work out.
    """

    sends_back: bool
    cancel_until: str
    has_fixed_approvers: bool
    escalations: tuple[Rule, ...]
    due_after_pause: Pause | None
    approver_rules: Rules


def read_process_design(model: ProcessModel, *, filename: str = "") -> ProcessDesign:
    """Read the process's properties about verbs; refuses with `PropertyRefused`."""
    reader = PropertyReader(model.properties, model.process_id, filename)
    until = model.properties.get(CANCEL_UNTIL, "")
    if until and until != NEVER and until not in model.elements:
        raise reader.refusal(
            CANCEL_UNTIL, "phải là id của một phần tử, hoặc «never»", "must be the id of an element, or 'never'"
        )
    pause = reader.one_of(DUE_AFTER_PAUSE, KEEP, *Pause)
    return ProcessDesign(
        sends_back=reader.one_of(SEND_BACK, "yes", "no") != "no",
        cancel_until=until,
        has_fixed_approvers=reader.one_of(APPROVERS, "open", "fixed") == "fixed",
        escalations=reader.escalations() or (),
        due_after_pause=None if pause in {"", KEEP} else Pause(pause),
        approver_rules=read_rules(reader),
    )


def passing_findings(
    model: ProcessModel, rules: Rules, tasks: Mapping[str, TaskDesign], *, filename: str
) -> Iterator[Finding]:
    """Yield what is wrong with rules of a process that pass steps over: no step has the outcome, or a person must act.

    `tasks` are the process's user tasks; that a person must act is said at the step.
    """
    for situation, rule in rules.items():
        if rule.choice is not Choice.SKIP:
            continue
        name, reader = situation.property_name, PropertyReader(model.properties, model.process_id, filename)
        reached = [each for each in tasks.values() if applies_to(situation, each) and rule.names in each.outcomes]
        if not reached:
            vi = f"không bước nào mà quy tắc này áp dụng có kết quả «{rule.names}»"
            yield reader.refusal(name, vi, f"no step that the rule applies to has an outcome '{rule.names}'").finding
        for each in reached:
            if needs_a_person(each.outcomes[rule.names]):
                at_step = PropertyReader(each.element.properties, each.element.element_id, filename)
                yield at_step.refusal(name, *why_a_person(rule.names)).finding
