"""The page that says in words from when deadlines count, and the form that changes it."""

from datetime import time
from typing import Any

import pytest
from sqlalchemy import select

from engine.model import ReceiptRule, ReceiptShift

ADDRESS = "/admin/calendar/receipt"


@pytest.fixture
def admin(site: Any) -> Any:
    """The administrator at their browser."""
    return site.visit("ta.duy")


def rule_of(site: Any) -> ReceiptRule:
    with site.session() as session:
        found: ReceiptRule = session.scalars(select(ReceiptRule)).one()
        return found


def test_what_holds_without_anybodys_doing_is_said_in_words(admin: Any) -> None:
    page = admin.get(ADDRESS).text

    assert "Nhận ngoài giờ thì tính từ lúc mở cửa tiếp theo." in page
    assert "Việc trả trong ngày: hạn là hết giờ làm việc của ngày nhận." in page
    assert ADDRESS in admin.get("/admin/calendar").text


def test_a_unit_gets_its_own_hours_in_words_and_on_record_and_loses_them_again(site: Any, admin: Any) -> None:
    said = {"unit": "VPS", "shift": "until", "received_until": "15:30", "same_day_until": "15h00"}

    page = admin.get(admin.post(ADDRESS, said).location).text

    assert "Nhận sau 15:30 thì tính từ ngày làm việc tiếp theo." in page
    assert "Việc trả trong ngày nhận sau 15:00: hạn là ngày làm việc tiếp theo." in page
    assert "cách tính lúc nhận của VPS" in admin.get("/admin/calendar").text
    rule = rule_of(site)
    assert (rule.received_until, rule.same_day_until) == (time(15, 30), time(15))
    admin.post(f"{ADDRESS}/{rule.id}/remove")
    assert "15:30" not in admin.get(ADDRESS).text.partition("<form")[0]


def test_an_hour_counts_only_for_the_choice_it_belongs_to(site: Any, admin: Any) -> None:
    admin.post(ADDRESS, {"shift": "civil_date", "received_until": "15:00"})

    rule = rule_of(site)
    assert (rule.shift, rule.received_until) == (ReceiptShift.CIVIL_DATE, None)


@pytest.mark.parametrize("hour", ["", "25:00", "ba giờ", "15:60"])
def test_an_hour_that_is_none_is_told_over_the_form_as_it_was_filled(admin: Any, hour: str) -> None:
    response = admin.post(ADDRESS, {"unit": "VPS", "shift": "until", "received_until": hour})

    assert response.status_code == 422
    assert "Hãy nhập giờ, ví dụ 15:00." in response.text
    assert '<option value="VPS" selected>' in response.text


def test_who_is_no_administrator_neither_sees_nor_changes_it(site: Any) -> None:
    visitor = site.visit("ngo.minh")

    assert visitor.get(ADDRESS).status_code == 403
    assert visitor.post(ADDRESS, {"shift": "opening"}).status_code == 403
