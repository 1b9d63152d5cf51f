"""Keys with dots, groups with paths, dynamic lists."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Fixture = Callable[..., Any]


def text(key: str, **properties: object) -> dict[str, object]:
    return {"type": "textfield", "key": key, "label": key, **properties}


def rows(*components: object, **properties: object) -> dict[str, object]:
    return {"type": "dynamiclist", "path": "rows", "label": "Các khoản", "components": components, **properties}


AMOUNT = {"type": "number", "key": "amount", "label": "Số tiền", "validate": {"required": True}}


def test_a_key_with_dots_is_a_path(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(text("person.name", validate={"required": True}), text("person.job"))

    assert check(form, {"person": {"name": "An", "job": ""}}) == {"person": {"name": "An", "job": ""}}
    assert complaints(form, {"person": {"name": ""}}) == {"person.name": ["Nhập «person.name»."]}


def test_a_context_keeps_what_the_form_does_not_show(form_of: Fixture, check: Fixture) -> None:
    form = form_of(text("person.name"), text("person.secret", conditional={"hide": "=true"}))
    person = {"id": 7, "name": "An", "secret": "s"}

    assert check(form, {"person": {"name": "Bình"}}, person=person) == {
        "person": {"id": 7, "name": "Bình", "secret": "s"}
    }


def test_a_client_cannot_set_what_the_form_does_not_show(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(text("person.name"))

    assert list(complaints(form, {"person": {"name": "An", "id": 8}}, person={"id": 7})) == ["person.id"]
    assert check(form, {"person": {"name": "An", "id": 7}}, person={"id": 7}) == {"person": {"name": "An", "id": 7}}


def test_unknown_fields_are_refused_wherever_they_stand(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(text("known"), rows(AMOUNT), text("person.name"))

    said = complaints(form, {"other": 1, "rows": [{"amount": 1, "x": 1}], "person": {"y": 1}}, other=1)

    assert sorted(said) == ["other", "person.y", "rows.0.x"]
    assert said["other"] == ["Biểu mẫu không có ô này. Hãy tải lại trang rồi nhập lại."]


def test_rows_are_checked_each_by_itself_and_named_by_number(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(rows(AMOUNT))

    said = complaints(form, {"rows": [{"amount": 1}, {"amount": None}, {}, {"amount": "x"}]})

    assert said == {
        "rows.1.amount": ["Dòng 2: Nhập «Số tiền»."],
        "rows.2.amount": ["Dòng 3: Nhập «Số tiền»."],
        "rows.3.amount": ["Dòng 4: Số tiền phải là một số."],
    }


def test_lists_stand_in_lists(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    inner = {"type": "dynamiclist", "path": "parts", "components": [AMOUNT]}
    form = form_of(rows(text("name"), inner))

    values = {"rows": [{"name": "a", "parts": [{"amount": 1}, {"amount": 2}]}, {"name": "b", "parts": []}]}

    assert check(form, values) == values
    said = complaints(form, {"rows": [{"name": "a", "parts": [{"amount": 1}, {"amount": None}]}]})
    assert said == {"rows.0.parts.1.amount": ["Dòng 1.2: Nhập «Số tiền»."]}


def test_an_emptied_list_is_empty(form_of: Fixture, check: Fixture) -> None:
    form = form_of(rows(AMOUNT))

    assert check(form, {}, rows=[{"amount": 1}]) == {"rows": []}
    assert check(form, {"rows": []}, rows=[{"amount": 1}]) == {"rows": []}


def test_a_list_is_a_list_and_a_row_a_context(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(rows(AMOUNT))

    assert complaints(form, {"rows": "x"}) == {"rows": ["Các khoản phải là một danh sách."]}
    assert list(complaints(form, {"rows": {"0": {"amount": 1}}})) == ["rows"]
    assert list(complaints(form, {"rows": [5]})) == ["rows.0.amount", "rows.0"]


def test_a_row_sees_itself_its_surroundings_and_its_number(form_of: Fixture, check: Fixture) -> None:
    form = form_of(
        {"type": "number", "key": "rate"},
        rows(
            AMOUNT,
            {"type": "expression", "key": "part", "expression": "=this.amount * rate + i[1] + parent.rate"},
            text("why", conditional={"hide": "=this.amount < 100"}),
        ),
    )

    kept = check(form, {"rate": 2, "rows": [{"amount": 10, "why": "x"}, {"amount": 100, "why": "y"}]})

    assert kept["rows"] == [{"amount": 10, "part": 23}, {"amount": 100, "part": 204, "why": "y"}]


def test_a_sum_over_rows_is_exact(form_of: Fixture, check: Fixture) -> None:
    form = form_of(rows(AMOUNT), {"type": "expression", "key": "total", "expression": "=sum(rows.amount)"})

    assert check(form, {"rows": [{"amount": 0.1}, {"amount": 0.2}]})["total"] == Decimal("0.3")


def test_a_hidden_list_is_dropped_with_its_rows(form_of: Fixture, check: Fixture) -> None:
    form = form_of(rows(AMOUNT, conditional={"hide": "=true"}), text("note"))

    assert check(form, {"note": "x", "rows": [{"amount": "wrong", "y": 1}]}) == {"note": "x"}


def test_rows_that_cannot_come_or_go_keep_what_is_not_editable(
    form_of: Fixture, check: Fixture, complaints: Fixture
) -> None:
    form = form_of(rows(text("unit", readonly=True), text("opinion"), text("off", disabled=True), allowAddRemove=False))
    variables = {"rows": [{"unit": "A", "id": 1, "off": "o"}, {"unit": "B", "id": 2}]}

    kept = check(form, {"rows": [{"unit": "forged", "opinion": "yes"}, {"opinion": "no", "id": 2}]}, **variables)

    assert kept == {
        "rows": [{"unit": "A", "opinion": "yes", "id": 1, "off": "o"}, {"unit": "B", "opinion": "no", "id": 2}]
    }
    said = complaints(form, {"rows": [{"opinion": "yes"}]}, **variables)
    assert said == {"rows": ["Danh sách «Các khoản» phải giữ nguyên 2 dòng."]}


def test_a_row_without_fields_comes_as_null(form_of: Fixture, check: Fixture) -> None:
    form = form_of(rows(text("note", conditional={"hide": "=i[1] = 1"})))

    assert check(form, {"rows": [None, {"note": "x"}]}) == {"rows": [{}, {"note": "x"}]}
