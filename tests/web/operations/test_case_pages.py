"""One case on the repair bench: every deed is told, every refusal too, nothing typed is lost."""

from typing import Any

import pytest

from engine.model import InstanceState

OPERATOR, CLERK = "ta.duy", "ngo.minh"
HOSTILE = "</script><img src=x onerror=alert(1)>"


def test_hostile_variables_are_shown_as_text(room: Any) -> None:
    case = room.start("two_steps", note=HOSTILE, table={HOSTILE: ["{{ 7 * 7 }}"]})

    page = room.get(f"/cases/{case.id}?name=note").text

    assert HOSTILE not in page
    assert "{{ 7 * 7 }}" in page
    assert page.count("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;") == 3


def test_a_variable_is_changed_with_a_reason(room: Any) -> None:
    case = room.start("two_steps", amount=5)

    said = room.follow(
        room.post(f"/cases/{case.id}/variables", room.typed(case, name="amount", kind="number", text="31,75"))
    )

    assert "Đã sửa biến amount" in said
    assert str(room.variables(case.id)["amount"]) == "31.75"
    log = room.site.visit(OPERATOR).get(f"/cases/{case.id}").text
    assert "Đã sửa biến amount. Lý do: Nhập sai" in log
    assert "31.75" not in log


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "a b", "text": "x"}, "không đặt làm tên biến được"),
        ({"name": "", "text": "x"}, "Nhập tên biến"),
        ({"name": "a", "kind": "number", "text": "mười"}, "Không lưu được giá trị"),
        ({"name": "a", "kind": "number", "text": "true"}, "Không lưu được giá trị"),
        ({"name": "a", "kind": "json", "text": "NaN"}, "Không lưu được giá trị"),
        ({"name": "a", "kind": "json", "text": "[" * 5000}, "Không lưu được giá trị"),
        ({"name": "a", "kind": "json", "text": '"\\ud800"'}, "Không lưu được giá trị"),
        ({"name": "a", "kind": "number", "text": "9" * 5000}, "Không lưu được giá trị"),
        ({"name": "a", "text": "x" * 200_001}, "Không lưu được giá trị"),
        ({"name": "a", "text": "x", "reason": ""}, "Ghi lý do"),
    ],
)
def test_a_change_that_is_refused_is_told_and_not_lost(
    room: Any, rows: Any, typed: dict[str, str], sentence: str
) -> None:
    case = room.start("two_steps")
    before = rows()

    response = room.post(f"/cases/{case.id}/variables", room.typed(case, **typed))

    assert response.status_code == 422
    assert sentence in response.text
    assert typed["text"][:100] in response.text.replace("&#34;", '"')
    assert rows() == before


def test_a_change_of_a_page_that_is_out_of_date_is_refused(room: Any) -> None:
    case = room.start("two_steps", amount=5)
    sent = room.typed(case, name="amount", kind="number", text="7")
    room.site.visit(CLERK).complete(room.site.the_task().id, "completed")

    response = room.post(f"/cases/{case.id}/variables", sent)

    assert response.status_code == 409
    assert "Hồ sơ đã thay đổi" in response.text
    assert room.variables(case.id)["amount"] == 5


def test_the_form_is_filled_with_the_variable_to_be_changed(room: Any) -> None:
    case = room.start("two_steps", table=[1, {"a": None}])

    page = room.get(f"/cases/{case.id}?name=table").text

    assert '<option value="json" selected>' in page
    assert "&#34;a&#34;: null" in page


def test_suspending_is_seen_by_whoever_meets_the_case(room: Any) -> None:
    case = room.start("two_steps")
    task = room.site.the_task()

    said = room.follow(room.post(f"/cases/{case.id}/suspend", {"reason": "Chờ đối chiếu"}))

    assert "Đã tạm dừng hồ sơ." in said
    clerk = room.site.visit(CLERK)
    for page in (clerk.get(f"/cases/{case.id}").text, clerk.get(f"/tasks/{task.id}").text):
        assert "Tạm dừng" in page
        assert "Lý do: Chờ đối chiếu" in page
    assert '<button type="button" class="btn" disabled' in clerk.get(f"/tasks/{task.id}").text
    assert "Tạm dừng" in clerk.get("/cases?state=suspended").text
    refused = clerk.complete(task.id, "completed")
    assert refused.status_code == 409
    assert "Hồ sơ đang tạm dừng" in refused.text


def test_a_resumed_case_is_worked_on_as_before(room: Any) -> None:
    case = room.start("two_steps")
    room.post(f"/cases/{case.id}/suspend", {"reason": "Chờ"})

    room.follow(room.post(f"/cases/{case.id}/resume", {"reason": "Đã đối chiếu"}))

    assert room.site.visit(CLERK).complete(room.site.the_task().id, "completed").status_code == 303


def test_the_room_says_why_something_cannot_be_done(room: Any) -> None:
    case = room.start("two_steps")
    room.post(f"/cases/{case.id}/cancel", {"reason": "Nộp nhầm"})

    again = room.follow(room.post(f"/cases/{case.id}/suspend", {"reason": "x"}))

    assert "Hồ sơ này đã kết thúc" in again
    assert "do-cancel" not in again
    assert "do-purge" in again


def test_a_hidden_case_is_found_by_operators_only(room: Any) -> None:
    case = room.start("two_steps")
    room.post(f"/cases/{case.id}/cancel", {"reason": "Nộp nhầm"})

    room.follow(room.post(f"/cases/{case.id}/purge", {"reason": "Trùng"}))

    clerk, operator = room.site.visit(CLERK), room.site.visit(OPERATOR)
    assert clerk.get(f"/cases/{case.id}").status_code == 404
    assert case.business_key not in clerk.get("/cases").text
    assert case.business_key not in operator.get("/cases").text
    assert case.business_key in operator.get("/cases?state=purged").text
    assert clerk.get("/cases?state=purged").status_code == 403
    room.follow(room.post(f"/cases/{case.id}/unpurge", {"reason": "Nhầm"}))
    assert case.business_key in clerk.get("/cases").text


def test_a_move_is_shown_before_it_is_done(room: Any, rows: Any) -> None:
    case = room.start("two_steps")
    before = rows()

    page = room.get(f"/cases/{case.id}/move?token={room.token(case.id, 'read')}&element=answer").text

    assert all(
        said in page for said in ("Đọc công văn → Trả lời công văn", "Ngô Minh", "Hoàng Lan", "Hiện chưa chuyển")
    )
    assert rows() == before


def test_a_confirmed_move_happens_and_is_in_the_log(room: Any) -> None:
    case = room.start("two_steps")
    sent = {
        "token": room.token(case.id, "read"),
        "element": "answer",
        "revision": str(room.case(case.id).revision),
        "reason": "Đi nghỉ phép",
    }

    said = room.follow(room.post(f"/cases/{case.id}/move", sent))

    assert "Đã chuyển bước." in said
    assert room.site.the_task().name == "Trả lời công văn"
    log = room.site.visit(OPERATOR).get(f"/cases/{case.id}").text
    assert "Chuyển bước: Đọc công văn → Trả lời công văn. Lý do: Đi nghỉ phép" in log


def test_a_move_shown_before_the_case_went_on_is_refused(room: Any) -> None:
    case = room.start("two_steps")
    sent = {
        "token": room.token(case.id, "read"),
        "element": "end",
        "revision": str(room.case(case.id).revision),
        "reason": "x",
    }
    room.site.visit(CLERK).complete(room.site.the_task().id, "completed")

    said = room.follow(room.post(f"/cases/{case.id}/move", sent))

    assert "Hồ sơ đã thay đổi" in said
    assert room.case(case.id).state is InstanceState.RUNNING


@pytest.mark.parametrize(
    ("token", "element", "sentence"),
    [
        ("{read}", "nowhere", "không có bước “nowhere”"),
        ("{read}", "start", "mở đầu, ngắt hoặc hoàn tác"),
        ("999", "answer", "không còn ở trong hồ sơ"),
        ("", "answer", "không còn ở trong hồ sơ"),
        ("<b>", "<b>", "không còn ở trong hồ sơ"),
        (":nothing", ":nothing", "Hãy chọn bước cần chuyển"),
    ],
)
def test_a_move_that_cannot_be_says_so(room: Any, token: str, element: str, sentence: str) -> None:
    case = room.start("two_steps")
    chosen = {"token": token.format(read=room.token(case.id, "read")), "element": element}

    shown = room.site.visit(OPERATOR).get(f"/operations/cases/{case.id}/move", query_string=chosen)
    done = room.post(f"/cases/{case.id}/move", {**chosen, "revision": str(room.case(case.id).revision), "reason": "x"})

    assert sentence in shown.text
    assert "<b><" not in shown.text
    assert sentence in room.follow(done)
    assert room.site.the_task().name == "Đọc công văn"


def test_every_page_of_the_room_is_there_in_english_too(room: Any) -> None:
    case = room.start("two_steps", a=1)
    room.start("fee", fee=5)
    operator = room.site.visit(OPERATOR)
    operator.post("/language/en", {"next": "/"})

    pages = [
        room.get(path).text
        for path in ("/incidents", "/jobs", f"/cases/{case.id}", f"/cases/{case.id}/move?token=1&element=answer")
    ]

    for page, said in zip(
        pages, ("No way out fits", "Who does the work", "See what would happen", "cannot be done"), strict=True
    ):
        assert said in page
