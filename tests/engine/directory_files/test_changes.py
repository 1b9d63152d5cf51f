"""A file is looked through before anything is stored: what it adds, changes and ends, and what it does not speak of."""

from datetime import date
from typing import Any

import pytest

from engine.administrators import AdministratorsOnly
from engine.directory_files import ChangeKind, Comparison, DirectoryFileNotFound, DirectoryFileRefused, DirectoryMoved
from engine.directory_files.applying import DirectoryFileTooLarge

UNITS, PEOPLE, POSITIONS = "Đơn vị", "Người", "Chức vụ"


def told(compared: Comparison, kind: ChangeKind) -> list[tuple[str, str]]:
    return [(each.sheet.key, each.what) for each in compared.changes if each.kind is kind]


def row_of(table: list[list[object]], key: str) -> list[object]:
    return next(row for row in table if row[0] == key)


def test_a_new_team_with_a_new_head_is_added_and_can_be_assigned_to(desk: Any, a_book: Any) -> None:
    tables = desk.tables()
    tables[UNITS].append(["T.KT", "Tổ Kế toán", "P.KHTCTH", 5, "01/03/2026", None])
    tables[PEOPLE].append(["Trinh.Nga", "Trịnh Nga", None, None])
    tables[POSITIONS].append(["trinh.nga", "T.KT", "leader", "Tổ trưởng", 0, "x", None, None, None])

    compared = desk.bring_in(a_book(tables))

    assert told(compared, ChangeKind.ADDED) == [
        ("units", "T.KT · Tổ Kế toán"),
        ("people", "trinh.nga · Trịnh Nga"),
        ("positions", "trinh.nga · Tổ trưởng · T.KT"),
    ]
    assert desk.unit("T.KT").parent.code == "P.KHTCTH"
    assert desk.unit("T.KT").valid_from == date(2026, 3, 1)
    (held,) = desk.positions("trinh.nga")
    assert (held.kind, held.is_primary, held.may_sign) == ("leader", True, False)


def test_who_is_new_has_no_password_and_cannot_sign_in_yet(desk: Any, a_book: Any) -> None:
    desk.bring_in(a_book({"People": [["Username", "Full name"], ["moi", "Người Mới"]]}))

    assert desk.person("moi").password_hash == ""
    assert desk.person("moi").is_active


def test_a_change_is_told_by_row_and_column_from_old_to_new(desk: Any, a_book: Any) -> None:
    tables = desk.tables()
    row_of(tables[PEOPLE], "mai")[1] = "Bùi Thị Mai"
    number = tables[PEOPLE].index(row_of(tables[PEOPLE], "mai")) + 1

    (change,) = desk.bring_in(a_book(tables)).changes

    assert (change.kind, change.row) == (ChangeKind.CHANGED, number)
    assert change.fields == (("full_name", "Bùi Mai", "Bùi Thị Mai"),)
    assert desk.person("mai").full_name == "Bùi Thị Mai"


def test_a_unit_moves_to_another_parent_even_one_that_is_new(desk: Any, a_book: Any) -> None:
    tables = desk.tables()
    row_of(tables[UNITS], "VPS")[2] = "KHỐI"
    tables[UNITS].append(["KHỐI", "Khối tham mưu", "SCT", 1, None, None])

    desk.bring_in(a_book(tables))

    assert desk.unit("VPS").parent.code == "KHỐI"


def test_a_closed_unit_names_its_successor_and_may_lose_it_again(desk: Any, a_book: Any) -> None:
    tables = desk.tables()
    row_of(tables[UNITS], "VPS")[5:] = ["28/02/2026", "VPM"]
    tables[UNITS].append(["VPM", "Văn phòng mới", "SCT", 1, "01/03/2026", None, None])

    desk.bring_in(a_book(tables))

    assert desk.unit("VPS").successor_id == desk.unit("VPM").id
    row_of(tables[UNITS], "VPS")[6] = None
    (change,) = desk.bring_in(a_book(tables)).changes
    assert change.fields == (("successor", "VPM", None),)
    assert desk.unit("VPS").successor_id is None


def test_a_last_day_ends_a_position_and_a_no_ends_an_account_with_its_sessions(desk: Any, a_book: Any) -> None:
    tables = desk.tables()
    row_of(tables[POSITIONS], "mai")[-1] = "31/12/2026"
    row_of(tables[PEOPLE], "an")[2] = "Không"
    stamp = desk.person("an").session_stamp

    compared = desk.bring_in(a_book(tables))

    assert told(compared, ChangeKind.ENDED) == [("people", "an · Lê An"), ("positions", "mai · Văn thư · VPS")]
    assert desk.positions("mai")[0].valid_to == date(2026, 12, 31)
    assert not desk.person("an").is_active
    assert desk.person("an").session_stamp != stamp


def test_what_is_not_in_the_file_is_told_and_stays(desk: Any, a_book: Any) -> None:
    tables = desk.tables()
    tables[PEOPLE] = [row for row in tables[PEOPLE] if row[0] != "an"]
    tables[UNITS] = [row for row in tables[UNITS] if row[0] != "VPS"]
    before = desk.revision()

    compared = desk.bring_in(a_book(tables))

    assert told(compared, ChangeKind.NOT_IN_FILE) == [("units", "VPS · Văn phòng Sở"), ("people", "an · Lê An")]
    assert desk.person("an").is_active
    assert desk.unit("VPS").valid_to is None
    assert desk.revision() == before


def test_a_sheet_or_a_column_that_is_missing_leaves_what_is_there_alone(desk: Any, a_book: Any) -> None:
    compared = desk.compare(a_book({PEOPLE: [["Tên đăng nhập", "Họ và tên"], ["admin", "Quản Trị"]]}))

    assert {each.kind for each in compared.changes} == {ChangeKind.NOT_IN_FILE}
    assert {each.sheet.key for each in compared.changes} == {"people"}
    desk.bring_in(a_book({PEOPLE: [["Tên đăng nhập", "Họ và tên"], ["admin", "Quản Trị"]]}))
    assert desk.person("admin").is_administrator


def test_a_position_held_again_after_a_break_is_a_second_one(desk: Any, a_book: Any) -> None:
    head = ["Tên đăng nhập", "Mã đơn vị", "Loại chức vụ", "Chức danh", "Từ ngày", "Đến hết ngày"]
    rows = [
        ["mai", "VPS", "records_clerk", "Văn thư", None, "31/01/2026"],
        ["mai", "VPS", "records_clerk", "Văn thư", "01/03/2026", None],
    ]

    desk.bring_in(a_book({POSITIONS: [head, *rows]}))

    assert [(held.valid_from, held.valid_to) for held in desk.positions("mai")] in (
        [(None, date(2026, 1, 31)), (date(2026, 3, 1), None)],
        [(date(2026, 3, 1), None), (None, date(2026, 1, 31))],
    )
    assert desk.bring_in(a_book({POSITIONS: [head, *rows]})).changes_nothing


def test_a_title_and_a_first_day_can_be_put_right_where_one_position_is_meant(desk: Any, a_book: Any) -> None:
    head = ["Tên đăng nhập", "Mã đơn vị", "Loại chức vụ", "Chức danh", "Từ ngày"]

    desk.bring_in(a_book({POSITIONS: [head, ["mai", "VPS", "records_clerk", "Văn thư Sở", "15/01/2026"]]}))

    (held,) = desk.positions("mai")
    assert (held.title, held.valid_from) == ("Văn thư Sở", date(2026, 1, 15))


def test_a_file_that_was_overtaken_is_refused_and_nothing_of_it_stored(desk: Any, a_book: Any) -> None:
    content = a_book({PEOPLE: [["Tên đăng nhập", "Họ và tên"], ["mai", "Bùi Thị Mai"]]})
    kept = desk.keep(content)
    seen = desk.dry_run(kept).revision
    other = desk.keep(a_book({PEOPLE: [["Tên đăng nhập", "Họ và tên"], ["an", "Lê Văn An"]]}), by="admin")
    desk.apply(other, desk.dry_run(other).revision)
    kept = desk.keep(content)

    with pytest.raises(DirectoryMoved):
        desk.apply(kept, seen)

    assert desk.person("mai").full_name == "Bùi Mai"


def test_with_one_error_nothing_at_all_is_stored(desk: Any, a_book: Any) -> None:
    rows = [["Tên đăng nhập", "Họ và tên"], ["mai", "Bùi Thị Mai"], ["chị hai", "Chị Hai"]]
    kept = desk.keep(a_book({PEOPLE: rows}))
    before = desk.office.counts()

    with pytest.raises(DirectoryFileRefused) as refused:
        desk.apply(kept, desk.dry_run(kept).revision)

    assert [problem.code for problem in refused.value.problems] == ["cell.bad_username"]
    assert desk.office.counts() == before
    assert desk.person("mai").full_name == "Bùi Mai"


def test_a_file_is_applied_once_and_its_content_goes(desk: Any, a_book: Any) -> None:
    kept = desk.keep(a_book({PEOPLE: [["Tên đăng nhập", "Họ và tên"], ["mai", "Bùi Thị Mai"]]}))
    desk.apply(kept, desk.dry_run(kept).revision)

    with pytest.raises(DirectoryFileNotFound):
        desk.dry_run(kept)


@pytest.mark.parametrize("username", ["bao", "mai"])
def test_nobody_but_administrators_brings_in_or_looks(username: str, desk: Any) -> None:
    content = desk.export()
    kept = desk.keep(content)

    with pytest.raises(AdministratorsOnly):
        desk.keep(content, by=username)
    with pytest.raises(AdministratorsOnly):
        desk.dry_run(kept, by=username)


def test_a_file_beyond_20_mb_is_not_kept(desk: Any) -> None:
    with pytest.raises(DirectoryFileTooLarge):
        desk.keep(bytes(20 * 1024 * 1024 + 1))
