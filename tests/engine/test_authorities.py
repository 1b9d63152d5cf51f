"""Signing authority: who signs for whom, in which words, until when, and who may grant it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import authorities, directory, substitutes
from engine.administrators import AdministratorsOnly
from engine.authorities import (
    AuthorityForOneself,
    AuthorityNotFound,
    AuthorityNotPassedOn,
    AuthorityNotYours,
    AuthorityRevoked,
    AuthorityWithoutEnd,
    AuthorityWithoutPaper,
    Terms,
    UnitWithoutHead,
)
from engine.definitions import ProcessNotFound
from engine.directory import UnknownUnit
from engine.errors import PlatformError
from engine.model import AuthorityKind, Position, Signature, SigningAuthority
from engine.office_functions import office_functions
from engine.signing import AuthorityOver
from engine.substitutes import PeriodBackwards, PeriodPast, PersonInactive

TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
WRITTEN = Terms(AuthorityKind.TUQ, TODAY, FRIDAY, "GUQ 12/GUQ-SCT")
ORDERED = Terms(AuthorityKind.TL, TODAY, None, "Quy chế làm việc 45/QĐ-SCT, Điều 7")
SIGN = {"outcome.sign": '={label: "Ký số", signs: "sign"}', "outcome.initial": '={label: "Ký nháy", signs: "initial"}'}


@pytest.fixture
def desk(office: Any, pen: Any) -> Any:
    """An office with two processes in which one person signs."""
    for process_id in ("letter", "decision"):
        task = pen.user("sign", assignee="=who", lc=SIGN)
        office.deploy(
            pen.process(process_id, pen.start(), task, pen.end(), flows="start > sign > end"), pack=process_id
        )
    return office


def grant(office: Any, grantee: str, terms: Terms = WRITTEN, *, unit: str = "LĐS", by: str = "bao") -> SigningAuthority:
    def do(session: Session) -> SigningAuthority:
        return authorities.grant(
            session,
            unit_code=unit,
            grantee=office.person(session, grantee),
            terms=terms,
            by=office.person(session, by),
            at=office.now,
        )

    made: SigningAuthority = office.write(do)
    return made


def sign(office: Any, who: str, *, process: str = "letter", by: str = "", outcome: str = "sign") -> tuple[str, str]:
    """Let somebody sign, in their own task or another one's; return the unit and the capacity of the signature."""
    case = office.start(process, who=who)
    office.add_paper(case.id)
    office.complete(office.task().id, by or who, outcome)
    with office.session() as session:
        signature = session.scalars(select(Signature).where(Signature.instance_id == case.id)).one()
        return signature.unit_code, signature.capacity


@pytest.mark.parametrize(("terms", "words"), [(WRITTEN, "TUQ. GIÁM ĐỐC SỞ"), (ORDERED, "TL. GIÁM ĐỐC SỞ")])
def test_who_was_granted_it_signs_for_the_head_in_the_words_of_the_law(desk: Any, terms: Terms, words: str) -> None:
    grant(desk, "an", terms)

    assert sign(desk, "an") == ("LĐS", words)


def test_initials_are_put_under_the_own_title(desk: Any) -> None:
    grant(desk, "an")

    assert sign(desk, "an", outcome="initial") == ("P.KHTCTH", "Chuyên viên")


def test_a_head_signs_for_the_own_unit_unless_the_authority_names_the_process(desk: Any) -> None:
    grant(desk, "lan")
    assert sign(desk, "lan") == ("P.KHTCTH", "Trưởng phòng")

    grant(desk, "lan", Terms(AuthorityKind.TUQ, TODAY, FRIDAY, "GUQ 13/GUQ-SCT", ("letter",)))

    assert sign(desk, "lan") == ("LĐS", "TUQ. GIÁM ĐỐC SỞ")
    assert sign(desk, "lan", process="decision") == ("P.KHTCTH", "Trưởng phòng")


def test_an_authority_for_one_process_is_none_for_another(desk: Any) -> None:
    grant(desk, "an", Terms(AuthorityKind.TL, TODAY, None, "Quy chế", ("letter",)))

    assert sign(desk, "an", process="decision") == ("P.KHTCTH", "Chuyên viên")


def test_a_head_who_stands_in_for_the_director_signs_by_the_authority_of_the_directors_unit(desk: Any) -> None:
    grant(desk, "lan")
    stand_in(desk, "bao", "lan")

    assert sign(desk, "bao", by="lan") == ("LĐS", "TUQ. GIÁM ĐỐC SỞ")


def test_a_head_who_stands_in_without_an_authority_signs_under_the_own_title(desk: Any) -> None:
    stand_in(desk, "bao", "lan")

    assert sign(desk, "bao", by="lan") == ("P.KHTCTH", "Trưởng phòng")


def stand_in(office: Any, person: str, substitute: str) -> None:
    office.write(
        lambda session: substitutes.set_substitute(
            session,
            person=office.person(session, person),
            substitute=office.person(session, substitute),
            first=TODAY,
            last=FRIDAY,
            by=office.person(session, person),
            at=office.now,
        )
    )


def test_a_deputy_signs_kt_for_the_head_without_any_paper(desk: Any) -> None:
    grant(desk, "hien")

    assert sign(desk, "hien") == ("LĐS", "KT. GIÁM ĐỐC SỞ")


def test_signing_by_an_authority_whose_last_day_has_passed_is_refused(desk: Any) -> None:
    grant(desk, "an")
    desk.later(days=5)

    with pytest.raises(AuthorityOver) as refused:
        sign(desk, "an")

    assert refused.value.data == {"capacity": "TUQ. GIÁM ĐỐC SỞ", "reference": "GUQ 12/GUQ-SCT"}


def test_signing_by_an_authority_that_was_revoked_is_refused(desk: Any) -> None:
    made = grant(desk, "an")
    revoke(desk, made, "bao")

    with pytest.raises(AuthorityOver):
        sign(desk, "an")


def revoke(office: Any, made: SigningAuthority, by: str) -> SigningAuthority:
    found: SigningAuthority = office.write(
        lambda session: authorities.revoke(session, made.id, by=office.person(session, by), at=office.now)
    )
    return found


def test_an_authority_to_come_is_none_yet(desk: Any) -> None:
    grant(desk, "an", Terms(AuthorityKind.TUQ, FRIDAY, FRIDAY, "GUQ 14/GUQ-SCT"))

    assert sign(desk, "an") == ("P.KHTCTH", "Chuyên viên")


def test_a_signature_keeps_the_title_that_was_granted_when_the_head_changes(desk: Any) -> None:
    grant(desk, "an")

    def retire(session: Session) -> None:
        bao = desk.person(session, "bao")
        session.scalars(select(Position).where(Position.person_id == bao.id)).one().valid_to = date(2026, 3, 1)
        directory.changed(session)

    desk.write(retire)

    assert sign(desk, "an") == ("LĐS", "TUQ. GIÁM ĐỐC SỞ")


def test_an_administrator_writes_down_what_the_head_granted(desk: Any) -> None:
    made = grant(desk, "an", by="admin")

    with desk.session() as session:
        assert made.grantor_id == desk.person(session, "bao").id
        assert made.granted_by_id == desk.person(session, "admin").id


def test_who_signs_by_authority_does_not_pass_it_on(desk: Any) -> None:
    grant(desk, "lan")

    with pytest.raises(AuthorityNotPassedOn):
        grant(desk, "an", by="lan")


@pytest.mark.parametrize("by", ["hien", "lan", "an"])
def test_nobody_but_the_head_grants(desk: Any, by: str) -> None:
    with pytest.raises(AuthorityNotYours):
        grant(desk, "minh", by=by)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"unit": "KHÔNG"}, UnknownUnit),
        ({"unit": "SCT", "by": "admin"}, UnitWithoutHead),
        ({"grantee": "bao"}, AuthorityForOneself),
        ({"terms": Terms(AuthorityKind.TUQ, TODAY, FRIDAY, "  ")}, AuthorityWithoutPaper),
        ({"terms": Terms(AuthorityKind.TUQ, TODAY, None, "GUQ 1")}, AuthorityWithoutEnd),
        ({"terms": Terms(AuthorityKind.TUQ, FRIDAY, TODAY, "GUQ 1")}, PeriodBackwards),
        ({"terms": Terms(AuthorityKind.TL, TODAY - timedelta(3), TODAY - timedelta(1), "GUQ 1")}, PeriodPast),
        ({"terms": Terms(AuthorityKind.TL, TODAY, None, "Quy chế", ("không_có",))}, ProcessNotFound),
    ],
)
def test_what_cannot_be_granted_is_refused_and_nothing_is_stored(
    desk: Any, more: dict[str, Any], refusal: type[PlatformError]
) -> None:
    before = desk.counts()

    with pytest.raises(refusal):
        grant(desk, **{"grantee": "an", **more})

    assert desk.counts() == before


def test_nobody_without_an_account_that_works_signs(desk: Any) -> None:
    def leave(session: Session) -> None:
        desk.person(session, "an").is_active = False

    desk.write(leave)

    with pytest.raises(PersonInactive):
        grant(desk, "an")


def test_an_authority_is_revoked_once_and_by_the_head_or_an_administrator(desk: Any) -> None:
    made = grant(desk, "an")
    with pytest.raises(AuthorityNotPassedOn):
        revoke(desk, made, "an")
    revoke(desk, made, "admin")

    with pytest.raises(AuthorityRevoked):
        revoke(desk, made, "bao")
    with pytest.raises(AuthorityNotFound):
        revoke(desk, SigningAuthority(), "bao")


def test_administrators_see_what_holds_and_what_is_to_come(desk: Any) -> None:
    revoke(desk, grant(desk, "minh"), "bao")
    grant(desk, "an")
    grant(desk, "lan", Terms(AuthorityKind.TL, FRIDAY, None, "Quy chế"))

    with desk.session() as session:
        listed = authorities.not_over(session, by=desk.person(session, "admin"), at=desk.now)
        assert [each.grantee.username for each in listed] == ["lan", "an"]
        an = desk.person(session, "an")
        with pytest.raises(AdministratorsOnly):
            authorities.not_over(session, by=an, at=desk.now)


def choices(office: Any, process_key: str, *, on: date = TODAY) -> list[str]:
    with office.session() as session:
        functions = office_functions(directory.current(session, on=on), process_key)
    return [each["label"] for each in functions["signing authorities"]()]  # type: ignore[attr-defined]


LEADERS = ["Phạm Bảo – Giám đốc Sở", "Đặng Hiền – Phó Giám đốc Sở"]


def test_who_signs_by_authority_is_among_those_to_choose_from_with_the_capacity(desk: Any) -> None:
    grant(desk, "thu", ORDERED)
    grant(desk, "an")

    assert choices(desk, "letter") == [*LEADERS, "Lê An – TUQ. GIÁM ĐỐC SỞ", "Nguyễn Thu – TL. GIÁM ĐỐC SỞ"]


def test_an_authority_for_one_process_is_offered_there_alone(desk: Any) -> None:
    grant(desk, "an", Terms(AuthorityKind.TUQ, TODAY, FRIDAY, "GUQ 13/GUQ-SCT", ("letter",)))

    assert choices(desk, "letter") == [*LEADERS, "Lê An – TUQ. GIÁM ĐỐC SỞ"]
    assert choices(desk, "decision") == LEADERS


def test_an_authority_is_offered_on_its_days_only_and_not_once_it_was_revoked(desk: Any) -> None:
    granted = grant(desk, "an")

    offered = ["Lê An – TUQ. GIÁM ĐỐC SỞ"]
    assert [choices(desk, "letter", on=day)[2:] for day in (FRIDAY, FRIDAY + timedelta(days=1))] == [offered, []]
    desk.write(lambda session: authorities.revoke(session, granted.id, by=desk.person(session, "bao"), at=desk.now))
    assert choices(desk, "letter") == LEADERS


def test_who_signs_anyway_is_offered_once_and_who_signs_for_a_department_alone_not_at_all(desk: Any) -> None:
    grant(desk, "hien")
    grant(desk, "an", unit="P.KHTCTH", by="lan")

    assert choices(desk, "letter") == LEADERS


def test_a_diagram_offers_those_who_may_sign_the_papers_of_its_own_process(desk: Any, pen: Any) -> None:
    grant(desk, "an", Terms(AuthorityKind.TUQ, TODAY, FRIDAY, "GUQ 13/GUQ-SCT", ("letter",)))
    task = pen.user("sign", assignee="=signing authorities()[-1].value")
    for process_id in ("letter", "decision"):
        desk.deploy(pen.process(process_id, pen.start(), task, pen.end(), flows="start > sign > end"), pack=process_id)

    for process_id in ("letter", "decision"):
        desk.start(process_id)

    assert {task.assignee.username for task in desk.open_tasks()} == {"an", "hien"}
