"""From a component of the file to a component of this package, a function per family."""

from collections.abc import Callable
from typing import Any

from . import messages
from .components import (
    Checkbox,
    Component,
    Computed,
    Field,
    Moment,
    MultipleChoice,
    Number,
    Refused,
    SingleChoice,
    Text,
)
from .components.moments import INTERVALS
from .keys import RESERVED, names_of
from .options import Options, OptionSource, normalised
from .patterns import PatternRefused, compiled
from .rules import (
    DecimalDigits,
    Increment,
    Matches,
    Maximum,
    MaxLength,
    Minimum,
    MinLength,
    Required,
    Rule,
    is_email,
    is_phone,
)
from .source import Source
from .values import ABSENT, exact_number, numeral

DISPLAY_TYPES = frozenset({"button", "html", "image", "separator", "spacer", "table", "text"})
"""Components without data."""

UNSUPPORTED_TYPES = frozenset({"documentPreview", "filepicker", "iframe"})
"""Components of form-js that are refused: files are uploaded beside the form, and no foreign page is shown in it."""

OPTION_SOURCES = ("values", "valuesKey", "valuesExpression")


def read_display(source: Source) -> Component:
    """Read a component that only shows."""
    return Component(
        component_id=source.id,
        type=source.type,
        label=source.label(source.id),
        hide=source.condition("conditional.hide"),
    )


def read_field(source: Source) -> Field | None:
    """Read a component with a value; None when it cannot be used at all, which is a finding by then."""
    slot = slot_of(source, "key")
    common = _common(source, slot or ("_",))
    field = FIELD_READERS[source.type](source, common)
    if field is not None:
        _check_default(source, field)
    return field if slot else None


def slot_of(source: Source, name: str) -> tuple[str, ...] | None:
    """Return where the component's value stands in its scope, from its key or path and the paths of its groups."""
    key = source.text(name)
    if key is None:
        source.refuse("form.key_missing")
        return None
    names = names_of(key)
    if names is None:
        source.refuse("form.key_invalid", key=key[:100])
        return None
    slot = (*source.place.prefix, *names)
    if slot[0] in RESERVED and not source.place.in_rows:
        source.refuse("form.key_reserved", key=slot[0])
    return slot


def _common(source: Source, slot: tuple[str, ...]) -> dict[str, Any]:
    readonly: object = source.get("readonly")
    is_formula = isinstance(readonly, str) and bool(readonly)
    common = {
        "component_id": source.id,
        "type": source.type,
        "label": source.label(slot[-1]),
        "hide": source.condition("conditional.hide"),
        "slot": slot,
        "readonly": (source.condition("readonly") or False) if is_formula else source.flag("readonly"),
        "disabled": source.flag("disabled"),
        "default": source.get("defaultValue"),
    }
    if source.place.rows_move and (common["readonly"] or common["disabled"]):
        source.refuse("form.read_only_in_list")
    return common


def _read_text(source: Source, common: dict[str, Any]) -> Field:
    rules = [*_rules(source, messages.required, {"minLength", "maxLength", "pattern", "validationType"})]
    return Text(**common, rules=tuple(rules))


def _read_number(source: Source, common: dict[str, Any]) -> Field:
    rules = _rules(source, messages.required, {"min", "max"})
    if (digits := source.count("decimalDigits")) is not None:
        rules.append(DecimalDigits(digits))
    if source.has("increment"):
        raw = source.get("increment")
        step = numeral(raw) if isinstance(raw, str) else exact_number(raw)
        if step is None or step <= 0:
            source.refuse("form.shape", name="increment")
        else:
            rules.append(Increment(step))
    as_text = source.flag("serializeToString")
    default = exact_number(common["default"]) if as_text else None
    common["default"] = common["default"] if default is None else str(common["default"])
    return Number(**common, rules=tuple(rules), as_text=as_text)


def _read_moment(source: Source, common: dict[str, Any]) -> Field:
    subtype = source.text("subtype") or "date"
    zone_format = source.text("timeSerializingFormat") or "no_timezone"
    if subtype not in {"date", "time", "datetime"}:
        source.refuse("form.shape", name="subtype")
        subtype = "date"
    if zone_format not in {"utc_offset", "utc_normalized", "no_timezone"}:
        source.refuse("form.shape", name="timeSerializingFormat")
        zone_format = "no_timezone"
    interval = exact_number(source.get("timeInterval"))
    return Moment(
        **common,
        rules=tuple(_rules(source, messages.required, set())),
        subtype=subtype,
        zone_format=zone_format,
        minutes=int(interval) if interval in INTERVALS and interval is not None else 15,
        refuses_past=source.flag("disallowPassedDates"),
    )


def _read_checkbox(source: Source, common: dict[str, Any]) -> Field:
    return Checkbox(**common, rules=tuple(_rules(source, messages.tick, set())))


def _read_single(source: Source, common: dict[str, Any]) -> Field:
    return SingleChoice(**common, rules=tuple(_rules(source, messages.choose, set())), source=_options(source))


def _read_multiple(source: Source, common: dict[str, Any]) -> Field:
    return MultipleChoice(**common, rules=tuple(_rules(source, messages.choose, set())), source=_options(source))


def _read_computed(source: Source, common: dict[str, Any]) -> Field | None:
    formula = source.formula("expression")
    return None if formula is None else Computed(**(common | {"default": ABSENT}), formula=formula)


FIELD_READERS: dict[str, Callable[[Source, dict[str, Any]], Field | None]] = {
    "textfield": _read_text,
    "textarea": _read_text,
    "number": _read_number,
    "datetime": _read_moment,
    "checkbox": _read_checkbox,
    "radio": _read_single,
    "select": _read_single,
    "checklist": _read_multiple,
    "taglist": _read_multiple,
    "expression": _read_computed,
}
"""The readers of components with a value, by form-js's type."""


def _rules(source: Source, sentence: Callable[[str], Any], known: set[str]) -> list[Rule]:
    """Read `validate`; a rule that says something but is not in `known` is refused."""
    validate = source.get("validate")
    if validate is ABSENT or validate is None:
        return []
    if not isinstance(validate, dict):
        source.refuse("form.shape", name="validate")
        return []
    for name, value in validate.items():
        if name not in known | {"required", "patternErrorMessage"} and value not in (None, "", False):
            source.refuse("form.rule_invalid", name=name)
    rules: list[Rule] = [Required(sentence)] if source.flag("validate.required") else []
    for name, make in BOUNDS.items():
        if name in known and (limit := _limit(source, name)) is not None:
            rules.append(make(limit))
    if "pattern" in known:
        rules.extend(_text_rules(source))
    return rules


BOUNDS: dict[str, Callable[[Any], Rule]] = {
    "min": Minimum,
    "max": Maximum,
    "minLength": MinLength,
    "maxLength": MaxLength,
}
"""Rules with a limit, which may be FEEL."""


def _limit(source: Source, name: str) -> object:
    path = f"validate.{name}"
    if not source.has(path):
        return None
    value = source.get(path)
    if isinstance(value, str) and value.startswith("="):
        return source.formula(path)
    number = numeral(value) if isinstance(value, str) else exact_number(value)
    if number is None or ("Length" in name and (number < 0 or number != int(number))):
        source.refuse("form.shape", name=path)
    return number


def _text_rules(source: Source) -> list[Rule]:
    rules: list[Rule] = []
    if pattern := source.text("validate.pattern"):
        own = source.text("validate.patternErrorMessage")
        sentence = _own_sentence(own) if own else messages.unlike_pattern
        try:
            rules.append(Matches(compiled(pattern), sentence))
        except PatternRefused as refused:
            source.refuse("form.pattern", part=str(refused)[:100])
    kind = source.text("validate.validationType")
    if kind == "email":
        rules.append(Matches(is_email, messages.no_email))
    elif kind == "phone":
        rules.append(Matches(is_phone, messages.no_phone))
    elif kind not in {None, "custom"}:
        source.refuse("form.rule_invalid", name="validationType")
    return rules


def _own_sentence(text: str) -> Callable[[str], Any]:
    """Return the analyst's own sentence, which has no translation."""
    return lambda label: messages.as_written(text, label)


def _options(source: Source) -> OptionSource:
    named = [name for name in OPTION_SOURCES if source.has(name)]
    if len(named) > 1:
        source.refuse("form.options_ambiguous", names=", ".join(named))
    elif not named:
        source.refuse("form.options_missing")
    elif named == ["values"]:
        return OptionSource(static=_static_options(source))
    elif named == ["valuesKey"]:
        return OptionSource(variable=_options_variable(source))
    else:
        return OptionSource(formula=source.formula("valuesExpression"))
    return OptionSource()


def _static_options(source: Source) -> Options:
    listed = source.get("values")
    options = normalised(listed)
    if listed == []:
        source.refuse("form.options_missing")
    elif not isinstance(listed, list) or len(options.listed) < len(listed) or not options.are_distinct:
        source.refuse("form.options_invalid")
    return options


def _options_variable(source: Source) -> str | None:
    name = source.text("valuesKey")
    names = names_of(name) if name is not None else None
    if name is not None and (names is None or len(names) != 1):
        source.refuse("form.key_invalid", key=name[:100])
    return names[0] if names and len(names) == 1 else None


def _check_default(source: Source, field: Field) -> None:
    if field.default is ABSENT or field.default is None:
        return
    try:
        value = field.cleaned(field.default)
    except Refused:
        source.refuse("form.default_invalid")
        return
    if not isinstance(field, SingleChoice | MultipleChoice) or (options := field.source.static) is None:
        return
    if any(options.find(item) is None for item in (value if isinstance(value, list) else [value])):
        source.refuse("form.default_invalid")
