"""What the attributes of tasks and events evaluate to: texts, lists of texts, whole numbers."""

from decimal import Decimal, InvalidOperation

from engine.bpmn.failures import ValueUnfit
from engine.bpmn.values import A_VALUE
from engine.wording import Bilingual


def text(value: object, what: Bilingual = A_VALUE) -> str | None:
    """Return a text or a number as text; an empty one is None. Raises `ValueUnfit`, which names `what`."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    raise ValueUnfit(f"{what.vi} phải là một chuỗi ký tự.", f"{what.en} must be a text.")


def texts(value: object, what: Bilingual = A_VALUE) -> list[str]:
    """Return a list of texts; a single text is split at commas, as the modeler writes it. Raises `ValueUnfit`."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list):
        return [item for each in value if (item := text(each, what)) is not None]
    raise ValueUnfit(f"{what.vi} phải là một danh sách chuỗi ký tự.", f"{what.en} must be a list of texts.")


def number(value: object, otherwise: int, what: Bilingual = A_VALUE) -> int:
    """Return a whole number, or `otherwise` for none. Raises `ValueUnfit`."""
    if value is None or value == "":
        return otherwise
    try:
        exact = Decimal(str(value))
        if exact == exact.to_integral_value():
            return int(exact)
    except InvalidOperation:
        pass
    raise ValueUnfit(f"{what.vi} phải là một số nguyên.", f"{what.en} must be a whole number.")
