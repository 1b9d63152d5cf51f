"""Ủy quyền xử lý: another person does the work, the owner decides."""

from typing import Any

import pytest

from engine import asides, repair, tasks
from engine.verbs.assigning import assign
from engine.verbs.delegating import delegate, hand_back, may_delegate, may_hand_back, may_take_back, take_back

WHAT = "Đối chiếu số liệu rồi chuyển lại."
DONE = "Đã đối chiếu, khớp."


@pytest.fixture
def held(scene: Any) -> Any:
    """The task, held by mai."""
    scene.office.claim(scene.task_id, "mai")
    return scene


@pytest.fixture
def lent(desk: Any) -> Any:
    """The task in a plain sequence: mai's, and minh works on it."""
    desk.office.claim(desk.task_id, "mai")
    desk.do(delegate, by="mai", to="minh", reason=WHAT)
    return desk


def test_the_delegate_hands_the_task_back_and_the_owner_completes_it(held: Any) -> None:
    assert held.ask(may_delegate, "mai") is None
    held.do(delegate, by="mai", to="an", reason=WHAT)
    assert held.task_id in held.inbox("an")
    assert held.ask(may_hand_back, "an") is None

    held.do(hand_back, by="an", note=DONE)

    assert (held.holder, held.task.owner_id) == ("mai", None)
    assert held.finish(by="mai")
    assert [
        entry.data["reason"] for kind in ("delegated", "handed_back") for entry in held.history(f"task.{kind}")
    ] == [
        WHAT,
        DONE,
    ]


def test_the_owner_takes_the_task_back(held: Any) -> None:
    held.do(delegate, by="mai", to="an", reason=WHAT)
    assert held.ask(may_take_back, "mai") is None

    held.do(take_back, by="mai")

    assert held.holder == "mai"
    assert held.inbox("an") == []
    assert held.finish(by="mai")
    assert held.history("task.taken_back")[0].data["from_name"] == "Lê An"


def test_the_owner_finds_what_others_do_for_them(lent: Any) -> None:
    with lent.office.session() as session:
        mine = asides.of(session, lent.office.person(session, "mai")).delegated
        theirs = asides.of(session, lent.office.person(session, "minh")).delegated

    assert ([task.id for task in mine], list(theirs)) == ([lent.task_id], [])


@pytest.mark.parametrize("by", ["mai", "minh"])
def test_neither_owner_nor_delegate_completes_it_meanwhile(lent: Any, refused: Any, by: str) -> None:
    assert lent.ask(may_delegate, by) == "task.delegated"
    assert refused(lent, tasks.complete, by=by, outcome="completed", variables={}) == "task.delegated"


def test_the_delegate_does_not_give_it_to_the_group(lent: Any, refused: Any) -> None:
    lent.do(take_back, by="mai")
    lent.do(delegate, by="mai", to="quynh", reason=WHAT)

    assert refused(lent, tasks.release, by="quynh") == "task.delegated"


def test_a_delegated_task_is_not_delegated_further(lent: Any, refused: Any) -> None:
    assert refused(lent, delegate, by="minh", to="an", reason=WHAT) == "task.delegated"


def test_a_task_may_be_delegated_again_once_it_is_back(lent: Any) -> None:
    lent.do(hand_back, by="minh", note=DONE)

    lent.do(delegate, by="mai", to="an", reason=WHAT)

    assert lent.holder == "an"
    assert len(lent.history("task.delegated")) == 2


def test_what_is_in_its_owners_hands_is_neither_handed_nor_taken_back(desk: Any, refused: Any) -> None:
    desk.office.claim(desk.task_id, "mai")

    assert desk.ask(may_hand_back, "mai") == desk.ask(may_take_back, "mai") == "task.not_delegated"
    assert refused(desk, hand_back, by="mai", note=DONE) == "task.not_delegated"
    assert refused(desk, take_back, by="mai") == "task.not_delegated"


def test_only_the_delegate_hands_back_and_only_the_owner_takes_back(lent: Any, refused: Any) -> None:
    assert refused(lent, hand_back, by="mai", note=DONE) == "task.delegate_only"
    assert refused(lent, hand_back, by="an", note=DONE) == "task.not_yours"
    assert refused(lent, take_back, by="minh") == "task.owner_only"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"to": "an", "reason": ""}, "verb.words_missing"),
        ({"to": "", "reason": WHAT}, "verb.nobody_chosen"),
        ({"to": "mai", "reason": WHAT}, "verb.person_is_you"),
    ],
)
def test_delegating_needs_another_person_and_says_what_is_to_be_done(
    desk: Any, refused: Any, said: dict[str, str], code: str
) -> None:
    desk.office.claim(desk.task_id, "mai")

    assert refused(desk, delegate, by="mai", **said) == code


def test_handing_back_needs_a_note(lent: Any, refused: Any) -> None:
    assert refused(lent, hand_back, by="minh", note=" ") == "verb.words_missing"


def test_when_the_head_assigns_it_anew_the_delegation_is_over(lent: Any) -> None:
    lent.do(assign, by="thu", to="quynh")

    assert (lent.holder, lent.task.owner_id) == ("quynh", None)
    assert lent.finish(by="quynh")


def test_in_a_suspended_case_nothing_is_delegated_or_given_back(lent: Any, refused: Any) -> None:
    lent.do(repair.suspend, lent.case_id, by="admin", reason="Chờ")

    assert refused(lent, hand_back, by="minh", note=DONE) == "case.suspended"
    assert refused(lent, take_back, by="mai") == "case.suspended"
