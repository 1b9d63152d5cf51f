"""Who is away: said by oneself, the head or an administrator, for days to come, and ended when the person is back."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from engine import directory, leaves
from engine.errors import PlatformError
from engine.model import Leave

TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)


def announce(office: Any, who: str = "an", by: str = "an", first: date = TODAY, last: date = FRIDAY) -> Leave:
    made: Leave = office.write(
        lambda session: leaves.announce(
            session,
            person=office.person(session, who),
            first=first,
            last=last,
            note="  Nghỉ phép năm ",
            by=office.person(session, by),
            at=office.now,
        )
    )
    return made


def end(office: Any, leave: Leave, by: str = "an") -> None:
    office.write(lambda session: leaves.end(session, leave.id, by=office.person(session, by), at=office.now))


def away(office: Any, on: date) -> set[str]:
    with office.session() as session:
        people = directory.current(session, on=on)
        return {each.username for each in people.people.values() if each.id in people.away}


def code_of(refusal: pytest.ExceptionInfo[PlatformError]) -> str:
    return refusal.value.code


def test_a_person_is_away_from_the_first_day_to_the_last(office: Any) -> None:
    made = announce(office)

    assert made.note == "Nghỉ phép năm"
    assert [away(office, day) for day in (TODAY, FRIDAY, FRIDAY + timedelta(days=1))] == [{"an"}, {"an"}, set()]


def test_whoever_is_back_early_is_away_no_more(office: Any) -> None:
    made = announce(office)

    end(office, made, by="lan")

    assert away(office, TODAY) == set()
    with pytest.raises(PlatformError) as refused:
        end(office, made)
    assert code_of(refused) == "leave.over"


@pytest.mark.parametrize("by", ["an", "lan", "admin"])
def test_oneself_the_head_and_administrators_say_so(office: Any, by: str) -> None:
    assert announce(office, by=by).set_by.username == by


def test_others_neither_say_nor_end_it(office: Any) -> None:
    made = announce(office)

    with pytest.raises(PlatformError) as announcing:
        announce(office, who="mai", by="an")
    with pytest.raises(PlatformError) as ending:
        end(office, made, by="mai")

    assert (code_of(announcing), code_of(ending)) == ("leave.not_yours", "leave.not_yours")


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (FRIDAY, TODAY, "substitute.period_backwards"),
        (TODAY - timedelta(days=3), TODAY - timedelta(days=1), "substitute.period_past"),
        (FRIDAY, FRIDAY + timedelta(days=3), "leave.overlaps"),
    ],
)
def test_days_that_do_not_fit_are_refused(office: Any, first: date, last: date, code: str) -> None:
    announce(office)
    before = office.counts()

    with pytest.raises(PlatformError) as refused:
        announce(office, first=first, last=last)

    assert code_of(refused) == code
    assert office.counts() == before


def test_a_head_sees_the_leaves_of_the_unit_and_others_their_own(office: Any) -> None:
    announce(office)
    announce(office, who="mai", by="mai")

    def seen(by: str) -> list[str]:
        with office.session() as session:
            found = leaves.not_over(session, by=office.person(session, by), at=office.now)
            return [each.person.username for each in found]

    assert [seen(by) for by in ("an", "lan", "mai", "bao")] == [["an"], ["an"], ["mai"], []]


def test_a_leave_that_is_not_there_is_not_found(office: Any) -> None:
    with pytest.raises(PlatformError) as refused:
        end(office, Leave(id=uuid4()))

    assert code_of(refused) == "leave.not_found"
