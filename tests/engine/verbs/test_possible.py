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
