"""Papers as people handle them: versions, removal, download; and giving a claimed task back."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.model import PaperVersion


def address_of(site: Any, version: int) -> str:
    with site.session() as session:
        found = session.scalars(select(PaperVersion).where(PaperVersion.version == version)).first()
        return f"/cases/{found.paper.instance_id}/papers/{found.id}"


def test_a_file_of_the_same_name_becomes_the_next_version_and_the_first_stays_readable(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[("bien-ban.pdf", b"%PDF-1.4 mot")]), site.visit("ngo.minh")

    drafter.upload(task.id, ("bien-ban.pdf", b"%PDF-1.4 hai"))

    assert drafter.get(address_of(site, 1)).data == b"%PDF-1.4 mot"
    assert drafter.get(address_of(site, 2)).data == b"%PDF-1.4 hai"
    assert "Các bản trước" in drafter.get(f"/tasks/{task.id}").text


def test_a_removed_paper_is_out_of_sight(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(), site.visit("ngo.minh")
    with site.session() as session:
        paper_id = session.scalars(select(PaperVersion)).first().paper_id

    response = drafter.post(f"/tasks/{task.id}/papers/{paper_id}/remove")

    assert response.status_code == 303
    assert drafter.get(f"/tasks/{task.id}").text.count('class="kind pdf"') == 1


def test_a_download_says_what_it_is_and_can_run_nothing(site: Any, journey: Any) -> None:
    journey.begin(files=[("anh.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64), ("van-ban.pdf", b"%PDF-1.4 x")])
    drafter = site.visit("ngo.minh")
    with site.session() as session:
        versions = session.scalars(select(PaperVersion)).all()
        addresses = {each.media_type: f"/cases/{each.paper.instance_id}/papers/{each.id}" for each in versions}

    picture, document = drafter.get(addresses["image/png"]), drafter.get(addresses["application/pdf"])

    assert picture.headers["Content-Security-Policy"].startswith("sandbox")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert document.headers["Content-Type"] == "application/pdf"
    assert document.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("clerk", ["bui.mai", "ly.quynh"])
def test_a_claimed_task_can_be_given_back_to_the_other_clerk(clerk: str, site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    task = site.the_task()
    site.visit("bui.mai").post(f"/tasks/{task.id}/claim")

    assert site.visit("bui.mai").post(f"/tasks/{task.id}/release").status_code == 303
    assert site.visit(clerk).post(f"/tasks/{task.id}/claim").status_code == 303


def test_a_task_claimed_by_one_clerk_is_refused_to_the_other_with_the_name(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    task = site.the_task()
    site.visit("bui.mai").post(f"/tasks/{task.id}/claim")

    refused = site.visit("ly.quynh").post(f"/tasks/{task.id}/claim")

    assert refused.status_code == 409
    assert "Bùi Mai đã nhận việc này" in refused.text
