"""One verb over many tasks: an outcome for each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine import tasks
from engine.verbs import bulk
from engine.verbs.assigning import assign
from engine.verbs.bulk import TooManyTasks
from engine.verbs.reminding import remind
from engine.verbs.transferring import transfer


@pytest.fixture
def several(desk: Any) -> Any:
    """Three tasks of three cases; the second is quynh's already."""
    for _ in range(2):
        desk.office.start("work")
        desk.office.complete(desk.office.task("write").id, "minh")
    desk.ids = [task.id for task in desk.office.open_tasks("review")]
    desk.office.claim(desk.ids[1], "quynh")
    return desk


Verb = Callable[..., Any]


def over(scene: Any, ids: list[UUID], verb: Verb, by: str, **more: Any) -> list[str | None]:
    """Do a verb to all; return the code of each refusal."""

    def all_of_them(session: Any) -> list[bulk.Outcome]:
        person = scene.office.person(session, by)
        return bulk.each(session, ids, lambda task_id: verb(session, task_id, by=person, at=scene.office.now, **more))

    return [each.refusal.code if each.refusal else None for each in scene.office.write(all_of_them)]


def holders(scene: Any) -> dict[UUID, str | None]:
    return {task.id: task.assignee.username if task.assignee else None for task in scene.office.open_tasks("review")}


def test_what_is_refused_stops_nothing_and_the_rest_is_done(several: Any) -> None:
    first, second, third = several.ids

    said = over(several, [first, second, uuid4(), third], tasks.claim, "mai")

    assert said == [None, "task.already_claimed", "task.not_found", None]
    assert holders(several) == {first: "mai", second: "quynh", third: "mai"}


@pytest.mark.parametrize(
    ("verb", "by", "more", "said"),
    [
        (tasks.release, "quynh", {}, ["task.not_yours", None, "task.not_yours"]),
        (assign, "thu", {"to": "quynh"}, [None, "task.already_claimed", None]),
        (transfer, "quynh", {"to": "an", "reason": "Đúng việc"}, ["task.not_claimed", None, "task.not_claimed"]),
        (remind, "minh", {}, [None, None, None]),
    ],
)
def test_each_verb_answers_for_each_task(
    several: Any, verb: Verb, by: str, more: dict[str, str], said: list[str | None]
) -> None:
    assert over(several, several.ids, verb, by, **more) == said


def test_a_task_named_twice_is_done_once(several: Any) -> None:
    assert over(several, [several.ids[0]] * 2, remind, "minh") == [None]


def test_what_a_refused_one_had_begun_is_undone(several: Any) -> None:
    def claim_then_fail(session: Any, task_id: UUID, *, by: Any, at: Any) -> None:
        tasks.claim(session, task_id, by=by, at=at)
        assign(session, task_id, to="mai", by=by, at=at)

    before = several.office.counts()

    assert over(several, several.ids[:1], claim_then_fail, "mai") == ["task.assigning_forbidden"]
    assert several.office.counts() == before
    assert holders(several)[several.ids[0]] is None


def test_there_is_an_end_to_how_many_at_once(several: Any) -> None:
    with pytest.raises(TooManyTasks):
        over(several, [uuid4() for _ in range(bulk.MOST_TASKS + 1)], remind, "minh")
