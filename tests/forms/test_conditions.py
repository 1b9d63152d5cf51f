"""Hidden, read-only, disabled and computed fields."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Fixture = Callable[..., Any]


def text(key: str, hide: str | None = None, **properties: object) -> dict[str, object]:
    conditional = {"conditional": {"hide": hide}} if hide else {}
    return {"type": "textfield", "key": key, "label": key.upper(), **conditional, **properties}


def test_a_hidden_field_is_dropped_whatever_it_holds(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("kind"), text("note", '=kind = "a"', validate={"required": True, "maxLength": 3}))

    assert check(form, {"kind": "a", "note": "quá dài"}) == {"kind": "a"}
    assert check(form, {"kind": "a", "note": 5}) == {"kind": "a"}
    assert check(form, {"kind": "a"}) == {"kind": "a"}


def test_a_field_that_shows_is_checked(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(text("kind"), text("note", '=kind = "a"', validate={"required": True}))

    assert complaints(form, {"kind": "b", "note": ""}) == {"note": ["Nhập «NOTE»."]}


def test_a_condition_without_a_value_hides_as_in_the_browser(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("note", "=flag"), text("more", "=amount > 5"))

    assert check(form, {"note": "x", "more": "y"}) == {}
    assert check(form, {"note": "x", "more": "y"}, flag=False, amount=1) == {"note": "x", "more": "y"}
    assert check(form, {"note": "x", "more": "y"}, flag="text", amount=9) == {"note": "x"}


def test_a_condition_sees_a_value_that_breaks_a_rule(form_of: Fixture, complaints: Fixture) -> None:
    number = {"type": "number", "key": "n", "label": "N", "validate": {"min": 1}}
    form = form_of(number, text("note", "=n != 0", validate={"required": True}))

    assert list(complaints(form, {"n": 0}, n=5)) == ["n", "note"]


def test_a_hidden_group_hides_what_is_in_it(form_of: Fixture, check: Fixture) -> None:
    group = {
        "type": "group",
        "path": "person",
        "conditional": {"hide": "=secret"},
        "components": [text("name", validate={"required": True}), {"type": "group", "components": [text("job")]}],
    }
    form = form_of(group, text("open"))

    assert check(form, {"open": "x", "person": {"name": 5, "job": "y"}}, secret=True) == {"open": "x"}


def test_what_depends_on_a_hidden_field_sees_what_the_form_opened_with(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("kind"), text("detail", '=kind = "a"'), text("more", '=detail = "x"'))

    assert check(form, {"kind": "a", "detail": "x", "more": "m"}) == {"kind": "a", "more": "m"}
    assert check(form, {"kind": "a", "detail": "y", "more": "m"}, detail="x") == {"kind": "a"}
    assert check(form, {"kind": "b", "detail": "x", "more": "m"}) == {"kind": "b", "detail": "x"}


def test_a_read_only_field_is_not_taken_from_the_client(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("number", readonly=True), text("note"))

    assert check(form, {"number": "forged", "note": "x"}, number="12/BC") == {"note": "x"}
    assert check(form, {"number": ["forged"], "note": "x"}, number="12/BC") == {"note": "x"}


def test_read_only_may_be_feel(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("phase"), text("note", readonly='=phase = "closed"'))

    assert check(form, {"phase": "open", "note": "new"}, note="old") == {"phase": "open", "note": "new"}
    assert check(form, {"phase": "closed", "note": "new"}, note="old") == {"phase": "closed"}


def test_others_see_the_true_value_of_a_read_only_field(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("role", readonly=True), text("secret", '=role != "leader"'))

    assert check(form, {"role": "leader", "secret": "x"}, role="clerk") == {}


def test_a_read_only_default_is_stored_once(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("country", readonly=True, defaultValue="Việt Nam"))

    assert check(form, {"country": "x"}) == {"country": "Việt Nam"}
    assert check(form, {"country": "x"}, country="Lào") == {}


def test_a_read_only_field_is_still_checked_as_in_the_browser(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(text("number", readonly=True, validate={"required": True}))

    assert complaints(form, {"number": "forged"}) == {"number": ["Nhập «NUMBER»."]}


def test_a_disabled_field_is_neither_taken_nor_checked(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("number", disabled=True, validate={"required": True}), text("note"))

    assert check(form, {"number": "forged", "note": "x"}) == {"note": "x"}


def test_a_computed_field_is_computed_here(form_of: Fixture, check: Fixture) -> None:
    form = form_of(
        {"type": "number", "key": "price"},
        {"type": "number", "key": "count"},
        {"type": "expression", "key": "total", "expression": "=price * count"},
        {"type": "expression", "key": "taxed", "expression": "=total * 1.08", "computeOn": "presubmit"},
    )

    kept = check(form, {"price": 100, "count": 3, "total": 1, "taxed": 1})

    assert kept == {"price": 100, "count": 3, "total": 300, "taxed": Decimal(324)}


def test_a_condition_beyond_its_budget_refuses_instead_of_guessing(form_of: Fixture, complaints: Fixture) -> None:
    heavy = "=count(for x in 1..2000, y in 1..2000 return x) > n"

    said = complaints(form_of(text("n"), text("note", heavy), text("more", readonly=heavy)), {"note": "x"})

    assert list(said) == ["note", "more"]


@pytest.mark.parametrize("key", ["_this_", "this"])
def test_this_is_the_whole_form_outside_lists(form_of: Fixture, check: Fixture, key: Any) -> None:
    form = form_of(text("kind"), text("note", f'={key}.kind = "a"'))

    assert check(form, {"kind": "a", "note": "x"}) == {"kind": "a"}
    assert check(form, {"kind": "b", "note": "x"}) == {"kind": "b", "note": "x"}
