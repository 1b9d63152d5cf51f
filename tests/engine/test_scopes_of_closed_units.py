"""A unit is merged into another one: what substitutes and signers may do in it holds for its successor."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import authorities, directory, inbox, substitutes, successions
from engine.authorities import AuthorityNotPassedOn, Terms
from engine.inbox import Tab
from engine.model import AuthorityKind, Position, Signature, Unit
from engine.substitutes import Scope

TODAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


@pytest.fixture
def desk(office: Any, pen: Any) -> Any:
    """An office with a process in which one person signs, and one that asks the records clerks."""
    sign = pen.user("sign", assignee="=who", lc={"outcome.sign": '={label: "Ký số", signs: "sign"}'})
    clerk = pen.user("register", groups='=["VPS/records_clerk"]')
    office.deploy(pen.process("letter", pen.start(), sign, pen.end(), flows="start > sign > end"), pack="letter")
    office.deploy(pen.process("post", pen.start(), clerk, pen.end(), flows="start > register > end"), pack="post")
    return office


def merge(office: Any, code: str, into: str) -> None:
    """Close a unit since yesterday, its people having moved to a new one."""

    def do(session: Session) -> None:
        old = session.scalars(select(Unit).where(Unit.code == code)).one()
        session.add(Unit(code=into, name=into, parent=old.parent))
        session.flush()
        new = session.scalars(select(Unit).where(Unit.code == into)).one()
        for held in session.scalars(select(Position).where(Position.unit_id == old.id)):
            held.unit = new
        admin, last = office.person(session, "admin"), date(2026, 3, 1)
        successions.succeed(session, code, successor_code=into, last=last, by=admin, at=office.now)

    office.write(do)


def stand_in(office: Any, absent: str, substitute: str, unit_code: str) -> None:
    def do(session: Session) -> None:
        person = office.person(session, absent)
        substitutes.set_substitute(
            session,
            person=person,
            substitute=office.person(session, substitute),
            first=TODAY,
            last=FRIDAY,
            scope=Scope(unit_code=unit_code),
            by=person,
            at=office.now,
        )

    office.write(do)


def grant(office: Any, grantee: str, unit_code: str, by: str) -> None:
    terms = Terms(AuthorityKind.TUQ, TODAY, FRIDAY, "GUQ 12/GUQ-SCT")

    def do(session: Session) -> None:
        who, head = office.person(session, grantee), office.person(session, by)
        authorities.grant(session, unit_code=unit_code, grantee=who, terms=terms, by=head, at=office.now)

    office.write(do)


def listed(office: Any, username: str, tab: Tab) -> int:
    with office.session() as session:
        return len(inbox.tasks_of(session, office.person(session, username), tab=tab, at=office.now))


def test_a_substitute_within_a_unit_goes_on_with_its_tasks_and_gets_those_of_the_successor(desk: Any) -> None:
    desk.start("letter", who="mai")
    desk.start("post")
    stand_in(desk, "mai", "an", "VPS")

    merge(desk, "VPS", "VP")
    desk.start("letter", who="mai")
    desk.start("post")

    assert (listed(desk, "an", Tab.MINE), listed(desk, "an", Tab.UNIT)) == (2, 2)
    for task in desk.open_tasks("register"):
        desk.complete(desk.claim(task.id, "an").id, "an")


def test_the_substitute_of_another_unit_gets_nothing_by_the_merger(desk: Any) -> None:
    desk.start("letter", who="mai")
    stand_in(desk, "lan", "an", "P.KHTCTH")

    merge(desk, "VPS", "VP")

    assert listed(desk, "an", Tab.MINE) == 0


def test_an_authority_to_sign_for_the_head_of_a_closed_unit_is_one_for_the_successor(desk: Any) -> None:
    grant(desk, "an", "VPS", by="thu")
    merge(desk, "VPS", "VP")

    case = desk.start("letter", who="an")
    desk.add_paper(case.id)
    desk.complete(desk.task().id, "an", "sign")

    with desk.session() as session:
        signature = session.scalars(select(Signature).where(Signature.instance_id == case.id)).one()
    assert (signature.unit_code, signature.capacity) == ("VP", "TUQ. CHÁNH VĂN PHÒNG")


def test_who_signs_by_authority_may_not_pass_it_on_in_the_successor_either(desk: Any) -> None:
    grant(desk, "an", "VPS", by="thu")
    merge(desk, "VPS", "VP")

    with pytest.raises(AuthorityNotPassedOn):
        grant(desk, "minh", "VP", by="an")


def test_the_head_of_the_successor_revokes_what_the_old_unit_granted(desk: Any) -> None:
    grant(desk, "an", "VPS", by="thu")
    merge(desk, "VPS", "VP")

    def revoke(session: Session) -> None:
        office = directory.current(session, on=TODAY)
        (granted,) = office.authorities_of(desk.person(session, "an").id)
        assert granted.unit_code == "VP"
        (row,) = authorities.not_over(session, by=desk.person(session, "admin"), at=desk.now)
        authorities.revoke(session, row.id, by=desk.person(session, "thu"), at=desk.now)

    desk.write(revoke)

    with desk.session() as session:
        assert authorities.not_over(session, by=desk.person(session, "admin"), at=desk.now) == []
