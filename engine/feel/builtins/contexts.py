"""Built-in functions on contexts (DMN 1.5, 10.3.4.9), and those that ask about a value."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import cast

from engine.feel import temporal
from engine.feel.comparison import same
from engine.feel.errors import AssertionFailed, Unfit
from engine.feel.runtime import Run
from engine.feel.values import kind_of
from engine.wording import Bilingual

from .fitting import refusal
from .registry import DEAR, builtin

Context = Mapping[str, object]
_ENTRY_COST = 4


@builtin("get value(m: context, key: any)", "get value(context: context, keys: any)", takes_run=True, cost=DEAR)
def get_value(run: Run, context: Context, key: object) -> object:
    """Return the value of a key, or of a path of keys; null if there is none."""
    value: object = context
    if isinstance(key, list):
        run.spend(len(key))
    for each in _keys(key):
        value = value.get(each) if isinstance(value, Mapping) else None
    return value


def _keys(key: object) -> list[str]:
    keys = key if isinstance(key, list) else [key]
    if not keys or not all(isinstance(each, str) for each in keys):
        raise refusal("string", next((each for each in keys if not isinstance(each, str)), None))
    return cast("list[str]", keys)


@builtin("get entries(m: context)", takes_run=True, cost=DEAR)
def get_entries(run: Run, context: Context) -> list[object]:
    """Return a list of contexts, each with the key and the value of an entry."""
    run.spend(2 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context(entries: list)", takes_run=True, cost=DEAR)
def context(run: Run, entries: list[object]) -> dict[str, object]:
    """Return the context of the entries' keys and values; refuse keys that come twice."""
    run.spend(_ENTRY_COST * len(entries))
    made: dict[str, object] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or "value" not in entry or not isinstance(entry.get("key"), str):
            raise Unfit("mỗi mục cần “key” là chuỗi và “value”", "each entry wants a string “key” and a “value”")
        if entry["key"] in made:
            raise Unfit(f"trường “{entry['key']}” có hai lần", f"the key “{entry['key']}” comes twice")
        made[entry["key"]] = entry["value"]
    return made


@builtin(
    "context put(context: context, key: string, value: any)",
    "context put(context: context, keys: list, value: any)",
    takes_run=True,
    cost=DEAR,
)
def context_put(run: Run, old: Context, key: object, value: object) -> dict[str, object]:
    """Return the context with one value changed or added; a list of keys goes down into it."""
    first, *rest = _keys(key)
    run.spend(8 + len(old))
    changed = dict(old)
    if rest:
        inner = old.get(first)
        if not isinstance(inner, Mapping):
            raise refusal("context", inner)
        value = context_put(run, inner, rest, value)
    changed[first] = value
    return changed


@builtin("context merge(contexts: list*)", takes_run=True, cost=DEAR)
def context_merge(run: Run, contexts: Sequence[object]) -> dict[str, object]:
    """Return one context of all entries; later ones win."""
    merged: dict[str, object] = {}
    for each in contexts:
        if not isinstance(each, Mapping):
            raise refusal("context", each)
        run.spend(len(each))
        merged.update(each)
    return merged


@builtin("get or else(value: any, default: any)")
def get_or_else(value: object, default: object) -> object:
    """Return the value, or the default if it is null."""
    return default if value is None else value


@builtin("assert(value: any, condition: any, [cause: string])")
def assertion(value: object, condition: object, cause: str = "") -> object:
    """Return the value if the condition is true; else the expression fails with the cause."""
    if condition is not True:
        raise AssertionFailed(Bilingual(cause or "điều kiện không đúng", cause or "the condition is not true"))
    return value


@builtin("is(value1: any, value2: any)", takes_run=True, cost=DEAR)
def is_same(run: Run, left: object, right: object) -> bool:
    """Tell whether both are the same element of the same kind; times also in zone, offset and fraction."""
    kind = kind_of(left)
    if kind != kind_of(right):
        return False
    if kind in {"time", "date and time"}:
        return temporal.shown(cast("time", left)) == temporal.shown(cast("time", right))
    return same(run, left, right)
