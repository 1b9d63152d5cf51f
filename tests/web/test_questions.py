"""What who has asked for opinions does with the questions, and the reminders of several tasks at once."""

import re
from typing import Any

import pytest

CHECKER, HEAD, COLLEAGUE, DRAFTER, DIRECTOR = "nguyen.thu", "vu.ha", "le.an", "ngo.minh", "pham.bao"
QUESTION = "Xe còn bảo hành?"


@pytest.fixture
def asked(site: Any, journey: Any) -> Any:
    """Joint minutes at nguyen.thu, who has asked two colleagues."""
    journey.submit()
    sent = {"to": [COLLEAGUE, HEAD], "reason": QUESTION}
    assert site.visit(CHECKER).post(f"/tasks/{site.the_task().id}/consult", sent).status_code == 303
    return site


def pane(site: Any, username: str) -> str:
    return str(site.visit(username).get(f"/tasks/{site.the_task().id}").text)


def addresses(page: str, verb: str) -> list[str]:
    return re.findall(rf'action="(/questions/[0-9a-f-]+/{verb})"', page)


def test_the_asker_takes_a_question_back_and_asks_it_again(asked: Any) -> None:
    first, second = addresses(pane(asked, CHECKER), "withdraw")
    assert first != second

    assert asked.visit(CHECKER).post(first).status_code == 303

    page = pane(asked, CHECKER)
    assert "Đã rút câu hỏi lúc" in page
    waiting = [who for who in (COLLEAGUE, HEAD) if QUESTION in asked.visit(who).get("/asides").text]
    assert len(waiting) == 1
    assert "Rút câu hỏi gửi" in asked.visit(CHECKER).get(f"/cases/{asked.the_case().id}").text
    (again,) = addresses(page, "again")
    assert asked.visit(CHECKER).post(again).status_code == 303
    assert all(QUESTION in asked.visit(who).get("/asides").text for who in (COLLEAGUE, HEAD))


def test_nobody_else_is_offered_to_take_a_question_back(asked: Any, rows: Any) -> None:
    (address, _other), before = addresses(pane(asked, CHECKER), "withdraw"), rows()

    assert addresses(pane(asked, COLLEAGUE), "withdraw") == []
    assert asked.visit(COLLEAGUE).post(address).status_code == 403
    assert rows() == before


def test_the_asker_closes_the_round_which_the_menu_offers_only_then(asked: Any) -> None:
    task = asked.the_task().id
    assert 'data-dialog="verb-close_round"' in pane(asked, CHECKER)

    assert asked.visit(CHECKER).post(f"/tasks/{task}/close-round").status_code == 303

    page = pane(asked, CHECKER)
    assert "verb-close_round" not in page
    assert page.count("Đã đóng khi chưa có trả lời, lúc") == 2
    assert QUESTION not in asked.visit(HEAD).get("/asides").text
    assert "Thôi chờ ý kiến của" in asked.visit(CHECKER).get(f"/cases/{asked.the_case().id}").text


def test_the_menu_says_why_a_task_is_neither_sent_back_nor_given_to_a_group(site: Any) -> None:
    assert site.visit(DRAFTER).post("/start/joint_minutes").status_code == 303

    page = pane(site, DRAFTER)

    assert 'aria-describedby="why-not-send_back"' in page
    assert "Hồ sơ chưa qua bước nào trước bước này" in page
    assert 'aria-describedby="why-not-release"' in page


def test_the_menu_says_why_what_one_has_sent_is_not_withdrawn_any_more(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign(CHECKER)
    page = site.visit(DRAFTER).get("/?tab=done").text
    address = re.search(r"/tasks/[0-9a-f-]+(?=\?tab=done)", page)
    assert address is not None

    page = site.visit(DRAFTER).get(address[0]).text

    assert 'aria-describedby="why-not-withdraw"' in page
    assert "Nguyễn Thu" in page


def test_who_only_waits_for_a_task_reads_no_list_of_what_others_may(asked: Any) -> None:
    page = pane(asked, DRAFTER)

    assert 'data-dialog="verb-remind"' in page
    assert "why-not-" not in page


def test_the_holder_gives_a_task_of_the_group_back_from_the_menu(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    task = site.the_task().id
    assert "verb-release" not in pane(site, "bui.mai")
    site.visit("bui.mai").post(f"/tasks/{task}/claim")
    assert 'id="verb-release"' in pane(site, "bui.mai")

    assert site.visit("bui.mai").post(f"/tasks/{task}/release").status_code == 303

    assert site.the_task().assignee_id is None


@pytest.fixture
def waiting(site: Any) -> Any:
    """Two drafts of ngo.minh and one of le.an, which pham.bao, who leads the office, sees."""
    for username in (DRAFTER, DRAFTER, COLLEAGUE):
        assert site.visit(username).post("/start/joint_minutes").status_code == 303
    return site


def test_a_leader_reminds_of_several_tasks_at_once_each_with_its_outcome(waiting: Any) -> None:
    director, ids = waiting.visit(DIRECTOR), [task.id for task in waiting.open_tasks()]
    assert "/tasks/remind" in director.get("/cases").text
    listed = director.get("/tasks/remind").text
    assert listed.count('name="task"') == 3
    assert director.post(f"/tasks/{ids[0]}/remind").status_code == 303

    page = director.post("/tasks", {"task": ids, "verb": "remind", "reason": "Gấp"}).text

    assert "Đã xong 2 việc" in page
    assert "Bạn đã đôn đốc việc này lúc" in page
    assert 'href="/cases"' in page
    assert waiting.visit(DRAFTER).get("/").text.count("đã đôn đốc 1 lần") >= 2


def test_the_list_to_remind_of_is_the_one_that_was_searched_without_the_own_tasks(waiting: Any) -> None:
    assert waiting.visit(DRAFTER).get("/tasks/remind").text.count('name="task"') == 0
    assert waiting.visit(DIRECTOR).get("/tasks/remind?process=finance_document").text.count('name="task"') == 0
    assert waiting.visit(DIRECTOR).get("/tasks/remind?q=khong-co").text.count('name="task"') == 0
