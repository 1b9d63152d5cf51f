"""What somebody may do with a task, all at once, before they try."""

from typing import Any

from engine import tasks
from engine.verbs import Verb, possible
from engine.verbs.delegating import delegate


def allowed(scene: Any, username: str) -> set[Verb]:
    with scene.office.session() as session:
        task, person = tasks.find(session, scene.task_id), scene.office.person(session, username)
        found = possible.answers(session, task, person, scene.office.now)
        return {answer.verb for answer in found if answer.is_allowed}


def refusals(scene: Any, username: str) -> dict[Verb, str]:
    with scene.office.session() as session:
        task, person = tasks.find(session, scene.task_id), scene.office.person(session, username)
        found = possible.answers(session, task, person, scene.office.now)
        return {answer.verb: answer.refusal.code for answer in found if answer.refusal}


def test_each_verb_of_a_task_is_answered_once(scene: Any) -> None:
    with scene.office.session() as session:
        task, person = tasks.find(session, scene.task_id), scene.office.person(session, "mai")
        answered = [answer.verb for answer in possible.answers(session, task, person, scene.office.now)]

    of_other_things = {Verb.WITHDRAW_QUESTION, Verb.ASK_AGAIN, Verb.CANCEL, Verb.CHANGE_APPROVERS}
    assert sorted(answered) == sorted(set(Verb) - of_other_things)


def test_a_task_that_waits_for_its_group_is_claimed_and_then_given_back(scene: Any) -> None:
    assert Verb.CLAIM in allowed(scene, "mai")
    assert refusals(scene, "mai")[Verb.RELEASE] == "task.not_yours"

    scene.office.claim(scene.task_id, "mai")

    assert Verb.RELEASE in allowed(scene, "mai")
    assert refusals(scene, "quynh")[Verb.CLAIM] == "task.already_claimed"


def test_each_person_may_what_they_may(scene: Any) -> None:
    scene.office.claim(scene.task_id, "mai")

    assert allowed(scene, "mai") >= {Verb.TRANSFER, Verb.DELEGATE, Verb.CONSULT, Verb.COPY}
    assert allowed(scene, "thu") >= {Verb.ASSIGN, Verb.REMIND}
    assert allowed(scene, "lan").isdisjoint({Verb.ASSIGN, Verb.TRANSFER, Verb.DELEGATE, Verb.CONSULT, Verb.REMIND})


def test_owner_and_delegate_may_different_things(desk: Any) -> None:
    desk.office.claim(desk.task_id, "mai")
    desk.do(delegate, by="mai", to="an", reason="Làm giúp")

    assert Verb.TAKE_BACK in allowed(desk, "mai")
    assert allowed(desk, "an") >= {Verb.HAND_BACK, Verb.CONSULT}
    assert allowed(desk, "an").isdisjoint({Verb.TRANSFER, Verb.DELEGATE, Verb.TAKE_BACK})


def test_nobody_may_do_anything_with_a_task_that_is_done_but_show_the_case(desk: Any) -> None:
    desk.finish(by="mai")

    assert allowed(desk, "mai") <= {Verb.COPY, Verb.WITHDRAW}
    assert allowed(desk, "thu") == set()
