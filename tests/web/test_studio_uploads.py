"""Files brought to the studio over HTTP: reports of imports, replacements, tables as they were, hostile content."""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import select

from engine.model import Draft

ANALYST, OTHER, STRANGER = "la.vy", "ta.duy", "ngo.minh"
FINANCE = "routing/finance_document.bpmn"
JSON = {"Accept": "application/json"}
INVOICE = (Path(__file__).resolve().parents[1] / "engine" / "bpmn" / "importing" / "camunda_invoice.bpmn").read_bytes()
SEALED = re.compile(r'name="sealed" value="([^"]+)"')
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="days" name="{}"><literalExpression><text>{}</text></literalExpression></decision></definitions>"""


def bring(site: Any, filename: str, content: bytes, *, by: str = ANALYST, into: Mapping[str, str] | None = None) -> Any:
    sent = {"file": (BytesIO(content), filename), **(into or {})}
    response = site.visit(by).post("/studio/upload", sent)
    response.request.environ["wsgi.input"].close()
    return response


def take(site: Any, report: Any, *, by: str = ANALYST) -> Any:
    found = SEALED.search(report.text)
    assert found is not None, report.text
    return site.visit(by).post("/studio/import", {"sealed": found.group(1)})


def send(site: Any, doing: str, body: bytes, *, by: str = ANALYST, **query: Any) -> Any:
    visitor = site.visit(by)
    headers = {**JSON, "X-CSRFToken": visitor.token}
    response = visitor.client.post(
        f"/studio/{doing}", data=body, query_string=query, content_type="application/xml", headers=headers
    )
    response.request.environ["wsgi.input"].close()
    return response


def drafts(site: Any) -> dict[str, bytes]:
    with site.session() as session:
        return {f"{each.pack_key}/{each.name}": each.content for each in session.scalars(select(Draft))}


def place(site: Any, file: str = FINANCE) -> dict[str, str]:
    page = site.visit(ANALYST).get(f"/studio/files/{file}").text
    pack_key, _, name = file.partition("/")
    base = page.partition('data-base="')[2].partition('"')[0]
    return {"pack_key": pack_key, "name": name, "revision": "0", "base": base}


def publish(site: Any, file: str, revision: int = 1) -> Any:
    visitor = site.visit(ANALYST)
    form = {"csrf_token": visitor.token, "revision": revision}
    return visitor.client.post(f"/studio/publish/{file}", data=form, headers=JSON)


def test_a_diagram_of_another_engine_is_reported_before_anything_is_stored(site: Any, rows: Any) -> None:
    before = rows()

    report = bring(site, "hóa đơn.bpmn", INVOICE)

    assert report.status_code == 200
    assert "“hóa đơn.bpmn” vẽ cho Camunda 7" in report.text
    assert "Cần có trình xử lý cho loại việc “payments”." in report.text
    assert "Đã bỏ camunda:executionListener" in report.text
    assert "forms/invoice_received_form.form" in report.text
    assert rows() == before


def test_taking_it_makes_drafts_of_the_diagram_and_its_forms(site: Any) -> None:
    response = take(site, bring(site, "hóa đơn.bpmn", INVOICE))

    assert response.status_code == 303
    assert drafts(site).keys() == {"studio/hóa đơn.bpmn", "studio/forms/invoice_received_form.form"}
    desk = site.visit(ANALYST).get(response.location).text
    assert re.search(r'name="also" value="1 forms/invoice_received_form.form" checked', desk)


def test_a_report_is_taken_only_as_it_was_shown_and_by_whom(site: Any) -> None:
    report = bring(site, "hóa đơn.bpmn", INVOICE)

    stolen = take(site, report, by=OTHER)
    forged = site.visit(ANALYST).post("/studio/import", {"sealed": "eyJrZXkiOiJ4In0.abc.def"})

    assert (stolen.status_code, forged.status_code) == (422, 422)
    assert "không còn dùng được" in forged.text
    assert drafts(site) == {}


def test_a_diagram_of_another_engine_may_replace_a_published_file(site: Any) -> None:
    report = bring(site, "của tôi.bpmn20.xml", INVOICE, into=place(site))
    take(site, report)

    replaced = drafts(site)[FINANCE]
    assert b"invoice" in replaced
    assert b"camunda.org/schema/1.0" not in replaced


def test_a_replacement_that_somebody_was_faster_than_leads_back_with_the_reason(site: Any) -> None:
    where = place(site)
    send(site, f"draft/{FINANCE}", b"<theirs/>", by=OTHER, revision=0, base=where["base"])
    report = bring(site, "của tôi.bpmn", INVOICE, into=where)

    response = take(site, report)

    assert response.location == f"/studio/files/{FINANCE}"
    assert drafts(site) == {FINANCE: b"<theirs/>"}
    assert "Tạ Duy đã lưu bản nháp này" in site.visit(ANALYST).get(response.location).text


def test_the_desk_is_told_whether_a_file_can_be_opened_as_it_is(site: Any, rows: Any) -> None:
    own, before = site.visit(ANALYST).get(f"/studio/content/{FINANCE}").data, rows()

    assert send(site, f"examine/{FINANCE}", own).json == {"was_ours": True}
    assert send(site, f"examine/{FINANCE}", INVOICE).json == {"was_ours": False}
    refused = send(site, f"examine/{FINANCE}", b"<html>")
    assert refused.status_code == 422
    assert "không phải là XML đúng cú pháp (dòng 1)" in refused.json["detail"]
    assert rows() == before


def test_why_a_file_cannot_be_read_is_said_with_the_remedy(site: Any) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    response = bring(site, "bom.bpmn", bomb)

    page = site.visit(ANALYST).get(response.location).text
    assert "các phần này bị cấm" in page
    assert "dạng UTF-8" in page


@pytest.mark.parametrize("doing", [f"examine/{FINANCE}", "upload", "import"])
def test_nobody_else_may_bring_or_examine_a_file(site: Any, rows: Any, doing: str) -> None:
    report, before = bring(site, "hóa đơn.bpmn", INVOICE), rows()

    if doing == "upload":
        response = bring(site, "a.bpmn", INVOICE, by=STRANGER)
    elif doing == "import":
        response = take(site, report, by=STRANGER)
    else:
        response = send(site, doing, INVOICE, by=STRANGER)

    assert response.status_code in {403, 422}
    assert rows() == before


def test_a_file_too_large_is_refused_and_named(site: Any) -> None:
    response = bring(site, "to.bpmn", b"<" * (2 * 1024 * 1024 + 1))

    flash = site.visit(ANALYST).get(response.location).text.partition('id="flash"')[2].partition("</div>")[0]
    assert "2 MB" in flash


def test_markup_in_a_file_is_text_on_every_page(site: Any) -> None:
    evil = '"><script>alert(1)</script>'
    hostile = INVOICE.replace(b'id="approve"', f'id="{escape(evil)}"'.encode(), 1)
    table = TABLE.format(escape(evil), 5)

    report = bring(site, "hóa đơn.bpmn", hostile).text
    bring(site, "bảng.dmn", table.encode())
    publish(site, "studio/bảng.dmn")
    visitor = site.visit(ANALYST)

    pages = [report, visitor.get("/studio").text, visitor.get("/studio/files/studio/bảng.dmn").text]
    assert all("<script>alert" not in page for page in pages)
    assert "alert(1)" in pages[0]
    assert "alert(1)" in pages[1]


def test_a_table_has_versions_that_can_be_looked_at_and_downloaded(site: Any) -> None:
    bring(site, "thời hạn.dmn", TABLE.format("Số ngày", 5).encode())
    publish(site, "studio/thời hạn.dmn")
    bring(site, "thời hạn.dmn", TABLE.format("Số ngày", 7).encode())
    publish(site, "studio/thời hạn.dmn")

    visitor = site.visit(ANALYST)
    shelf = visitor.get("/studio").text
    [past] = re.findall(r'href="(/studio/past/[^"]+)"', shelf)
    page = visitor.get(past)
    [file] = re.findall(r'data-table="([^"]+)"', page.text)

    assert "bản 2" in shelf
    assert "Số ngày · bản 1" in page.text
    assert b"<text>5</text>" in visitor.get(file).data
    assert "sandbox" in visitor.get(file).headers["Content-Security-Policy"]
    assert site.visit(STRANGER).get(past).status_code == 403
    assert site.visit(STRANGER).get(file).status_code == 403


def test_the_check_knows_the_groups_of_the_directory_and_the_fields_of_the_packs_forms(site: Any) -> None:
    xml = site.visit(ANALYST).get(f"/studio/content/{FINANCE}").text
    wrong = xml.replace('"P.KHTCTH")', '"P.KHTCTX")').replace("urgency =", "urgencies =")

    clean = send(site, f"lint/{FINANCE}", xml.encode()).json
    found = send(site, f"lint/{FINANCE}", wrong.encode()).json

    assert clean == []
    assert "lint.unknown_unit" in {each["code"] for each in found}


def test_the_page_of_an_editor_leads_to_what_a_diagram_may_say(site: Any) -> None:
    visitor = site.visit(ANALYST)

    assert 'href="/help/bpmn"' in visitor.get(f"/studio/files/{FINANCE}").text
    assert visitor.get("/help/bpmn").status_code == 200
