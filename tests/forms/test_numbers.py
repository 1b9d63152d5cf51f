"""Number fields: exact, never approximately."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Fixture = Callable[..., Any]


def amount(**properties: object) -> dict[str, object]:
    return {"type": "number", "key": "amount", "label": "Số tiền", **properties}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (5, 5),
        (0, 0),
        (-3, -3),
        (Decimal("0.1"), Decimal("0.1")),
        (0.1, Decimal("0.1")),
        (5.0, 5),
        (Decimal("1E+3"), 1000),
        (Decimal("-0.0"), 0),
        (10**33, 10**33),
        (None, None),
    ],
)
def test_a_number_is_kept_exactly(form_of: Fixture, check: Fixture, sent: Any, kept: Any) -> None:
    value = check(form_of(amount()), {"amount": sent})["amount"]

    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize("value", ["5", "", True, False, [], {}, [5]])
def test_only_a_number_is_a_number(form_of: Fixture, complaints: Fixture, value: Any) -> None:
    assert complaints(form_of(amount()), {"amount": value}) == {"amount": ["Số tiền phải là một số."]}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), Decimal("NaN"), Decimal("sNaN")])
def test_nan_and_infinity_are_no_numbers(form_of: Fixture, complaints: Fixture, value: Any) -> None:
    assert complaints(form_of(amount()), {"amount": value}) == {"amount": ["Giá trị không phải là số."]}


@pytest.mark.parametrize("value", [10**34, 10**4000, 1e300, Decimal("1E+999999"), Decimal("1E-999999")])
def test_a_number_that_cannot_be_kept_is_refused(form_of: Fixture, complaints: Fixture, value: Any) -> None:
    assert list(complaints(form_of(amount()), {"amount": value})) == ["amount"]


def test_a_numeral_is_kept_as_text_where_the_form_says_so(
    form_of: Fixture, check: Fixture, complaints: Fixture
) -> None:
    form = form_of(amount(serializeToString=True, decimalDigits=2))

    assert check(form, {"amount": "12345678901234567.25"}) == {"amount": "12345678901234567.25"}
    assert check(form, {"amount": "5."}) == {"amount": "5"}
    assert check(form, {"amount": "1.50"}) == {"amount": "1.50"}
    assert check(form, {"amount": " 5 "}) == {"amount": "5"}
    assert check(form, {"amount": ""}) == {"amount": None}
    assert check(form, {}, amount=Decimal("1.5")) == {"amount": "1.5"}
    for wrong in (5, "x", "0x10", "5 5", "NaN", "1_000", "٥", "1" * 60):
        assert complaints(form, {"amount": wrong}) == {"amount": ["Số tiền phải là một số."]}


def test_bounds_are_inclusive(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(amount(validate={"min": 1, "max": 1_500_000}))

    assert check(form, {"amount": 1}) == {"amount": 1}
    assert check(form, {"amount": 1_500_000}) == {"amount": 1_500_000}
    assert complaints(form, {"amount": 0}) == {"amount": ["Số tiền phải từ 1 trở lên."]}
    assert complaints(form, {"amount": 1_500_001}) == {"amount": ["Số tiền không được quá 1.500.000."]}
    assert check(form, {"amount": None}) == {"amount": None}


def test_a_bound_may_be_feel_over_the_form_and_the_variables(
    form_of: Fixture, check: Fixture, complaints: Fixture
) -> None:
    form = form_of(amount(validate={"max": "=budget - spent"}), {"type": "number", "key": "spent"})

    assert check(form, {"amount": 7, "spent": 3}, budget=10) == {"amount": 7, "spent": 3}
    assert complaints(form, {"amount": 8, "spent": 3}, budget=10) == {"amount": ["Số tiền không được quá 7."]}


def test_a_required_number_may_be_zero(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(amount(validate={"required": True}))

    assert check(form, {"amount": 0}) == {"amount": 0}
    assert complaints(form, {"amount": None}) == {"amount": ["Nhập «Số tiền»."]}


def test_decimal_digits_are_counted_without_zeros_at_the_end(
    form_of: Fixture, check: Fixture, complaints: Fixture
) -> None:
    form = form_of(amount(decimalDigits=1))

    assert check(form, {"amount": Decimal("1.50")}) == {"amount": Decimal("1.50")}
    assert complaints(form, {"amount": Decimal("1.25")}) == {"amount": ["Số tiền chỉ được có 1 chữ số sau dấu phẩy."]}


def test_money_is_a_whole_number(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(amount(decimalDigits=0))

    assert complaints(form, {"amount": Decimal("0.5")}) == {"amount": ["Số tiền phải là số nguyên."]}


def test_a_step_names_its_neighbours(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(amount(increment="0.1"))

    assert check(form, {"amount": 0.3}) == {"amount": Decimal("0.3")}
    said = complaints(form, {"amount": Decimal("-0.25")})["amount"]
    assert said == ["Số tiền phải là bội số của 0,1: gần nhất là -0,3 hoặc -0,2."]
