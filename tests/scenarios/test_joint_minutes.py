"""Biên bản nhiều đơn vị ký: from the draft over the units to the number, and back to the draft from every place."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import runtime

Begin = Callable[..., Any]

CHAIN = ["TT.KCTVPTCN", "P.KHTCTH", "P.KTQLNL"]
USUAL = {
    "document_type": "BB",
    "abstract": "Biên bản bàn giao xe",
    "submitter": "nguyen.thu",
    "signer": "pham.bao",
    "chain": CHAIN,
    "urgency": "normal",
    "secrecy": "normal",
}
CLERKS = ("issue_number", ("VPS/records_clerk",))
WAY = [
    ("head_sign", "nguyen.thu"),
    ("chain_sign", "vu.ha"),
    ("chain_sign", "hoang.lan"),
    ("chain_sign", "tran.hanh"),
    ("leadership_sign", "pham.bao"),
    CLERKS,
]


def submit(scene: Any, **values: object) -> Any:
    """Submit the draft; what is not said stays as a usual one."""
    return scene.go("submit", **{**USUAL, **values})


def issue(scene: Any, by: str = "bui.mai", issued_on: str = "2026-03-02") -> Any:
    return scene.go("issue", by=by, issued_on=issued_on, recipients="Như Điều 3")


@pytest.fixture
def minutes(begin: Begin) -> Any:
    """A draft in the hands of a specialist of the office of the department."""
    return begin("joint_minutes", by="ngo.minh")


def go_to(scene: Any, place: int) -> Any:
    """Sign until the case stands at a place of the way."""
    submit(scene)
    for _ in range(place):
        scene.go("sign")
    assert scene.at == WAY[place]
    return scene


def test_the_document_goes_from_desk_to_desk_in_the_chosen_order_and_is_issued(minutes: Any) -> None:
    assert minutes.at == ("draft", "ngo.minh")
    submit(minutes)

    stations = []
    for _signature in range(5):
        stations.append(minutes.at)
        minutes.go("sign")
    stations.append(minutes.at)
    issue(minutes)

    assert stations == WAY
    assert minutes.play.end == "document_issued"
    assert minutes.registered() == [("01/BB-SCT", "Biên bản bàn giao xe", "Phạm Bảo")]
    assert minutes.play.variables["document_number"] == "01/BB-SCT"
    assert minutes.play.incidents() == []
    assert minutes.breaches() == []


def test_each_step_is_called_by_its_unit(minutes: Any) -> None:
    submit(minutes)
    for _signature in range(5):
        minutes.go("sign")

    assert minutes.visited() == [
        ("Dự thảo", "ngo.minh"),
        ("VPS", "nguyen.thu"),
        ("TT.KCTVPTCN", "vu.ha"),
        ("P.KHTCTH", "hoang.lan"),
        ("P.KTQLNL", "tran.hanh"),
        ("LĐS", "pham.bao"),
        ("Văn thư", ""),
    ]


def test_the_way_ahead_is_told_before_it_is_gone(minutes: Any) -> None:
    submit(minutes)

    ahead = minutes.path_ahead()

    assert ahead == [
        ("TT.KCTVPTCN", "Vũ Hà"),
        ("P.KHTCTH", "Hoàng Lan"),
        ("P.KTQLNL", "Trần Hạnh"),
        ("LĐS", "Phạm Bảo"),
        ("Văn thư", "Văn thư · VPS"),
    ]


def test_another_order_is_another_way(minutes: Any) -> None:
    submit(minutes, chain=["P.KTQLNL", "TT.KCTVPTCN"]).go("sign")

    first = minutes.at
    minutes.go("sign")

    assert (first, minutes.at) == (("chain_sign", "tran.hanh"), ("chain_sign", "vu.ha"))


def test_a_deputy_director_may_be_the_signer(minutes: Any) -> None:
    submit(minutes, chain=["P.KHTCTH"], signer="dang.hien").go("sign").go("sign")

    assert minutes.at == ("leadership_sign", "dang.hien")


@pytest.mark.parametrize(
    ("place", "who"),
    [
        (0, "Nguyễn Thu, VPS"),
        (1, "Vũ Hà, TT.KCTVPTCN"),
        (2, "Hoàng Lan, P.KHTCTH"),
        (3, "Trần Hạnh, P.KTQLNL"),
        (4, "Phạm Bảo, LĐS"),
        (5, "Bùi Mai, VPS"),
    ],
    ids=["own head", "first unit", "second unit", "last unit", "director", "records clerk"],
)
def test_from_every_place_the_document_comes_back_to_the_draft_with_the_reason(
    minutes: Any, place: int, who: str
) -> None:
    go_to(minutes, place)

    minutes.go("return", by="bui.mai" if place == 5 else None, reason="Thiếu phụ lục")

    assert minutes.at == ("draft", "ngo.minh")
    assert minutes.told() == {"return_reason": "Thiếu phụ lục", "returned_by": who}
    assert minutes.registered() == []


@pytest.mark.parametrize("place", range(6))
def test_after_a_return_from_anywhere_the_second_round_goes_to_the_end(minutes: Any, place: int) -> None:
    go_to(minutes, place).go("return", by="bui.mai" if place == 5 else None, reason="Sửa lại")

    go_to(minutes, 5)
    issue(minutes)

    assert minutes.play.end == "document_issued"
    assert len(minutes.registered()) == 1
    assert minutes.breaches() == []


def test_units_after_the_one_that_returns_never_get_a_task(minutes: Any) -> None:
    go_to(minutes, 1).go("return", reason="Không đồng ý")

    assert minutes.visited() == [
        ("Dự thảo", "ngo.minh"),
        ("VPS", "nguyen.thu"),
        ("TT.KCTVPTCN", "vu.ha"),
        ("Dự thảo", "ngo.minh"),
    ]


def test_the_second_round_may_take_another_chain(minutes: Any) -> None:
    go_to(minutes, 2).go("return", reason="Thêm P.QLCN")

    submit(minutes, chain=["P.QLCN"]).go("sign")

    assert minutes.at == ("chain_sign", "dinh.khoa")
    minutes.go("sign")
    assert minutes.at == ("leadership_sign", "pham.bao")


def test_a_draft_that_was_never_returned_says_nothing_of_a_return(minutes: Any) -> None:
    assert minutes.told() == {"return_reason": None, "returned_by": None}


def test_a_reason_does_not_outlive_the_round_it_was_given_in(minutes: Any) -> None:
    go_to(minutes, 0).go("return", reason="Sai ngày")
    go_to(minutes, 3).go("return", reason="Sai tên")

    assert minutes.told() == {"return_reason": "Sai tên", "returned_by": "Trần Hạnh, P.KTQLNL"}


def test_a_head_who_drafts_keeps_the_own_step(begin: Begin) -> None:
    scene = begin("joint_minutes", by="hoang.lan")
    submit(scene, submitter="hoang.lan", chain=["P.KTQLNL"])

    assert scene.at == ("head_sign", "hoang.lan")
    scene.go("sign")
    assert scene.at == ("chain_sign", "tran.hanh")


def test_a_draft_from_another_unit_goes_to_that_units_head(begin: Begin) -> None:
    scene = begin("joint_minutes", by="luu.tuan")

    assert scene.task.variables["submitter"] == "dinh.khoa"
    submit(scene, submitter=scene.task.variables["submitter"])
    assert (scene.at, scene.step) == (("head_sign", "dinh.khoa"), "P.QLCN")


@pytest.mark.parametrize(
    ("urgency", "hours", "priority"),
    [("normal", 8, 50), ("urgent", 4, 70), ("very_urgent", 2, 80), ("express", 1, 90)],
)
def test_the_more_urgent_the_fewer_working_hours_everybody_has(
    minutes: Any, urgency: str, hours: int, priority: int
) -> None:
    submit(minutes, chain=["P.KHTCTH"], urgency=urgency)

    given = []
    for _signature in range(3):
        given.append((minutes.working_hours_left, minutes.task.priority))
        minutes.go("sign")
    given.append((minutes.working_hours_left, minutes.task.priority))

    assert given == [(hours, priority)] * 4


def test_a_draft_begun_on_monday_is_due_at_the_close_of_thursday(minutes: Any) -> None:
    assert minutes.task.due_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


def test_the_title_of_the_case_is_the_abstract_once_there_is_one(minutes: Any) -> None:
    def title() -> str:
        with minutes.play.session() as session:
            return runtime.case_by_id(session, minutes.play.case_id).title

    before = title()
    submit(minutes, abstract="Biên bản nghiệm thu trụ sở")

    assert (before, title()) == ("Biên bản luân chuyển (đang dự thảo)", "Biên bản nghiệm thu trụ sở")


def test_documents_of_one_type_are_numbered_one_after_another_and_of_another_type_from_one(begin: Begin) -> None:
    scene = begin("joint_minutes", by="ngo.minh")
    for document_type in ("BB", "BB", "QĐ", "CV"):
        if scene.play.ended:
            scene.play.start("joint_minutes", by="ngo.minh")
        submit(scene, document_type=document_type, chain=["P.KHTCTH"]).go("sign").go("sign").go("sign")
        issue(scene)

    assert sorted(notation for notation, _, _ in scene.registered()) == [
        "01/BB-SCT",
        "01/QĐ-SCT",
        "01/SCT-VPS",
        "02/BB-SCT",
    ]


def test_the_number_belongs_to_the_year_of_issue(begin: Begin) -> None:
    scene = begin("joint_minutes", by="ngo.minh", at=datetime(2026, 12, 31, 3, 0, tzinfo=UTC))
    submit(scene, chain=["P.KHTCTH"]).go("sign").go("sign").go("sign")
    issue(scene, issued_on="2026-12-31")
    scene.play.start("joint_minutes", by="ngo.minh")
    scene.play.advance(timedelta(days=1))
    submit(scene, chain=["P.KHTCTH"]).go("sign").go("sign").go("sign")
    issue(scene, issued_on="2027-01-01")

    assert [notation for notation, _, _ in scene.registered()] == ["01/BB-SCT", "01/BB-SCT"]


def test_a_unit_that_has_lost_its_head_sends_its_step_to_the_fallback_with_an_incident(begin: Begin) -> None:
    scene = begin("joint_minutes", by="ngo.minh", vacant=("vu.ha",))
    submit(scene).go("sign")

    assert scene.at == ("chain_sign", ("VPS/leader",))
    assert [(incident.element_id, incident.code) for incident in scene.play.incidents()] == [
        ("chain_sign", "task.nobody")
    ]
    scene.go("sign", by="nguyen.thu")
    assert scene.at == ("chain_sign", "hoang.lan")
    assert scene.play.incidents() == []


def test_a_date_of_issue_that_is_no_date_is_told_to_operations_and_no_number_is_lost(minutes: Any) -> None:
    go_to(minutes, 5)

    issue(minutes, issued_on="hôm nay")

    assert [incident.element_id for incident in minutes.play.incidents()] == ["register_document"]
    assert minutes.registered() == []
    assert not minutes.play.ended


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"submitter": "hoang.lan"}, "submitter", "trưởng đơn vị của người soạn"),
        ({"signer": "hoang.lan"}, "signer", "người có thẩm quyền ký"),
        ({"chain": []}, "chain", "ít nhất một đơn vị"),
        ({"chain": ["P.KHTCTH", "P.KHTCTH"]}, "chain", "chỉ được chọn một lần"),
        ({"chain": ["VPS"]}, "chain", "không chọn lại"),
        ({"chain": ["P.KHTCTH", "LĐS"]}, "chain", "Lãnh đạo Sở luôn ký sau cùng"),
        ({"chain": ["P.KHTCTH", "SCT"]}, "chain", "chưa có lãnh đạo: SCT"),
        ({"secrecy": "secret"}, "secrecy", "độ mật"),
    ],
)
def test_a_draft_that_could_not_travel_is_refused_beside_the_field(
    minutes: Any, wrong: dict[str, object], field: str, sentence: str
) -> None:
    errors = minutes.refused("submit", **{**USUAL, **wrong})

    assert any(sentence in said for said in errors[field])
    assert set(errors) == {field, "papers"}


def test_a_draft_as_it_should_be_lacks_only_its_paper(minutes: Any) -> None:
    assert minutes.refused("submit", **USUAL) == {"papers": ["Tải lên ít nhất 1 tệp văn bản."]}


@pytest.mark.parametrize("place", range(6))
def test_nobody_returns_a_document_without_a_reason(minutes: Any, place: int) -> None:
    go_to(minutes, place)

    assert minutes.refused("return") == {"reason": ["Nhập lý do."]}


def test_a_document_is_not_issued_with_a_date_that_is_still_to_come(minutes: Any) -> None:
    go_to(minutes, 5)

    assert list(minutes.refused("issue", issued_on="2026-03-04", recipients="x")) == ["issued_on"]
    assert minutes.refused("issue", issued_on="2026-03-02", recipients="x") == {}
