"""The seam at which somebody outside has a say in whom a user task goes to, when a token comes to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Appointment:
    """Whom a user task is for at one token: as the diagram says, or as `Appoint` has it.

    `is_taken_up` tells that the token was put there by hand, not by a flow. With `passes_with` nobody gets the task: it
    counts as done with these variables, and the token goes on.
    """

    element_id: str
    token_id: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    is_taken_up: bool = False
    passes_with: Mapping[str, object] | None = None


class Appoint(Protocol):
    """Says who gets a user task; what it raises as a `PlatformError` is an incident at the task."""

    def __call__(self, asked: Appointment, scope: Mapping[str, object], /) -> Appointment:
        """Return the appointment that counts; `scope` is everything visible at the token."""
        ...
