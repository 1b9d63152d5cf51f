"""An operator carries running cases over to a new version, as they see it; the person with the task notices nothing."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine import database, definitions, deployment
from engine.model import Origin

pytestmark = pytest.mark.xdist_group("browser")

OPERATOR, SIGNER = "ta.duy", "nguyen.thu"


@pytest.fixture
def left_behind(site: Any, journey: Any) -> Any:
    """Joint minutes at their first signature, and a version 2 that knows this step by another id."""
    journey.submit()
    with site.session() as session, session.begin():
        database.begin_write(session)
        newest = definitions.latest(session, "joint_minutes").deployment
        files = {each.name: each.content for each in newest.resources}
        diagram = files["joint_minutes.bpmn"].replace(b'"head_sign"', b'"head_review"')
        files["joint_minutes.bpmn"] = diagram.replace(b">head_sign<", b">head_review<")
        deployment.deploy(session, pack_key="routing", files=files, at=site.clock.now, origin=Origin.STUDIO)
    return site


def order_the_move(page: Page) -> None:
    """Go from the studio to the plan, try it, and order it."""
    page.get_by_role("link", name="Thiết kế").click()
    page.get_by_role("link", name="Chuyển phiên bản").click()
    expect(page.get_by_text("đoán theo tên, hãy xem lại")).to_be_visible()
    page.get_by_role("button", name="Thử trước trên mọi hồ sơ").click()
    expect(page.get_by_role("heading", name="Kết quả thử")).to_be_in_viewport()
    page.get_by_label("Lý do").fill("Quy trình mới từ 01/3")
    page.get_by_role("button", name="Chuyển 1 hồ sơ sang phiên bản 2").click()


def test_the_progress_comes_by_itself_and_the_task_stays_where_it_was(desk: Any, left_behind: Any) -> None:
    task = left_behind.the_task()
    operator, signer = desk.sit_down(OPERATOR), desk.sit_down(SIGNER)
    signer.goto(f"/tasks/{task.id}")

    order_the_move(operator)

    expect(operator.get_by_role("status").filter(has_text="Đã kết thúc")).to_be_visible()
    expect(operator.get_by_role("cell", name="Đã chuyển")).to_be_visible()
    moved = left_behind.the_task()
    assert (moved.id, moved.assignee_id, moved.element_id) == (task.id, task.assignee_id, "head_review")
    signer.locator("#task-act").get_by_role("button", name="Ký số", exact=False).first.click()
    expect(signer.locator("#flash")).to_contain_text("Đã xong")
    assert left_behind.the_task().element_id == "chain_sign"
