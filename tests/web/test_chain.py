"""The main job over HTTP: a document travels from desk to desk."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine import history
from engine.model import Signature

SIGNERS = ("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")


def test_after_five_signatures_the_clerk_gives_the_number_and_the_case_ends(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign(*SIGNERS)
    task = site.the_task()
    assert (task.element_id, task.candidate_groups) == ("issue_number", ["VPS/records_clerk"])

    clerk = site.visit("bui.mai")
    assert clerk.post(f"/tasks/{task.id}/claim").status_code == 303
    issued = clerk.complete(task.id, "issue", {"issued_on": "2026-03-02", "recipients": "Lưu: VT, VP."})

    assert issued.status_code == 303
    case = site.the_case()
    assert case.state == "ended"
    assert "01/BB-SCT" in clerk.get(f"/cases/{case.id}").text
    with site.session() as session:
        assert len(session.scalars(select(Signature)).all()) == 5
        assert history.verify(session, case) == []


def test_every_page_of_the_way_opens_for_who_holds_the_task(site: Any, journey: Any) -> None:
    journey.submit()
    for username in SIGNERS:
        visitor = site.visit(username)
        task = site.the_task()
        page = visitor.get(f"/tasks/{task.id}")
        assert page.status_code == 200
        assert "Ký số" in page.text
        site.clock.advance(timedelta(minutes=20))
        journey.sign(username)


def test_the_pane_says_who_is_next_before_anybody_presses(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha")

    page = site.visit("hoang.lan").get(f"/tasks/{site.the_task().id}").text

    assert "Trần Hạnh" in page
    assert "Ngô Minh" in page


def test_a_return_voids_the_signatures_and_goes_back_to_the_drafter_with_the_reason(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan")

    returned = site.visit("tran.hanh").complete(site.the_task().id, "return", reason="Thiếu số khung.")

    assert returned.status_code == 303
    task = site.the_task()
    assert task.element_id == "draft"
    assert "Thiếu số khung." in site.visit("ngo.minh").get(f"/tasks/{task.id}").text
    with site.session() as session:
        signatures = session.scalars(select(Signature)).all()
        assert [(each.is_void, each.void_reason) for each in signatures] == [(True, "Thiếu số khung.")] * 3
    assert site.the_case().document_version == 2
