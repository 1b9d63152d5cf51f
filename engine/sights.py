"""What a player sees of the cases at play (`engine.play`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlayTask:
    """An open user task, as a test sees it; `variables` is all that is visible there."""

    id: str
    element_id: str
    name: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due_at: datetime | None
    priority: int
    form_id: str | None
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PlayJob:
    """A service task that waits for `finish_job` because its type has no handler."""

    element_id: str
    job_type: str
    variables: Mapping[str, object]
    headers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlayTimer:
    """A timer that runs."""

    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PlaySent:
    """A message or a signal that left a case; `kind` says which."""

    kind: str
    name: str
    correlation_key: str | None
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PlayIncident:
    """Something that needs repair."""

    element_id: str
    code: str
    message: str
