"""Technical failures: the token waits as an incident, and can go on."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from engine.bpmn import Diagram, Run
from engine.feel import Environment

Play = Callable[..., Any]


def test_a_failure_while_entering_keeps_the_token_at_the_task(play: Play) -> None:
    scene = play("incidents", groups=5)

    wait = scene.wait("work")

    assert wait.kind == "incident"
    assert wait.detail["code"] == "bpmn.value_unfit"
    assert wait.detail["message_vi"]
    assert "rescued" in scene.waiting


def test_a_failure_while_leaving_keeps_the_variables_that_came(play: Play) -> None:
    scene = play("incidents", groups=["VPS"])

    scene.complete("work", {"way": "c"})

    assert scene.wait("which").detail["code"] == "bpmn.no_flow_matches"
    assert scene.variables["way"] == "c"


def test_retrying_enters_the_task_again(play: Play) -> None:
    scene = play("incidents", groups=5)
    token_id = scene.wait("work").token_id

    scene.each(lambda run: run.set_variables({"groups": ["VPS"]}))
    scene.each(lambda run: run.retry(token_id))

    assert scene.wait("work").detail["candidate_groups"] == ["VPS"]
    assert scene.waiting.count("rescued") == 1
    scene.complete("work", {"way": "a"})
    assert scene.waiting == ["a"]


def test_retrying_leaves_again_without_doing_the_work_twice(play: Play) -> None:
    scene = play("incidents", groups=["VPS"])
    scene.complete("work", {"way": "c"})
    token_id = scene.wait("which").token_id

    scene.each(lambda run: run.retry(token_id))
    assert scene.wait("which").kind == "incident"
    scene.each(lambda run: run.set_variables({"way": "b"}))
    scene.each(lambda run: run.retry(token_id))

    assert scene.waiting == ["b"]


def test_a_boundary_event_rescues_an_activity_that_failed(play: Play) -> None:
    scene = play("incidents", groups=5)

    scene.fire("rescued")

    assert scene.run.end_element_ids == ["helped"]
    assert scene.ended


def test_an_incident_holds_variables_of_nobody(play: Play) -> None:
    scene = play("incidents", groups={"secret": "s3cret"})

    assert "s3cret" not in str(scene.wait("work").detail)


def test_cancelling_ends_everything(play: Play) -> None:
    scene = play("event_sub_process", amount=1)
    scene.complete("before")

    scene.each(lambda run: run.cancel())

    assert scene.ended
    assert scene.waiting == []
    assert scene.cancelled == ["work", "beside", "part"]


def test_a_decision_where_none_are_at_hand_is_an_incident(diagram: Callable[[str], Diagram]) -> None:
    model = diagram("mappings").processes["mappings"]
    run = Run.start(model, {"amount": 1}, Environment(datetime(2026, 11, 23, tzinfo=UTC)))

    run.activate("rule")

    assert [wait.detail["code"] for wait in run.waits() if wait.element_id == "rule"] == ["bpmn.no_decisions"]
