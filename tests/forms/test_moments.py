"""Dates, times and both."""

from collections.abc import Callable
from typing import Any

import pytest

Fixture = Callable[..., Any]


def moment(subtype: str, **properties: object) -> dict[str, object]:
    label = "Giờ họp" if subtype == "time" else "Hạn xử lý"
    return {"type": "datetime", "subtype": subtype, "key": "due", "dateLabel": label, **properties}


@pytest.mark.parametrize(
    ("properties", "value"),
    [
        (moment("date"), "2028-02-29"),
        (moment("date"), "1900-01-01"),
        (moment("time"), "08:30"),
        (moment("time", timeSerializingFormat="utc_offset"), "08:30+07:00"),
        (moment("time", timeSerializingFormat="utc_normalized"), "01:30Z"),
        (moment("time", timeInterval=1), "08:31"),
        (moment("datetime"), "2026-11-22T08:30"),
        (moment("datetime", timeSerializingFormat="utc_offset"), "2026-11-22T08:30+07:00"),
        (moment("datetime", timeSerializingFormat="utc_normalized"), "2026-11-22T01:30Z"),
        (moment("date"), None),
    ],
)
def test_a_moment_in_the_field_s_format_is_kept_as_it_is(
    form_of: Fixture, check: Fixture, properties: Any, value: Any
) -> None:
    assert check(form_of(properties), {"due": value}) == {"due": value}


@pytest.mark.parametrize(
    ("properties", "value"),
    [
        (moment("date"), "2026-02-30"),
        (moment("date"), "1899-12-31"),
        (moment("date"), "22/11/2026"),
        (moment("date"), "2026-11-22T08:30"),
        (moment("date"), "20261122"),
        (moment("date"), "２０２６-11-22"),
        (moment("date"), "2026-11-22\n"),
        (moment("date"), 20261122),
        (moment("date"), True),
        (moment("time"), "24:00"),
        (moment("time"), "8:30"),
        (moment("time"), "08:30:00"),
        (moment("time"), "08:30Z"),
        (moment("time", timeSerializingFormat="utc_offset"), "08:30+15:00"),
        (moment("datetime"), "2026-11-22"),
        (moment("datetime"), "2026-11-22T"),
        (moment("datetime"), "2026-11-22 08:30"),
        (moment("datetime", timeSerializingFormat="utc_offset"), "2026-11-22T08:30"),
    ],
)
def test_anything_else_is_refused(form_of: Fixture, complaints: Fixture, properties: Any, value: Any) -> None:
    assert list(complaints(form_of(properties), {"due": value})) == ["due"]


@pytest.mark.parametrize(
    ("properties", "sent", "kept"),
    [
        (moment("time"), "08:31", "08:30"),
        (moment("time", timeInterval=60, timeSerializingFormat="utc_offset"), "08:59+07:00", "08:00+07:00"),
        (moment("datetime", timeSerializingFormat="utc_normalized"), "2026-11-22T01:44Z", "2026-11-22T01:30Z"),
    ],
)
def test_minutes_between_two_steps_are_kept_as_the_field_shows_them(
    form_of: Fixture, check: Fixture, properties: Any, sent: Any, kept: Any
) -> None:
    assert check(form_of(properties), {"due": sent}) == {"due": kept}


def test_the_date_label_names_the_field(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(moment("date", validate={"required": True}))

    assert complaints(form, {"due": None}) == {"due": ["Nhập «Hạn xử lý»."]}


def test_a_day_that_is_over_in_ha_noi_is_refused(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(moment("date", disallowPassedDates=True))

    assert check(form, {"due": "2026-11-23"}) == {"due": "2026-11-23"}
    assert complaints(form, {"due": "2026-11-22"}) == {"due": ["Hạn xử lý không được là ngày đã qua."]}


def test_of_a_date_time_only_the_day_may_not_be_over(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(moment("datetime", disallowPassedDates=True, timeSerializingFormat="utc_normalized"))

    assert check(form, {"due": "2026-11-22T17:00Z"}) == {"due": "2026-11-22T17:00Z"}
    assert "due" in complaints(form, {"due": "2026-11-22T16:45Z"})


def test_a_date_that_passed_while_it_stood_there_may_stay(form_of: Fixture, check: Fixture) -> None:
    form = form_of(moment("date", disallowPassedDates=True))

    assert check(form, {"due": "2026-01-05"}, due="2026-01-05") == {"due": "2026-01-05"}


@pytest.mark.parametrize(
    ("properties", "variable", "opened"),
    [
        (moment("datetime"), "2026-11-22T01:44:59Z", "2026-11-22T08:30"),
        (moment("datetime", timeSerializingFormat="utc_offset"), "2026-11-22T08:31", "2026-11-22T08:30+07:00"),
        (moment("datetime", timeSerializingFormat="utc_normalized"), "2026-11-22T08:31", "2026-11-22T01:30Z"),
        (moment("time"), "01:44:00Z", "08:30"),
        (moment("time", timeSerializingFormat="utc_offset"), "08:44", "08:30+07:00"),
        (moment("time"), "25:00", None),
        (moment("date"), "2026-11-22T08:30", None),
        (moment("datetime"), "2026-11-22", None),
        (moment("datetime"), "9999-99-99T00:00", None),
        (moment("datetime"), 5, None),
    ],
)
def test_a_variable_opens_in_the_field_s_format(
    form_of: Fixture, check: Fixture, properties: Any, variable: Any, opened: Any
) -> None:
    assert check(form_of(properties), {}, due=variable) == {"due": opened}
