"""The studio over HTTP: who enters, saving, two editors, publishing, uploading and downloading, restarting."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import hooks
from engine.model import Draft, ProcessDefinition
from processes import catalogue

ANALYST, OTHER, STRANGER = "la.vy", "ta.duy", "ngo.minh"
FINANCE = "routing/finance_document.bpmn"
JSON = {"Accept": "application/json"}


def content(site: Any, file: str = FINANCE) -> str:
    text: str = site.visit(ANALYST).get(f"/studio/content/{file}").text
    return text


def renamed(site: Any, name: str = "Thẩm tra kỹ") -> str:
    return content(site).replace('name="Thẩm tra"', f'name="{name}"')


def send(site: Any, doing: str, xml: str, *, by: str = ANALYST, **query: Any) -> Any:
    visitor = site.visit(by)
    headers = {**JSON, "X-CSRFToken": visitor.token}
    response = visitor.client.post(
        f"/studio/{doing}", data=xml.encode(), query_string=query, content_type="application/xml", headers=headers
    )
    response.request.environ["wsgi.input"].close()
    return response


def base_of(site: Any) -> str:
    page = site.visit(ANALYST).get(f"/studio/files/{FINANCE}").text
    return str(page.partition('data-base="')[2].partition('"')[0])


def save(site: Any, xml: str, *, by: str = ANALYST, revision: int = 0) -> Any:
    return send(site, f"draft/{FINANCE}", xml, by=by, revision=revision, base=base_of(site))


def publish(site: Any, *, by: str = ANALYST, revision: int = 1, file: str = FINANCE) -> Any:
    visitor = site.visit(by)
    form = {"csrf_token": visitor.token, "revision": revision}
    return visitor.client.post(f"/studio/publish/{file}", data=form, headers=JSON)


def versions(site: Any, key: str = "finance_document") -> list[int]:
    with site.session() as session:
        return sorted(session.scalars(select(ProcessDefinition.version).where(ProcessDefinition.key == key)))


def test_an_analyst_finds_processes_and_versions_in_the_studio(site: Any) -> None:
    page = site.visit(ANALYST).get("/studio").text

    assert "Luân chuyển văn bản đi – văn bản tài chính" in page
    assert "bản 1" in page
    assert "finance_document.bpmn" in page


def test_nobody_else_sees_the_room(site: Any) -> None:
    assert 'href="/studio"' in site.visit(ANALYST).get("/").text
    assert 'href="/studio"' in site.visit(OTHER).get("/").text
    assert 'href="/studio"' not in site.visit(STRANGER).get("/").text


@pytest.mark.parametrize("address", ["", f"/files/{FINANCE}", f"/content/{FINANCE}"])
def test_nobody_else_may_look(site: Any, address: str) -> None:
    assert site.visit(STRANGER).get(f"/studio{address}").status_code == 403


@pytest.mark.parametrize("doing", ["lint", "draft", "publish", "discard", "keep"])
def test_nobody_else_may_change_anything(site: Any, rows: Any, doing: str) -> None:
    before, xml = rows(), content(site)

    response = send(site, f"{doing}/{FINANCE}", xml, by=STRANGER)

    assert response.status_code == 403
    assert response.json["detail"] == "Chỉ chuyên viên quy trình và quản trị viên được thiết kế quy trình."
    assert rows() == before


def test_a_saved_draft_is_what_the_next_analyst_opens(site: Any) -> None:
    response = save(site, renamed(site))

    assert response.json["revision"] == 1
    page = site.visit(OTHER).get(f"/studio/files/{FINANCE}").text
    assert "Bản nháp của La Vy" in page
    assert "Thẩm tra kỹ" in content(site)
    assert versions(site) == [1]


def test_the_second_of_two_editors_is_told_and_nothing_is_replaced(site: Any) -> None:
    save(site, renamed(site), by=OTHER)

    response = save(site, "<mine/>", revision=0)

    assert response.status_code == 409
    assert response.mimetype == "application/problem+json"
    assert response.json["revision"] == 1
    assert "Tạ Duy" in response.json["detail"]
    assert "Thẩm tra kỹ" in content(site)


def test_a_request_without_the_proof_of_our_page_is_refused(site: Any, rows: Any) -> None:
    visitor, before = site.visit(ANALYST), rows()

    response = visitor.client.post(f"/studio/draft/{FINANCE}?revision=0", data=b"<x/>", content_type="application/xml")

    assert response.status_code == 400
    assert rows() == before


def test_the_check_names_the_element_in_the_persons_language(site: Any) -> None:
    xml = content(site).replace('assignee="=signer"', 'assignee="=signer +"')

    [found] = [each for each in send(site, f"lint/{FINANCE}", xml).json if each["severity"] == "error"]

    assert (found["file"], found["element_id"]) == ("finance_document.bpmn", "director_sign")
    assert "biểu thức" in found["remedy"]


def test_a_refused_publication_answers_its_findings_and_stores_nothing(site: Any, rows: Any) -> None:
    save(site, content(site).replace('assignee="=signer"', 'assignee="=signer +"'))
    before = rows()

    response = publish(site)

    assert response.status_code == 422
    assert {each["element_id"] for each in response.json["findings"] if each["severity"] == "error"} == {
        "director_sign"
    }
    assert rows() == before
    assert versions(site) == [1]


def test_publishing_makes_version_two_and_a_running_case_stays_on_its_own(site: Any) -> None:
    drafter = site.visit(STRANGER)
    assert drafter.post("/start/finance_document").status_code == 303
    running = site.the_case()
    save(site, renamed(site))

    response = publish(site)

    assert response.json["url"] == f"/studio/files/{FINANCE}"
    assert "bản 2" in site.visit(ANALYST).get(response.json["url"]).text
    assert versions(site) == [1, 2]
    assert "Thẩm tra kỹ" not in drafter.get(f"/cases/{running.id}/diagram.bpmn").text
    site.clock.now = site.clock.now.replace(minute=30)
    assert drafter.post("/start/finance_document").status_code == 303
    assert "Thẩm tra kỹ" in drafter.get(f"/cases/{site.the_case().id}/diagram.bpmn").text


def test_a_restart_does_not_undo_what_was_published(site: Any) -> None:
    save(site, renamed(site))
    publish(site)

    with site.session() as session, session.begin():
        _restart(session, site)

    assert versions(site) == [1, 2]
    assert "Thẩm tra kỹ" in content(site)


def _restart(session: Session, site: Any) -> None:
    job_types = hooks.job_types(hooks.load_plugins()).keys()
    assert catalogue.deploy_installed(session, at=site.clock(), known_job_types=job_types) == []


def test_who_began_before_somebody_published_is_shown_by_whom_and_asked_to_decide(site: Any) -> None:
    base, mine = base_of(site), renamed(site, "Thẩm tra lại")
    save(site, renamed(site), by=OTHER)
    publish(site, by=OTHER)
    send(site, f"draft/{FINANCE}", mine, revision=0, base=base)

    page = site.visit(ANALYST).get(f"/studio/files/{FINANCE}").text
    refused = publish(site)
    site.visit(ANALYST).post(f"/studio/keep/{FINANCE}", {"revision": 1})

    assert "Tạ Duy đã xuất bản nội dung khác của tệp này" in page
    assert refused.status_code == 409
    assert publish(site, revision=2).status_code == 200
    assert versions(site) == [1, 2, 3]


def test_an_analyst_uploads_publishes_and_downloads_a_diagram_of_their_own(site: Any) -> None:
    visitor = site.visit(ANALYST)
    own = renamed(site).replace("finance_document", "own_document").replace("own_document_", "finance_document_")

    sent = {"csrf_token": visitor.token, "file": (BytesIO(own.encode()), "Văn bản.bpmn")}
    response = visitor.client.post("/studio/upload", data=sent)
    response.request.environ["wsgi.input"].close()

    assert response.status_code == 303
    assert visitor.get(response.location).status_code == 200
    download = visitor.get("/studio/content/studio/Văn bản.bpmn?download")
    assert download.text == own
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in download.headers["Content-Security-Policy"]


def test_a_file_that_is_no_diagram_is_refused_with_a_reason(site: Any, rows: Any) -> None:
    visitor, before = site.visit(ANALYST), rows()

    sent = {"csrf_token": visitor.token, "file": (BytesIO(b"<html/>"), "a.bpmn")}
    response = visitor.client.post("/studio/upload", data=sent, follow_redirects=True)
    response.request.environ["wsgi.input"].close()

    assert "không chứa đúng loại nội dung" in response.text
    assert rows() == before


def test_every_version_can_be_looked_at_and_downloaded(site: Any) -> None:
    save(site, renamed(site))
    publish(site)
    with site.session() as session:
        first = session.scalars(
            select(ProcessDefinition).where(ProcessDefinition.key == "finance_document", ProcessDefinition.version == 1)
        ).one()

    visitor = site.visit(ANALYST)
    page = visitor.get(f"/studio/versions/{first.id}").text
    file = visitor.get(f"/studio/versions/{first.id}/file?download")

    assert "bản 1" in page
    assert "Thẩm tra kỹ" not in file.text
    assert "finance_document-v1.bpmn" in file.headers["Content-Disposition"]


def test_a_discarded_draft_is_gone_and_the_published_file_stays(site: Any) -> None:
    save(site, renamed(site))

    response = site.visit(ANALYST).post(f"/studio/discard/{FINANCE}", {"revision": 1})

    assert response.status_code == 303
    with site.session() as session:
        assert session.scalars(select(Draft)).all() == []
    assert "Thẩm tra kỹ" not in content(site)
