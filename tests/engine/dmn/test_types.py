"""Types of variables and results: conversions, item definitions, allowed values."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import InputUnfit
from engine.feel import YearsMonths


def item(name: str, kind: str = "", *, many: bool = False, allowed: str = "", tests: str = "", inner: str = "") -> str:
    said = f"<typeRef>{kind}</typeRef>" if kind else ""
    values = f"<allowedValues><text>{allowed}</text></allowedValues>" if allowed else ""
    whole = f"<typeConstraint><text>{tests}</text></typeConstraint>" if tests else ""
    collection = ' isCollection="true"' if many else ""
    return f'<itemDefinition name="{name}"{collection}>{said}{values}{whole}{inner}</itemDefinition>'


def component(name: str, kind: str) -> str:
    return f'<itemComponent name="{name}"><typeRef>{kind}</typeRef></itemComponent>'


def given(ask: Any, kind: str, value: object, *types: str) -> object:
    """Return what a decision sees of a variable of a type."""
    asked = ask.dmn.decision("d", ask.dmn.feel("x"), requires=["data:x"])
    return ask(*types, ask.dmn.data("x", type=kind), asked, x=value).value


@pytest.mark.parametrize(
    ("kind", "value", "seen"),
    [
        ("number", 5, 5),
        ("feel:string", "a", "a"),
        ("date", "2026-03-02", date(2026, 3, 2)),
        ("time", "08:00:00", time(8)),
        ("date and time", "2026-03-02T08:00:00Z", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("dateTime", "2026-03-02T08:00:00Z", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("dayTimeDuration", "PT90M", timedelta(minutes=90)),
        ("yearMonthDuration", "P1Y", YearsMonths(12)),
        ("integer", Decimal("2.0"), Decimal("2.0")),
        ("Any", "a", "a"),
        ("number", [5], 5),
        ("number", None, None),
    ],
)
def test_variables_become_what_their_type_wants(ask: Any, kind: str, value: object, seen: object) -> None:
    found = given(ask, kind, value)

    assert found == seen
    assert type(found) is type(seen)


@pytest.mark.parametrize(("kind", "value"), [("number", "5"), ("date", "soon"), ("boolean", 1), ("string", ["a", "b"])])
def test_variables_that_do_not_conform_are_refused(ask: Any, kind: str, value: object) -> None:
    with pytest.raises(InputUnfit):
        given(ask, kind, value)


def test_a_list_type_takes_a_single_value_and_reads_the_dates_inside(ask: Any) -> None:
    days = item("days", "date", many=True)

    assert given(ask, "days", ["2026-03-02"], days) == [date(2026, 3, 2)]
    assert given(ask, "days", "2026-03-02", days) == [date(2026, 3, 2)]


def test_a_structure_is_checked_field_by_field_and_may_hold_more(ask: Any) -> None:
    person = item("person", inner=component("name", "string") + component("born", "date"))

    seen = given(ask, "person", {"name": "An", "born": "2000-01-01", "note": 1}, person)

    assert seen == {"name": "An", "born": date(2000, 1, 1), "note": 1}
    with pytest.raises(InputUnfit):
        given(ask, "person", {"name": "An"}, person)
    with pytest.raises(InputUnfit):
        given(ask, "person", {"name": 5, "born": None}, person)


def test_values_that_a_type_does_not_allow_are_refused_at_any_depth(ask: Any) -> None:
    level = item("level", "string", allowed='"a", "b"')
    person = item("person", inner=component("level", "level"))
    people = item("people", "person", many=True)

    assert given(ask, "people", [{"level": "a"}, {"level": None}], people, person, level)
    with pytest.raises(InputUnfit):
        given(ask, "people", [{"level": "c"}], people, person, level)


def test_allowed_values_of_a_list_are_its_elements_and_a_constraint_is_the_whole(ask: Any) -> None:
    levels = item("levels", "number", many=True, allowed="[1..9]", tests="count(?) &lt; 3")

    assert given(ask, "levels", [1, 9], levels) == [1, 9]
    for wrong in ([0], [1, 2, 3]):
        with pytest.raises(InputUnfit):
            given(ask, "levels", wrong, levels)


def test_a_narrower_type_allows_only_what_both_allow(ask: Any) -> None:
    types = item("small", "number", allowed="&lt; 10"), item("tiny", "small", allowed="&gt; 5")

    assert given(ask, "tiny", 7, *types) == 7
    for wrong in (3, 12):
        with pytest.raises(InputUnfit):
            given(ask, "tiny", wrong, *types)


def test_a_result_that_does_not_conform_becomes_null_with_a_warning(ask: Any, environment: Any) -> None:
    assert ask(ask.dmn.decision("d", ask.dmn.feel('"a"'), type="number")).value is None
    assert "“d”" in environment.warnings[0].text.en


def test_a_result_is_made_a_list_or_a_single_value_as_its_type_wants(ask: Any) -> None:
    numbers = item("numbers", "number", many=True)

    assert ask(numbers, ask.dmn.decision("d", ask.dmn.feel("1"), type="numbers")).value == [1]
    assert ask(ask.dmn.decision("d", ask.dmn.feel("[1]"), type="number")).value == 1


def test_item_definitions_are_known_to_instance_of(ask: Any) -> None:
    person = item("người nộp", inner=component("name", "string"))

    assert ask(person, ask.dmn.feel("x instance of người nộp"), x={"name": "An"}).value is True
    assert ask(person, ask.dmn.feel("x instance of người nộp"), x={"name": 1}).value is False
