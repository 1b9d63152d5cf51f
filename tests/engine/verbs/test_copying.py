"""Gửi để biết: people get to know of a case, once each."""

from typing import Any

import pytest

from engine import asides, cases, runtime
from engine.cases import CaseNotYours
from engine.verbs.copying import copy, mark_read, may_copy


def may_copy_case(session: Any, task: Any, by: Any, at: Any) -> Any:
    return may_copy(session, runtime.case_by_id(session, task.instance_id), by, at)


def copies(scene: Any, username: str) -> list[tuple[str, str | None, bool]]:
    """Return what somebody was sent: by whom, with which note, and whether they have read it."""
    with scene.office.session() as session:
        found = asides.of(session, scene.office.person(session, username)).copies
        return [(each.sent_by.username, each.note, each.read_at is not None) for each in found]


def unread(scene: Any, username: str) -> int:
    with scene.office.session() as session:
        return int(asides.count_new(session, scene.office.person(session, username)))


def test_who_works_on_the_task_sends_the_case_to_others_who_may_read_it(scene: Any) -> None:
    scene.office.claim(scene.task_id, "mai")
    assert scene.ask(may_copy_case, "mai") is None

    def look() -> None:
        with scene.office.session() as session:
            cases.find(session, scene.case_id, by=scene.office.person(session, "an"), at=scene.office.now)

    with pytest.raises(CaseNotYours):
        look()

    scene.do(copy, scene.case_id, by="mai", to=["an", "lan"], note="Để nắm tình hình.")

    look()
    assert copies(scene, "an") == copies(scene, "lan") == [("mai", "Để nắm tình hình.", False)]
    assert scene.history("case.copied")[0].data["to_names"] == ["Lê An", "Hoàng Lan"]
    assert scene.finish(by="mai")


def test_somebody_gets_the_case_once_however_many_send_it(desk: Any, refused: Any) -> None:
    desk.office.claim(desk.task_id, "mai")
    desk.do(copy, desk.case_id, by="mai", to=["an"])

    again = desk.do(copy, desk.case_id, by="minh", to=["an", "lan"])

    assert [[person.username for person in people] for people in (again.sent, again.known)] == [["lan"], ["an"]]
    assert copies(desk, "an") == [("mai", None, False)]
    assert refused(desk, copy, desk.case_id, by="admin", to=["an", "lan"]) == "case.already_copied"


def test_the_starter_and_an_administrator_send_it_even_when_it_is_over(desk: Any) -> None:
    desk.finish(by="mai")

    desk.do(copy, desk.case_id, by="minh", to=["an"])
    desk.do(copy, desk.case_id, by="admin", to=["lan"])
    desk.do(copy, desk.case_id, by="mai", to=["bao"])

    assert len(desk.history("case.copied")) == 3


def test_a_copy_is_new_until_its_reader_marks_it_and_the_first_time_counts(desk: Any) -> None:
    desk.do(copy, desk.case_id, by="minh", to=["an"])
    assert unread(desk, "an") == 1

    first = desk.do(mark_read, desk.case_id, by="an").read_at
    desk.office.later(hours=1)
    again = desk.do(mark_read, desk.case_id, by="an").read_at

    assert first == again != desk.office.now
    assert (unread(desk, "an"), copies(desk, "an")) == (0, [("minh", None, True)])


def test_who_only_knows_of_the_case_does_not_send_it_on(desk: Any, refused: Any) -> None:
    desk.do(copy, desk.case_id, by="minh", to=["an"])

    assert desk.ask(may_copy_case, "an") == "case.copying_forbidden"
    assert refused(desk, copy, desk.case_id, by="an", to=["lan"]) == "case.copying_forbidden"


@pytest.mark.parametrize(
    ("to", "code"),
    [([], "verb.nobody_chosen"), (["minh"], "verb.person_is_you"), (["nobody"], "verb.person_unknown")],
)
def test_a_copy_goes_to_somebody_else(desk: Any, refused: Any, to: list[str], code: str) -> None:
    assert refused(desk, copy, desk.case_id, by="minh", to=to) == code


def test_nobody_marks_a_copy_they_never_got(desk: Any, refused: Any) -> None:
    assert refused(desk, mark_read, desk.case_id, by="an") == "case.copy_not_found"


def test_a_case_that_never_was_is_not_sent(desk: Any, refused: Any) -> None:
    assert refused(desk, copy, desk.task_id, by="minh", to=["an"]) == "case.not_found"
