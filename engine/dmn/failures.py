"""What can go wrong while a decision is evaluated; in a process each of these becomes an incident."""

from engine.errors import Invalid, NotFound
from engine.wording import Bilingual


class DecisionFailed(Invalid):
    """A decision has no result; `text` says why to the operator.

    Where an expression failed, `expression` and `position` say which and where; a variable's value is never shown.
    """

    code = "decision.failed"

    def __init__(self, text: Bilingual, *, expression: str | None = None, position: int | None = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.expression = expression
        self.position = position


class InputUnfit(DecisionFailed):
    """A variable or a table's input has a value of the wrong type, or one that is not allowed."""

    code = "decision.input_unfit"


class OutputUnfit(DecisionFailed):
    """A rule gives a value that its output does not allow."""

    code = "decision.output_unfit"


class RulesConflict(DecisionFailed):
    """Several rules hit where the hit policy allows one (UNIQUE), or hit with different outputs (ANY)."""

    code = "decision.rules_conflict"


class DecisionTooLong(DecisionFailed):
    """The evaluation needs more steps or deeper calls than are granted."""

    code = "decision.too_long"


class DecisionNotFound(NotFound):
    """The file or the deployment has no such decision."""

    code = "decision.not_found"

    def __init__(self, decision_id: str) -> None:
        super().__init__("There is no such decision.", decision_id=decision_id)
        self.text = Bilingual(f"Không có quyết định “{decision_id}”.", f"There is no decision “{decision_id}”.")
