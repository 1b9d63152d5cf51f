"""*May I, and if not why not*: the answer that pages and API show before anybody presses a button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from engine.errors import Conflict, Forbidden, Invalid, NotFound, PlatformError


class Verb(StrEnum):
    """What people do with a task or a case, as history, pages and API name it (domain dictionary §1.1)."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    DELEGATE = "delegate"
    HAND_BACK = "hand_back"
    TAKE_BACK = "take_back"
    CONSULT = "consult"
    WITHDRAW_QUESTION = "withdraw_question"
    CLOSE_ROUND = "close_round"
    ASK_AGAIN = "ask_again"
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

    @classmethod
    def of(cls, verb: Verb, must: Callable[[], object]) -> Self:
        """Ask what the use case will ask; what it refuses is the answer."""
        try:
            must()
        except (Conflict, Forbidden, Invalid, NotFound) as refusal:
            return cls(verb, refusal)
        return cls(verb)

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands against it."""
        return self.refusal is None
