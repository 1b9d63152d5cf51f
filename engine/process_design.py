"""What a diagram says about a whole process besides its flow: whether people send back, until when a case is cancelled.

The sources are the process's `lc:` properties; a single user task may say otherwise about sending back.
"""

from dataclasses import dataclass

from engine.bpmn import ProcessModel
from engine.task_design import PropertyReader

SEND_BACK, CANCEL_UNTIL, APPROVERS = "lc:send_back", "lc:cancel_until", "lc:approvers"
NEVER = "never"


@dataclass(frozen=True, slots=True)
class ProcessDesign:
    """The design of one process.

    `cancel_until` is the element whose completion ends the starter's right to cancel, `NEVER`, or nothing for the
    rule that holds everywhere: until the first signature or number.
    """

    sends_back: bool
    cancel_until: str
    has_fixed_approvers: bool


def read_process_design(model: ProcessModel, *, filename: str = "") -> ProcessDesign:
    """Read the process's properties about verbs; refuses with `PropertyRefused`."""
    reader = PropertyReader(model.properties, model.process_id, filename)
    until = model.properties.get(CANCEL_UNTIL, "")
    if until and until != NEVER and until not in model.elements:
        raise reader.refusal(
            CANCEL_UNTIL, "phải là id của một phần tử, hoặc «never»", "must be the id of an element, or 'never'"
        )
    return ProcessDesign(
        sends_back=reader.one_of(SEND_BACK, "yes", "no") != "no",
        cancel_until=until,
        has_fixed_approvers=reader.one_of(APPROVERS, "open", "fixed") == "fixed",
    )
