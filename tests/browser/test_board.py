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


def test_the_table_beside_the_diagram_says_the_same_and_leads_to_the_same(desk: Any, journey: Any) -> None:
    journey.submit()
    head = desk.sit_down("nguyen.thu")

    head.get_by_role("link", name="Điều hành").click()
    mark = head.locator("[data-canvas]").get_by_role("link", name="Ký số, trình: 1 hồ sơ")
    row = head.locator("table").first.get_by_role("row", name="Ký số, trình")

    expect(mark).to_be_visible()
    expect(row.get_by_role("cell").nth(1)).to_have_text("1")
    expect(row).to_contain_text("1 quá hạn")
    assert row.get_by_role("link", name="Ký số, trình").get_attribute("href") == mark.get_attribute("href")


def test_a_head_finds_nothing_of_another_unit_on_diagram_table_and_list(desk: Any, journey: Any) -> None:
    journey.submit()
    other = desk.sit_down("hoang.lan")

    other.get_by_role("link", name="Điều hành").click()
    expect(other.locator("[data-canvas] svg").first).to_be_visible()
    expect(other.locator("[data-canvas]").get_by_role("link", name="hồ sơ")).to_have_count(0)
    expect(other.get_by_text("Không có hồ sơ nào đang đứng trong quy trình này.")).to_be_visible()
    other.goto("/board/cases?step=head_sign")
    expect(other.get_by_text("Biên bản bàn giao xe ô tô")).to_have_count(0)
    other.goto("/cases")
    expect(other.get_by_text("Biên bản bàn giao xe ô tô")).to_have_count(0)


def test_nothing_hangs_over_the_edge_of_a_phone(desk: Any, journey: Any) -> None:
    journey.submit()
    leader = desk.sit_down("pham.bao", viewport=PHONE)

    for path in ("/board", "/board?by=person", "/board/cases?step=head_sign", "/reports/where"):
        leader.goto(path)
        assert leader.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
