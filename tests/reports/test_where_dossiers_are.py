"""«Hồ sơ đang ở đâu»: what each reader may see, what is late, and the sheet that comes out."""

import datetime as dt
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from engine.due import Due
from engine.model import Person
from engine.play import Play
from engine.runtime import OFFICE_ZONE
from reports.export import write_xlsx
from reports.report import Column, Report
from reports.where_dossiers_are import Filters, OpenStep, where_dossiers_are

ROUTING: Final = Path(__file__).resolve().parent.parent.parent / "processes" / "routing"
TITLE: Final = "Hồ sơ đang ở đâu"
Read = Callable[..., list[OpenStep]]


@pytest.fixture(scope="module")
def at_work(demo_office: Mapping[str, Any]) -> Play:
    """An office to read of, with four cases: at a unit's head, at the clerks, at the reviewers, and a fresh draft."""
    return busy_office(demo_office)


def busy_office(demo_office: Mapping[str, Any]) -> Play:
    play = Play.of(
        [*sorted(ROUTING.glob("*.bpmn")), *sorted(ROUTING.glob("forms/*.form"))],
        units=demo_office["units"],
        people=demo_office["people"],
    )
    routed = {"chain": ["P.KHTCTH", "P.KTQLNL"], "signer": "pham.bao", "submitter": "nguyen.thu", "outcome": "submit"}
    play.start("joint_minutes", by="ngo.minh")
    play.complete("draft", {**routed, "abstract": "Tại P.KHTCTH"}).complete("head_sign", {"outcome": "sign"})
    play.advance(dt.timedelta(hours=1))
    play.start("joint_minutes", by="ngo.minh").complete("draft", {**routed, "abstract": "Tại văn thư", "chain": []})
    play.complete("head_sign", {"outcome": "sign"}).complete("leadership_sign", {"outcome": "sign"})
    play.advance(dt.timedelta(hours=1))
    play.start("finance_document", by="luu.tuan")
    play.complete("draft", {"abstract": "=1+1", "amount_vnd": 5_000_000, "outcome": "submit"})
    play.complete("head_initial", {"outcome": "sign"})
    play.advance(dt.timedelta(hours=1))
    play.start("joint_minutes", by="thai.ngan")
    return play


@pytest.fixture
def read(at_work: Play) -> Read:
    """Return the rows of the report for a reader."""

    def rows(username: str = "pham.bao", at: dt.datetime | None = None, **filters: Any) -> list[OpenStep]:
        with at_work.session() as session:
            reader = session.scalars(select(Person).where(Person.username == username)).one()
            made = where_dossiers_are(session, reader, at=at or at_work.now, filters=Filters(**filters), title=TITLE)
            return list(made.rows)

    return rows


def titles(rows: list[OpenStep]) -> list[str]:
    return [row.case_title for row in rows]


DRAFT: Final = "Biên bản luân chuyển (đang dự thảo)"
ALL: Final = ["Tại P.KHTCTH", "Tại văn thư", "=1+1", DRAFT]


def test_every_open_step_says_where_it_is_at_whom_since_when_and_until_when(read: Read, at_work: Play) -> None:
    first = read()[0]

    begun = at_work.now - dt.timedelta(hours=3)
    assert (first.process, first.case_code) == ("Luân chuyển văn bản đi – biên bản nhiều đơn vị ký", "BB-2026-0001")
    assert (first.step, first.holder, first.unit) == (
        "Ký số · P.KHTCTH",
        "Hoàng Lan",
        "P.KHTCTH",
    )
    assert (first.since, first.due_at, first.late_hours) == (begun, begun + dt.timedelta(days=1), None)


def test_the_longest_waiting_comes_first(read: Read) -> None:
    assert titles(read()) == ALL


def test_a_step_offered_to_a_group_is_held_by_the_group(read: Read) -> None:
    holders = {row.case_title: (row.holder, row.unit) for row in read()}

    assert holders["Tại văn thư"] == ("Văn thư · VPS", "VPS")
    assert holders["=1+1"] == ("Chuyên viên · P.KHTCTH, Kế toán · P.KHTCTH", "P.KHTCTH")


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        ("pham.bao", ALL),
        ("lam.khai", ALL),
        ("ta.duy", ALL),
        ("hoang.lan", ["Tại P.KHTCTH", "=1+1"]),
        ("phan.dat", ["Tại P.KHTCTH", "=1+1"]),
        ("le.an", ["=1+1"]),
        ("nguyen.thu", ["Tại P.KHTCTH", "Tại văn thư"]),
        ("ngo.minh", ["Tại P.KHTCTH", "Tại văn thư"]),
        ("ly.quynh", ["Tại văn thư"]),
        ("kieu.oanh", [DRAFT]),
        ("ton.chau", []),
    ],
    ids=[
        "the director sees all",
        "a deputy director sees all",
        "the administrator sees all",
        "a head sees the own unit",
        "a deputy sees the own unit",
        "a specialist sees what was offered",
        "the head of the drafting unit sees what went out from it",
        "the drafter sees the own cases",
        "a clerk sees what waits for a number",
        "a head sees the drafts of the unit",
        "a stranger sees nothing",
    ],
)
def test_everybody_sees_what_is_theirs_to_see(read: Read, reader: str, sees: list[str]) -> None:
    assert titles(read(reader)) == sees


def test_filters_narrow_by_process_and_by_unit_within_what_the_reader_may_see(read: Read) -> None:
    assert titles(read(process_key="finance_document")) == ["=1+1"]
    assert titles(read(unit_code="P.KHTCTH")) == ["Tại P.KHTCTH", "=1+1"]
    assert titles(read(unit_code="P.KHTCTH", process_key="joint_minutes")) == ["Tại P.KHTCTH"]
    assert titles(read("ngo.minh", unit_code="P.KHTCTH")) == ["Tại P.KHTCTH"]
    assert titles(read(unit_code="KHÔNG")) == []


def test_lateness_is_counted_in_whole_working_hours_past_the_due_time(read: Read, at_work: Play) -> None:
    on_tuesday, a_week_later = (at_work.now + dt.timedelta(days=days) for days in (1, 8))

    late = {row.case_title: row.late_hours for row in read(at=on_tuesday)}
    later = {row.case_title: row.late_hours for row in read(at=a_week_later)}

    assert late == {"Tại P.KHTCTH": 3, "Tại văn thư": 2, "=1+1": None, DRAFT: None}
    assert later["Tại P.KHTCTH"] == 3 + 5 * 8  # the weekend in between does not count


def test_in_a_year_whose_calendar_nobody_approved_lateness_is_that_of_the_clock_and_said_as_such(
    read: Read, at_work: Play
) -> None:
    (first, *_more) = read(at=at_work.now + dt.timedelta(days=4_000))

    assert (first.late_hours, first.late_plain_hours) == (None, 3_999 * 24 + 3)


def test_every_step_is_late_soon_or_in_time_and_only_one_of_them(read: Read, at_work: Play) -> None:
    later, soon = at_work.now + dt.timedelta(days=1), at_work.now + dt.timedelta(days=2)

    def narrowed(due: Due) -> list[str]:
        return titles(read(at=later, due=due, soon=soon))

    assert narrowed(Due.LATE) == ["Tại P.KHTCTH", "Tại văn thư"]
    assert narrowed(Due.SOON) == ["=1+1"]
    assert narrowed(Due.OK) == [DRAFT]


def test_a_step_due_at_this_very_moment_is_not_late(read: Read) -> None:
    due_at = read()[0].due_at
    assert due_at is not None

    assert titles(read(at=due_at, due=Due.LATE)) == []
    assert titles(read(at=due_at + dt.timedelta(seconds=1), due=Due.LATE)) == ["Tại P.KHTCTH"]


def test_a_step_that_is_done_is_no_longer_there(demo_office: Mapping[str, Any]) -> None:
    office = busy_office(demo_office)

    office.complete("issue_number", {"outcome": "return", "reason": "Sai"})

    with office.session() as session:
        reader = session.scalars(select(Person).where(Person.username == "pham.bao")).one()
        rows = list(where_dossiers_are(session, reader, at=office.now, filters=Filters(), title=TITLE).rows)
    assert {row.case_title: row.step for row in rows}["Tại văn thư"] == "Dự thảo"
    assert len(rows) == 4


def test_a_step_offered_to_people_by_name_is_held_by_them(pen_play: Play) -> None:
    with pen_play.session() as session:
        reader = session.scalars(select(Person).where(Person.username == "pham.bao")).one()
        (row,) = where_dossiers_are(session, reader, at=pen_play.now, filters=Filters(), title=TITLE).rows

    assert row.holder == "Lê An, Trịnh Nga"


@pytest.fixture
def pen_play(demo_office: Mapping[str, Any]) -> Play:
    """A case whose only step is offered to two people by name."""
    diagram = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:test"'
        ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><process id="ask" isExecutable="true"><startEvent id="s"/>'
        '<userTask id="answer"><extensionElements><zeebe:assignmentDefinition candidateUsers="le.an, trinh.nga"/>'
        '</extensionElements></userTask><sequenceFlow id="f" sourceRef="s" targetRef="answer"/></process></definitions>'
    )
    options = {"units": demo_office["units"], "people": demo_office["people"]}
    return Play({"ask.bpmn": diagram.encode()}, **options).start("ask")


def sheet_of(made: Report[Any], language: str = "vi", subtitle: tuple[str, ...] = ("Lúc 08:00",)) -> Any:
    """Write a report and read it back."""
    buffer = BytesIO()
    write_xlsx(made, buffer, subtitle=subtitle, zone=OFFICE_ZONE, language=language)
    buffer.seek(0)
    book: Workbook = load_workbook(buffer)
    return book.active


@pytest.fixture
def sheet(at_work: Play) -> Any:
    """The report of the director as a spreadsheet read back."""
    with at_work.session() as session:
        reader = session.scalars(select(Person).where(Person.username == "pham.bao")).one()
        return sheet_of(where_dossiers_are(session, reader, at=at_work.now, filters=Filters(), title=TITLE))


def test_the_sheet_begins_with_title_subtitle_and_the_heads_of_the_columns(sheet: Any) -> None:
    rows = list(sheet.iter_rows(values_only=True))

    assert sheet.title == TITLE
    assert (rows[0][0], rows[1][0]) == (TITLE, "Lúc 08:00")
    assert rows[3] == (
        "Quy trình",
        "Mã hồ sơ",
        "Tên hồ sơ",
        "Bước",
        "Người giữ",
        "Đơn vị",
        "Từ lúc",
        "Hạn",
        "Quá hạn (giờ làm việc)",
        "Quá hạn (giờ liên tục, năm chưa duyệt lịch)",
    )
    assert [row[2] for row in rows[4:]] == ALL


def test_the_heads_stand_still_while_the_rows_scroll(sheet: Any) -> None:
    assert sheet.freeze_panes == "A5"


def test_times_are_real_dates_of_the_office(sheet: Any, at_work: Play) -> None:
    since, due_at = sheet["G5"], sheet["H5"]

    local = (at_work.now - dt.timedelta(hours=3)).astimezone(OFFICE_ZONE).replace(tzinfo=None)
    assert since.is_date
    assert since.value == local
    assert since.number_format == "dd/mm/yyyy hh:mm"
    assert due_at.value == local + dt.timedelta(days=1)


def test_a_title_that_looks_like_a_formula_stays_a_text(sheet: Any) -> None:
    cell = sheet["C7"]

    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert cell.quotePrefix is True


def one_cell(value: Any) -> Any:
    column: Column[Any] = Column("x", "Cột", "Column", lambda row: row)
    return sheet_of(Report(title="T", columns=(column,), rows=[value]))["A5"]


@pytest.mark.parametrize("text", ["=1+1", "+84 912", "-5 độ", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x")'])
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = one_cell(text)

    assert cell.data_type == "s"
    assert cell.value == text


def test_a_character_that_a_sheet_cannot_hold_is_no_way_round_to_a_formula() -> None:
    cell = one_cell("\x01=1+1\x07")

    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert cell.quotePrefix is True


def test_a_day_without_time_is_a_real_date_too() -> None:
    cell = one_cell(dt.date(2026, 3, 2))

    assert cell.is_date
    assert cell.value == dt.datetime(2026, 3, 2)  # noqa: DTZ001  (a sheet's dates have no zone)
    assert cell.number_format == "dd/mm/yyyy"


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert (one_cell(3).value, one_cell(3).data_type) == (3, "n")
    assert one_cell(None).value is None


def test_the_heads_are_english_for_an_english_reader(at_work: Play) -> None:
    with at_work.session() as session:
        reader = session.scalars(select(Person).where(Person.username == "pham.bao")).one()
        made = where_dossiers_are(session, reader, at=at_work.now, filters=Filters(), title="Where")
        heads = [cell.value for cell in sheet_of(made, language="en", subtitle=())[3]]

    assert heads[:3] == ["Process", "Case", "Title"]


def test_a_title_with_signs_that_sheet_names_may_not_hold_is_cut_to_one_that_may() -> None:
    column: Column[int] = Column("x", "Cột", "Column", lambda row: row)
    title = "Báo cáo [quý 1/2026]: hồ sơ * quá hạn?"

    sheet = sheet_of(Report(title=title, columns=(column,), rows=[1]))

    assert sheet.title == "Báo cáo quý 12026 hồ sơ  quá hạ"
    assert sheet["A1"].value == title


def test_the_count_of_rows_is_told() -> None:
    column: Column[int] = Column("x", "Cột", "Column", lambda row: row)
    report = Report(title="T", columns=(column,), rows=iter(range(1234)))

    assert write_xlsx(report, BytesIO(), subtitle=(), zone=OFFICE_ZONE, language="vi") == 1234
