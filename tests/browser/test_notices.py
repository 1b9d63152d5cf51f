"""A person is told by the bell, opens a notice from it, and clears the rest; at a desk and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
PHONE = {"width": 390, "height": 844}


def test_the_bell_shows_what_is_new_and_a_click_opens_the_task(desk: Any, journey: Any) -> None:
    journey.submit()
    head = desk.sit_down("nguyen.thu")

    head.get_by_role("button", name="1 thông báo mới").click()
    head.locator("#newest-notices").get_by_role("link", name="Việc mới: Ký số, trình").click()

    expect(head.locator("#detail h1")).to_contain_text("Biên bản bàn giao xe ô tô")
    expect(head.get_by_role("button", name="Thông báo", exact=True)).to_be_visible()


def test_all_is_marked_as_read_from_the_bell_on_a_phone_with_keys_alone(desk: Any, journey: Any) -> None:
    journey.submit()
    head = desk.sit_down("nguyen.thu", viewport=PHONE)

    head.get_by_role("button", name="1 thông báo mới").focus()
    head.keyboard.press("Enter")
    expect(head.locator("#newest-notices li")).to_have_count(1)
    head.get_by_role("button", name="Đánh dấu đã đọc tất cả").focus()
    head.keyboard.press("Enter")

    expect(head.get_by_role("status")).to_contain_text("Đã đánh dấu đã đọc 1 thông báo")
    expect(head.get_by_role("button", name="Thông báo", exact=True)).to_be_visible()
    expect(head.locator("main .notices li")).to_have_count(1)
