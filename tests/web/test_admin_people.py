"""A person's page: what they hold, handing it over when they leave, a password for who has none."""

from typing import Any

from sqlalchemy import select

from engine.model import Person, Position
from web.cli import DEMO_PASSWORD

ADMINISTRATOR = "ta.duy"


def page_of(site: Any, username: str) -> str:
    with site.session() as session:
        return f"/admin/people/{session.scalars(select(Person.id).where(Person.username == username)).one()}"


def leaving(**said: str) -> dict[str, str]:
    return {"to": "", "groups": "yes", "last_day": "2026-03-02", "reason": "Nghỉ hưu", **said}


def sign_in(site: Any, username: str, password: str) -> int:
    client = site.app.test_client()
    token = site.token_of(client.get("/sign-in"))
    said = {"csrf_token": token, "username": username, "password": password}
    status: int = client.post("/sign-in", data=said).status_code
    return status


def test_the_page_shows_positions_and_open_work_by_process(journey: Any) -> None:
    journey.begin()

    page = journey.site.visit(ADMINISTRATOR).get(page_of(journey.site, "ngo.minh")).text

    assert "Chuyên viên" in page
    assert "nhiều đơn vị ký" in page
    assert "Bàn giao" in page


def test_who_leaves_is_signed_out_and_the_heir_finds_the_work(journey: Any) -> None:
    task = journey.begin()
    site = journey.site
    address = page_of(site, "ngo.minh")

    done = site.visit(ADMINISTRATOR).post(f"{address}/hand-over", leaving(to="nguyen.thu"))

    assert done.location == address
    assert "Tài khoản đã đóng. Đã bàn giao 1 việc." in site.visit(ADMINISTRATOR).get(address).text
    assert "/sign-in" in site.visit("ngo.minh").get("/").location
    assert sign_in(site, "ngo.minh", DEMO_PASSWORD) == 422
    assert site.visit("nguyen.thu").get(f"/tasks/{task.id}").status_code == 200
    log = site.visit("nguyen.thu").get(f"/cases/{task.instance_id}").text
    assert "Ngô Minh đã thôi việc" in log
    assert "Nghỉ hưu" in log


def test_without_an_heir_for_what_needs_one_the_page_says_so_and_nothing_changes(journey: Any) -> None:
    journey.begin()
    site = journey.site
    address = page_of(site, "ngo.minh")

    site.visit(ADMINISTRATOR).post(f"{address}/hand-over", leaving())

    assert "không thể trả về nhóm" in site.visit(ADMINISTRATOR).get(address).text
    assert sign_in(site, "ngo.minh", DEMO_PASSWORD) == 303


def test_a_day_that_is_none_and_one_to_come_are_told(site: Any) -> None:
    address = page_of(site, "ngo.minh")
    visitor = site.visit(ADMINISTRATOR)

    for day, said in (("hôm nay", "ngày cuối"), ("2026-03-03", "Ngày cuối chưa tới")):
        visitor.post(f"{address}/hand-over", leaving(last_day=day))
        assert said in visitor.get(address).text


def test_the_head_of_the_unit_may_open_the_page_and_a_colleague_may_not(site: Any) -> None:
    address = page_of(site, "ngo.minh")

    assert site.visit("nguyen.thu").get(address).status_code == 200
    assert site.visit("hoang.lan").get(address).status_code == 403
    assert site.visit("hoang.lan").post(f"{address}/hand-over", leaving()).status_code == 403


def test_a_password_that_an_administrator_sets_lets_the_person_in(site: Any) -> None:
    address = page_of(site, "ngo.minh")

    site.visit(ADMINISTRATOR).post(f"{address}/password", {"password": "mat-khau-moi"})

    assert sign_in(site, "ngo.minh", "mat-khau-moi") == 303
    assert sign_in(site, "ngo.minh", DEMO_PASSWORD) == 422


def test_a_short_password_is_refused_and_nobody_else_sets_one(site: Any) -> None:
    address = page_of(site, "ngo.minh")

    site.visit(ADMINISTRATOR).post(f"{address}/password", {"password": "ngan"})

    assert "ít nhất 10 ký tự" in site.visit(ADMINISTRATOR).get(address).text
    assert site.visit("nguyen.thu").post(f"{address}/password", {"password": "mat-khau-moi"}).status_code == 403
    assert sign_in(site, "ngo.minh", DEMO_PASSWORD) == 303


def position_of(site: Any, username: str) -> str:
    with site.session() as session:
        held = session.scalars(select(Position.id).join(Position.person).where(Person.username == username)).one()
        return f"{page_of(site, username)}/positions/{held}"


def test_a_head_says_on_the_page_what_a_deputy_is_in_charge_of(site: Any) -> None:
    visitor = site.visit("nguyen.thu")

    done = visitor.post(position_of(site, "cao.son"), {"fields": "Văn thư\r\nThi đua", "rank": "2"})

    assert "Văn thư; Thi đua" in visitor.get(done.location).text
    found = site.visit(ADMINISTRATOR).get("/admin/directory?q=thi+dua").text
    assert "Cao Sơn" in found
    assert "Bùi Mai" not in found


def test_an_order_that_is_no_number_is_told_and_others_may_not(site: Any) -> None:
    address = position_of(site, "cao.son")
    visitor = site.visit("nguyen.thu")

    visitor.post(address, {"fields": "", "rank": "đầu"})

    assert "số từ 0 đến" in visitor.get(page_of(site, "cao.son")).text
    assert site.visit("hoang.lan").post(address, {"fields": "", "rank": "1"}).status_code == 403


def test_a_head_finds_the_people_they_lead_and_who_leads_nobody_finds_no_link(site: Any) -> None:
    head, clerk = site.visit("nguyen.thu"), site.visit("bui.mai")

    page = head.get("/account/people").text

    assert "/account/people" in head.get("/").text
    assert page_of(site, "ngo.minh") in page
    assert "Văn thư – Lưu trữ" in page
    assert page_of(site, "hoang.lan") not in page
    assert "/account/people" not in clerk.get("/").text
    assert "Bạn không phụ trách ai." in clerk.get("/account/people").text


def test_the_page_lists_substitutions_and_authorities_that_would_end_and_they_do(site: Any) -> None:
    admin = site.visit(ADMINISTRATOR)
    days = {"first": "2026-03-02", "last": "2026-03-20"}
    admin.post("/admin/substitutes", {"person": "ngo.minh", "substitute": "bui.mai", "scope": "", "note": "", **days})
    said = {"kind": "TL", "unit": "LĐS", "grantee": "ngo.minh", "reference": "Quy chế, Điều 7", **days}
    admin.post("/admin/authorities", said)
    address = page_of(site, "ngo.minh")

    before = admin.get(address).text
    admin.post(f"{address}/hand-over", leaving())

    assert "Bùi Mai làm thay Ngô Minh" in before
    assert "Ký TL. GIÁM ĐỐC SỞ" in before
    assert "Bùi Mai làm thay" not in admin.get(address).text
    assert "Ngô Minh" not in admin.get("/admin/substitutes").text.partition("<tbody>")[2]
    assert "Quy chế, Điều 7" not in admin.get("/admin/authorities").text


def test_the_page_tells_of_an_open_question_by_its_process_and_not_what_was_asked(journey: Any) -> None:
    task, site = journey.begin(), journey.site
    said = {"to": "bui.mai", "reason": "Có cần đóng dấu treo không?"}
    assert site.visit("ngo.minh").post(f"/tasks/{task.id}/consult", said).status_code == 303
    address = page_of(site, "bui.mai")
    admin = site.visit(ADMINISTRATOR)

    page = admin.get(address).text

    assert "Ngô Minh xin ý kiến" in page
    assert "nhiều đơn vị ký" in page
    assert "đóng dấu treo" not in page
    admin.post(f"{address}/hand-over", leaving(to="ly.quynh"))
    assert "đóng dấu treo" in site.visit("ly.quynh").get("/asides").text
    log = site.visit("ngo.minh").get(f"/cases/{task.instance_id}").text
    assert "Bùi Mai đã thôi việc: câu hỏi xin ý kiến chuyển cho Lý Quỳnh" in log
