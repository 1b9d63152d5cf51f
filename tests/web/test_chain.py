"""The main job over HTTP: a document travels from desk to desk."""

from typing import Any

import pytest

CHAIN = ["TT.KCTVPTCN", "P.KHTCTH", "P.KTQLNL"]
SIGNERS = ["nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao"]


def draft(site: Any, chain: list[str] = CHAIN) -> None:
    drafter = site.visit("ngo.minh")
    response = drafter.post("/start/joint_minutes")
    assert response.status_code == 303, response.text
    task = site.the_task()
    response = drafter.upload(task.id, ("bien-ban.pdf", b"%PDF-1.4 bien ban"), ("phu-luc.pdf", b"%PDF-1.4 phu luc"))
    assert response.status_code == 303, response.text
    page = drafter.get(f"/tasks/{task.id}")
    assert page.status_code == 200, page.text
    response = drafter.complete(
        task.id,
        "submit",
        {
            "document_type": "BB",
            "abstract": "Biên bản bàn giao xe 60A-123.45",
            "submitter": "nguyen.thu",
            "signer": "pham.bao",
            "chain": chain,
            "urgency": "normal",
            "secrecy": "normal",
        },
    )
    assert response.status_code == 303, response.text


def test_five_people_sign_and_the_clerk_issues(site: Any) -> None:
    draft(site)
    for username in SIGNERS:
        signer = site.visit(username)
        task = site.the_task()
        assert signer.get(f"/tasks/{task.id}").status_code == 200
        response = signer.complete(task.id, "sign")
        assert response.status_code == 303, response.text
    clerk = site.visit("bui.mai")
    task = site.the_task()
    assert task.element_id == "issue_number"
    assert clerk.post(f"/tasks/{task.id}/claim").status_code == 303
    response = clerk.complete(task.id, "issue", {"issued_on": "2026-03-02", "recipients": "Như Điều 3"})
    assert response.status_code == 303, response.text
    case = site.the_case()
    assert case.state == "ended"
    page = clerk.get(f"/cases/{case.id}")
    assert "01/BB-SCT" in page.text
