"""Somebody leaves: in one act their open work goes to others, their positions end and their account is closed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import directory, hand_over, history
from engine.authorities import Terms, grant
from engine.hand_over import (
    HandOverForbidden,
    HandOverOfOneself,
    HeirMissing,
    HeirUnfit,
    LastDayAhead,
    NothingToHandOver,
    Preview,
    Way,
)
from engine.model import (
    AuthorityKind,
    Consultation,
    HistoryEntry,
    Notice,
    Person,
    Position,
    SigningAuthority,
    Substitution,
    Unit,
)
from engine.substitutes import set_substitute
from engine.verbs.consulting import answer, consult
from engine.verbs.delegating import delegate
from engine.verbs.wordings import WordsMissing

TODAY = date(2026, 3, 2)


@pytest.fixture
def busy(office: Any, pen: Any) -> Any:
    """The office where Mai, a records clerk, holds two tasks: one of her group, one that is hers personally."""
    group = pen.user("register", groups='=["VPS/records_clerk"]')
    office.deploy(
        pen.process("for_group", pen.start(), group, pen.end(), flows="start > register > end"),
        pen.process("for_mai", pen.start(), pen.user("seal", assignee='="mai"'), pen.end(), flows="start > seal > end"),
    )
    office.start("for_group")
    office.claim(office.task("register").id, "mai")
    office.start("for_mai")
    return office


def leave(office: Any, username: str = "mai", by: str = "admin", **said: Any) -> int:
    chosen = {"to": "quynh", "back_to_groups": True, "last_day": TODAY, "reason": "Thôi việc", **said}

    def do(session: Session) -> int:
        person, who = office.person(session, username), office.person(session, by)
        return hand_over.hand_over(session, person.id, by=who, at=office.now, **chosen)

    count: int = office.write(do)
    return count


def preview(office: Any, username: str = "mai", by: str = "admin") -> Preview:
    with office.session() as session:
        person, who = office.person(session, username), office.person(session, by)
        return hand_over.preview(session, person.id, by=who, at=office.now)


def holders(office: Any) -> Mapping[str, str | None]:
    return {task.element_id: task.assignee.username if task.assignee else None for task in office.open_tasks()}


def person(office: Any, username: str) -> Person:
    with office.session() as session:
        found: Person = office.person(session, username)
        return found


def test_the_preview_counts_by_process_and_tells_what_can_go_back_to_a_group(busy: Any) -> None:
    ahead = preview(busy)

    assert {load.process_name: load.count for load in ahead.loads} == {
        "Quy trình for_group": 1,
        "Quy trình for_mai": 1,
    }
    assert ahead.by_way == {Way.GROUP: 1, Way.HEIR: 1}
    assert [held.title for held in ahead.positions] == ["Văn thư"]


def test_the_groups_task_returns_to_it_and_the_personal_one_goes_to_the_heir(busy: Any) -> None:
    assert leave(busy) == 2

    assert holders(busy) == {"register": None, "seal": "quynh"}
    busy.complete(busy.claim(busy.task("register").id, "quynh").id, "quynh")
    busy.complete(busy.task("seal").id, "quynh")


def test_everything_goes_to_the_heir_when_nothing_shall_return(busy: Any) -> None:
    leave(busy, to="son", back_to_groups=False)

    assert holders(busy) == {"register": "son", "seal": "son"}


def test_the_account_is_closed_its_sessions_end_and_so_do_the_positions(busy: Any) -> None:
    stamp = person(busy, "mai").session_stamp

    leave(busy, last_day=TODAY - timedelta(days=3))

    left = person(busy, "mai")
    assert not left.is_active
    assert left.session_stamp != stamp
    with busy.session() as session:
        held = session.scalars(select(Position).where(Position.person_id == left.id)).one()
        assert held.valid_to == TODAY - timedelta(days=3)


def test_each_case_keeps_in_its_history_from_whom_to_whom_and_why(busy: Any) -> None:
    leave(busy)

    with busy.session() as session:
        entries = session.scalars(select(HistoryEntry).where(HistoryEntry.kind == "task.handed_over")).all()
        assert {(each.data["from_name"], each.data["to_name"], each.data["reason"]) for each in entries} == {
            ("Bùi Mai", None, "Thôi việc"),
            ("Bùi Mai", "Lý Quỳnh", "Thôi việc"),
        }
        assert all(breaches == [] for _case, breaches in history.verify_all(session))


def test_a_task_whose_group_would_be_empty_needs_an_heir(busy: Any) -> None:
    leave(busy, "quynh", to=None)

    with pytest.raises(HeirMissing) as refused:
        leave(busy, to=None)

    assert refused.value.data["count"] == 2
    assert holders(busy) == {"register": "mai", "seal": "mai"}
    assert person(busy, "mai").is_active


def test_what_was_only_delegated_returns_to_its_owner(busy: Any) -> None:
    task = busy.task("seal")
    busy.write(
        lambda session: delegate(
            session, task.id, to="son", by=busy.person(session, "mai"), reason="Làm giúp", at=busy.now
        )
    )

    leave(busy, "son", to=None)

    assert holders(busy)["seal"] == "mai"
    assert busy.task("seal").owner_id is None


def test_who_works_on_a_delegated_task_goes_on_and_gives_it_back_to_the_heir(busy: Any) -> None:
    task = busy.task("seal")
    busy.write(
        lambda session: delegate(
            session, task.id, to="son", by=busy.person(session, "mai"), reason="Làm giúp", at=busy.now
        )
    )

    leave(busy)

    assert holders(busy)["seal"] == "son"
    assert busy.task("seal").owner_id == person(busy, "quynh").id


def test_a_free_task_that_was_offered_by_name_to_nobody_else_goes_to_the_heir(office: Any, pen: Any) -> None:
    named = pen.user("answer", users='=["mai"]')
    office.deploy(pen.process("by_name", pen.start(), named, pen.end(), flows="start > answer > end"))
    office.start("by_name")

    leave(office)

    assert holders(office) == {"answer": "quynh"}


def test_the_head_of_the_unit_may_and_the_head_of_another_may_not(busy: Any) -> None:
    with pytest.raises(HandOverForbidden):
        leave(busy, by="lan")
    with pytest.raises(HandOverForbidden):
        leave(busy, by="quynh")

    assert leave(busy, by="thu") == 2


def test_who_works_under_another_head_too_is_seen_off_by_administrators(busy: Any) -> None:
    def add(session: Session) -> None:
        unit = session.scalars(select(Unit).where(Unit.code == "P.KHTCTH")).one()
        session.add(Position(person=busy.person(session, "mai"), unit=unit, kind="specialist", title="Kiêm nhiệm"))
        session.flush()
        directory.changed(session)

    busy.write(add)

    for head in ("thu", "lan"):
        assert preview(busy, by=head).holds_anything
        with pytest.raises(HandOverForbidden):
            leave(busy, by=head)
    assert leave(busy) == 2


def test_a_head_does_not_close_the_account_of_an_administrator(busy: Any) -> None:
    def promote(session: Session) -> None:
        busy.person(session, "mai").is_administrator = True

    busy.write(promote)

    with pytest.raises(HandOverForbidden):
        leave(busy, by="thu")


def test_nobody_closes_their_own_account(busy: Any) -> None:
    with pytest.raises(HandOverOfOneself):
        leave(busy, "admin")
    with pytest.raises(HandOverOfOneself):
        leave(busy, "thu", by="thu")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"reason": "  "}, WordsMissing),
        ({"last_day": TODAY + timedelta(days=1)}, LastDayAhead),
        ({"to": "nobody"}, HeirUnfit),
        ({"to": "mai"}, HeirUnfit),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(said: dict[str, Any], refusal: type[Exception], busy: Any) -> None:
    before = busy.counts()

    with pytest.raises(refusal):
        leave(busy, **said)

    assert busy.counts() == before
    assert person(busy, "mai").is_active


def test_who_has_left_and_holds_nothing_cannot_leave_again(busy: Any) -> None:
    leave(busy)

    with pytest.raises(NothingToHandOver):
        leave(busy)


def ask(office: Any, *whom: str, by: str = "quynh") -> None:
    """Let somebody who holds the group's task ask people about it."""
    task = office.task("register")

    def do(session: Session) -> None:
        who = office.person(session, by)
        consult(session, task.id, to=whom, by=who, question="Số mấy?", due_at=None, at=office.now)

    office.write(do)


def questions(office: Any) -> list[tuple[str, str]]:
    with office.session() as session:
        found = session.scalars(select(Consultation).options(joinedload(Consultation.person)))
        return sorted((each.person.username, each.state.value) for each in found)


@pytest.fixture
def asked(busy: Any) -> Any:
    """The office where Quỳnh holds a task and has asked Mai about it."""
    busy.release(busy.task("register").id, "mai")
    busy.claim(busy.task("register").id, "quynh")
    ask(busy, "mai")
    return busy


def test_an_open_question_to_who_leaves_is_shown_before_and_goes_to_the_heir_who_may_answer_it(asked: Any) -> None:
    assert [each.question for each in preview(asked).left.questions] == ["Số mấy?"]

    leave(asked, to="son")

    assert questions(asked) == [("son", "open")]
    with asked.session() as session:
        (entry,) = session.scalars(select(HistoryEntry).where(HistoryEntry.kind == "opinion.handed_over"))
        assert (entry.data["from_name"], entry.data["to"], entry.data["reason"]) == ("Bùi Mai", ["son"], "Thôi việc")
        (question,) = session.scalars(select(Consultation))
    asked.write(lambda session: answer(session, question.id, by=asked.person(session, "son"), text="12", at=asked.now))
    assert asked.task("register").open_questions == 0


def test_a_question_that_the_heir_asked_or_is_asked_already_is_closed(asked: Any) -> None:
    ask(asked, "son")

    leave(asked, to="son", back_to_groups=False)

    assert questions(asked) == [("mai", "closed"), ("son", "open")]
    assert asked.task("register").open_questions == 1
    with asked.session() as session:
        assert all(breaches == [] for _case, breaches in history.verify_all(session))


def test_without_an_heir_the_questions_are_closed(office: Any, pen: Any) -> None:
    group = pen.user("register", groups='=["VPS/records_clerk"]')
    office.deploy(pen.process("for_group", pen.start(), group, pen.end(), flows="start > register > end"))
    office.start("for_group")
    office.claim(office.task("register").id, "quynh")
    ask(office, "mai")

    leave(office, to=None)

    assert questions(office) == [("mai", "closed")]
    with office.session() as session:
        entry = session.scalars(select(HistoryEntry).where(HistoryEntry.kind == "opinions.closed")).one()
        assert (entry.data["count"], entry.data["to_names"]) == (1, ["Bùi Mai"])
        told = select(Notice).join(Notice.person).where(Person.username == "quynh", Notice.kind == "opinions.closed")
        assert session.scalars(told).one().data == {"step": "Việc register"}


def stand_in(office: Any, absent: str, substitute: str) -> Substitution:
    def do(session: Session) -> Substitution:
        person, other = office.person(session, absent), office.person(session, substitute)
        last = TODAY + timedelta(days=9)
        return set_substitute(
            session, person=person, substitute=other, first=TODAY, last=last, by=person, at=office.now
        )

    made: Substitution = office.write(do)
    return made


def test_substitutions_in_both_directions_and_authorities_to_sign_are_shown_before_and_end(busy: Any) -> None:
    stand_in(busy, "mai", "son")
    stand_in(busy, "minh", "mai")
    kept = stand_in(busy, "an", "lan")
    terms = Terms(AuthorityKind.TL, TODAY, None, "Quy chế làm việc, Điều 7")

    def grant_to_mai(session: Session) -> None:
        head, mai = busy.person(session, "bao"), busy.person(session, "mai")
        grant(session, unit_code="LĐS", grantee=mai, terms=terms, by=head, at=busy.now)

    busy.write(grant_to_mai)
    left = preview(busy).left
    assert (len(left.substitutions), len(left.authorities)) == (2, 1)

    leave(busy)

    with busy.session() as session:
        standing = session.scalars(select(Substitution).where(Substitution.ended_at.is_(None))).all()
        assert [each.id for each in standing] == [kept.id]
        authority = session.scalars(select(SigningAuthority)).one()
        assert authority.revoked_at == busy.now
        assert not preview(busy).holds_anything


def test_a_question_to_somebody_whose_account_is_closed_already_can_still_be_handed_over(asked: Any) -> None:
    leave(asked, to="son")
    ask(asked, "lan")

    def close_account(session: Session) -> None:
        asked.person(session, "lan").is_active = False

    asked.write(close_account)
    leave(asked, "lan", to="an")
    with pytest.raises(NothingToHandOver):
        leave(asked, "lan", to="an")

    assert questions(asked) == [("an", "open"), ("son", "open")]
