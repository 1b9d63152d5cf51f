"""An operator moves a step: chosen in the list or in the diagram, looked at beforehand, then done."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.xdist_group("browser")


def open_bench(page: Page) -> None:
    """Go from the list of cases to the case's repair."""
    page.get_by_role("link", name="Hồ sơ").first.click()
    page.locator("tbody a").first.click()
    page.get_by_role("main").get_by_role("link", name="Vận hành").click()
    expect(page.locator("[data-canvas] .djs-shape").first).to_be_visible()


def test_an_operator_moves_a_step_after_having_seen_what_happens(desk: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu")
    operator = desk.sit_down("ta.duy")
    open_bench(operator)

    operator.get_by_role("radio", name="lượt").check()
    operator.locator(".djs-shape[data-element-id=draft]").click()
    expect(operator.get_by_label("Chuyển đến")).to_have_value("draft")
    operator.get_by_role("button", name="Xem trước").click()

    expect(operator.locator("h1")).to_contain_text("→ Dự thảo")
    expect(operator.get_by_role("region", name="Sẽ mở ra")).to_contain_text("Ngô Minh")
    expect(operator.get_by_role("region", name="Chữ ký sẽ mất hiệu lực")).to_contain_text("Nguyễn Thu")
    operator.get_by_label("Lý do").fill("Sai số hiệu xe")
    operator.get_by_role("button", name="Chuyển bước").click()
    expect(operator.locator("#flash")).to_contain_text("Đã chuyển bước")
    expect(operator.get_by_role("radio", name="Dự thảo")).to_be_visible()
    drafter = desk.sit_down("ngo.minh")
    expect(drafter.locator("#task-rows a").first).to_contain_text("Dự thảo")


def test_the_step_can_be_chosen_without_the_diagram_and_marks_it(desk: Any, journey: Any) -> None:
    journey.submit()
    operator = desk.sit_down("ta.duy")
    open_bench(operator)

    operator.get_by_label("Chuyển đến").focus()
    operator.get_by_label("Chuyển đến").select_option("draft")

    expect(operator.locator(".is-picked[data-element-id=draft]")).to_be_visible()
