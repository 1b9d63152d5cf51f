"""What a form holds when it opens: variables, else defaults, else empty values."""

from collections.abc import Mapping

from .components import Component, Computed, DynamicList, Field
from .components.base import Situation
from .layout import in_scope
from .schema import Misfit
from .values import ABSENT, at, put


def opened(components: tuple[Component, ...], variables: object, situation: Situation) -> dict[str, object]:
    """Return the values of one scope as form-js would open them; what does not fit a field becomes empty."""
    data: dict[str, object] = {}
    for component in in_scope(components):
        value = at(variables, component.slot)
        if isinstance(component, DynamicList):
            put(data, component.slot, _opened_rows(component, value, situation))
        else:
            put(data, component.slot, opened_value(component, value, situation))
    return data


def opened_value(field: Field, value: object, situation: Situation) -> object:
    """Return what one field opens with; `value` is the variable or `ABSENT`."""
    if isinstance(field, Computed):
        return None
    if value is ABSENT:
        value = field.default
    return field.empty() if value is ABSENT else field.opened(value, situation)


def _opened_rows(component: DynamicList, value: object, situation: Situation) -> list[object]:
    rows = value if isinstance(value, list) else [{}] * component.repetitions
    return [opened(component.children, row if isinstance(row, Mapping) else {}, situation) for row in rows]


def overlaid(
    components: tuple[Component, ...],
    before: Mapping[str, object],
    submitted: Mapping[str, object],
    situation: Situation,
) -> dict[str, object]:
    """Return what the form holds after the submission: `before`, with every submitted value that a person may set.

    A field not sent is not touched. A list whose rows come and go has the submitted rows: sending none empties it.
    """
    data: dict[str, object] = {}
    for component in in_scope(components):
        value, old = at(submitted, component.slot), at(before, component.slot)
        if isinstance(component, DynamicList):
            put(data, component.slot, _overlaid_rows(component, old, value, situation))
        else:
            is_untouched = value is ABSENT or component.is_locked_for_good or isinstance(component, Computed)
            put(data, component.slot, old if is_untouched else value.value if isinstance(value, Misfit) else value)
    return data


def _overlaid_rows(component: DynamicList, before: object, submitted: object, situation: Situation) -> list[object]:
    old = before if isinstance(before, list) else []
    new = submitted if isinstance(submitted, list) else []
    if component.is_fixed:
        new = [*new[: len(old)], *[{}] * (len(old) - len(new))]
    else:
        old = [opened(component.children, {}, situation)] * len(new)
    return [overlaid(component.children, one, other, situation) for one, other in zip(old, new, strict=True)]
