"""What can go wrong technically while a run moves on; each becomes an incident at its token."""

from collections.abc import Mapping

from engine.errors import Invalid, PlatformError
from engine.wording import Bilingual


class TechnicalFailure(Invalid):
    """A token cannot go on by itself; `text` says why to the operator."""

    code = "bpmn.failure"

    def __init__(self, vi: str, en: str, **data: object) -> None:
        super().__init__(en, **data)
        self.text = Bilingual(vi, en)


class NoFlowMatches(TechnicalFailure):
    """No outgoing flow's condition is true and there is no default flow."""

    code = "bpmn.no_flow_matches"


class ErrorNotCaught(TechnicalFailure):
    """A BPMN error found no boundary event and no event sub-process that catches it; `error` is what was thrown."""

    code = "bpmn.error_not_caught"

    def __init__(self, error_code: str, message: str, variables: Mapping[str, object]) -> None:
        super().__init__(
            f"Không có sự kiện nào bắt lỗi nghiệp vụ “{error_code}”.", f"Nothing catches the error “{error_code}”."
        )
        self.error = {"code": error_code, "message": message, "variables": dict(variables)}


class CollectionExpected(TechnicalFailure):
    """A multi-instance activity got something else than a list."""

    code = "bpmn.collection_expected"


class TimerInvalid(TechnicalFailure):
    """A timer's value is no date, duration or cycle."""

    code = "bpmn.timer_invalid"


class CorrelationKeyMissing(TechnicalFailure):
    """A message's correlation key is null or no text and no number."""

    code = "bpmn.correlation_key_missing"


class ValueUnfit(TechnicalFailure):
    """An attribute of a task has a value of the wrong type."""

    code = "bpmn.value_unfit"


class ElementsUnknown(TechnicalFailure):
    """An ad-hoc sub-process is to start elements it does not have."""

    code = "bpmn.elements_unknown"


class JoinStarved(TechnicalFailure):
    """A parallel join waits for tokens that cannot come any more."""

    code = "bpmn.join_starved"


class EndlessLoop(TechnicalFailure):
    """A loop goes round without ever waiting."""

    code = "bpmn.endless_loop"


class NobodyDecides(TechnicalFailure):
    """A business rule task runs where no decisions are at hand."""

    code = "bpmn.no_decisions"


def incident_of(failure: PlatformError) -> dict[str, object]:
    """Return what an operator needs to know about a failure, as JSON values and without variables."""
    text = getattr(failure, "text", None)
    if not isinstance(text, Bilingual):
        text = Bilingual(f"Không thực hiện được ({failure.code}).", str(failure.args[0]))
    said: dict[str, object] = {"code": failure.code, "message_vi": text.vi, "message_en": text.en}
    for name in ("expression", "position"):
        value = getattr(failure, name, None)
        if value is not None:
            said[name] = value
    return said
