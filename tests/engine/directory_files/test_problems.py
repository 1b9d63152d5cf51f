"""Every error in a file is named by sheet and row, with a sentence and a remedy in both languages."""

from datetime import datetime
from typing import Any

import pytest

UNITS, PEOPLE, POSITIONS = "Đơn vị", "Người", "Chức vụ"
UNIT_HEAD = ["Mã đơn vị", "Tên đơn vị", "Đơn vị cấp trên"]
PERSON_HEAD = ["Tên đăng nhập", "Họ và tên"]
POSITION_HEAD = ["Tên đăng nhập", "Mã đơn vị", "Loại chức vụ", "Chức danh", "Từ ngày", "Đến hết ngày"]


def found(desk: Any, content: bytes) -> list[tuple[str, str, int | None]]:
    return [(each.code, each.sheet, each.row) for each in desk.compare(content).problems]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["chị hai", "Chị Hai"], "cell.bad_username"),
        (["", "Không Tên"], "cell.empty"),
        (["moi", None], "cell.empty"),
        (["moi", "A" * 121], "cell.too_long"),
        (["moi", "A" * 5000], "cell.too_long"),
        (["moi", "hai\ndòng"], "cell.unreadable"),
        (["moi", "đảo\u202echiều"], "cell.unreadable"),
        (["moi", "=1+1"], "cell.formula"),
        (["moi", datetime(2026, 1, 1)], "cell.unreadable"),  # noqa: DTZ001  (as a spreadsheet keeps it)
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(cells: list[object], code: str, problems: Any, a_book: Any) -> None:
    content = a_book({PEOPLE: [PERSON_HEAD, ["tot", "Người Tốt"], cells]})

    assert problems(content) == [(code, PEOPLE, 3)]


@pytest.mark.parametrize(
    ("place", "cell", "code"),
    [
        (1, "VPS/leader", "cell.bad_code"),
        (2, "k:ind", "cell.bad_code"),
        (4, "31/02/2026", "cell.bad_day"),
        (4, "2026-01-31", "cell.bad_day"),
        (4, "1/1/26", "cell.bad_day"),
        (4, 46000, "cell.bad_day"),
        (5, datetime(1800, 1, 1), "cell.bad_day"),  # noqa: DTZ001  (as a spreadsheet keeps it)
    ],
)
def test_codes_and_days_are_read_strictly(place: int, cell: object, code: str, problems: Any, a_book: Any) -> None:
    row: list[object] = ["mai", "VPS", "leader", "Trưởng phòng", "01/07/2026", None]
    row[place] = cell

    assert problems(a_book({POSITIONS: [POSITION_HEAD, row]})) == [(code, POSITIONS, 2)]


def test_a_position_kind_nobody_has_heard_of_is_taken(desk: Any, a_book: Any) -> None:
    row = ["mai", "VPS", "Tổ trưởng chuyên trách", "Tổ trưởng", None, None]

    assert found(desk, a_book({POSITIONS: [POSITION_HEAD, row]})) == []


def test_numbers_that_a_spreadsheet_made_of_codes_are_texts_again(desk: Any, a_book: Any) -> None:
    compared = desk.bring_in(a_book({UNITS: [UNIT_HEAD, [101, 2026, None]]}))

    assert compared.problems == []
    assert desk.unit("101").name == "2026"


def test_what_is_spoken_of_and_not_there_is_named_where_it_is_spoken_of(desk: Any, a_book: Any) -> None:
    content = a_book(
        {
            UNITS: [UNIT_HEAD, ["A", "Đơn vị A", "KHÔNG.CÓ"]],
            POSITIONS: [POSITION_HEAD, ["mai", "B", "leader", "Trưởng"], ["ai.do", "A", "leader", "Trưởng"]],
        }
    )

    assert found(desk, content) == [
        ("unit.unknown", UNITS, 2),
        ("unit.unknown", POSITIONS, 2),
        ("person.unknown", POSITIONS, 3),
    ]


def test_a_row_that_is_wrong_does_not_make_those_wrong_that_speak_of_it(desk: Any, a_book: Any) -> None:
    content = a_book(
        {
            UNITS: [UNIT_HEAD, ["A", "N" * 300, None]],
            POSITIONS: [POSITION_HEAD, ["mai", "A", "leader", "Trưởng"]],
        }
    )

    assert found(desk, content) == [("cell.too_long", UNITS, 2)]


def test_units_above_one_another_in_a_circle_are_named_once(desk: Any, a_book: Any) -> None:
    rows = [["A", "Đơn vị A", "B"], ["B", "Đơn vị B", "SCT"], ["SCT", "Sở Công Thương", "A"], ["C", "Đơn vị C", "A"]]

    (problem,) = desk.compare(a_book({UNITS: [UNIT_HEAD, *rows]})).problems

    assert (problem.code, problem.row) == ("unit.parent_circle", 2)
    assert "A → B → SCT → A" in problem.message.vi


def test_rows_that_are_there_twice_are_named_with_the_first_of_them(desk: Any, a_book: Any) -> None:
    content = a_book(
        {
            UNITS: [UNIT_HEAD, ["A", "Một", None], ["A", "Hai", None]],
            PEOPLE: [PERSON_HEAD, ["moi", "Một"], ["MOI", "Hai"]],
            POSITIONS: [POSITION_HEAD, ["moi", "A", "leader", "Trưởng"], ["moi", "A", "leader", "Trưởng"]],
        }
    )

    compared = desk.compare(content)

    assert [(each.code, each.sheet, each.row) for each in compared.problems] == [
        ("row.double", UNITS, 3),
        ("row.double", PEOPLE, 3),
        ("row.double", POSITIONS, 3),
    ]
    assert "dòng 2" in compared.problems[0].message.vi


def test_a_last_day_before_the_first_is_named(desk: Any, a_book: Any) -> None:
    row = ["mai", "VPS", "records_clerk", "Văn thư", "02/03/2026", "01/03/2026"]

    assert found(desk, a_book({POSITIONS: [POSITION_HEAD, row]})) == [("row.days", POSITIONS, 2)]


def test_titles_that_are_wrong_are_named_and_the_rows_below_left_alone(desk: Any, a_book: Any) -> None:
    content = a_book(
        {
            PEOPLE: [["Tên đăng nhập", "Họ tên đầy đủ"], ["moi", "Mới"]],
            POSITIONS: [POSITION_HEAD, ["moi", "VPS", "leader", "Trưởng"]],
        }
    )

    assert found(desk, content) == [("column.unknown", PEOPLE, 1), ("column.missing", PEOPLE, 1)]


def test_a_title_that_stands_twice_is_named(problems: Any, a_book: Any) -> None:
    assert problems(a_book({PEOPLE: [[*PERSON_HEAD, "Full name"], ["moi", "Mới", "New"]]})) == [
        ("column.double", PEOPLE, 1)
    ]


def test_a_sheet_that_no_directory_has_is_named(problems: Any, a_book: Any) -> None:
    assert problems(a_book({"Trang tính1": [["gì đó"]], PEOPLE: [PERSON_HEAD]})) == [
        ("sheet.unknown", "Trang tính1", None)
    ]


def test_who_holds_open_tasks_keeps_the_account_until_they_are_handed_over(desk: Any, pen: Any, a_book: Any) -> None:
    task = pen.user("seal", assignee='="mai"')
    desk.office.deploy(pen.process("for_mai", pen.start(), task, pen.end(), flows="start > seal > end"))
    desk.office.start("for_mai")
    rows = [[*PERSON_HEAD, "Đang làm việc"], ["mai", "Bùi Mai", "Không"]]

    (problem,) = desk.compare(a_book({PEOPLE: rows})).problems

    assert (problem.code, problem.row) == ("person.holds_tasks", 2)
    assert "1" in problem.message.vi


def test_an_office_without_an_administrator_is_refused(desk: Any, a_book: Any) -> None:
    rows = [[*PERSON_HEAD, "Quản trị viên"], ["admin", "Quản Trị", "Không"]]

    assert found(desk, a_book({PEOPLE: rows})) == [("people.no_administrator", PEOPLE, None)]


def test_every_problem_has_a_sentence_and_a_remedy_in_both_languages(desk: Any, a_book: Any) -> None:
    rows = [[*PERSON_HEAD, "Đang làm việc"], ["chị hai", "=A1", "có lẽ"]]

    for problem in desk.compare(a_book({PEOPLE: rows})).problems:
        texts = [*problem.message, *problem.remedy]
        assert all(text and "{" not in text for text in texts)
        assert problem.message.vi != problem.message.en


def test_of_very_many_problems_the_first_are_told_and_all_are_counted(desk: Any, a_book: Any) -> None:
    rows = [["chị hai", "Chị Hai"] for _ in range(700)]

    compared = desk.compare(a_book({PEOPLE: [PERSON_HEAD, *rows]}))

    assert (len(compared.problems), compared.problem_count) == (500, 700)
