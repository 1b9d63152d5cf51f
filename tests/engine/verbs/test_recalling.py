"""Rút câu hỏi: who asked takes a question back, closes the round early, asks again."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import asides, cases, consultations, directory, repair
from engine.model import Consultation, ConsultationState
from engine.verbs import Answer
from engine.verbs.consulting import answer, consult
from engine.verbs.recalling import (
    ask_again,
    close_round,
    may_ask_again,
    may_close_round,
    may_withdraw_question,
    withdraw_question,
)
from engine.verbs.transferring import transfer

ASKED = {"question": "Số liệu quý I đã chốt chưa?", "due_at": None}


@pytest.fixture
def held(scene: Any) -> Any:
    """The task, held by mai, who has asked an and lan."""
    scene.office.claim(scene.task_id, "mai")
    scene.do(consult, by="mai", to=["an", "lan"], **ASKED)
    return scene


@pytest.fixture
def mine(desk: Any) -> Any:
    """The task in a plain sequence, held by mai, who has asked an and lan."""
    desk.office.claim(desk.task_id, "mai")
    desk.do(consult, by="mai", to=["an", "lan"], **ASKED)
    return desk


def questions(scene: Any) -> Sequence[Consultation]:
    with scene.office.session() as session:
        return consultations.of_case(session, scene.case_id)


def put_to(scene: Any, username: str) -> Consultation:
    (found,) = [each for each in questions(scene) if each.person.username == username]
    return found


def states(scene: Any) -> dict[str, str]:
    return {each.person.username: each.state.value for each in questions(scene)}


def waiting_for(scene: Any, username: str) -> list[str]:
    with scene.office.session() as session:
        person = scene.office.person(session, username)
        assert asides.count_new(session, person) == len(asides.of(session, person).questions)
        return [each.question for each in asides.of(session, person).questions]


def why_not(scene: Any, may: Callable[..., Answer], username: str, by: str) -> str | None:
    """Ask about the question put to somebody; return the code of what stands against it."""
    with scene.office.session() as session:
        asked = session.get_one(Consultation, put_to(scene, username).id)
        refusal = may(session, asked, scene.office.person(session, by), scene.office.now).refusal
        return refusal.code if refusal else None


def test_a_question_taken_back_no_longer_waits_for_whom_was_asked(held: Any) -> None:
    assert why_not(held, may_withdraw_question, "an", "mai") is None

    held.do(withdraw_question, put_to(held, "an").id, by="mai")

    assert states(held) == {"an": "withdrawn", "lan": "open"}
    assert (waiting_for(held, "an"), waiting_for(held, "lan")) == ([], [ASKED["question"]])
    (entry,) = held.history("opinion.withdrawn")
    assert (entry.data["to"], entry.data["to_names"]) == (["an"], ["Lê An"])
    assert held.finish(by="mai")
    assert held.history("opinions.closed")[0].data["count"] == 1


def test_who_was_asked_may_still_read_the_case(mine: Any) -> None:
    mine.do(withdraw_question, put_to(mine, "an").id, by="mai")

    with mine.office.session() as session:
        found = cases.find(session, mine.case_id, by=mine.office.person(session, "an"), at=mine.office.now)

    assert found.id == mine.case_id


def test_a_question_taken_back_twice_or_by_others_is_refused(mine: Any, refused: Any) -> None:
    asked = put_to(mine, "an").id
    assert refused(mine, withdraw_question, asked, by="quynh") == "consultation.not_the_asker"
    assert refused(mine, withdraw_question, asked, by="an") == "consultation.not_the_asker"

    mine.do(withdraw_question, asked, by="mai")

    assert refused(mine, withdraw_question, asked, by="mai") == "consultation.withdrawn"
    assert why_not(mine, may_withdraw_question, "an", "mai") == "consultation.withdrawn"


def test_what_is_answered_or_over_is_not_taken_back(mine: Any, refused: Any) -> None:
    mine.do(answer, put_to(mine, "an").id, by="an", text="Rồi")
    assert refused(mine, withdraw_question, put_to(mine, "an").id, by="mai") == "consultation.answered"

    mine.finish(by="mai")

    assert refused(mine, withdraw_question, put_to(mine, "lan").id, by="mai") == "consultation.closed"
    assert refused(mine, withdraw_question, mine.task_id, by="mai") == "consultation.not_found"


def test_nobody_answers_what_was_taken_back(mine: Any, refused: Any) -> None:
    mine.do(withdraw_question, put_to(mine, "an").id, by="mai")

    assert refused(mine, answer, put_to(mine, "an").id, by="an", text="Rồi") == "consultation.withdrawn"


def test_who_asked_takes_it_back_even_when_the_task_has_other_hands(mine: Any) -> None:
    mine.do(transfer, by="mai", to="quynh", reason="Đúng việc")

    mine.do(withdraw_question, put_to(mine, "an").id, by="mai")

    assert states(mine)["an"] == "withdrawn"


def test_a_round_is_closed_early_and_only_the_own_questions_in_it(held: Any) -> None:
    held.do(transfer, by="mai", to="quynh", reason="Đúng việc")
    held.do(consult, by="quynh", to=["minh"], **ASKED)
    held.do(answer, put_to(held, "an").id, by="an", text="Rồi")
    assert held.ask(may_close_round, "mai") is None

    held.do(close_round, by="mai")

    assert states(held) == {"an": "answered", "lan": "closed", "minh": "open"}
    assert waiting_for(held, "lan") == []
    (entry,) = held.history("opinions.closed")
    assert (entry.data["count"], entry.data["to"], entry.actor_id is not None) == (1, ["lan"], True)


def test_a_round_is_closed_once(mine: Any, refused: Any) -> None:
    mine.do(close_round, by="mai")

    assert mine.ask(may_close_round, "mai") == "consultation.nothing_asked"
    assert refused(mine, close_round, by="mai") == "consultation.nothing_asked"
    assert refused(mine, answer, put_to(mine, "an").id, by="an", text="Rồi") == "consultation.closed"


def test_a_task_whose_questions_are_taken_back_closes_none(mine: Any) -> None:
    mine.do(close_round, by="mai")

    mine.finish(by="mai")

    assert len(mine.history("opinions.closed")) == 1


@pytest.mark.parametrize("over", ["taken back", "closed"])
def test_asking_again_is_the_undo(held: Any, over: str) -> None:
    if over == "closed":
        held.do(close_round, by="mai")
    else:
        held.do(withdraw_question, put_to(held, "an").id, by="mai")
    assert why_not(held, may_ask_again, "an", "mai") is None

    held.do(ask_again, put_to(held, "an").id, by="mai")

    assert waiting_for(held, "an") == [ASKED["question"]]
    held.do(answer, put_to(held, "an").id, by="an", text="Rồi")
    assert put_to(held, "an").answer == "Rồi"
    assert [entry.data["to"] for entry in held.history("opinion.asked")] == [["an", "lan"], ["an"]]


def test_a_moment_that_has_passed_meanwhile_is_dropped(desk: Any) -> None:
    desk.office.claim(desk.task_id, "mai")
    due_at = desk.office.now + timedelta(hours=1)
    desk.do(consult, by="mai", to=["an"], question="?", due_at=due_at)
    desk.do(withdraw_question, put_to(desk, "an").id, by="mai")
    desk.do(ask_again, put_to(desk, "an").id, by="mai")
    assert put_to(desk, "an").due_at == due_at

    desk.do(withdraw_question, put_to(desk, "an").id, by="mai")
    desk.office.later(hours=2)
    desk.do(ask_again, put_to(desk, "an").id, by="mai")

    assert put_to(desk, "an").due_at is None


def test_only_what_nobody_waits_for_is_asked_again_by_who_has_the_task(mine: Any, refused: Any) -> None:
    assert refused(mine, ask_again, put_to(mine, "an").id, by="mai") == "consultation.already_asked"
    mine.do(answer, put_to(mine, "an").id, by="an", text="Rồi")
    assert refused(mine, ask_again, put_to(mine, "an").id, by="mai") == "consultation.answered"
    lan = put_to(mine, "lan").id
    mine.do(withdraw_question, lan, by="mai")
    assert refused(mine, ask_again, lan, by="quynh") == "consultation.not_the_asker"
    mine.do(consult, by="mai", to=["lan"], **ASKED)
    assert refused(mine, ask_again, lan, by="mai") == "consultation.already_asked"

    mine.do(transfer, by="mai", to="minh", reason="Đúng việc")

    assert refused(mine, ask_again, lan, by="mai") == "task.already_claimed"


def test_nobody_who_has_left_is_asked_again(mine: Any, refused: Any) -> None:
    asked = put_to(mine, "an").id
    mine.do(withdraw_question, asked, by="mai")

    def leave(session: Session) -> None:
        mine.office.person(session, "an").is_active = False
        directory.changed(session)

    mine.office.write(leave)

    assert refused(mine, ask_again, asked, by="mai") == "verb.person_unknown"
    assert waiting_for(mine, "an") == []


def test_in_a_suspended_case_no_question_is_taken_back_or_asked_again(mine: Any, refused: Any) -> None:
    mine.do(withdraw_question, put_to(mine, "lan").id, by="mai")
    mine.do(repair.suspend, mine.case_id, by="admin", reason="Chờ")

    assert refused(mine, withdraw_question, put_to(mine, "an").id, by="mai") == "case.suspended"
    assert refused(mine, close_round, by="mai") == "case.suspended"
    assert refused(mine, ask_again, put_to(mine, "lan").id, by="mai") == "case.suspended"


def test_who_stands_in_for_the_asker_takes_questions_back_and_asks_again(mine: Any) -> None:
    mine.office.stand_in("mai", "minh")

    mine.do(withdraw_question, put_to(mine, "an").id, by="minh")
    mine.do(ask_again, put_to(mine, "an").id, by="minh")
    mine.do(close_round, by="minh")

    assert {each.state for each in questions(mine)} == {ConsultationState.CLOSED}
    (entry,) = mine.history("opinion.withdrawn")
    assert entry.data["on_behalf_of"]["username"] == "mai"
