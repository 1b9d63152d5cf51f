"""Check boxes, and choices of one or several."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Fixture = Callable[..., Any]


UNITS = [
    {"label": "Văn phòng Sở", "value": "VPS"},
    {"label": "Trung tâm Khuyến công", "value": "TT.KCTVPTCN"},
    {"label": "Phòng Kế hoạch", "value": "P.KHTCTH"},
]


def chain(**properties: object) -> dict[str, object]:
    return {"type": "taglist", "key": "chain", "label": "Luồng luân chuyển", "values": UNITS, **properties}


def unit(**properties: object) -> dict[str, object]:
    return {"type": "select", "key": "unit", "label": "Đơn vị", **properties}


def test_a_box_is_true_or_false(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of({"type": "checkbox", "key": "agreed", "label": "Đồng ý"})

    assert check(form, {"agreed": True}) == {"agreed": True}
    assert check(form, {"agreed": None}) == {"agreed": False}
    assert check(form, {}) == {"agreed": False}
    wrong: object
    for wrong in (1, 0, "true", "on", []):
        assert complaints(form, {"agreed": wrong}) == {"agreed": ["Đồng ý phải là có hoặc không."]}


def test_a_required_box_must_be_ticked(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of({"type": "checkbox", "key": "agreed", "label": "Đồng ý", "validate": {"required": True}})

    assert complaints(form, {"agreed": False}) == {"agreed": ["Đánh dấu «Đồng ý»."]}


def test_the_order_of_a_chain_is_the_order_of_choosing(form_of: Fixture, check: Fixture) -> None:
    assert check(form_of(chain()), {"chain": ["P.KHTCTH", "VPS"]}) == {"chain": ["P.KHTCTH", "VPS"]}


def test_a_unit_stands_in_a_chain_once(form_of: Fixture, complaints: Fixture) -> None:
    said = complaints(form_of(chain()), {"chain": ["VPS", "VPS"]})

    assert said == {"chain": ["Luồng luân chuyển có mục bị chọn hai lần."]}


def test_a_required_chain_must_not_be_empty(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(chain(validate={"required": True}))

    assert complaints(form, {"chain": []}) == {"chain": ["Chọn «Luồng luân chuyển»."]}
    assert complaints(form, {"chain": None}) == {"chain": ["Chọn «Luồng luân chuyển»."]}


@pytest.mark.parametrize("value", ["VPS", {"0": "VPS"}, 5, True, [None]])
def test_several_choices_are_a_list(form_of: Fixture, complaints: Fixture, value: Any) -> None:
    assert complaints(form_of(chain()), {"chain": value}) == {"chain": ["Luồng luân chuyển phải là một danh sách."]}


@pytest.mark.parametrize("value", [["XYZ"], ["VPS", "XYZ"], [["VPS"]], [1], [True], [{"label": "VPS"}]])
def test_what_is_not_on_the_list_is_refused(form_of: Fixture, complaints: Fixture, value: Any) -> None:
    said = complaints(form_of(chain()), {"chain": value})

    assert said == {"chain": ["Luồng luân chuyển có mục không nằm trong danh sách. Hãy chọn lại."]}


def test_one_choice_is_on_the_list_or_none(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(unit(values=UNITS))

    assert check(form, {"unit": "VPS"}) == {"unit": "VPS"}
    assert check(form, {"unit": None}) == {"unit": None}
    wrong: object
    for wrong in ("XYZ", "vps", 5, [], ["VPS"], {}):
        assert list(complaints(form, {"unit": wrong})) == ["unit"]


def test_true_is_not_one_and_one_is_not_true(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(
        {"type": "radio", "key": "unit", "values": [{"label": "Một", "value": 1}, {"label": "A", "value": "1"}]}
    )

    assert check(form, {"unit": 1}) == {"unit": 1}
    assert check(form, {"unit": Decimal("1.0")}) == {"unit": Decimal("1.0")}
    assert check(form, {"unit": "1"}) == {"unit": "1"}
    assert list(complaints(form, {"unit": True})) == ["unit"]


def test_options_come_from_a_variable_as_form_js_reads_it(
    form_of: Fixture, check: Fixture, complaints: Fixture
) -> None:
    form = form_of(unit(valuesKey="units"))
    units = ["VPS", {"label": "Phòng", "value": "P"}, {"value": 7}, {"label": "Không giá trị"}, None, "", {}]

    for offered in ("VPS", "P", 7):
        assert check(form, {"unit": offered}, units=units) == {"unit": offered}
    for refused in ("Không giá trị", {"label": "Không giá trị"}):
        assert list(complaints(form, {"unit": refused}, units=units)) == ["unit"]
    assert list(complaints(form, {"unit": "VPS"})) == ["unit"]
    assert list(complaints(form, {"unit": "VPS"}, units="VPS")) == ["unit"]


def test_an_option_may_be_a_context(form_of: Fixture, check: Fixture) -> None:
    value = {"code": "VPS", "people": [1, 2]}

    kept = check(form_of(unit(valuesKey="units")), {"unit": value}, units=[{"label": "Văn phòng", "value": value}])

    assert kept == {"unit": value}


def test_options_may_be_feel_over_what_is_typed(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(
        {"type": "number", "key": "level"},
        unit(valuesExpression="=if level > 1 then province_units else district_units"),
    )
    lists = {"province_units": ["SCT"], "district_units": ["HUYEN"]}

    assert check(form, {"level": 2, "unit": "SCT"}, **lists) == {"level": 2, "unit": "SCT"}
    assert list(complaints(form, {"level": 1, "unit": "SCT"}, **lists)) == ["unit"]


def test_options_may_be_feel_over_the_row(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(
        {
            "type": "dynamiclist",
            "path": "rows",
            "components": [
                unit(valuesExpression="=this.offered") | {"label": "Đơn vị"},
                {"type": "expression", "key": "offered", "expression": "=all[i[1]]"},
            ],
        },
    )
    offered = {"all": [["A"], ["B"]]}

    assert check(form, {"rows": [{"unit": "A"}, {"unit": "B"}]}, **offered)["rows"][1]["unit"] == "B"
    said = complaints(form, {"rows": [{"unit": "A"}, {"unit": "A"}]}, **offered)
    assert said == {"rows.1.unit": ["Dòng 2: Đơn vị có mục không nằm trong danh sách. Hãy chọn lại."]}


def test_a_stored_choice_that_is_no_longer_offered_opens_empty(form_of: Fixture, check: Fixture) -> None:
    form = form_of(unit(values=UNITS), chain())

    assert check(form, {}, unit="CŨ", chain=["VPS", "CŨ"]) == {"unit": None, "chain": ["VPS"]}


def test_a_stored_choice_that_feel_no_longer_offers_opens_empty(form_of: Fixture, check: Fixture) -> None:
    form = form_of(unit(valuesExpression="=units"))

    assert check(form, {}, unit="CŨ", units=["MỚI"]) == {"unit": None}
    assert check(form, {}, unit="MỚI", units=["MỚI"]) == {"unit": "MỚI"}


def test_nothing_chosen_opens_as_an_empty_list_since_the_browser_adds_to_it(form_of: Fixture) -> None:
    form = form_of(chain(), {"type": "dynamiclist", "path": "rows", "components": [chain()]})

    assert form.initial({"chain": None, "rows": [{"chain": None}]}) == {"chain": [], "rows": [{"chain": []}]}
