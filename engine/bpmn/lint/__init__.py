"""Lint: looks at processes that read soundly for what will hang, what nobody can read, and what is not there.

One rule a file, named after it; `RULES` is the registry. A rule sees one process and what it is deployed with, says
where and what to do, and never changes anything. What cannot run at all is refused earlier, by reading; whether forms
and decisions are there is the deployment's to say, which calls `lint` for the command line and the studio.
"""

from collections.abc import Collection, Iterable, Iterator

from engine.bpmn.elements import Diagram, ProcessModel
from engine.bpmn.lint import (
    boundary_never_fires,
    condition_on_default,
    endless_loop,
    escalation_without_due,
    generated_id,
    join_may_hang,
    join_never_fires,
    message_without_sender,
    missing_label,
    no_assignment,
    signal_without_thrower,
    unknown_group,
    unknown_person,
    unknown_position,
    unknown_process,
    unknown_recipient,
    unknown_unit,
    unreachable,
    variable_never_written,
)
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.sending import names_sent
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.surroundings import Office, Surroundings
from engine.wording import Finding

__all__ = ["NOTHING_KNOWN", "RULES", "Fault", "Office", "Rule", "Subject", "Surroundings", "lint", "names_sent"]

RULES: dict[str, Rule] = {
    module.RULE.name: module.RULE
    for module in (
        no_assignment,
        join_never_fires,
        endless_loop,
        unknown_process,
        unreachable,
        boundary_never_fires,
        join_may_hang,
        condition_on_default,
        message_without_sender,
        signal_without_thrower,
        unknown_group,
        unknown_unit,
        unknown_position,
        unknown_person,
        unknown_recipient,
        escalation_without_due,
        generated_id,
        missing_label,
        variable_never_written,
    )
}
"""Every rule by its name, what refuses a deployment first."""

NOTHING_KNOWN = Surroundings()
"""What is assumed where nobody says more: the rules that need to know keep silent."""


def lint(
    diagrams: Iterable[Diagram], surroundings: Surroundings = NOTHING_KNOWN, *, rules: Collection[str] | None = None
) -> list[Finding]:
    """Return what the rules find in diagrams that are deployed together, in the order of the files.

    `rules` are the names of those to apply, None for all. Errors among the findings must refuse a deployment.
    """
    together = list(diagrams)
    models = [model for diagram in together for model in diagram.processes.values()]
    chosen = [rule for rule in RULES.values() if rules is None or rule.name in rules]
    return [
        finding
        for diagram in together
        for model in diagram.processes.values()
        for finding in _found(diagram.filename, Subject(model, surroundings, _others(model, models)), chosen)
    ]


def _found(filename: str, subject: Subject, rules: Iterable[Rule]) -> Iterator[Finding]:
    found = [
        Finding(
            code=f"lint.{rule.name}",
            message=fault.message,
            remedy=fault.remedy,
            file=filename,
            element_id=fault.element_id,
            line=_line(subject, fault.element_id),
            severity=rule.severity,
        )
        for rule in rules
        for fault in rule.check(subject)
    ]
    return iter(sorted(found, key=lambda finding: finding.line or 0))


def _line(subject: Subject, element_id: str) -> int | None:
    """Return the line of an element, for a flow that of the element it leaves."""
    flow = subject.model.flows.get(element_id)
    element = subject.elements.get(element_id if flow is None else flow.source_id)
    return None if element is None else element.line


def _others(model: ProcessModel, models: Iterable[ProcessModel]) -> list[ProcessModel]:
    return [each for each in models if each is not model]
