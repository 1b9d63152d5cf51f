"""Nobody but administrators gets into the operations room, and nothing they try is stored."""

from typing import Any

import pytest

from engine.model import InstanceState

OPERATOR, CLERK, HEAD = "ta.duy", "ngo.minh", "hoang.lan"


def test_only_administrators_find_the_room(room: Any) -> None:
    assert 'href="/operations/incidents"' in room.site.visit(OPERATOR).get("/").text
    assert "/operations" not in room.site.visit(HEAD).get("/").text
    assert "/operations" not in room.site.visit("pham.bao").get("/").text


REQUESTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "/incidents", {}),
    ("GET", "/jobs", {}),
    ("GET", "/cases/{case}", {}),
    ("GET", "/cases/{case}/move?token={token}&element=answer", {}),
    ("POST", "/incidents/{incident}/retry", {}),
    ("POST", "/incidents/{incident}/resolve", {"note": "x"}),
    ("POST", "/incidents/retry", {"group": "yes"}),
    ("POST", "/incidents/retry", {"incident": "{incident}"}),
    ("POST", "/cases/{case}/suspend", {"reason": "x"}),
    ("POST", "/cases/{case}/resume", {"reason": "x"}),
    ("POST", "/cases/{case}/cancel", {"reason": "x"}),
    ("POST", "/cases/{case}/purge", {"reason": "x"}),
    ("POST", "/cases/{case}/unpurge", {"reason": "x"}),
    ("POST", "/cases/{case}/variables", {"name": "a", "kind": "true", "reason": "x", "revision": "1"}),
    ("POST", "/cases/{case}/move", {"token": "{token}", "element": "answer", "reason": "x", "revision": "1"}),
)


@pytest.mark.parametrize("username", [CLERK, HEAD, "pham.bao", "la.vy"])
def test_nobody_but_administrators_may_do_anything_there(room: Any, rows: Any, username: str) -> None:
    case, fee = room.start("two_steps"), room.start("fee", fee=5)
    (incident,) = room.incidents()
    known = {"case": case.id, "incident": incident.id, "token": room.token(case.id, "read")}
    before, revisions = rows(), [room.case(each.id).revision for each in (case, fee)]

    for method, path, data in REQUESTS:
        address = path.format(**known)
        sent = {name: value.format(**known) for name, value in data.items()}
        response = room.get(address, username) if method == "GET" else room.post(address, sent, username)
        assert response.status_code == 403, (method, path)
        assert "Chỉ quản trị viên" in response.text

    assert rows() == before
    assert [room.case(each.id).revision for each in (case, fee)] == revisions


def test_a_form_without_the_token_of_our_page_does_nothing(room: Any) -> None:
    case = room.start("two_steps")

    response = room.site.visit(OPERATOR).client.post(f"/operations/cases/{case.id}/cancel", data={"reason": "x"})

    assert response.status_code == 400
    assert room.case(case.id).state is InstanceState.RUNNING
