"""What goes to the browser, and what is shown afterwards."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Fixture = Callable[..., Any]


UNITS = [{"label": "Văn phòng", "value": "VPS"}, {"label": "Phòng Kế hoạch", "value": "P"}]


def test_the_browser_gets_what_the_form_reads_and_no_more(form_of: Fixture) -> None:
    form = form_of(
        {"type": "textfield", "key": "person.name", "description": "Theo {{law.title}}"},
        {"type": "select", "key": "unit", "valuesKey": "units"},
        {"type": "number", "key": "amount", "validate": {"max": "=budget"}, "conditional": {"hide": "=is_small"}},
        {"type": "dynamiclist", "path": "rows", "components": [{"type": "number", "key": "n", "readonly": False}]},
        {"type": "text", "text": "# {{#loop items}}{{this.x}}{{/loop}} {{#if shown}}có{{/if}}"},
        {"type": "table", "dataSource": "=table_rows", "columns": []},
        {"type": "html", "content": "<b>{{bold}}</b>"},
    )
    read = {
        "units": ["A"],
        "law": {"title": "NĐ 30"},
        "budget": 1,
        "is_small": True,
        "items": [],
        "table_rows": [],
        "bold": 1,
    }
    variables = {
        **read,
        "person": {"name": "An", "salary": 5},
        "rows": [{"n": 1, "secret": 2}],
        "secret": 1,
        "shown": True,
    }

    initial = form.initial(variables)

    assert initial == {**read, "shown": True, "person": {"name": "An"}, "rows": [{"n": 1}]}
    assert form.reads == set(initial) | {"unit", "amount"}


def test_what_goes_to_the_browser_is_a_copy(form_of: Fixture) -> None:
    variables = {"units": ["A"]}
    form = form_of({"type": "select", "key": "unit", "valuesKey": "units"})

    form.initial(variables)["units"].append("B")

    assert variables == {"units": ["A"]}


def test_a_summary_reads_as_a_person_reads(form_of: Fixture) -> None:
    form = form_of(
        {"type": "textfield", "key": "abstract", "label": "Trích yếu"},
        {"type": "number", "key": "amount", "label": "Số tiền"},
        {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "Ngày"},
        {"type": "datetime", "subtype": "datetime", "key": "meeting", "dateLabel": "Họp"},
        {"type": "datetime", "subtype": "time", "key": "at", "timeLabel": "Lúc"},
        {"type": "checkbox", "key": "urgent", "label": "Khẩn"},
        {"type": "checkbox", "key": "secret", "label": "Mật"},
        {"type": "taglist", "key": "chain", "label": "Luồng", "values": UNITS},
        {"type": "select", "key": "signer", "label": "Người ký", "valuesKey": "signers"},
        {"type": "expression", "key": "total", "label": "Tổng", "expression": "=1"},
        {"type": "textfield", "key": "hidden", "label": "Ẩn"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "Khoản",
            "components": [{"type": "number", "key": "n", "label": "Tiền"}],
        },
    )
    values = {
        "abstract": "Báo cáo",
        "amount": 1_500_000,
        "day": "2026-11-22",
        "meeting": "2026-11-22T08:30+07:00",
        "at": "08:30+07:00",
        "urgent": True,
        "secret": False,
        "chain": ["P", "VPS"],
        "signer": "gd",
        "total": Decimal("1234.5"),
        "rows": [{"n": 1}, {"n": None}],
    }

    assert form.summary(values, {"signers": [{"label": "Giám đốc", "value": "gd"}]}) == [
        ("Trích yếu", "Báo cáo"),
        ("Số tiền", "1.500.000"),
        ("Ngày", "22/11/2026"),
        ("Họp", "08:30 22/11/2026"),
        ("Lúc", "08:30"),
        ("Khẩn", "Có"),
        ("Mật", "Không"),
        ("Luồng", "Phòng Kế hoạch, Văn phòng"),
        ("Người ký", "Giám đốc"),
        ("Tổng", "1.234,5"),
        ("Khoản 1 – Tiền", "1"),
        ("Khoản 2 – Tiền", ""),
    ]


def test_the_schema_is_marshmallow_s(form_of: Fixture) -> None:
    form = form_of({"type": "number", "key": "a.b", "label": "Số", "validate": {"required": True}})

    assert form.schema().load({"a": {"b": 5}}) == {"a": {"b": 5}}
    assert form.schema().validate({"a": {"b": None}})["a"]["b"][0].vi == "Nhập «Số»."
