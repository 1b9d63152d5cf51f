"""Văn bản tài chính: initials, review (đúng, đủ, hợp lý), the director's signature, the number; and every way back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

Begin = Callable[..., Any]

DRAFT = {
    "document_type": "QĐ",
    "abstract": "Quyết định mua sắm máy in",
    "amount_vnd": 120_000_000,
    "budget_source": "recurrent_autonomous",
    "spending_item": "Mua sắm tài sản",
    "urgency": "normal",
    "secrecy": "normal",
}
GOOD = {"is_correct": True, "is_complete": True, "is_reasonable": True, "missing_items": None}
LACKING = {
    "is_correct": True,
    "is_complete": False,
    "is_reasonable": False,
    "missing_items": "1. Báo giá thứ ba\n2. Dự toán",
}
REVIEWERS = ("review", ("P.KHTCTH/specialist", "P.KHTCTH/accountant"))
CLERKS = ("issue_number", ("VPS/records_clerk",))
WAY = [
    ("head_initial", "dinh.khoa"),
    REVIEWERS,
    ("finance_initial", "hoang.lan"),
    ("director_sign", "pham.bao"),
    CLERKS,
]


@pytest.fixture
def decision(begin: Begin) -> Any:
    """A draft in the hands of a specialist of the department of industry."""
    return begin("finance_document", by="luu.tuan")


def pass_on(scene: Any) -> Any:
    """End the open step the way that moves the document forward."""
    match scene.task.element_id:
        case "review":
            return scene.go("approve", by="trinh.nga", **GOOD)
        case "issue_number":
            return scene.go("issue", by="ly.quynh", issued_on="2026-03-02", recipients="Kho bạc Nhà nước")
        case _:
            return scene.go("sign")


def send_back(scene: Any, reason: str = "Sửa lại") -> Any:
    """Return the document from where it stands."""
    match scene.task.element_id:
        case "review":
            return scene.go("return", by="trinh.nga", reason=reason, **LACKING)
        case "issue_number":
            return scene.go("return", by="ly.quynh", reason=reason)
        case _:
            return scene.go("return", reason=reason)


def go_to(scene: Any, place: int, **values: object) -> Any:
    """Move the document on until it stands at a place of the way."""
    scene.go("submit", **{**DRAFT, **values})
    for _ in range(place):
        pass_on(scene)
    assert scene.at == WAY[place]
    return scene


def test_the_document_is_initialled_reviewed_initialled_signed_and_issued(decision: Any) -> None:
    assert decision.at == ("draft", "luu.tuan")
    decision.go("submit", **DRAFT)

    stations = []
    while not decision.play.ended:
        stations.append(decision.at)
        pass_on(decision)

    assert stations == WAY
    assert decision.play.end == "document_issued"
    assert decision.registered() == [("01/QĐ-SCT", "Quyết định mua sắm máy in", "Phạm Bảo")]
    assert decision.play.incidents() == []
    assert decision.breaches() == []


def test_the_signer_is_the_director_and_nobody_chooses(decision: Any) -> None:
    assert decision.task.variables["signer"] == "pham.bao"
    assert decision.task.variables["signer_name"] == "Phạm Bảo – Giám đốc Sở"


@pytest.mark.parametrize(
    ("place", "who"),
    [
        (0, "Đinh Khoa, P.QLCN"),
        (1, "Trịnh Nga, P.KHTCTH"),
        (2, "Hoàng Lan, P.KHTCTH"),
        (3, "Phạm Bảo, LĐS"),
        (4, "Lý Quỳnh, VPS"),
    ],
    ids=["own head", "review", "head of finance", "director", "records clerk"],
)
def test_from_every_place_the_document_comes_back_to_the_draft_with_the_reason(
    decision: Any, place: int, who: str
) -> None:
    go_to(decision, place)

    send_back(decision, "Vượt định mức")

    assert decision.at == ("draft", "luu.tuan")
    assert decision.told() == {"return_reason": "Vượt định mức", "returned_by": who}
    assert decision.registered() == []


@pytest.mark.parametrize("place", range(5))
def test_after_a_return_from_anywhere_the_second_round_goes_to_the_end(decision: Any, place: int) -> None:
    send_back(go_to(decision, place))

    pass_on(go_to(decision, 4))

    assert decision.play.end == "document_issued"
    assert len(decision.registered()) == 1
    assert decision.breaches() == []


def test_a_review_that_does_not_pass_comes_back_with_the_list_of_what_is_missing(decision: Any) -> None:
    send_back(go_to(decision, 1), "Chưa đủ hồ sơ")

    assert decision.task.variables["missing_items"] == "1. Báo giá thứ ba\n2. Dự toán"
    assert decision.told()["return_reason"] == "Chưa đủ hồ sơ"


def test_the_list_is_gone_when_the_second_review_passes(decision: Any) -> None:
    send_back(go_to(decision, 1))
    go_to(decision, 2)

    send_back(decision, "Lý do khác")

    assert decision.task.variables["missing_items"] is None


def test_the_second_review_begins_with_nothing_ticked(decision: Any) -> None:
    send_back(go_to(decision, 2))

    go_to(decision, 1)

    ticked = [decision.task.variables[name] for name in ("is_correct", "is_complete", "is_reasonable")]
    assert ticked == [False, False, False]


@pytest.mark.parametrize("field", ["is_correct", "is_complete", "is_reasonable"])
def test_a_review_passes_only_when_all_three_questions_are_answered_yes(decision: Any, field: str) -> None:
    go_to(decision, 1)

    assert list(decision.refused("approve", **{**GOOD, field: False})) == [field]
    assert decision.refused("approve", **GOOD) == {}


@pytest.mark.parametrize("missing", [None, "", "   "])
def test_a_review_is_not_returned_without_the_list(decision: Any, missing: str | None) -> None:
    go_to(decision, 1)

    assert list(decision.refused("return", "Chưa đủ", **{**LACKING, "missing_items": missing})) == ["missing_items"]
    assert decision.refused("return", "Chưa đủ", **LACKING) == {}


def test_a_return_from_the_review_needs_a_reason_beside_the_list(decision: Any) -> None:
    go_to(decision, 1)

    assert list(decision.refused("return", **LACKING)) == ["reason"]


@pytest.mark.parametrize(
    ("amount_vnd", "text"),
    [
        (1, "1 đồng"),
        (999, "999 đồng"),
        (1_000, "1.000 đồng"),
        (120_000_000, "120.000.000 đồng"),
        (999_999_999_999_999, "999.999.999.999.999 đồng"),
    ],
)
def test_money_is_shown_as_vietnamese_readers_write_it(decision: Any, amount_vnd: int, text: str) -> None:
    go_to(decision, 0, amount_vnd=amount_vnd)

    assert decision.task.variables["amount_text"] == text


@pytest.mark.parametrize(
    ("urgency", "hours", "hours_to_review"),
    [("normal", 8, 16), ("urgent", 4, 8), ("very_urgent", 2, 4), ("express", 1, 2)],
)
def test_the_more_urgent_the_less_time_and_the_review_has_twice_as_much_or_more(
    decision: Any, urgency: str, hours: int, hours_to_review: int
) -> None:
    decision.go("submit", **{**DRAFT, "urgency": urgency})

    given = []
    while not decision.play.ended:
        given.append(decision.working_hours_left)
        pass_on(decision)

    assert given == [hours, hours_to_review, hours, hours, hours]


def test_a_document_that_waits_for_review_is_told_to_the_reviewers_their_head_and_the_director(decision: Any) -> None:
    go_to(decision, 1)

    decision.play.advance(timedelta(days=9))

    assert [(entry["rule"], entry["turn"], len(entry["to"])) for entry in decision.reminders()] == [
        ("80%", 0, 3),
        ("due", 0, 4),
        ("due + 1 day", 0, 1),
        ("due + 1 day", 1, 1),
        ("due + 1 day", 2, 1),
        ("due + 1 day", 3, 1),
    ]
    assert {name for entry in decision.reminders()[1:2] for name in entry["to"]} >= {"trinh.nga", "hoang.lan"}
    assert decision.reminders()[-1]["to"] == ["pham.bao"]


def test_the_head_of_finance_who_drafts_keeps_both_steps(begin: Begin) -> None:
    scene = begin("finance_document", by="hoang.lan")

    scene.go("submit", **DRAFT)

    assert scene.at == ("head_initial", "hoang.lan")
    pass_on(pass_on(scene))
    assert scene.at == ("finance_initial", "hoang.lan")


def test_a_letter_is_numbered_with_the_unit_that_drafted_it(decision: Any) -> None:
    pass_on(go_to(decision, 4, document_type="CV"))

    assert [notation for notation, _, _ in decision.registered()] == ["01/SCT-QLCN"]


def test_a_secret_document_does_not_travel_here(decision: Any) -> None:
    assert "secrecy" in decision.refused("submit", **{**DRAFT, "secrecy": "confidential"})
    assert "secrecy" not in decision.refused("submit", **DRAFT)
