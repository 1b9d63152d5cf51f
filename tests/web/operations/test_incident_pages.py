"""Incidents and jobs on the screen: plain words, hostile texts as text, an outcome for each."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.approver_rules.deciding import STOPPED_CODE
from engine.arrivals import NOBODY_CODE
from engine.bpmn.failures import TechnicalFailure
from engine.dmn.failures import DecisionFailed
from engine.errors import PlatformError
from engine.feel import FeelError
from engine.model import Incident, InstanceState, Job, JobKind, JobState
from web.operations.words import incident_words

HOSTILE = "</script><img src=x onerror=alert(1)>"


def test_an_incident_is_told_in_plain_words_and_tried_again(room: Any) -> None:
    case = room.start("fee", fee=5)
    (incident,) = room.incidents()
    page = room.get("/incidents").text
    assert all(said in page for said in ("Không có nhánh nào đúng điều kiện", "Đã rõ phí?", case.business_key))

    said = room.follow(room.post(f"/incidents/{incident.id}/retry", {"next": "/operations/incidents"}))

    assert "Đã cho chạy lại" in said
    assert "2 lần thử" in said


def test_the_second_operator_is_told_who_was_first(room: Any) -> None:
    room.start("fee", fee=5)
    (incident,) = room.incidents()
    room.post(f"/incidents/{incident.id}/resolve", {"note": "Đã thu tại quầy"})

    said = room.follow(room.post(f"/incidents/{incident.id}/retry"))

    assert "Tạ Duy đã xử lý sự cố này lúc 02/03/2026 08:00." in said
    assert "Đã thu tại quầy" in room.get("/incidents?state=closed").text


def test_closing_without_a_note_is_refused(room: Any) -> None:
    room.start("fee", fee=5)
    (incident,) = room.incidents()

    said = room.follow(room.post(f"/incidents/{incident.id}/resolve", {"note": " "}))

    assert "Ghi lý do" in said
    assert len(room.incidents()) == 1


def test_a_group_is_tried_again_with_an_outcome_for_each(room: Any) -> None:
    mended, suspended = room.start("fee", fee=5), room.start("fee", fee=6)
    room.post(f"/cases/{mended.id}/variables", room.typed(mended, name="fee", kind="number", text="50"))
    room.post(f"/cases/{suspended.id}/suspend", {"reason": "Chờ"})

    page = room.post("/incidents/retry", {"group": "yes", "process": "fee", "element": "is_known"}).text

    assert "Đã cho chạy lại 1 sự cố" in page
    assert "1 sự cố chưa chạy lại được" in page
    assert "Hồ sơ đang tạm dừng" in page
    assert room.case(mended.id).state is InstanceState.ENDED


def test_ticked_incidents_alone_are_tried_again(room: Any) -> None:
    cases = [room.start("fee", fee=5) for _ in range(2)]
    incident = next(each for each in room.incidents() if each.instance_id == cases[0].id)

    page = room.post("/incidents/retry", {"incident": [str(incident.id), "no id"]}).text

    assert cases[0].business_key in page
    assert cases[1].business_key not in page


def test_nothing_ticked_tries_nothing_again(room: Any) -> None:
    room.start("fee", fee=5)
    before = [each.id for each in room.incidents()]

    said = room.follow(room.post("/incidents/retry"))

    assert "Chưa chọn sự cố nào" in said
    assert [each.id for each in room.incidents()] == before


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example", "\\\\elsewhere.example"])
def test_a_form_never_leads_to_another_site(room: Any, next_page: str) -> None:
    room.start("fee", fee=5)
    (incident,) = room.incidents()

    response = room.post(f"/incidents/{incident.id}/resolve", {"note": "x", "next": next_page})

    assert response.location == "/operations/incidents"


def test_what_an_error_says_is_shown_as_text(room: Any) -> None:
    room.start("fee", fee=5)
    hostile = update(Incident).values(error_class="Evil", error_message=HOSTILE, message_vi=HOSTILE, code="x.y")
    room.write(lambda session: session.execute(hostile))

    page = room.get("/incidents").text

    assert HOSTILE not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 2


@pytest.mark.parametrize(
    "search", ["?q=%25_%5C", "?state=nonsense", "?process=%27", "?page=99999", "?element=%F0%9F%98%80"]
)
def test_odd_searches_find_nothing_and_break_nothing(room: Any, search: str) -> None:
    room.start("fee", fee=5)

    assert room.get(f"/incidents{search}").status_code == 200
    assert room.get(f"/jobs{search}").status_code == 200


def test_jobs_are_shown_by_how_they_stand(room: Any) -> None:
    case, now = room.start("two_steps"), room.site.clock()

    def write(session: Any) -> None:
        common = {"created_at": now, "due_at": now + timedelta(hours=1)}
        session.add(Job(kind=JobKind.TIMER, instance_id=case.id, element_id="read", **common))
        session.add(
            Job(
                kind=JobKind.WORK,
                job_type="cases.migrate",
                state=JobState.FAILED,
                done=3,
                total=4,
                attempts=4,
                **common,
            )
        )

    room.write(write)

    later, failed = room.get("/jobs?stand=later").text, room.get("/jobs?stand=failed").text

    assert "Hẹn giờ" in later
    assert "Đọc công văn" in later
    assert "cases.migrate" not in later
    assert all(said in failed for said in ("cases.migrate", "3 / 4", "Thất bại"))


def test_every_kind_of_incident_has_plain_words(room: Any) -> None:
    codes = {failure.code for root in (TechnicalFailure, FeelError, DecisionFailed) for failure in all_below(root)}
    codes |= {"job.failed", "call.process_not_found", "call.too_deep", NOBODY_CODE, STOPPED_CODE}

    with room.site.app.test_request_context():
        unsaid = sorted(code for code in codes - {TechnicalFailure.code} if incident_words(code) == code)

    assert len(codes) > 15
    assert unsaid == []


def all_below(kind: type[PlatformError]) -> list[type[PlatformError]]:
    """Return a class of errors and all that are special cases of it."""
    return [kind, *(below for each in kind.__subclasses__() for below in all_below(each))]
