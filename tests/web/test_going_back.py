"""Sending back, withdrawing, cancelling and changing approvers, as people do it on the site."""

import re
from typing import Any

from engine.model import InstanceState


def sent_to(page: str) -> dict[str, str]:
    """Return the steps offered on a page: the name of who did them, and what chooses them."""
    offered = re.findall(r'name="to" value="([0-9a-f-]+)"[^>]*><span><b>[^<]*</b>, ([^<\n]*)', page)
    return {person.strip(): task_id for task_id, person in offered}


def test_a_task_goes_back_to_a_chosen_step_and_its_holder_reads_why(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha")
    task, lan = site.the_task(), site.visit("hoang.lan")
    assert f"/tasks/{task.id}/send-back" in lan.get(f"/tasks/{task.id}").text

    page = lan.get(f"/tasks/{task.id}/send-back").text
    assert list(sent_to(page)) == ["Vũ Hà", "Nguyễn Thu", "Ngô Minh"]
    assert "Hết hiệu lực: chữ ký của Nguyễn Thu, Vũ Hà" in page
    chosen = {"to": sent_to(page)["Nguyễn Thu"], "reason": "Thiếu phụ lục"}
    assert lan.post(f"/tasks/{task.id}/send-back", chosen).status_code == 303

    again = site.the_task()
    shown = site.visit("nguyen.thu").get(f"/tasks/{again.id}").text
    assert again.element_id == "head_sign"
    assert "Trả lại từ P.KHTCTH về VPS (Nguyễn Thu). Lý do: Thiếu phụ lục" in shown


def test_without_a_reason_nothing_goes_back_and_the_choice_stays(site: Any, journey: Any) -> None:
    journey.submit()
    task, thu = site.the_task(), site.visit("nguyen.thu")
    to = sent_to(thu.get(f"/tasks/{task.id}/send-back").text)["Ngô Minh"]

    response = thu.post(f"/tasks/{task.id}/send-back", {"to": to, "reason": " "})

    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert site.the_task().id == task.id


def test_a_task_of_somebody_else_is_not_sent_back(site: Any, journey: Any) -> None:
    journey.submit()
    task = site.the_task()

    refused = site.visit("vu.ha").get(f"/tasks/{task.id}/send-back")

    assert refused.status_code == 403


def test_the_sender_withdraws_on_the_page_of_the_case(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu")
    thu, case = site.visit("nguyen.thu"), site.the_case()
    address = re.search(r"/tasks/[0-9a-f-]+/withdraw", thu.get(f"/cases/{case.id}").text)
    assert address is not None
    assert "Chữ ký của bạn ở bước này hết hiệu lực." in thu.get(address[0]).text

    response = thu.post(address[0], {"reason": "Ký nhầm"})

    assert response.location == f"/tasks/{site.the_task().id}"
    assert site.the_task().element_id == "head_sign"
    page = thu.get(f"/cases/{case.id}").text
    assert "Thu hồi VPS. Lý do: Ký nhầm" in page
    assert "/withdraw" not in page


def test_who_has_not_sent_it_finds_no_way_to_withdraw(site: Any, journey: Any) -> None:
    journey.submit()

    page = site.visit("nguyen.thu").get(f"/cases/{site.the_case().id}").text

    assert "/withdraw" not in page
    assert "/cancel" not in page


def test_the_starter_cancels_the_own_case_with_a_reason(site: Any, journey: Any) -> None:
    journey.submit()
    case, minh = site.the_case(), site.visit("ngo.minh")
    assert f"/cases/{case.id}/cancel" in minh.get(f"/cases/{case.id}").text

    assert minh.post(f"/cases/{case.id}/cancel", {"reason": ""}).status_code == 422
    assert minh.get(f"/cases/{case.id}/cancel").status_code == 200
    assert minh.post(f"/cases/{case.id}/cancel", {"reason": "Không cần nữa"}).status_code == 303

    assert site.the_case().state is InstanceState.CANCELLED


def test_a_signed_case_is_not_cancelled_by_its_starter(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu")

    response = site.visit("ngo.minh").get(f"/cases/{site.the_case().id}/cancel")

    assert response.status_code == 409
    assert "Đã có người ký" in response.text


def test_units_join_and_leave_a_chain_under_way(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu")
    case, minh = site.the_case(), site.visit("ngo.minh")
    page = minh.get(f"/cases/{case.id}/approvers").text
    chain = re.search(r'name="chain" value="(\d+)"', page)
    assert chain is not None

    removed = minh.post(
        f"/cases/{case.id}/approvers/remove", {"chain": chain[1], "place": "2", "reason": "Không liên quan"}
    )
    added = minh.post(
        f"/cases/{case.id}/approvers/add",
        {"chain": chain[1], "key": "P.QLTM", "place": "next", "reason": "Có liên quan"},
    )

    assert (removed.status_code, added.status_code) == (303, 303)
    shown = minh.get(f"/cases/{case.id}").text
    assert "Có liên quan" in shown
    journey.sign("vu.ha")
    assert site.the_task().step == "P.QLTM"


def test_what_the_draft_refuses_of_a_chain_is_refused_here_too(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu")
    case, minh = site.the_case(), site.visit("ngo.minh")
    chain = re.search(r'name="chain" value="(\d+)"', minh.get(f"/cases/{case.id}/approvers").text)
    assert chain is not None

    response = minh.post(f"/cases/{case.id}/approvers/add", {"chain": chain[1], "key": "LĐS", "reason": "Thêm"})

    assert response.status_code == 422
    assert "Lãnh đạo Sở luôn ký sau cùng" in response.text
