"""What the attributes of tasks and events evaluate to: texts, lists of texts, whole numbers."""

from decimal import Decimal

from engine.bpmn.failures import ValueUnfit


def text(value: object) -> str | None:
    """Return a text or a number as text; an empty one is None."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    raise ValueUnfit("Giá trị phải là một chuỗi ký tự.", "The value must be a text.")


def texts(value: object) -> list[str]:
    """Return a list of texts; a single text is split at commas, as the modeler writes it."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list):
        return [item for item in map(text, value) if item is not None]
    raise ValueUnfit("Giá trị phải là một danh sách chuỗi ký tự.", "The value must be a list of texts.")


def number(value: object, otherwise: int) -> int:
    """Return a whole number, or `otherwise` for none."""
    if value is None or value == "":
        return otherwise
    try:
        return int(str(value))
    except ValueError as error:
        raise ValueUnfit("Giá trị phải là một số nguyên.", "The value must be a whole number.") from error
