"""The page of substitutes, where people also say when they are away."""

from typing import Any

from sqlalchemy import select

from engine.model import Leave

WEEK = {"first": "2026-03-02", "last": "2026-03-06"}


def test_a_person_announces_a_leave_and_ends_it(site: Any) -> None:
    minh, mai = site.visit("ngo.minh"), site.visit("bui.mai")

    answer = minh.post("/account/leaves", data={"person": "ngo.minh", "note": "Nghỉ phép năm", **WEEK})

    assert answer.status_code == 303, answer.text
    page = minh.get("/account/substitutes").text
    assert "Nghỉ phép năm" in page
    assert "Nghỉ phép năm" not in mai.get("/account/substitutes").text
    with site.session() as session:
        made = session.scalars(select(Leave)).one()
    assert mai.post(f"/account/leaves/{made.id}/end").status_code == 403
    assert minh.post(f"/account/leaves/{made.id}/end").status_code == 303
    assert "Nghỉ phép năm" not in minh.get("/account/substitutes").text


def test_a_head_announces_the_leave_of_somebody_of_the_unit(site: Any) -> None:
    head = site.visit("nguyen.thu")

    answer = head.post("/account/leaves", data={"person": "ngo.minh", **WEEK})

    assert answer.status_code == 303, answer.text
    page = site.visit("ngo.minh").get("/account/substitutes").text
    assert "Nguyễn Thu" in page.partition('id="leaves"')[2]


def test_what_is_refused_is_said_at_the_form_of_the_leave_with_what_was_entered(site: Any) -> None:
    minh = site.visit("ngo.minh")

    answer = minh.post(
        "/account/leaves", data={"person": "ngo.minh", "note": "Họp xa", "first": "2026-03-06", "last": "2026-03-02"}
    )

    assert answer.status_code == 422
    said = answer.text.partition('id="leaves"')[2]
    assert "Ngày cuối" in said
    assert "Họp xa" in said
