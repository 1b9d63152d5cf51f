"""A leader asks where cases stand: from the mark on the diagram, or by keyboard from the table, to the case."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
PHONE = {"width": 390, "height": 844}


def test_a_mark_on_the_diagram_leads_to_the_list_and_the_case(desk: Any, journey: Any) -> None:
    journey.submit()
    leader = desk.sit_down("pham.bao")

    leader.get_by_role("link", name="Điều hành").click()
    mark = leader.locator("[data-canvas]").get_by_role("link", name="Ký số, trình: 1 hồ sơ")
    expect(mark).to_have_text("1 · 1 quá hạn")  # the office's clock stood in March, the server's goes
    expect(leader.locator(".is-standing-late[data-element-id=head_sign]")).to_be_visible()
    mark.click()

    expect(leader.locator("h1")).to_contain_text("Ký số, trình")
    leader.locator("tbody a").first.click()
    expect(leader.locator("h1")).to_contain_text("Biên bản bàn giao xe ô tô")


def test_a_phone_has_the_same_as_a_table_and_keys_are_enough(desk: Any, journey: Any) -> None:
    journey.submit()
    leader = desk.sit_down("pham.bao", viewport=PHONE)

    leader.get_by_role("link", name="Điều hành").click()
    expect(leader.locator("[data-canvas]")).to_be_hidden()
    leader.locator("table").first.get_by_role("link", name="Ký số, trình").focus()
    leader.keyboard.press("Enter")

    expect(leader.locator("h1")).to_contain_text("Ký số, trình")
