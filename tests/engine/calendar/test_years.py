"""A year of the calendar: proposed, approved by an administrator, never guessed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine import health
from engine.administrators import AdministratorsOnly
from engine.calendar import CalendarYearMissing, years
from engine.calendar.offices import calendar_of
from engine.calendar.proposals import special_days
from engine.health import FactState
from engine.model import CalendarChange, CalendarYear, DayKind

NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0, tzinfo=UTC)


def test_the_proposal_for_2026_holds_the_law_the_compensations_and_the_announced_swaps() -> None:
    days = special_days(2026)

    off = [day.strftime("%d/%m") for day, (kind, _) in days.items() if kind is DayKind.OFF and day.weekday() < 5]
    worked = [day.strftime("%d/%m") for day, (kind, _) in days.items() if kind is DayKind.WORKED]
    assert off == [
        *["01/01", "02/01", "16/02", "17/02", "18/02", "19/02", "20/02", "27/04", "30/04", "01/05"],
        *["31/08", "01/09", "02/09", "24/11"],
    ]
    assert worked == ["10/01", "22/08"]


def test_2026_has_249_working_days(office: Any) -> None:
    with office.session() as session:
        calendar = calendar_of(session, "", on=date(2026, 3, 2))

    assert calendar.working_days(2026) == 249


def test_a_proposed_year_counts_for_nothing_until_it_is_approved(office: Any) -> None:
    def beyond(session: Any) -> datetime:
        return calendar_of(session, "", on=date(2026, 12, 31)).after_hours(NEW_YEARS_EVE, 2)

    office.write(lambda session: years.propose(session, 2027, by=office.person(session, "admin"), at=office.now))

    with office.session() as session, pytest.raises(CalendarYearMissing):
        beyond(session)
    office.write(lambda session: years.approve(session, 2027, by=office.person(session, "admin"), at=office.now))
    with office.session() as session:
        assert beyond(session) == datetime(2027, 1, 4, 1, 30, tzinfo=UTC)


def test_who_approved_and_when_stays_on_record(office: Any) -> None:
    def propose_and_approve(session: Any) -> None:
        by = office.person(session, "admin")
        years.propose(session, 2027, by=by, at=office.now)
        years.approve(session, 2027, by=by, at=office.now)

    office.write(propose_and_approve)

    with office.session() as session:
        year = session.get(CalendarYear, 2027)
        assert (year.approved_by.username, year.approved_at) == ("admin", office.now)
        changes = session.scalars(select(CalendarChange).where(CalendarChange.year == 2027))
        assert {(each.kind, each.changed_by.username) for each in changes} == {
            ("year.proposed", "admin"),
            ("year.approved", "admin"),
        }


@pytest.mark.parametrize("deed", [years.propose, years.approve])
def test_only_administrators_decide_on_a_year(office: Any, deed: Any) -> None:
    with pytest.raises(AdministratorsOnly):
        office.write(lambda session: deed(session, 2027, by=office.person(session, "thu"), at=office.now))


def test_a_year_is_proposed_once_and_approved_once(office: Any) -> None:
    with pytest.raises(years.YearProposed):
        office.write(lambda session: years.propose(session, 2026, by=office.person(session, "admin"), at=office.now))

    with pytest.raises(years.YearApproved):
        office.write(lambda session: years.approve(session, 2026, by=office.person(session, "admin"), at=office.now))


def test_a_year_that_nobody_proposed_cannot_be_approved(office: Any) -> None:
    with pytest.raises(years.YearNotProposed):
        office.write(lambda session: years.approve(session, 2027, by=office.person(session, "admin"), at=office.now))


def test_no_office_works_in_the_year_1(office: Any) -> None:
    with pytest.raises(years.YearOutOfRange):
        office.write(lambda session: years.propose(session, 1, by=office.person(session, "admin"), at=office.now))


@pytest.mark.parametrize(
    ("deed", "refusal"), [(years.propose, years.YearProposed), (years.approve, years.YearApproved)]
)
def test_of_two_who_decide_on_one_year_at_once_the_second_is_told(
    office: Any, at_once: Any, deed: Any, refusal: type[Exception]
) -> None:
    def decide(session: Any) -> None:
        deed(session, 2027, by=office.person(session, "admin"), at=office.now)

    if deed is years.approve:
        office.write(lambda session: years.propose(session, 2027, by=office.person(session, "admin"), at=office.now))

    second = at_once.overtaken(office.session, decide, lambda: office.write(decide)).exception()

    assert isinstance(second, refusal)


def test_a_calendar_is_laid_out_once_as_long_as_nothing_changes(office: Any) -> None:
    def of_the_office(unit_code: str) -> Any:
        with office.session() as session:
            return calendar_of(session, unit_code, on=date(2026, 3, 2))

    first = of_the_office("VPS")
    again = of_the_office("P.KHTCTH")
    office.write(lambda session: years.propose(session, 2027, by=office.person(session, "admin"), at=office.now))

    assert again is first
    assert of_the_office("VPS") is not first


@pytest.mark.parametrize(
    ("at", "state", "named"),
    [
        (datetime(2026, 9, 30, 16, 59, tzinfo=UTC), FactState.OK, "2026"),
        (datetime(2026, 9, 30, 17, 0, tzinfo=UTC), FactState.WARN, "2027"),
        (datetime(2027, 1, 15, 1, 0, tzinfo=UTC), FactState.WARN, "2027"),
        (datetime(2027, 11, 1, 1, 0, tzinfo=UTC), FactState.WARN, "2027, 2028"),
    ],
)
def test_operators_hear_of_a_missing_year_and_from_october_of_the_next(
    office: Any, at: datetime, state: FactState, named: str
) -> None:
    with office.session() as session:
        fact = health.working_calendar(session, at)

    assert fact.state is state
    assert f"{named} " in fact.said.en or f"{named}." in fact.said.en
