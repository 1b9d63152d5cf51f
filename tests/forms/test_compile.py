"""What a form may say, and what refuses it."""

from collections.abc import Callable
from typing import Any

import pytest
import simplejson

from forms import FormRefused, compile_form

Fixture = Callable[..., Any]


def text(**properties: object) -> dict[str, object]:
    return {"type": "textfield", "id": "f", "key": "a", **properties}


def number(**properties: object) -> dict[str, object]:
    return {"type": "number", "id": "f", "key": "a", **properties}


def select(**properties: object) -> dict[str, object]:
    return {"type": "select", "id": "f", "key": "a", **properties}


OPTION = {"label": "A", "value": "a"}


def test_a_form_of_every_component_compiles(form_of: Fixture) -> None:
    typed = ["textfield", "textarea", "number", "datetime", "checkbox"]
    chosen = ["checklist", "radio", "select", "taglist"]
    shown = ["button", "html", "image", "separator", "spacer", "table", "text"]

    form = form_of(
        *({"type": one, "key": one} for one in typed),
        *({"type": one, "key": one, "values": [OPTION]} for one in chosen),
        *({"type": one} for one in shown),
        {"type": "expression", "key": "expression", "expression": "=1"},
        {"type": "group", "components": [{"type": "group", "path": "g", "components": [text()]}]},
        {"type": "dynamiclist", "path": "rows", "components": [{"type": "number", "key": "n", "label": "N"}]},
        id="all_of_it",
        title="Tất cả",
    )

    assert form.form_id == "all_of_it"
    assert form.title == "Tất cả"
    assert [field.path for field in form.fields][-4:] == ["expression", "g.a", "rows", "rows.n"]
    assert form.fields[-1] == ("rows.n", "N", "number")


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ({"type": "filepicker", "id": "f", "key": "a"}, "form.component_unsupported"),
        ({"type": "iframe", "id": "f", "url": "https://x"}, "form.component_unsupported"),
        ({"type": "documentPreview", "id": "f"}, "form.component_unsupported"),
        ({"type": "hologram", "id": "f"}, "form.component_unknown"),
        (text(key=""), "form.key_missing"),
        ({"type": "dynamiclist", "id": "f"}, "form.key_missing"),
        (text(key="a b"), "form.key_invalid"),
        (text(key="a..b"), "form.key_invalid"),
        (text(key="a.0"), "form.key_invalid"),
        (text(key="a.1b"), "form.key_invalid"),
        (text(key="__proto__.x"), "form.key_invalid"),
        (text(key="a.constructor"), "form.key_invalid"),
        (text(key="outcome"), "form.key_reserved"),
        (text(key="reason"), "form.key_reserved"),
        (text(conditional={"hide": "=a +"}), "form.expression"),
        (text(conditional={"hide": "true"}), "form.shape"),
        (text(conditional={"hide": '=unit of("x") = null'}), "form.office_function"),
        (text(readonly="true"), "form.shape"),
        (text(disabled="=true"), "form.shape"),
        (text(label="={{"), "form.expression"),
        (text(description="xem {{a +}}"), "form.expression"),
        (text(validate={"required": "=x"}), "form.shape"),
        (text(validate={"pattern": "(?=a)"}), "form.pattern"),
        (text(validate={"pattern": r"(a)\1"}), "form.pattern"),
        (text(validate={"pattern": r"^\p{L}+$"}), "form.pattern"),
        (text(validate={"pattern": "["}), "form.pattern"),
        (text(validate={"pattern": "x{2000}"}), "form.pattern"),
        (text(validate={"maxLength": "many"}), "form.shape"),
        (text(validate={"maxLength": -1}), "form.shape"),
        (text(validate={"max": 5}), "form.rule_invalid"),
        (text(validate={"validationType": "iban"}), "form.rule_invalid"),
        (text(validate=[]), "form.shape"),
        (text(defaultValue=5), "form.default_invalid"),
        (number(validate={"minLength": 5}), "form.rule_invalid"),
        (number(increment=0), "form.shape"),
        (number(decimalDigits=-1), "form.shape"),
        (number(defaultValue="5"), "form.default_invalid"),
        ({"type": "datetime", "id": "f", "key": "a", "subtype": "week"}, "form.shape"),
        ({"type": "datetime", "id": "f", "key": "a", "timeSerializingFormat": "x"}, "form.shape"),
        (select(), "form.options_missing"),
        (select(values=[]), "form.options_missing"),
        (select(values="x"), "form.options_invalid"),
        (select(values=[OPTION, OPTION]), "form.options_invalid"),
        (select(values=[OPTION, {"label": "B"}]), "form.options_invalid"),
        (select(values=[OPTION], valuesKey="x"), "form.options_ambiguous"),
        (select(valuesKey="a.b"), "form.key_invalid"),
        (select(valuesExpression="units"), "form.shape"),
        (select(valuesExpression="=units()"), "form.office_function"),
        (select(values=[OPTION], defaultValue="b"), "form.default_invalid"),
        ({"type": "expression", "id": "f", "key": "a", "expression": "1"}, "form.shape"),
        ({"type": "expression", "id": "f", "key": "a", "expression": "=a + 1"}, "form.circle"),
        (text(conditional={"hide": "=a = null"}), "form.circle"),
        ({"type": "dynamiclist", "id": "f", "path": "r", "defaultRepetitions": 5000}, "form.shape"),
        ({"type": "dynamiclist", "id": "f", "path": "r", "isRepeating": False}, "form.shape"),
    ],
)
def test_what_cannot_be_checked_safely_is_refused_by_component(codes: Fixture, component: Any, code: Any) -> None:
    assert codes(component) == [(code, "f")]


def test_everything_wrong_is_said_at_once(codes: Fixture) -> None:
    found = codes(
        text(id="one", key="a b"), text(id="two", validate={"pattern": "("}), {"type": "iframe", "id": "three"}
    )

    assert [component for _, component in found] == ["one", "two", "three"]


@pytest.mark.parametrize(("first", "second"), [("a", "a"), ("a", "a.b"), ("a.b", "a"), ("a.b", "a.b")])
def test_two_components_do_not_share_a_key(codes: Fixture, first: Any, second: Any) -> None:
    assert codes(text(id="one", key=first), text(id="two", key=second)) == [("form.key_taken", "two")]


def test_rows_have_keys_of_their_own(form_of: Fixture) -> None:
    form_of(text(id="one"), {"type": "dynamiclist", "path": "rows", "components": [text(id="two")]})


def test_an_id_stands_once(codes: Fixture) -> None:
    assert codes(text(key="a"), text(key="b")) == [("form.id_taken", "f")]


def test_conditions_in_a_circle_are_refused_with_the_way_round(form_of: Fixture) -> None:
    with pytest.raises(FormRefused) as refused:
        form_of(
            text(id="one", key="one", conditional={"hide": "=two = null"}),
            {"type": "group", "conditional": {"hide": "=three"}, "components": [text(id="two", key="two")]},
            {"type": "expression", "id": "three", "key": "three", "expression": '=one = "x"'},
        )

    assert [one.code for one in refused.value.findings] == ["form.circle"]
    assert "three" in refused.value.findings[0].message.vi


@pytest.mark.parametrize("locked", [{"readonly": True}, {"disabled": True}, {"readonly": "=x = 1"}])
def test_a_locked_field_needs_rows_that_stay(codes: Fixture, form_of: Fixture, locked: Any) -> None:
    moving = {"type": "dynamiclist", "id": "l", "path": "rows", "components": [text(**locked)]}

    assert codes(moving) == [("form.read_only_in_list", "f")]
    form_of({**moving, "allowAddRemove": False})


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "form.not_json"),
        ('{"components": [NaN]}', "form.not_json"),
        ("[" * 100_000, "form.not_json"),
        ("[]", "form.shape"),
        ('{"type": "group"}', "form.shape"),
        ('{"components": {}}', "form.shape"),
        ('{"components": [5]}', "form.shape"),
        ('{"schemaVersion": 20, "components": []}', "form.schema_version"),
        ('{"schemaVersion": "x", "components": []}', "form.schema_version"),
        (" " * 1_000_001, "form.too_large"),
        (simplejson.dumps({"components": [{"type": "spacer"}] * 1001}), "form.too_large"),
    ],
)
def test_what_is_no_form_is_refused(document: Any, code: Any) -> None:
    with pytest.raises(FormRefused) as refused:
        compile_form(document, filename="x.form")

    assert [(one.code, one.file) for one in refused.value.findings] == [(code, "x.form")]


def test_groups_do_not_nest_without_end(codes: Fixture) -> None:
    component: dict[str, object] = {"type": "spacer"}
    for _ in range(100):
        component = {"type": "group", "components": [component]}

    assert [code for code, _ in codes(component)] == ["form.too_large"]


def test_leftovers_of_the_editor_are_no_fault(form_of: Fixture) -> None:
    form_of(text(validate={"validationType": "", "min": None}, conditional={"hide": ""}, readonly="", valuesKey=""))
