"""A person's page: what they hold, handing it over when they leave, a password for who has none."""

from typing import Any

from sqlalchemy import select

from engine.model import Person
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
