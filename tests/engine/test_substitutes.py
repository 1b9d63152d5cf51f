"""Substitutes: who stands in for whom, what a substitute may do, and what stands written about it afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from engine import activities, cases, directory, history, inbox, runtime, substitutes, tasks
from engine.cases import CaseNotYours
from engine.definitions import ProcessNotFound
from engine.directory import UnknownUnit
from engine.errors import PlatformError
from engine.inbox import Counts, Tab
from engine.model import Position, Substitution, Unit, UserTask
from engine.model.user_task import TaskAlreadyClaimed, TaskCompleted, TaskNotYours
from engine.signing import NoSigningCapacity
from engine.substitutes import (
    EVERYTHING,
    PeriodBackwards,
    PeriodPast,
    PersonInactive,
    Scope,
    SubstituteIsAbsent,
    SubstituteNotYours,
    SubstitutesInCircle,
    SubstitutesOverlap,
    SubstitutionNotFound,
    SubstitutionOver,
    UnitNotHeld,
)

TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
SIGN = {"outcome.sign": '={label: "Ký số", signs: "sign"}', "outcome.initial": '={label: "Ký nháy", signs: "initial"}'}


@pytest.fixture
def desk(office: Any, pen: Any) -> Any:
    """An office with a process that asks a person by name and one that asks a group."""
    ends = {"flows": "start > act > end"}
    named = pen.user("act", assignee="=who", lc=SIGN)
    grouped = pen.user("act", groups='=["VPS/records_clerk"]')
    for process_id, task in (("named", named), ("other_named", named), ("grouped", grouped)):
        office.deploy(pen.process(process_id, pen.start(), task, pen.end(), **ends), pack=process_id)
    return office


def stand_in(
    office: Any,
    person: str,
    substitute: str,
    *,
    by: str = "",
    first: date = TODAY,
    last: date = FRIDAY,
    scope: Scope = EVERYTHING,
) -> Substitution:
    """Let one person stand in for another; said by the absent person unless told otherwise."""

    def do(session: Session) -> Substitution:
        return substitutes.set_substitute(
            session,
            person=office.person(session, person),
            substitute=office.person(session, substitute),
            first=first,
            last=last,
            scope=scope,
            note="Đi công tác",
            by=office.person(session, by or person),
            at=office.now,
        )

    made: Substitution = office.write(do)
    return made


def seen_by(office: Any, username: str, tab: Tab) -> list[str]:
    """Return in whose place each listed task would be done; empty for the person's own."""
    with office.session() as session:
        person = office.person(session, username)
        groups = tasks.groups_of(session, person, office.now)
        listed = inbox.tasks_of(session, person, tab=tab, at=office.now)
        places = [task.in_place_of(person, groups) for task in listed]
        return [each.username if each else "" for each in places]


def counts_of(office: Any, username: str, tab: Tab = Tab.MINE) -> Counts:
    with office.session() as session:
        person = office.person(session, username)
        return inbox.counts(session, person, tab=tab, at=office.now, soon=office.now)


def second_position(office: Any, username: str, unit_code: str, kind: str) -> None:
    def appoint(session: Session) -> None:
        unit = session.scalars(select(Unit).where(Unit.code == unit_code)).one()
        person = office.person(session, username)
        session.add(Position(person=person, unit=unit, kind=kind, title="Phó phòng", is_primary=False))
        directory.changed(session)

    office.write(appoint)


def test_a_substitute_finds_the_absent_persons_tasks_in_the_own_inbox(desk: Any) -> None:
    desk.start("named", who="mai")
    desk.start("named", who="an")
    desk.start("grouped")

    stand_in(desk, "mai", "an")

    assert sorted(seen_by(desk, "an", Tab.MINE)) == ["", "mai"]
    assert seen_by(desk, "an", Tab.UNIT) == ["mai"]
    assert counts_of(desk, "an") == Counts(mine=2, unit=1, late=0, soon=0)
    assert counts_of(desk, "mai") == Counts(mine=1, unit=1, late=0, soon=0)


def test_a_substitute_completes_a_task_in_the_absent_persons_place_and_that_is_written_down(desk: Any) -> None:
    case = desk.start("named", who="mai")
    stand_in(desk, "mai", "an")

    done = desk.complete(desk.task().id, "an", "initial") if desk.add_paper(case.id) else None

    assert done is not None
    with desk.session() as session:
        an, mai = desk.person(session, "an"), desk.person(session, "mai")
        assert (done.completed_by_id, done.on_behalf_of_id) == (an.id, mai.id)
        instance = runtime.case_by_id(session, case.id)
        said = {entry.kind: entry.data.get("on_behalf_of") for entry in history.of_case(session, instance)}
        assert said["task.completed"] == said["signature.given"] == {"username": "mai", "name": "Bùi Mai"}
        (activity,) = [each for each in activities.of_case(session, instance) if each.person_id]
        assert (activity.person, activity.on_behalf_of) == (an, mai)
        assert history.verify(session, instance) == []


def test_a_task_of_the_group_that_a_substitute_claims_is_the_absent_persons_until_it_is_done(desk: Any) -> None:
    case = desk.start("grouped")
    stand_in(desk, "mai", "an")
    task = desk.claim(desk.task().id, "an")

    with desk.session() as session:
        assert task.assignee_id == desk.person(session, "mai").id
    assert seen_by(desk, "an", Tab.MINE) == ["mai"]
    assert seen_by(desk, "mai", Tab.MINE) == [""]

    desk.complete(task.id, "an")
    assert desk.case(case.id).is_over


def test_the_absent_person_keeps_their_rights(desk: Any) -> None:
    desk.start("grouped")
    stand_in(desk, "mai", "an")
    task = desk.claim(desk.task().id, "an")

    done = desk.complete(task.id, "mai")

    assert done.on_behalf_of_id is None


def test_a_substitute_gives_a_claimed_task_back_to_its_group(desk: Any) -> None:
    desk.start("grouped")
    stand_in(desk, "mai", "an")
    task = desk.claim(desk.task().id, "mai")

    assert desk.release(task.id, "an").assignee_id is None


def test_a_substitute_takes_a_turn_in_a_running_chain_and_the_next_person_follows(office: Any, pen: Any) -> None:
    people = pen.node(
        "multiInstanceLoopCharacteristics",
        "people",
        '<extensionElements><zeebe:loopCharacteristics inputCollection="=signers" inputElement="signer" />'
        "</extensionElements>",
        isSequential="true",
    )
    task = pen.user("sign", assignee="=signer", lc=SIGN, inside=people)
    office.deploy(pen.process("chain", pen.start(), task, pen.end(), flows="start > sign > end"))
    case = office.start("chain", signers=["lan", "thu", "bao"])
    office.add_paper(case.id)
    office.complete(office.task().id, "lan", "sign")
    stand_in(office, "thu", "son")

    office.complete(office.task().id, "son", "sign")
    office.complete(office.task().id, "bao", "sign")

    assert signed(office, case.id) == ["Trưởng phòng", "KT. CHÁNH VĂN PHÒNG", "Giám đốc Sở"]
    assert office.case(case.id).is_over


def test_a_task_that_the_absent_person_has_done_meanwhile_is_over_for_the_substitute(desk: Any) -> None:
    desk.start("grouped")
    stand_in(desk, "mai", "an")
    task = desk.claim(desk.task().id, "an")
    desk.complete(task.id, "mai")

    with pytest.raises(TaskCompleted) as refused:
        desk.complete(task.id, "an")

    assert refused.value.data["by"] == "Bùi Mai"


def test_who_is_offered_a_task_anyway_does_it_in_their_own_right(desk: Any) -> None:
    desk.start("grouped")
    stand_in(desk, "mai", "quynh")

    done = desk.complete(desk.claim(desk.task().id, "quynh").id, "quynh")

    assert done.on_behalf_of_id is None


def test_a_colleague_who_stands_in_may_do_what_the_absent_person_has_claimed(desk: Any) -> None:
    desk.start("grouped")
    task = desk.claim(desk.task().id, "mai")
    with pytest.raises(TaskAlreadyClaimed):
        desk.complete(task.id, "quynh")

    stand_in(desk, "mai", "quynh")

    assert desk.complete(task.id, "quynh").on_behalf_of_id == task.assignee_id


def test_standing_in_is_not_passed_on(desk: Any) -> None:
    desk.start("named", who="mai")
    stand_in(desk, "mai", "an")
    stand_in(desk, "an", "minh")

    assert seen_by(desk, "minh", Tab.MINE) == []
    with pytest.raises(TaskNotYours):
        desk.complete(desk.task().id, "minh", "sign")


@pytest.mark.parametrize(("days", "stands_in"), [(-1, False), (0, True), (4, True), (5, False)])
def test_a_substitute_stands_in_from_the_first_day_to_the_last(desk: Any, days: int, stands_in: bool) -> None:  # noqa: FBT001
    desk.start("named", who="mai")
    stand_in(desk, "mai", "an")

    desk.later(days=days)

    assert seen_by(desk, "an", Tab.MINE) == (["mai"] if stands_in else [])


def test_an_end_before_the_last_day_counts_at_once(desk: Any) -> None:
    desk.start("named", who="mai")
    made = stand_in(desk, "mai", "an")

    finish(desk, made, "mai")

    assert seen_by(desk, "an", Tab.MINE) == []
    assert counts_of(desk, "an").mine == 0
    with pytest.raises(TaskNotYours):
        desk.complete(desk.task().id, "an", "sign")


def finish(office: Any, made: Substitution, by: str) -> Substitution:
    found: Substitution = office.write(
        lambda session: substitutes.end(session, made.id, by=office.person(session, by), at=office.now)
    )
    return found


def test_a_scope_of_one_process_leaves_the_others_alone(desk: Any) -> None:
    for process in ("named", "other_named", "grouped"):
        desk.start(process, who="mai")
    stand_in(desk, "mai", "an", scope=Scope(process_key="other_named"))

    assert seen_by(desk, "an", Tab.MINE) == ["mai"]
    assert seen_by(desk, "an", Tab.UNIT) == []
    assert counts_of(desk, "an") == Counts(mine=1, unit=0, late=0, soon=0)
    refused = [reached_by(desk, "an", task) for task in desk.open_tasks()]
    assert sorted(refused) == ["", TaskNotYours.code, TaskNotYours.code]


def reached_by(office: Any, username: str, task: UserTask) -> str:
    """Return why the person may not do the task, or nothing."""
    with office.session() as session:
        against = tasks.why_not(session, tasks.find(session, task.id), office.person(session, username), office.now)
        return against.code if against else ""


def test_a_process_that_asks_a_group_may_be_the_scope(desk: Any) -> None:
    desk.start("grouped")
    stand_in(desk, "mai", "an", scope=Scope(process_key="grouped"))

    assert seen_by(desk, "an", Tab.UNIT) == ["mai"]
    assert reached_by(desk, "an", desk.task()) == ""


def test_a_scope_of_one_unit_covers_what_comes_to_the_position_held_there(desk: Any) -> None:
    second_position(desk, "son", "P.KHTCTH", "deputy")
    desk.start("named", who="son")
    stand_in(desk, "son", "an", scope=Scope(unit_code="P.KHTCTH"))
    assert seen_by(desk, "an", Tab.MINE) == []

    stand_in(desk, "son", "an", scope=Scope(unit_code="VPS"))

    assert seen_by(desk, "an", Tab.MINE) == ["son"]
    with desk.session() as session:
        people = substitutes.people_on(session, desk.now)
        places = people.stands_in_for(desk.person(session, "an").id)
        assert sorted(sorted(each.groups) for each in places) == [
            ["/deputy", "P.KHTCTH", "P.KHTCTH/deputy", "SCT"],
            ["/deputy", "SCT", "VPS", "VPS/deputy"],
        ]


def test_a_substitute_of_an_administrator_is_no_administrator(desk: Any) -> None:
    stand_in(desk, "admin", "an")

    with desk.session() as session:
        groups = tasks.groups_of(session, desk.person(session, "an"), desk.now)

    assert "/administrator" not in groups.union(*(each.groups for each in groups.stands_in_for))


def test_a_substitute_sees_the_case_while_a_task_waits_and_after_having_done_it(desk: Any) -> None:
    case = desk.start("named", who="mai")
    desk.add_paper(case.id)
    with pytest.raises(CaseNotYours):
        look(desk, case.id, "an")
    made = stand_in(desk, "mai", "an")
    look(desk, case.id, "an")

    desk.complete(desk.task().id, "an", "initial")
    finish(desk, made, "mai")

    assert look(desk, case.id, "an").is_over


def look(office: Any, case_id: Any, username: str) -> Any:
    with office.session() as session:
        return cases.find(session, case_id, by=office.person(session, username), at=office.now)


def test_standing_in_for_a_director_gives_no_sight_of_every_case(desk: Any) -> None:
    case = desk.start("named", who="thu")
    stand_in(desk, "bao", "an")

    with pytest.raises(CaseNotYours):
        look(desk, case.id, "an")


def test_a_substitute_signs_in_the_own_capacity(desk: Any) -> None:
    case = desk.start("named", who="bao")
    desk.add_paper(case.id)
    stand_in(desk, "bao", "hien")

    desk.complete(desk.task().id, "hien", "sign")

    assert signed(desk, case.id) == ["KT. GIÁM ĐỐC SỞ"]


def signed(office: Any, case_id: Any) -> list[str]:
    with office.session() as session:
        instance = runtime.case_by_id(session, case_id)
        return [entry.data["capacity"] for entry in history.of_case(session, instance) if "capacity" in entry.data]


def test_a_substitute_without_a_signing_capacity_of_the_own_may_not_sign(desk: Any) -> None:
    case = desk.start("named", who="lan")
    desk.add_paper(case.id)
    stand_in(desk, "lan", "an")
    task, before = desk.task(), desk.counts()

    with pytest.raises(NoSigningCapacity) as refused:
        desk.complete(task.id, "an", "sign")

    assert refused.value.data == {"absent": "Hoàng Lan"}
    assert desk.counts() == before


def test_a_substitute_without_a_signing_capacity_may_initial(desk: Any) -> None:
    case = desk.start("named", who="lan")
    desk.add_paper(case.id)
    stand_in(desk, "lan", "an")

    desk.complete(desk.task().id, "an", "initial")

    assert signed(desk, case.id) == ["Chuyên viên"]


@pytest.mark.parametrize(("person", "by"), [("mai", "mai"), ("mai", "thu"), ("mai", "admin"), ("thu", "admin")])
def test_a_substitute_is_set_by_oneself_by_the_unit_head_or_by_an_administrator(
    desk: Any, person: str, by: str
) -> None:
    made = stand_in(desk, person, "an", by=by)

    with desk.session() as session:
        assert made.set_by_id == desk.person(session, by).id


@pytest.mark.parametrize(("person", "by"), [("mai", "an"), ("mai", "son"), ("mai", "lan"), ("thu", "lan")])
def test_nobody_else_says_who_stands_in(desk: Any, person: str, by: str) -> None:
    with pytest.raises(SubstituteNotYours):
        stand_in(desk, person, "an", by=by)


def test_the_head_of_a_team_is_under_the_head_of_the_department(desk: Any) -> None:
    def found_team(session: Session) -> None:
        department = session.scalars(select(Unit).where(Unit.code == "P.KHTCTH")).one()
        team = Unit(code="T.KT", name="Tổ Kế toán", parent=department)
        session.add(Position(person=desk.person(session, "minh"), unit=team, kind="leader", title="Tổ trưởng"))
        directory.changed(session)

    desk.write(found_team)

    stand_in(desk, "minh", "an", by="lan")

    with pytest.raises(SubstituteNotYours):
        stand_in(desk, "lan", "an", by="minh")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"substitute": "mai"}, SubstituteIsAbsent),
        ({"last": TODAY - timedelta(days=1), "first": TODAY - timedelta(days=5)}, PeriodPast),
        ({"first": FRIDAY, "last": TODAY}, PeriodBackwards),
        ({"scope": Scope(unit_code="KHÔNG")}, UnknownUnit),
        ({"scope": Scope(unit_code="P.KHTCTH")}, UnitNotHeld),
        ({"scope": Scope(process_key="không_có")}, ProcessNotFound),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    desk: Any, more: dict[str, Any], refusal: type[PlatformError]
) -> None:
    before = desk.counts()

    with pytest.raises(refusal):
        stand_in(desk, "mai", **{"substitute": "an", **more})

    assert desk.counts() == before


def test_nobody_without_an_account_that_works_stands_in(desk: Any) -> None:
    def leave(session: Session) -> None:
        desk.person(session, "an").is_active = False

    desk.write(leave)

    with pytest.raises(PersonInactive):
        stand_in(desk, "mai", "an")


def test_two_substitutes_for_the_same_scope_on_one_day_are_refused(desk: Any) -> None:
    stand_in(desk, "mai", "an")

    with pytest.raises(SubstitutesOverlap) as refused:
        stand_in(desk, "mai", "minh", first=FRIDAY, last=FRIDAY + timedelta(days=3))

    assert refused.value.data["by"] == "Lê An"


def test_another_scope_or_the_days_after_may_have_another_substitute(desk: Any) -> None:
    first = stand_in(desk, "mai", "an")
    stand_in(desk, "mai", "minh", scope=Scope(process_key="named"))
    stand_in(desk, "mai", "minh", first=FRIDAY + timedelta(days=1), last=FRIDAY + timedelta(days=3))
    finish(desk, first, "mai")

    stand_in(desk, "mai", "quynh")

    with desk.session() as session:
        assert session.scalar(select(func.count()).select_from(Substitution)) == 4


def test_work_that_would_come_back_to_the_absent_person_is_refused(desk: Any) -> None:
    stand_in(desk, "an", "minh")
    stand_in(desk, "minh", "quynh", first=FRIDAY)

    with pytest.raises(SubstitutesInCircle):
        stand_in(desk, "quynh", "an")


def test_a_circle_on_days_that_are_not_shared_is_none(desk: Any) -> None:
    stand_in(desk, "an", "minh", last=TODAY)

    made = stand_in(desk, "minh", "an", first=FRIDAY)

    assert made.valid_from == FRIDAY


def test_only_who_may_set_it_ends_it_and_only_once(desk: Any) -> None:
    made = stand_in(desk, "mai", "an")
    with pytest.raises(SubstituteNotYours):
        finish(desk, made, "an")

    finish(desk, made, "thu")

    with pytest.raises(SubstitutionOver):
        finish(desk, made, "mai")


def test_what_is_not_there_cannot_be_ended(desk: Any) -> None:
    with pytest.raises(SubstitutionNotFound):
        finish(desk, Substitution(), "mai")


def test_the_list_of_a_person_holds_both_directions_what_lasts_first(desk: Any) -> None:
    over = stand_in(desk, "mai", "an")
    finish(desk, over, "mai")
    stand_in(desk, "mai", "quynh", by="thu")
    stand_in(desk, "minh", "mai")

    with desk.session() as session:
        listed = substitutes.of_person(session, desk.person(session, "mai"), at=desk.now)
        pairs = [(each.person.username, each.substitute.username) for each in listed]
        of_head = substitutes.of_person(session, desk.person(session, "thu"), at=desk.now)

    assert sorted(pairs[:2]) == [("mai", "quynh"), ("minh", "mai")]
    assert pairs[2:] == [("mai", "an")]
    assert len(of_head) == 1


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect what a block asks the database."""
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def test_standing_in_costs_the_inbox_no_further_question(desk: Any) -> None:
    desk.start("named", who="mai")
    counts_of(desk, "an")
    with statements(desk.engine) as alone:
        counts_of(desk, "an")

    stand_in(desk, "mai", "an")
    counts_of(desk, "an")
    with statements(desk.engine) as standing_in:
        counts_of(desk, "an")

    assert len(standing_in) == len(alone)
