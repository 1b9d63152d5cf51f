"""What deputies are in charge of: said by administrators and heads, asked by diagrams, found by search."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import directory, feel, people_lists, positions, runtime
from engine.directory.fields import MOST_FIELDS, FieldsUnfit, read_fields, say_fields
from engine.model import Person, Position, Unit
from engine.positions import PositionNotFound, PositionNotYours, RankUnfit


@pytest.fixture
def two_deputies(office: Any) -> Any:
    """The office with a second deputy of the leaders, Khải, after Hiền; each is in charge of something."""

    def add(session: Session) -> None:
        leaders = session.scalars(select(Unit).where(Unit.code == "LĐS")).one()
        second = Person(username="khai", full_name="Lâm Khải", created_at=office.now)
        session.add(Position(person=second, unit=leaders, kind="deputy", title="Phó Giám đốc Sở", rank=2))
        session.flush()
        directory.changed(session)

    office.write(add)
    put(office, "hien", "Công nghiệp; Năng lượng", rank=1)
    put(office, "khai", "Thương mại;  năng   lượng ")
    return office


def work_besides(office: Any, username: str, unit_code: str) -> UUID:
    """Let somebody work in a second unit; return that position's id."""

    def add(session: Session) -> UUID:
        unit = session.scalars(select(Unit).where(Unit.code == unit_code)).one()
        made = Position(person=office.person(session, username), unit=unit, kind="specialist", title="Kiêm nhiệm")
        session.add(made)
        session.flush()
        directory.changed(session)
        return made.id

    position_id: UUID = office.write(add)
    return position_id


def put(
    office: Any, username: str, fields: str, by: str = "admin", *, in_unit: str | None = None, **more: Any
) -> Position:
    def do(session: Session) -> Position:
        found = select(Position).join(Position.person).join(Position.unit).where(Person.username == username)
        held = session.scalars(found.where(Unit.code == in_unit) if in_unit else found).one()
        return positions.put_in_charge(
            session, held.id, fields=fields, by=office.person(session, by), at=office.now, **more
        )

    held: Position = office.write(do)
    return held


def ask(office: Any, text: str) -> object:
    with office.session() as session:
        return feel.to_json(feel.parse(text).evaluate({}, runtime.environment(session, office.now)))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Công nghiệp; Năng lượng", ("Công nghiệp", "Năng lượng")),
        ("  Công   nghiệp ;; công nghiệp;\nNăng lượng", ("Công nghiệp", "Năng lượng")),
        ("Kế hoạch, tài chính", ("Kế hoạch, tài chính",)),
        ("", ()),
    ],
)
def test_fields_are_kept_in_one_form_however_they_are_typed(text: str, fields: tuple[str, ...]) -> None:
    assert read_fields(text) == fields
    assert read_fields(say_fields(fields)) == fields


@pytest.mark.parametrize("text", ["x" * 121, ";".join(str(number) for number in range(MOST_FIELDS + 1))])
def test_too_many_or_too_long_fields_are_refused(text: str) -> None:
    with pytest.raises(FieldsUnfit):
        read_fields(text)


@pytest.mark.parametrize(
    ("text", "username"),
    [
        ('deputy of("LĐS", "Thương mại")', "khai"),
        ('deputy of("LĐS", "công  NGHIỆP")', "hien"),
        ('deputy of(unit code: "LĐS", field: "Thương mại")', "khai"),
        ('(for find in [deputy of] return find("LĐS", "Thương mại"))[1]', "khai"),
        ('deputy of("LĐS")', "hien"),
        ('deputy of(unit code: "LĐS")', "hien"),
    ],
)
def test_a_diagram_finds_the_deputy_in_charge_of_a_field(two_deputies: Any, text: str, username: str) -> None:
    assert ask(two_deputies, text) == username


def test_of_two_deputies_in_charge_of_one_field_the_first_in_order_is_meant(two_deputies: Any) -> None:
    before = ask(two_deputies, 'deputy of("LĐS", "năng lượng")')

    put(two_deputies, "hien", "Công nghiệp; Năng lượng", rank=3)

    assert (before, ask(two_deputies, 'deputy of("LĐS", "năng lượng")')) == ("hien", "khai")


@pytest.mark.parametrize("field", ['"Thuế"', '"Nang luong"', "null"])
def test_a_field_that_no_deputy_is_in_charge_of_gives_nobody_and_no_guess(two_deputies: Any, field: str) -> None:
    assert ask(two_deputies, f'deputy of("LĐS", {field})') is None


def test_a_third_argument_is_refused_with_what_the_function_takes(two_deputies: Any) -> None:
    with pytest.raises(feel.FeelError, match=r"deputy of\(unit code, \[field\]\)"):
        ask(two_deputies, 'deputy of("LĐS", "Thương mại", "x")')


def test_as_a_value_too_the_function_takes_one_or_two_arguments(two_deputies: Any) -> None:
    assert ask(two_deputies, '(for find in [deputy of] return find("LĐS", "x", "y"))[1]') is None


def test_a_search_finds_who_is_in_charge_of_a_field_without_diacritics(two_deputies: Any) -> None:
    with two_deputies.session() as session:
        by = two_deputies.person(session, "admin")
        found = people_lists.search(session, text="nang luong", by=by, at=two_deputies.now)

    assert [line.username for line in found.people] == ["hien", "khai"]


def test_the_head_above_says_what_a_deputy_is_in_charge_of(office: Any) -> None:
    assert put(office, "son", "Văn thư", by="thu").fields == ("Văn thư",)


@pytest.mark.parametrize("by", ["son", "lan"])
def test_nobody_else_does_not_even_for_themselves(office: Any, by: str) -> None:
    with pytest.raises(PositionNotYours):
        put(office, "son", "Văn thư", by=by)


def test_a_head_says_nothing_of_a_position_in_another_unit(office: Any) -> None:
    second = work_besides(office, "son", "P.KHTCTH")

    with pytest.raises(PositionNotYours):
        put(office, "son", "Văn thư", by="lan", in_unit="VPS")

    assert put(office, "son", "Kế hoạch", by="lan", in_unit="P.KHTCTH").id == second


def test_a_place_in_the_order_below_zero_is_refused(office: Any) -> None:
    with pytest.raises(RankUnfit):
        put(office, "son", "", rank=-1)


def test_a_position_that_is_not_there_is_refused(office: Any) -> None:
    with office.session() as session, pytest.raises(PositionNotFound):
        positions.put_in_charge(session, uuid4(), fields="", by=office.person(session, "admin"), at=office.now)
