"""Who is who: units as a tree, positions with dates, group keys, and what diagrams may ask."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import activities, directory, successions
from engine.administrators import AdministratorsOnly
from engine.directory import Directory, UnknownUnit
from engine.errors import PlatformError
from engine.model import Person, Position, Unit
from engine.office_functions import office_functions
from engine.successions import OwnSuccessor, SuccessorClosed, SuccessorsInCircle

TODAY = date(2026, 3, 2)


@pytest.fixture
def staffed(office: Any) -> Any:
    """The office with one unit below another: a team of the finance department, with a head."""

    def add(session: Session) -> None:
        department = unit(session, "P.KHTCTH")
        team = Unit(code="T.KT", name="Tổ Kế toán", parent=department)
        head = Person(username="nga", full_name="Trịnh Nga", created_at=office.now)
        session.add_all([team, head, Position(person=head, unit=team, kind="leader", title="Tổ trưởng")])
        directory.changed(session)

    office.write(add)
    return office


def unit(session: Session, code: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.code == code)).one()


def position(session: Session, username: str) -> Position:
    return session.scalars(select(Position).join(Position.person).where(Person.username == username)).one()


def people(office: Any, on: date = TODAY) -> Directory:
    with office.session() as session:
        return directory.current(session, on=on)


def groups(office: Any, username: str) -> frozenset[str]:
    known = people(office)
    return known.groups_of(known.people[username].id)


def test_a_person_belongs_to_the_unit_to_those_above_it_and_to_the_positions(staffed: Any) -> None:
    assert groups(staffed, "nga") == {"T.KT", "P.KHTCTH", "SCT", "T.KT/leader", "/leader"}
    assert groups(staffed, "mai") == {"VPS", "SCT", "VPS/records_clerk", "/records_clerk"}


def test_the_head_of_a_team_is_not_the_head_of_the_department(staffed: Any) -> None:
    assert "P.KHTCTH/leader" not in groups(staffed, "nga")
    assert people(staffed).leader_of("P.KHTCTH").username == "lan"  # type: ignore[union-attr]


def test_an_administrator_without_a_position_is_in_the_administrators_group_alone(office: Any) -> None:
    assert groups(office, "admin") == {"/administrator"}


def test_ancestors_go_from_the_unit_to_the_agency(staffed: Any) -> None:
    assert list(people(staffed).ancestors("T.KT")) == ["T.KT", "P.KHTCTH", "SCT"]
    assert list(people(staffed).ancestors("SCT")) == ["SCT"]


def test_units_that_stand_above_each_other_do_not_make_the_search_endless(staffed: Any) -> None:
    def turn_round(session: Session) -> None:
        unit(session, "SCT").parent = unit(session, "T.KT")
        directory.changed(session)

    staffed.write(turn_round)

    assert list(people(staffed).ancestors("T.KT")) == ["T.KT", "P.KHTCTH", "SCT"]


def test_the_units_below_are_found_at_every_depth(staffed: Any) -> None:
    assert people(staffed).units_below("P.KHTCTH") == {"P.KHTCTH", "T.KT"}
    assert people(staffed).units_below("SCT") == {"SCT", "LĐS", "VPS", "P.KHTCTH", "T.KT"}


def test_people_in_a_group_are_ordered_by_given_name(office: Any) -> None:
    names = [person.full_name for person in people(office).people_in_group("VPS")]

    assert names == ["Bùi Mai", "Ngô Minh", "Lý Quỳnh", "Cao Sơn", "Nguyễn Thu"]


def test_nobody_is_in_a_group_that_means_nothing(office: Any) -> None:
    assert people(office).people_in_group("P.KHÔNG/leader") == []


def test_a_group_is_described_by_the_title_people_know(office: Any) -> None:
    described = [people(office).describe_group(key) for key in ("VPS/records_clerk", "VPS", "/leader", "LĐS/deputy")]

    assert described == ["Văn thư · VPS", "VPS", "Giám đốc Sở", "Phó Giám đốc Sở · LĐS"]


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_a_position_is_held_from_its_first_day_to_its_last(office: Any, day: date, holds: bool) -> None:  # noqa: FBT001
    def appoint(session: Session) -> None:
        held = position(session, "thu")
        held.valid_from, held.valid_to = date(2026, 3, 1), date(2026, 6, 30)
        directory.changed(session)

    office.write(appoint)

    leader = people(office, day).leader_of("VPS")
    assert (leader is not None) is holds


def test_a_unit_that_is_closed_is_no_choice_any_more(office: Any) -> None:
    def close(session: Session) -> None:
        unit(session, "VPS").valid_to = date(2026, 3, 1)
        directory.changed(session)

    office.write(close)

    assert "VPS" in people(office, date(2026, 3, 1)).units
    assert "VPS" not in people(office, date(2026, 3, 2)).units


def test_somebody_who_has_left_is_in_no_group_and_leads_nothing(office: Any) -> None:
    def leave(session: Session) -> None:
        position(session, "lan").person.is_active = False
        directory.changed(session)

    office.write(leave)

    assert people(office).leader_of("P.KHTCTH") is None
    assert "lan" not in people(office).people


def test_a_person_with_two_positions_holds_both_and_belongs_to_the_primary_one(office: Any) -> None:
    def appoint(session: Session) -> None:
        son = position(session, "son").person
        second = Position(person=son, unit=unit(session, "P.KHTCTH"), kind="deputy", title="Phó phòng")
        second.is_primary = False
        session.add(second)
        directory.changed(session)

    office.write(appoint)

    known = people(office)
    assert {"VPS/deputy", "P.KHTCTH/deputy"} <= known.groups_of(known.people["son"].id)
    assert known.unit_of(known.people["son"].id) == "VPS"


def test_a_change_is_seen_by_the_next_reader(office: Any) -> None:
    before = people(office).leader_of("VPS")

    office.write(lambda session: replace_head(session, "son"))

    assert before is not None
    assert before.username == "thu"
    assert people(office).leader_of("VPS").username == "son"  # type: ignore[union-attr]


def replace_head(session: Session, username: str) -> None:
    position(session, "thu").kind = "specialist"
    position(session, username).kind = "leader"
    directory.changed(session)


def test_the_snapshot_is_kept_while_nothing_changes(office: Any) -> None:
    assert people(office) is people(office)
    assert people(office) is not people(office, date(2026, 3, 3))


def test_a_session_that_lives_on_sees_a_change_in_its_next_transaction(office: Any) -> None:
    with office.session() as session:
        before = directory.current(session, on=TODAY).leader_of("VPS")
        session.commit()
        office.write(lambda other: replace_head(other, "son"))

        after = directory.current(session, on=TODAY).leader_of("VPS")

    assert before is not None
    assert after is not None
    assert (before.username, after.username) == ("thu", "son")


def test_who_changes_the_directory_sees_the_change_at_once(office: Any) -> None:
    def change(session: Session) -> str:
        replace_head(session, "son")
        session.flush()
        found = directory.current(session, on=TODAY).leader_of("VPS")
        return found.username if found else ""

    assert office.write(change) == "son"


def test_a_change_that_was_rolled_back_is_never_seen(office: Any) -> None:
    with office.session() as session:
        replace_head(session, "minh")
        session.flush()
        assert directory.current(session, on=TODAY).leader_of("VPS").username == "minh"  # type: ignore[union-attr]
        session.rollback()

    office.write(lambda session: replace_head(session, "son"))  # the same revision number, other content

    assert people(office).leader_of("VPS").username == "son"  # type: ignore[union-attr]


@pytest.fixture
def ask(staffed: Any) -> Callable[..., object]:
    """Call an office function by its name in FEEL."""
    functions = office_functions(people(staffed))
    return lambda name, *arguments: functions[name](*arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("leader of", ("VPS",), "thu"),
        ("leader of", ("SCT",), None),
        ("leader of", (None,), None),
        ("deputy of", ("LĐS",), "hien"),
        ("deputy of", ("P.KHTCTH",), None),
        ("members of", ("P.KHTCTH",), ["lan", "an"]),
        ("members of", ("KHÔNG",), []),
        ("unit", ("VPS",), {"code": "VPS", "name": "Văn phòng Sở", "leader": "thu"}),
        ("unit", ("KHÔNG",), None),
        ("unit of", ("mai",), {"code": "VPS", "name": "Văn phòng Sở", "leader": "thu"}),
        ("unit of", ("admin",), None),
        ("unit of", ("ai",), None),
        (
            "person",
            ("lan",),
            {"username": "lan", "name": "Hoàng Lan", "unit": "P.KHTCTH", "position": "Trưởng phòng"},
        ),
        ("person", ("admin",), {"username": "admin", "name": "Quản Trị", "unit": None, "position": None}),
        ("person", ("ai",), None),
        ("person", (None,), None),
        ("position", ("records_clerk", "VPS"), "VPS/records_clerk"),
        (
            "signing authorities",
            (),
            [
                {"label": "Phạm Bảo – Giám đốc Sở", "value": "bao"},
                {"label": "Đặng Hiền – Phó Giám đốc Sở", "value": "hien"},
            ],
        ),
        ("holds", ("mai", "records_clerk", "VPS"), True),
        ("holds", ("mai", "leader", "VPS"), False),
        ("holds", ("mai", "records_clerk", "SCT"), False),
    ],
)
def test_diagrams_ask_the_directory(
    ask: Callable[..., object], name: str, arguments: tuple[object, ...], answer: object
) -> None:
    assert ask(name, *arguments) == answer


def test_the_units_to_choose_from_stand_in_the_order_of_the_office(ask: Callable[..., object]) -> None:
    assert ask("units") == [
        {"label": "SCT – Sở Công Thương", "value": "SCT"},
        {"label": "T.KT – Tổ Kế toán", "value": "T.KT"},
        {"label": "LĐS – Lãnh đạo Sở", "value": "LĐS"},
        {"label": "VPS – Văn phòng Sở", "value": "VPS"},
        {"label": "P.KHTCTH – Phòng Kế hoạch – Tài chính – Tổng hợp", "value": "P.KHTCTH"},
    ]


@pytest.fixture
def merged(office: Any) -> Any:
    """The office after the finance department became the department of planning, and that one part of the centre."""

    def merge(session: Session) -> None:
        agency = unit(session, "SCT")
        session.add_all([Unit(code="P.KH", name="Phòng Kế hoạch", parent=agency), Unit(code="TT", name="Trung tâm")])
        session.flush()
        position(session, "lan").unit = unit(session, "TT")
        position(session, "an").unit = unit(session, "TT")
        succeed(office, session, "P.KHTCTH", "P.KH")
        succeed(office, session, "P.KH", "TT")

    office.write(merge)
    return office


def succeed(office: Any, session: Session, code: str, successor: str, *, by: str = "admin") -> None:
    admin = office.person(session, by)
    successions.succeed(session, code, successor_code=successor, last=date(2026, 3, 1), by=admin, at=office.now)


def test_what_diagrams_say_of_a_closed_unit_holds_for_the_last_of_its_successors(merged: Any) -> None:
    functions = office_functions(people(merged))

    assert functions["leader of"]("P.KHTCTH") == "lan"
    assert functions["members of"]("P.KH") == ["lan", "an"]
    assert functions["unit"]("P.KHTCTH") == {"code": "TT", "name": "Trung tâm", "leader": "lan"}
    assert functions["position"]("leader", "P.KHTCTH") == "TT/leader"
    assert functions["holds"]("an", "specialist", "P.KHTCTH") is True


def test_who_works_in_the_successor_is_in_the_groups_of_the_units_it_took_over(merged: Any) -> None:
    assert {"TT/leader", "P.KHTCTH/leader", "P.KH/leader", "P.KHTCTH", "P.KH"} <= groups(merged, "lan")
    assert [each.username for each in people(merged).people_in_group("P.KHTCTH/specialist")] == ["an"]
    assert people(merged).describe_group("P.KHTCTH/leader") == "Trưởng phòng · P.KHTCTH"


def test_a_unit_has_no_successor_as_long_as_it_is_open(merged: Any) -> None:
    before = people(merged, date(2026, 3, 1))

    assert before.heir_of("P.KHTCTH") == "P.KHTCTH"
    assert before.leader_of("P.KHTCTH") is None


def test_a_task_that_waits_for_a_closed_unit_is_done_by_its_successor_and_keeps_the_old_name(
    office: Any, pen: Any
) -> None:
    task = pen.user("sign", groups='=["P.KHTCTH/leader"]')
    office.deploy(pen.process("letter", pen.start(), task, pen.end(), flows="start > sign > end"))
    case = office.start("letter")

    def move(session: Session) -> None:
        position(session, "lan").unit = unit(session, "VPS")
        succeed(office, session, "P.KHTCTH", "VPS")

    office.write(move)
    office.complete(office.claim(office.task().id, "lan").id, "lan")

    with office.session() as session:
        done = [each for each in activities.of_case(session, office.case(case.id)) if each.person_id]
    assert [each.unit_code for each in done] == ["P.KHTCTH"]


@pytest.mark.parametrize(
    ("code", "successor", "by", "refusal"),
    [
        ("VPS", "LĐS", "thu", AdministratorsOnly),
        ("KHÔNG", "LĐS", "admin", UnknownUnit),
        ("VPS", "KHÔNG", "admin", UnknownUnit),
        ("VPS", "VPS", "admin", OwnSuccessor),
        ("TT", "P.KHTCTH", "admin", SuccessorsInCircle),
    ],
)
def test_a_succession_that_cannot_be_is_refused(
    merged: Any, code: str, successor: str, by: str, refusal: type[PlatformError]
) -> None:
    with pytest.raises(refusal):
        merged.write(lambda session: succeed(merged, session, code, successor, by=by))


def test_a_unit_that_is_closed_itself_succeeds_nothing(office: Any) -> None:
    def close(session: Session) -> None:
        unit(session, "VPS").valid_to = date(2026, 2, 1)

    office.write(close)

    with pytest.raises(SuccessorClosed):
        office.write(lambda session: succeed(office, session, "P.KHTCTH", "VPS"))


def test_a_group_has_just_those_people_who_have_its_key(staffed: Any) -> None:
    def rearrange(session: Session) -> None:
        closed = unit(session, "VPS")
        closed.valid_to, closed.successor = date(2026, 2, 28), unit(session, "P.KHTCTH")
        position(session, "an").unit = unit(session, "P.KHTCTH")
        directory.changed(session)

    staffed.write(rearrange)
    known = people(staffed)
    keys = {key for person in known.people.values() for key in known.groups_of(person.id)} | {*known.units, "VPS", "X"}

    for key in keys:
        having = {person.username for person in known.people.values() if key in known.groups_of(person.id)}
        assert {person.username for person in known.people_in_group(key)} == having, key


def test_the_units_below_are_those_that_have_the_unit_above_them(staffed: Any) -> None:
    known = people(staffed)

    for code in (*known.units, "X"):
        assert known.units_below(code) == {each for each in known.units if code in known.ancestors(each)}


def test_units_above_one_another_in_a_circle_end_no_question_in_a_loop(staffed: Any) -> None:
    def turn_round(session: Session) -> None:
        unit(session, "SCT").parent = unit(session, "T.KT")
        directory.changed(session)

    staffed.write(turn_round)

    assert {"SCT", "P.KHTCTH", "T.KT"} <= people(staffed).units_below("T.KT")


def test_the_people_of_a_group_stand_by_given_name(office: Any) -> None:
    names = [person.full_name for person in people(office).people_in_group("VPS")]

    assert names == ["Bùi Mai", "Ngô Minh", "Lý Quỳnh", "Cao Sơn", "Nguyễn Thu"]
