"""No value of a case may stand in what an error says."""

import json
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.scrubbing import scrubbed

NAME = "Nguyễn Thị Ánh"


@pytest.mark.parametrize(
    "written",
    [NAME, NAME.upper(), f"'{NAME}'", json.dumps(NAME), quote(NAME), quote(NAME).lower(), repr([NAME])],
)
def test_a_text_is_taken_out_however_it_is_written(written: str) -> None:
    said = scrubbed(f"no answer for {written} today", {"citizen": {"names": [NAME]}})

    assert "Ánh" not in said
    assert "nh" not in said.removeprefix("no answer for").removesuffix("today")


@pytest.mark.parametrize("written", ["1234567", "1,234,567", "1.234.567", "1 234 567", "-1234567"])
def test_a_number_is_taken_out_however_it_is_grouped(written: str) -> None:
    assert "234" not in scrubbed(f"amount {written} refused", {"amount": -1234567})


def test_a_number_with_a_fraction_is_taken_out() -> None:
    assert scrubbed("paid 1234.50", {"amount": Decimal("1234.50")}) == "paid …"


def test_what_is_too_short_to_name_anybody_stays() -> None:
    assert scrubbed("HTTP 404: no page 2 at all", {"a": "no", "b": 404, "c": True, "d": None}) == (
        "HTTP 404: no page 2 at all"
    )


def test_of_two_values_that_begin_alike_nothing_is_left() -> None:
    assert scrubbed("for Lê Lợi Anh", {"a": "Lê Lợi", "b": "Lê Lợi Anh"}) == "for …"


def test_a_long_number_is_taken_out_though_no_variable_holds_it() -> None:
    assert scrubbed("CCCD 079012345678 not found", {}) == "CCCD … not found"


def test_a_message_is_one_line_of_at_most_500_characters() -> None:
    said = scrubbed("first line\nsecond line " + "x y " * 500, {})

    assert said.startswith("first line second line x y")
    assert len(said) == 500
    assert said.endswith("…")


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=3, max_size=40))
def test_whatever_a_variable_holds_is_not_said(value: str) -> None:
    assert value not in scrubbed(f"before {value} after", {"variable": [value]}) or value in "before … after"
