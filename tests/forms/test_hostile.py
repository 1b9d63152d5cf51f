"""Submissions no browser sends: refused or made harmless, quickly."""

import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from forms import SubmissionInvalid

Fixture = Callable[..., Any]
LONGEST_SECONDS = 20
"""Of the thread's own time. What grows with the square takes minutes; a slow machine is not what is tested."""


def everything() -> list[dict[str, object]]:
    return [
        {"type": "textfield", "key": "text", "validate": {"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}},
        {"type": "textarea", "key": "area"},
        {"type": "number", "key": "amount", "increment": "0.01"},
        {"type": "datetime", "subtype": "datetime", "key": "moment"},
        {"type": "checkbox", "key": "box"},
        {"type": "select", "key": "one", "valuesExpression": "=for n in 1..1000 return n"},
        {"type": "taglist", "key": "many", "valuesKey": "offered"},
        {"type": "textfield", "key": "person.name"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "components": [
                {"type": "number", "key": "n", "validate": {"max": "=sum(rows.n)"}},
                {"type": "textfield", "key": "t", "conditional": {"hide": "=this.n > 5"}},
                {"type": "select", "key": "s", "valuesExpression": "=offered"},
                {"type": "expression", "key": "e", "expression": "=this.n * 2"},
            ],
        },
        {"type": "expression", "key": "total", "expression": "=sum(rows.e)"},
    ]


def nested(depth: int, kind: type) -> object:
    value: object = "x"
    for _ in range(depth):
        value = {"person": value} if kind is dict else [value]
    return value


STRANGE = [
    None, True, 0, -1, 1.5, 10**40, 10**10_000, float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"),
    Decimal("1E+1000000"), "", "x", "\x00", "\ud800", "\u202e", "e\u0301" * 50_000, "a" * 10_000_000,
    "aaaaaaaaaa!" * 9_000,
    [], {}, [None], [[]], [{}], {"a": 1}, {"__proto__": {"x": 1}}, {"constructor": 1}, {5: 1}, {"a" * 1_000_000: 1},
    list(range(10_000)), [{"n": 1}] * 10_000, {str(n): n for n in range(30_000)}, nested(1_000, dict),
    nested(1_000, list),
    nested(100_000, list), ("a", "b"), {1, 2}, b"x", object(), "2026-11-22T08:30", "08:30" * 1000,
    [{"n": "x", "t": [], "e": {}}] * 400, [{"__proto__": 1}], ["x"] * 500,
]  # fmt: skip


@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_a_strange_value_in_any_field_is_refused_or_harmless_soon(form_of: Fixture, check: Fixture, value: Any) -> None:
    form = form_of(*everything())
    keys = ["text", "area", "amount", "moment", "box", "one", "many", "person", "rows", "total", "unknown", "__proto__"]

    for key in keys:
        began = time.thread_time()
        with suppress(SubmissionInvalid):
            assert set(check(form, {key: value}, offered=list(range(5_000)))) <= set(keys[:-2])
        assert time.thread_time() - began < LONGEST_SECONDS


def test_many_rows_take_no_longer_than_their_share(form_of: Fixture, complaints: Fixture) -> None:
    heavy = {
        "type": "expression",
        "key": "e",
        "label": "E",
        "expression": "=count(for x in 1..40000 return x + this.n)",
    }
    form = form_of({"type": "dynamiclist", "path": "rows", "components": [{"type": "number", "key": "n"}, heavy]})
    began = time.thread_time()

    said = complaints(form, {"rows": [{"n": 1}] * 500})

    assert time.thread_time() - began < LONGEST_SECONDS
    assert said["rows.0.e"] == ["Không tính được điều kiện của «E». Hãy báo người thiết kế biểu mẫu."]


def test_a_long_list_of_ordinary_rows_is_quick(form_of: Fixture, check: Fixture) -> None:
    form = form_of(*everything())
    rows = [{"n": 1, "t": "x", "s": 5}] * 500
    began = time.thread_time()

    kept = check(form, {"rows": rows}, offered=list(range(5_000)))

    assert kept["total"] == 1000
    assert time.thread_time() - began < LONGEST_SECONDS
