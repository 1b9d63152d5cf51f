"""Numbers of cases and documents: without gaps, without duplicates, from one every year."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import numbering


def give(office: Any, year: int = 2026, series: str = "outgoing:BB") -> int:
    number: int = office.write(lambda session: numbering.next_number(session, series=series, year=year))
    return number


def test_numbers_follow_one_another(office: Any) -> None:
    assert [give(office) for _ in range(4)] == [1, 2, 3, 4]


def test_a_transaction_that_fails_gives_its_number_back(office: Any) -> None:
    give(office)

    def fail(session: Session) -> None:
        assert numbering.next_number(session, series="outgoing:BB", year=2026) == 2
        raise RuntimeError("the power went out")

    with pytest.raises(RuntimeError):
        office.write(fail)

    assert give(office) == 2


def test_several_numbers_in_one_transaction_follow_one_another(office: Any) -> None:
    def three(session: Session) -> list[int]:
        return [numbering.next_number(session, series="outgoing:BB", year=2026) for _ in range(3)]

    assert office.write(three) == [1, 2, 3]
    assert give(office) == 4


def test_every_year_begins_with_one(office: Any) -> None:
    assert [give(office, year) for year in (2026, 2026, 2027, 2026)] == [1, 2, 1, 3]


def test_every_series_has_its_own_numbers(office: Any) -> None:
    assert [give(office, series=series) for series in ("outgoing:BB", "outgoing:QĐ", "outgoing:BB")] == [1, 1, 2]


def test_looking_at_the_next_number_does_not_give_it(office: Any) -> None:
    def look(session: Session) -> int:
        return numbering.peek(session, series="outgoing:BB", year=2026)

    assert (office.write(look), give(office), office.write(look), office.write(look)) == (1, 1, 2, 2)


def test_the_year_of_a_case_code_is_the_year_in_the_office_not_in_utc(office: Any, pen: Any) -> None:
    office.deploy(pen.process("note", pen.start(), pen.user("read", assignee="=starter"), flows="start > read"))
    codes = []
    for moment in (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):
        office.now = moment
        codes.append(office.start("note").business_key)

    assert codes == ["HS-2026-0001", "HS-2027-0001"]


def test_a_case_that_could_not_start_leaves_no_gap_in_the_codes(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "note",
            pen.start(),
            pen.user("read", assignee="=starter"),
            flows="start > read",
            code_prefix="GC",
        )
    )
    office.start("note")

    with pytest.raises(TypeError):
        office.start("note", strange=object())  # nothing that can be stored

    assert office.start("note").business_key == "GC-2026-0002"
