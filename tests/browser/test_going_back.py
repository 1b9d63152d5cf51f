"""Sending back, withdrawing and asking for opinions, as people see it, at a desk and on a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
SMALLEST_TOUCH = 40  # px high: what a thumb hits


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """How large the screen is."""
    return request.param  # type: ignore[no-any-return]


def open_task(page: Page, task_id: object) -> None:
    page.goto(f"/tasks/{task_id}")
    expect(page.locator("#detail h1")).to_be_visible()


def open_verb(page: Page, name: str) -> Locator:
    """Open the menu of a task and, in it, one verb; return its dialog."""
    page.get_by_role("button", name="Thao tác khác").click()
    menu = page.locator("dialog#verbs")
    expect(menu).to_be_visible()
    must_fit(page, menu)
    menu.get_by_role("button", name=name).click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    return dialog


def must_fit(page: Page, shown: Locator) -> None:
    """Nothing stands out of the screen at its side, and what is pressed is as high as a thumb."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = shown.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    if width == PHONE["width"]:
        buttons = [button.bounding_box() for button in shown.locator(".btn:visible").all()]
        assert [each["height"] for each in buttons if each and each["height"] < SMALLEST_TOUCH] == []


def test_a_task_is_sent_back_to_a_chosen_step_that_was_really_passed(
    desk: Any, journey: Any, size: dict[str, int]
) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha")
    page = desk.sit_down("hoang.lan", size)
    open_task(page, journey.site.the_task().id)
    page.get_by_role("button", name="Thao tác khác").click()
    page.locator("dialog#verbs").get_by_role("link", name="Trả lại bước trước").click()

    steps = page.locator("input[name=to]")
    expect(steps).to_have_count(3)
    must_fit(page, page.locator("form.going-back"))
    expect(page.locator("form.going-back")).to_contain_text("Hết hiệu lực: chữ ký của Nguyễn Thu, Vũ Hà")
    page.get_by_label(re.compile("^Ký số, trình")).check()
    page.get_by_label("Lý do").fill("Thiếu phụ lục")
    page.locator("form.going-back").get_by_role("button", name="Trả lại bước trước").click()

    expect(page.locator("#flash")).to_contain_text("Đã trả lại cho Nguyễn Thu")
    thu = desk.sit_down("nguyen.thu", size)
    open_task(thu, journey.site.the_task().id)
    expect(thu.locator("#detail > header")).to_contain_text("Lý do: Thiếu phụ lục")


def test_who_has_sent_a_task_withdraws_it_until_the_next_person_acts(
    desk: Any, journey: Any, size: dict[str, int]
) -> None:
    journey.submit()
    page = desk.sit_down("ngo.minh", size)
    page.goto(f"/cases/{journey.site.the_case().id}")
    page.get_by_role("link", name="Thu hồi").click()
    must_fit(page, page.locator("form.going-back"))
    page.get_by_label("Lý do").fill("Nhầm tuyến")
    page.locator("form.going-back").get_by_role("button", name="Thu hồi").click()

    expect(page.locator("#flash")).to_contain_text("Việc đã về lại với bạn")
    expect(page.locator("#detail h1")).to_contain_text("Dự thảo")


def test_an_opinion_is_asked_taken_back_asked_again_answered_and_read(
    desk: Any, journey: Any, size: dict[str, int]
) -> None:
    journey.submit()
    task = journey.site.the_task().id
    thu = desk.sit_down("nguyen.thu", size)
    open_task(thu, task)
    dialog = open_verb(thu, "Xin ý kiến")
    dialog.get_by_role("searchbox").fill("le an")
    dialog.get_by_label(re.compile("Lê An")).check()
    dialog.get_by_label("Nội dung xin ý kiến").fill("Xe còn bảo hành?")
    must_fit(thu, dialog)
    dialog.get_by_role("button", name="Xin ý kiến").click()
    expect(thu.locator("#flash")).to_contain_text("Lê An")
    thu.get_by_role("button", name="Rút câu hỏi").click()
    expect(thu.locator(".opinions")).to_contain_text("Đã rút câu hỏi lúc")
    thu.get_by_role("button", name="Hỏi lại").click()
    expect(thu.locator(".opinions")).to_contain_text("Chưa có ý kiến")

    an = desk.sit_down("le.an", size)
    an.goto("/asides")
    must_fit(an, an.locator("main"))
    an.get_by_label("Ý kiến của bạn").fill("Còn sáu tháng")
    an.get_by_role("button", name="Gửi ý kiến").click()
    expect(an.locator("#flash")).to_be_visible()

    open_task(thu, task)
    expect(thu.locator(".opinions blockquote")).to_contain_text("Còn sáu tháng")


def test_each_dialog_of_a_task_fits_the_screen(desk: Any, journey: Any, size: dict[str, int]) -> None:
    journey.submit()
    page = desk.sit_down("nguyen.thu", size)

    for name in ("Chuyển xử lý", "Ủy quyền xử lý", "Xin ý kiến", "Gửi để biết"):
        open_task(page, journey.site.the_task().id)
        dialog = open_verb(page, name)
        expect(dialog.locator(".found label").first).to_be_visible()
        must_fit(page, dialog)


def test_a_leader_reminds_of_several_tasks_at_once(desk: Any, journey: Any, size: dict[str, int]) -> None:
    journey.submit()
    page = desk.sit_down("pham.bao", size)
    page.goto("/cases")
    page.get_by_role("link", name="Đôn đốc nhiều việc").click()
    must_fit(page, page.locator("main"))
    page.locator("input[name=task]").first.check()
    page.get_by_role("button", name="Đôn đốc").click()

    expect(page.locator("h1")).to_contain_text("Đã xong 1 việc")
