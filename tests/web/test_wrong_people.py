"""People without the right: refused, nothing stored, written down."""

from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from engine.model import PaperVersion

STRANGER = "thai.ngan"  # a specialist of a unit the document never comes to


@pytest.fixture
def under_way(site: Any, journey: Any) -> Any:
    """Bring a document to the head of P.KHTCTH."""
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha")
    return site


def paper_address(site: Any) -> str:
    with site.session() as session:
        version = session.scalars(select(PaperVersion)).first()
        return f"/cases/{version.paper.instance_id}/papers/{version.id}"


REQUESTS = {
    "open a task of another unit": ("GET", "/tasks/{task}", STRANGER),
    "sign a task of another unit": ("POST", "/tasks/{task}/complete?outcome=sign", STRANGER),
    "return a task of another unit": ("POST", "/tasks/{task}/complete?outcome=return", STRANGER),
    "claim a task that is given to one person": ("POST", "/tasks/{task}/claim", STRANGER),
    "release a task of somebody else": ("POST", "/tasks/{task}/release", STRANGER),
    "upload to a task of another unit": ("POST", "/tasks/{task}/papers", STRANGER),
    "open a case that never came to them": ("GET", "/cases/{case}", STRANGER),
    "see the diagram of such a case": ("GET", "/cases/{case}/diagram.bpmn", STRANGER),
    "download a file of such a case": ("GET", "{paper}", STRANGER),
    "sign in place of the head, as the drafter": ("POST", "/tasks/{task}/complete?outcome=sign", "ngo.minh"),
    "sign before one's turn": ("POST", "/tasks/{task}/complete?outcome=sign", "tran.hanh"),
    "sign in place of the head, as a colleague of the unit": ("POST", "/tasks/{task}/complete?outcome=sign", "le.an"),
    "upload after the draft was submitted, as the head": ("POST", "/tasks/{task}/papers", "hoang.lan"),
    "transfer a task of somebody else": ("POST", "/tasks/{task}/transfer", STRANGER),
    "delegate a task of somebody else": ("POST", "/tasks/{task}/delegate", STRANGER),
    "hand back what was never delegated": ("POST", "/tasks/{task}/hand-back", STRANGER),
    "ask for opinions on a task of somebody else": ("POST", "/tasks/{task}/consult", STRANGER),
    "send a case that never came to them": ("POST", "/tasks/{task}/copy", STRANGER),
    "mark a case as read that was not sent to them": ("POST", "/cases/{case}/read", STRANGER),
    "remind of a task that is not theirs to await": ("POST", "/tasks/{task}/remind", STRANGER),
    "close a round of questions on a task of somebody else": ("POST", "/tasks/{task}/close-round", STRANGER),
    "assign a task of another unit": ("POST", "/tasks/{task}/assign", STRANGER),
    "see the load of another unit": ("GET", "/tasks/{task}/assign", STRANGER),
    "open a task that does not exist": ("GET", "/tasks/00000000-0000-4000-8000-000000000000", STRANGER),
}


@pytest.mark.parametrize("what", REQUESTS)
def test_nobody_can(what: str, under_way: Any, rows: Any) -> None:
    method, address, username = REQUESTS[what]
    case, task = under_way.the_case(), under_way.the_task()
    address, _, query = address.format(task=task.id, case=case.id, paper=paper_address(under_way)).partition("?")
    visitor, before = under_way.visit(username), rows()

    with capture_logs() as logged:
        if method == "GET":
            response = visitor.get(address)
        elif address.endswith("/papers"):
            response = visitor.upload(task.id, ("them.pdf", b"%PDF-1.4 them"))
        else:
            response = visitor.post(address, {"outcome": query.removeprefix("outcome="), "reason": "Sai", "data": "{}"})

    assert response.status_code in {403, 404}
    assert rows() == before
    assert under_way.the_case().revision == case.revision
    told = [each for each in logged if each["event"] != "request.done"]  # a slow answer has a line of its own
    assert [(each["event"], each["person"]) for each in told] == [("request.refused", username)]


def test_without_an_account_every_page_leads_to_the_sign_in(under_way: Any) -> None:
    client = under_way.app.test_client()
    case, task = under_way.the_case(), under_way.the_task()

    for address in ("/", f"/tasks/{task.id}", f"/cases/{case.id}", "/reports/where.xlsx", paper_address(under_way)):
        response = client.get(address)
        assert response.status_code == 303
        assert response.location.startswith("/sign-in")


def test_a_form_without_the_token_of_our_page_is_refused(under_way: Any, rows: Any) -> None:
    visitor, before = under_way.visit("hoang.lan"), rows()

    response = visitor.client.post(f"/tasks/{under_way.the_task().id}/complete", data={"outcome": "sign"})

    assert response.status_code == 400
    assert rows() == before


def test_a_report_shows_a_specialist_only_the_cases_that_came_to_them(under_way: Any) -> None:
    title = "Biên bản bàn giao xe"

    assert title not in under_way.visit(STRANGER).get("/reports/where").text
    assert title in under_way.visit("hoang.lan").get("/reports/where").text
    assert title in under_way.visit("pham.bao").get("/reports/where").text
