"""Cleaning has an algebra: doing it twice changes nothing, and what was taken is taken again."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.feel import Environment
from forms import Form, SubmissionInvalid

ENVIRONMENT = Environment(now=datetime(2026, 11, 22, tzinfo=UTC))
UNITS = ["VPS", "P.KHTCTH", "SCT", 5]

COMPONENTS: list[dict[str, object]] = [
    {"type": "textfield", "key": "kind", "validate": {"maxLength": 20}},
    {"type": "textarea", "key": "note", "conditional": {"hide": '=kind = "a"'}},
    {"type": "number", "key": "amount", "decimalDigits": 3, "validate": {"min": -1000}},
    {"type": "number", "key": "numeral", "serializeToString": True, "readonly": "=amount > 5"},
    {"type": "datetime", "subtype": "date", "key": "day", "disallowPassedDates": True},
    {"type": "checkbox", "key": "box"},
    {"type": "select", "key": "unit", "valuesExpression": "=units"},
    {"type": "taglist", "key": "chain", "valuesKey": "units", "conditional": {"hide": "=box"}},
    {"type": "textfield", "key": "person.name"},
    {"type": "textfield", "key": "person.job", "conditional": {"hide": '=person.name = "x"'}},
    {
        "type": "dynamiclist",
        "path": "rows",
        "conditional": {"hide": "=amount = 0"},
        "components": [
            {"type": "number", "key": "n"},
            {"type": "textfield", "key": "t", "conditional": {"hide": "=this.n = 1"}},
            {"type": "expression", "key": "e", "expression": "=this.n * 2"},
        ],
    },
    {
        "type": "dynamiclist",
        "path": "fixed",
        "allowAddRemove": False,
        "components": [{"type": "textfield", "key": "name", "readonly": True}, {"type": "textfield", "key": "say"}],
    },
    {"type": "expression", "key": "total", "expression": "=sum(rows.e)"},
]

texts = st.sampled_from(["a", "x", "", "e\u0302\u0301", "\u200bz\r\n"]) | st.text(max_size=8)
numbers = st.sampled_from([0, 1, 6]) | st.integers(-999, 10**6) | st.decimals(-999, 999, places=3)


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
    )


value = nested(st.none() | st.booleans() | texts | numbers)
anything = nested(st.none() | st.booleans() | texts | numbers | st.floats())
row = st.fixed_dictionaries({}, optional={"n": numbers, "t": texts, "e": anything})
fitting: dict[str, st.SearchStrategy[Any]] = {
    "kind": texts,
    "note": texts,
    "amount": numbers,
    "numeral": numbers.map(str),
    "day": st.dates(datetime(2026, 11, 23, tzinfo=UTC).date()).map(str),
    "box": st.booleans(),
    "unit": st.sampled_from([*UNITS, None]),
    "chain": st.permutations(UNITS).map(lambda units: units[:2]),
    "person": st.fixed_dictionaries({}, optional={"name": texts, "job": texts}),
    "rows": st.lists(row, max_size=3),
    "fixed": st.lists(st.fixed_dictionaries({}, optional={"say": texts, "name": anything}), min_size=2, max_size=2),
    "total": anything,
}
submissions = st.fixed_dictionaries({}, optional=fitting)
hostile = st.fixed_dictionaries({}, optional={name: one | anything for name, one in fitting.items()})
stored = st.fixed_dictionaries(
    {"units": st.just(UNITS), "fixed": st.just([{"name": "A", "id": 1}, {"name": "B"}])},
    optional={
        "kind": value,
        "amount": value,
        "numeral": value,
        "day": value,
        "unit": value,
        "person": value,
    },
)


@pytest.fixture
def form(form_of: Callable[..., Form]) -> Form:
    return form_of(*COMPONENTS)


quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(submission=submissions, variables=stored)
def test_what_is_returned_passes_again_and_unchanged(
    form: Form, submission: dict[str, Any], variables: dict[str, Any]
) -> None:
    once = taken(form, submission, variables)

    assume(once is not None)
    assert form.check(once or {}, variables=variables, environment=ENVIRONMENT) == once


@quick
@given(submission=hostile, variables=stored)
def test_nothing_but_a_refusal_or_json_comes_out(
    form: Form, submission: dict[str, Any], variables: dict[str, Any]
) -> None:
    kept = taken(form, submission, variables)

    assert is_json(kept)
    assert kept is None or form.summary(kept, variables)


@quick
@given(variables=stored)
def test_the_browser_never_gets_a_field_the_form_lacks(form: Form, variables: dict[str, Any]) -> None:
    sent = form.initial(variables)

    assert set(sent) <= form.reads
    assert sent["fixed"] == [{"name": "A"}, {"name": "B"}]


@quick
@given(submission=submissions, variables=stored)
def test_the_variables_are_left_as_they_were(form: Form, submission: dict[str, Any], variables: dict[str, Any]) -> None:
    before = repr((submission, variables))

    taken(form, submission, variables)

    assert repr((submission, variables)) == before


def taken(form: Form, submission: dict[str, Any], variables: dict[str, Any]) -> dict[str, object] | None:
    """Return the values of a submission that passes."""
    try:
        return form.check(submission, variables=variables, environment=ENVIRONMENT)
    except SubmissionInvalid:
        return None


def is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(type(name) is str and is_json(entry) for name, entry in value.items())
    if isinstance(value, list):
        return all(map(is_json, value))
    if isinstance(value, Decimal):
        return value.is_finite()
    return value is None or type(value) in {bool, int, str}
