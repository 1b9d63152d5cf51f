"""*May I, and if not why not*: the answer that pages and API show before anybody presses a button."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.errors import PlatformError


class Verb(StrEnum):
    """What people do with a task or a case, as history, pages and API name it (domain dictionary §1.1)."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    DELEGATE = "delegate"
    CONSULT = "consult"
    COPY = "copy"
    REMIND = "remind"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    CHANGE_APPROVERS = "change_approvers"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether somebody may use a verb now; `refusal` says why not, `data` what the page needs to offer it.

    An answer promises nothing: the use case asks again under lock.
    """

    verb: Verb
    refusal: PlatformError | None = None
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands against it."""
        return self.refusal is None
