"""The pages of the working calendar: twelve months, a year's approval, special days, hours of office and units."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine.calendar.hours import say_hours
from engine.calendar.offices import calendar_of
from engine.model import CalendarYear, Incident, WorkingWeek

WEEK = {f"day{number}": "07:00-11:00, 13:30-17:00" for number in range(5)}


@pytest.fixture
def admin(site: Any) -> Any:
    """The administrator at their browser."""
    return site.visit("ta.duy")


def hours_on(site: Any, day: date, unit_code: str = "") -> str:
    with site.session() as session:
        return say_hours(calendar_of(session, unit_code, on=day).spans_on(day))


def test_the_year_shows_twelve_months_with_words_for_every_day_off(admin: Any) -> None:
    page = admin.get("/admin/calendar?year=2026").text

    assert page.count("calendar-month") == 12
    assert "Thứ Hai, 16/02/2026 · Ngày nghỉ: Giao thừa Tết Nguyên Đán · không làm việc" in page
    assert "Thứ Bảy, 10/01/2026 · Làm việc: Làm bù cho ngày 02/01 · 07:30-11:30, 13:00-17:00" in page
    assert "249 ngày làm việc" in page


def test_the_room_leads_to_the_calendar(admin: Any) -> None:
    assert "/admin/calendar" in admin.get("/admin").text


def test_a_year_is_proposed_then_approved(site: Any, admin: Any) -> None:
    before = admin.get("/admin/calendar?year=2040").text
    proposed = admin.post("/admin/calendar/2040/propose")
    between = admin.get(proposed.location).text
    approved = admin.post("/admin/calendar/2040/approve")

    assert "Chưa có lịch năm 2040" in before
    assert "Đã đề xuất, chưa duyệt" in between
    assert "Đã duyệt" in admin.get(approved.location).text
    with site.session() as session:
        year = session.get(CalendarYear, 2040)
        assert (year.approved_by.username, year.approved_at) == ("ta.duy", datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


def test_who_is_no_administrator_neither_sees_nor_changes_it(site: Any) -> None:
    visitor = site.visit("ngo.minh")

    assert visitor.get("/admin/calendar").status_code == 403
    assert visitor.get("/admin/calendar/hours").status_code == 403
    assert visitor.post("/admin/calendar/2040/propose").status_code == 403
    assert visitor.post("/admin/calendar/days/2026-03-03", {"kind": "off", "name": "Nghỉ"}).status_code == 403


def test_a_day_is_closed_for_one_unit(site: Any, admin: Any) -> None:
    form = admin.get("/admin/calendar?year=2026&unit=VPS&day=2026-03-03").text
    response = admin.post("/admin/calendar/days/2026-03-03", {"kind": "off", "name": "Sửa trụ sở", "unit": "VPS"})

    assert "Thứ Ba, 03/03/2026" in form
    page = admin.get(response.location).text
    assert "Sửa trụ sở" in page
    assert "03/03/2026, VPS: như ngày trong tuần → Ngày nghỉ (Sửa trụ sở)" in page
    assert hours_on(site, date(2026, 3, 3), "VPS") == ""
    assert hours_on(site, date(2026, 3, 3)) == "07:30-11:30, 13:00-17:00"


def test_a_day_without_a_reason_is_refused_with_a_sentence(site: Any, admin: Any) -> None:
    response = admin.post("/admin/calendar/days/2026-03-03", {"kind": "off", "name": ""})

    assert "Hãy ghi lý do" in admin.get(response.location).text
    assert hours_on(site, date(2026, 3, 3)) == "07:30-11:30, 13:00-17:00"


def test_a_unit_gets_summer_hours_and_loses_them_again(site: Any, admin: Any) -> None:
    season = {"unit": "VPS", "first": "15/04/2026", "last": "15/10/2026", **WEEK}
    response = admin.post("/admin/calendar/hours", season)

    page = admin.get(response.location).text
    assert "15/04/2026 đến 15/10/2026" in page
    assert "T2–T6: 07:00-11:00, 13:30-17:00" in page
    assert hours_on(site, date(2026, 4, 15), "VPS") == "07:00-11:00, 13:30-17:00"
    with site.session() as session:
        week_id = session.scalars(select(WorkingWeek.id).where(WorkingWeek.first.is_not(None))).one()
    admin.post(f"/admin/calendar/hours/{week_id}/remove")
    assert hours_on(site, date(2026, 4, 15), "VPS") == "07:30-11:30, 13:00-17:00"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"first": "15/04/2026"}, "Mùa cần ngày đầu và ngày cuối"),
        ({"first": "mùa hè", "last": "15/10/2026"}, "Mùa cần ngày đầu và ngày cuối"),
        ({"day0": "sáng"}, "“sáng” không phải là giờ làm việc"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_a_sentence(admin: Any, sent: dict[str, str], sentence: str) -> None:
    response = admin.post("/admin/calendar/hours", {**WEEK, **sent})

    assert sentence in admin.get(response.location).text


def test_work_that_stood_still_for_want_of_a_calendar_goes_on_once_the_year_is_approved(site: Any, admin: Any) -> None:
    site.clock.now = datetime(2040, 3, 1, 1, 0, tzinfo=UTC)
    drafter = site.visit("ngo.minh")

    started = drafter.post("/start/joint_minutes")
    told = admin.get("/operations/incidents").text
    admin.post("/admin/calendar/2040/propose")
    admin.post("/admin/calendar/2040/approve")
    with site.session() as session:
        incident_id = session.scalars(select(Incident.id)).one()
    admin.post(f"/operations/incidents/{incident_id}/retry")

    assert started.status_code == 303
    assert "lịch làm việc năm 2040 chưa được duyệt" in told
    assert site.the_task().due_at == datetime(2040, 3, 6, 10, 0, tzinfo=UTC)
