"""What a run waits for, and what happened in it, as plain values for the rooms outside."""

from dataclasses import dataclass, field
from enum import StrEnum


class WaitKind(StrEnum):
    """Who moves the waiting token on."""

    USER_TASK = "user_task"
    JOB = "job"
    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"
    CONDITION = "condition"
    CALL = "call"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Wait:
    """A token that stands still until somebody outside acts; `detail` holds JSON values by kind.

    USER_TASK assignee, candidate_groups, candidate_users, due_at, follow_up_at (ISO or None), priority, form_id ·
    JOB job_type, retries, headers · MESSAGE name, correlation_key · SIGNAL name · TIMER due_at · CONDITION nothing ·
    CALL process_id, pass_all_variables, return_all_variables · INCIDENT code, message_vi, message_en, expression?,
    position?.
    `parent_token_id` is the sub-process or multi-instance around it; `host_token_id` the activity a boundary event
    sits on, or the event-based gateway before a catch event.
    """

    token_id: str
    element_id: str
    kind: WaitKind
    detail: dict[str, object]
    parent_token_id: str | None = None
    host_token_id: str | None = None


@dataclass(frozen=True, slots=True)
class LiveToken:
    """A token that lives between two steps, whether it waits for the outside (`waits_for`) or for other tokens.

    `is_armed` ones are events on watch beside an activity, or at the edge of a scope; `is_whole` ones stand for a
    sub-process or a repeated activity with what runs inside; `loop_counter` numbers an instance of a repeated one.
    """

    token_id: str
    element_id: str
    waits_for: WaitKind | None
    parent_token_id: str | None
    is_armed: bool
    is_whole: bool
    loop_counter: int | None


class FactKind(StrEnum):
    """What can happen at a flow node."""

    ENTERED = "entered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    THREW = "threw"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, in order.

    `parent_token_id` is the token of the sub-process or multi-instance around it, None at the top of the process.
    A THREW fact's data: type ("message", "signal", "escalation"), name, payload, correlation_key. A multi-instance
    enters once for the whole with data {"instances": n}, then once for each instance with {"loop_counter": i}.
    """

    kind: FactKind
    element_id: str
    token_id: str
    parent_token_id: str | None = None
    data: dict[str, object] = field(default_factory=dict)
