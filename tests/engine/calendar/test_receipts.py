"""How what comes in is taken: the receipt shift and the rule of the same day, as settings of office and units."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine import feel, runtime
from engine.administrators import AdministratorsOnly
from engine.calendar.receipt_rules import ReceiptRuleNotFound, ReceiptUnfit, remove_rule, set_rule
from engine.calendar.receipts import Receipt
from engine.directory import UnknownUnit
from engine.model import CalendarChange, ReceiptRule, ReceiptShift

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
THREE = time(15)
Edit = Callable[..., Any]


@pytest.fixture
def edit(office: Any) -> Edit:
    """Do a use case as the administrator, or as somebody else."""

    def do(deed: Callable[..., Any], *given: object, by: str = "admin", **more: object) -> Any:
        return office.write(lambda session: deed(session, *given, by=office.person(session, by), at=office.now, **more))

    return do


@pytest.fixture
def due(office: Any) -> Callable[..., str]:
    """What an expression of a diagram says at a moment in Hà Nội, in the hours of a unit."""

    def ask(text: str, at: str, unit_code: str = "") -> str:
        moment = datetime.strptime(at, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE).astimezone(UTC)
        with office.session() as session:
            found = feel.parse(text).evaluate({}, runtime.environment(session, moment, unit_code=unit_code))
        assert isinstance(found, datetime)
        return f"{found.astimezone(ZONE):%d/%m/%Y %H:%M}"

    return ask


def test_e12_is_counted_from_the_next_working_day_until_the_office_chooses_the_civil_date(edit: Edit, due: Any) -> None:
    sunday = "30/08/2026 21:00"
    before = due("working days(1)", sunday)

    edit(set_rule, Receipt(ReceiptShift.CIVIL_DATE))

    assert (before, due("working days(1)", sunday)) == ("04/09/2026 17:00", "03/09/2026 17:00")


@pytest.mark.parametrize(
    ("received", "answered"),
    [
        ("02/04/2026 14:59", "02/04/2026 17:00"),
        ("02/04/2026 15:00", "02/04/2026 17:00"),
        ("02/04/2026 15:01", "03/04/2026 17:00"),
        ("04/04/2026 09:00", "06/04/2026 17:00"),
    ],
)
def test_e21_an_answer_of_the_same_day_to_what_comes_after_three_is_due_the_next_day(
    edit: Edit, due: Any, received: str, answered: str
) -> None:
    edit(set_rule, Receipt(same_day_until=THREE))

    assert due("working days(0)", received) == answered


def test_the_hour_of_the_same_day_does_not_touch_longer_deadlines(edit: Edit, due: Any) -> None:
    edit(set_rule, Receipt(same_day_until=THREE))

    assert due("working days(1)", "02/04/2026 15:01") == "03/04/2026 17:00"
    assert due("working hours(1)", "02/04/2026 15:01") == "02/04/2026 16:01"


@pytest.mark.parametrize(
    ("text", "in_time", "too_late"),
    [
        ("working days(0)", "02/04/2026 17:00", "03/04/2026 17:00"),
        ("working days(1)", "03/04/2026 17:00", "06/04/2026 17:00"),
        ("working hours(1)", "02/04/2026 16:00", "03/04/2026 08:30"),
    ],
)
def test_what_comes_after_the_hour_of_receipt_counts_from_the_next_morning(
    edit: Edit, due: Any, text: str, in_time: str, too_late: str
) -> None:
    edit(set_rule, Receipt(received_until=THREE))

    assert due(text, "02/04/2026 15:00") == in_time
    assert due(text, "02/04/2026 15:01") == too_late


def test_an_answer_of_the_same_day_is_never_due_before_it_came_whatever_the_shift(edit: Edit, due: Any) -> None:
    edit(set_rule, Receipt(ReceiptShift.CIVIL_DATE, same_day_until=THREE))

    assert due("working days(0)", "05/04/2026 09:00") == "06/04/2026 17:00"


def test_a_unit_takes_things_as_the_nearest_unit_above_it_that_says_so(edit: Edit, due: Any) -> None:
    edit(set_rule, Receipt(received_until=THREE))
    edit(set_rule, Receipt(received_until=time(16)), unit_code="SCT")
    edit(set_rule, Receipt(), unit_code="VPS")

    at = "02/04/2026 15:30"

    assert due("working days(1)", at) == "06/04/2026 17:00"
    assert due("working days(1)", at, "P.KHTCTH") == "03/04/2026 17:00"
    assert due("working days(1)", "02/04/2026 16:30", "P.KHTCTH") == "06/04/2026 17:00"
    assert due("working days(1)", "02/04/2026 16:30", "VPS") == "03/04/2026 17:00"


def test_a_rule_taken_away_gives_way_to_the_one_above(edit: Edit, due: Any) -> None:
    edit(set_rule, Receipt(received_until=THREE))
    own = edit(set_rule, Receipt(), unit_code="VPS")

    edit(remove_rule, own.id)

    assert due("working days(1)", "02/04/2026 15:30", "VPS") == "06/04/2026 17:00"


def test_each_change_is_on_record_with_what_it_said_before_and_one_that_changes_nothing_is_not(
    edit: Edit, office: Any
) -> None:
    edit(set_rule, Receipt(same_day_until=THREE), unit_code="VPS")
    edit(set_rule, Receipt(same_day_until=THREE), unit_code="VPS")
    with office.session() as session:
        rule = session.scalars(select(ReceiptRule)).one()
    edit(remove_rule, rule.id)

    with office.session() as session:
        changes = session.scalars(select(CalendarChange).where(CalendarChange.kind == "receipt.changed")).all()
    said = [{"shift": "opening", "received_until": "", "same_day_until": "15:00"}]
    told = [(each.data["unit"], each.data["before"], each.data["after"]) for each in changes]
    assert sorted(told, key=str) == [("VPS", [], said), ("VPS", said, [])]


@pytest.mark.parametrize(
    ("receipt", "more", "refusal"),
    [
        (Receipt(ReceiptShift.CIVIL_DATE, received_until=THREE), {}, ReceiptUnfit),
        (Receipt(), {"unit_code": "X"}, UnknownUnit),
        (Receipt(), {"by": "thu"}, AdministratorsOnly),
    ],
)
def test_a_rule_that_contradicts_itself_or_comes_from_others_is_refused(
    edit: Edit, receipt: Receipt, more: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        edit(set_rule, receipt, **more)


def test_a_rule_that_is_not_there_is_not_taken_away(edit: Edit) -> None:
    rule = edit(set_rule, Receipt())
    edit(remove_rule, rule.id)

    with pytest.raises(ReceiptRuleNotFound):
        edit(remove_rule, rule.id)
