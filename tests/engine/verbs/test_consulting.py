"""Xin ý kiến: questions beside the flow."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from engine import asides, cases, consultations, repair
from engine.cases import CaseNotYours
from engine.model import Consultation, ConsultationState
from engine.verbs.consulting import answer, consult, may_consult
from engine.verbs.delegating import delegate

ASKED = {"question": "Số liệu quý I đã chốt chưa?", "due_at": None}


@pytest.fixture
def held(scene: Any) -> Any:
    """The task, held by mai."""
    scene.office.claim(scene.task_id, "mai")
    return scene


@pytest.fixture
def mine(desk: Any) -> Any:
    """The task in a plain sequence, held by mai."""
    desk.office.claim(desk.task_id, "mai")
    return desk


def questions(scene: Any) -> Sequence[Consultation]:
    with scene.office.session() as session:
        return consultations.of_case(session, scene.case_id)


def waiting_for(scene: Any, username: str) -> list[str]:
    with scene.office.session() as session:
        return [each.question for each in asides.of(session, scene.office.person(session, username)).questions]


def test_several_people_are_asked_and_answer_while_the_case_stays_where_it_is(held: Any) -> None:
    assert held.ask(may_consult, "mai") is None
    before = held.office.case(held.case_id).revision

    asked = held.do(consult, by="mai", to=["an", "lan"], **ASKED)
    held.do(answer, asked[0].id, by="an", text=" Đã chốt. ")

    assert held.office.case(held.case_id).revision >= before
    assert held.holder == "mai"
    assert [(each.person.username, each.state, each.answer) for each in questions(held)] in (
        [("an", "answered", "Đã chốt."), ("lan", "open", None)],
        [("lan", "open", None), ("an", "answered", "Đã chốt.")],
    )
    assert (waiting_for(held, "an"), waiting_for(held, "lan")) == ([], [ASKED["question"]])
    assert held.history("opinion.given")[0].data["text"] == "Đã chốt."


def test_who_is_asked_may_read_the_case(held: Any) -> None:
    def look() -> None:
        with held.office.session() as session:
            cases.find(session, held.case_id, by=held.office.person(session, "an"), at=held.office.now)

    with pytest.raises(CaseNotYours):
        look()

    held.do(consult, by="mai", to=["an"], **ASKED)

    look()


def test_open_questions_hold_nothing_up_and_are_closed_with_the_task(held: Any) -> None:
    held.do(consult, by="mai", to=["an", "lan"], **ASKED)

    held.finish(by="mai")

    assert {(each.state, each.over_at) for each in questions(held)} == {(ConsultationState.CLOSED, held.office.now)}
    assert held.history("opinions.closed")[0].data == {"count": 2}
    assert waiting_for(held, "an") == []


def test_a_cancelled_case_closes_its_open_questions(held: Any) -> None:
    held.do(consult, by="mai", to=["an"], **ASKED)
    root = held.office.case(held.case_id).root_id or held.case_id

    held.do(repair.cancel, root, by="admin", reason="Không cần nữa")

    assert [each.state for each in questions(held)] == [ConsultationState.CLOSED]


def test_a_task_without_open_questions_closes_none(mine: Any) -> None:
    (asked,) = mine.do(consult, by="mai", to=["an"], **ASKED)
    mine.do(answer, asked.id, by="an", text="Rồi")

    mine.finish(by="mai")

    assert mine.history("opinions.closed") == []
    assert questions(mine)[0].state is ConsultationState.ANSWERED


def test_the_delegate_asks_too(mine: Any) -> None:
    mine.do(delegate, by="mai", to="minh", reason="Làm giúp")

    mine.do(consult, by="minh", to=["mai"], **ASKED)

    assert waiting_for(mine, "mai") == [ASKED["question"]]


def test_a_question_has_a_due_moment_of_its_own(mine: Any) -> None:
    due_at = mine.office.now + timedelta(hours=2)

    mine.do(consult, by="mai", to=["an"], question="?", due_at=due_at)

    assert questions(mine)[0].due_at == due_at
    assert mine.task.due_at is None


def test_somebody_is_asked_again_only_when_they_have_answered(mine: Any, refused: Any) -> None:
    (asked,) = mine.do(consult, by="mai", to=["an"], **ASKED)
    assert refused(mine, consult, by="mai", to=["lan", "an"], **ASKED) == "consultation.already_asked"

    mine.do(answer, asked.id, by="an", text="Rồi")
    mine.do(consult, by="mai", to=["an"], **ASKED)

    assert mine.task.open_questions == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"to": []}, "verb.nobody_chosen"),
        ({"to": ["mai"]}, "verb.person_is_you"),
        ({"to": ["nobody"]}, "verb.person_unknown"),
        ({"question": " "}, "verb.words_missing"),
        ({"question": "x" * 2001}, "verb.words_too_long"),
    ],
)
def test_a_question_needs_words_and_somebody_else(mine: Any, refused: Any, said: dict[str, Any], code: str) -> None:
    assert refused(mine, consult, by="mai", **{"to": ["an"], **ASKED, **said}) == code


def test_nobody_is_asked_for_an_answer_by_yesterday(mine: Any, refused: Any) -> None:
    said = {**ASKED, "due_at": mine.office.now}

    assert refused(mine, consult, by="mai", to=["an"], **said) == "consultation.due_in_past"


@pytest.mark.parametrize(("by", "code"), [("quynh", "task.already_claimed"), ("an", "task.not_yours")])
def test_only_who_works_on_the_task_asks(mine: Any, refused: Any, by: str, code: str) -> None:
    assert mine.ask(may_consult, by) == code
    assert refused(mine, consult, by=by, to=["lan"], **ASKED) == code


def test_a_task_that_waits_for_its_group_is_claimed_before_anybody_is_asked(desk: Any, refused: Any) -> None:
    assert refused(desk, consult, by="mai", to=["an"], **ASKED) == "task.not_claimed"


def test_only_who_was_asked_answers_and_once(mine: Any, refused: Any) -> None:
    (asked,) = mine.do(consult, by="mai", to=["an"], **ASKED)

    assert refused(mine, answer, asked.id, by="lan", text="Rồi") == "consultation.not_yours"
    assert refused(mine, answer, asked.id, by="an", text=" ") == "verb.words_missing"
    mine.do(answer, asked.id, by="an", text="Rồi")
    assert refused(mine, answer, asked.id, by="an", text="Rồi") == "consultation.answered"


def test_an_answer_that_comes_after_the_task_is_refused(mine: Any, refused: Any) -> None:
    (asked,) = mine.do(consult, by="mai", to=["an"], **ASKED)
    mine.finish(by="mai")

    assert refused(mine, answer, asked.id, by="an", text="Rồi") == "consultation.closed"


def test_a_question_that_never_was_is_not_answered(mine: Any, refused: Any) -> None:
    assert refused(mine, answer, mine.task_id, by="an", text="Rồi") == "consultation.not_found"


def test_in_a_suspended_case_nobody_asks_or_answers(mine: Any, refused: Any) -> None:
    (asked,) = mine.do(consult, by="mai", to=["an"], **ASKED)
    mine.do(repair.suspend, mine.case_id, by="admin", reason="Chờ")

    assert refused(mine, consult, by="mai", to=["lan"], **ASKED) == "case.suspended"
    assert refused(mine, answer, asked.id, by="an", text="Rồi") == "case.suspended"
