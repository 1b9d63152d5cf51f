"""Technical failures: the token waits as an incident, and can go on."""

from collections.abc import Callable
from datetime import UTC, datetime

from engine.bpmn import Diagram, Run
from engine.feel import Environment
from engine.play import Play
from tests.engine.bpmn.four_ways import Runs

Begin = Callable[..., Play]


def broken(play: Play) -> list[tuple[str, str]]:
    """Return where something is broken, and what."""
    return [(each.element_id, each.code) for each in play.incidents()]


def test_a_failure_while_entering_keeps_the_token_at_the_task(begin: Begin) -> None:
    play = begin("incidents", {"groups": 5})

    assert broken(play) == [("work", "bpmn.value_unfit")]
    assert play.waiting() == ["work", "rescued"]
    assert play.tasks() == []


def test_a_failure_while_leaving_keeps_the_variables_that_came(begin: Begin) -> None:
    play = begin("incidents", {"groups": ["VPS"]})

    play.complete("work", {"way": "c"})

    assert broken(play) == [("which", "bpmn.no_flow_matches")]
    assert play.variables["way"] == "c"


def test_retrying_enters_the_task_again(begin: Begin) -> None:
    play = begin("incidents", {"groups": 5})

    play.set_variables({"groups": ["VPS"]}).retry("work")

    assert broken(play) == []
    assert play.task("work").candidate_groups == ("VPS",)
    assert play.waiting().count("rescued") == 1
    play.complete("work", {"way": "a"})
    assert play.waiting() == ["a"]


def test_retrying_leaves_again_without_doing_the_work_twice(begin: Begin) -> None:
    play = begin("incidents", {"groups": ["VPS"]})
    play.complete("work", {"way": "c"})

    play.retry("which")
    assert broken(play) == [("which", "bpmn.no_flow_matches")]
    play.set_variables({"way": "b"}).retry("which")

    assert broken(play) == []
    assert play.waiting() == ["b"]
    assert play.passed().count("work") == 1


def test_a_boundary_event_rescues_an_activity_that_failed(begin: Begin) -> None:
    play = begin("incidents", {"groups": 5})

    play.message("rescue")

    assert play.end == "helped"
    assert broken(play) == []


def test_an_incident_holds_variables_of_nobody(begin: Begin) -> None:
    play = begin("incidents", {"groups": {"secret": "s3cret"}})

    (incident,) = play.incidents()

    assert "s3cret" not in incident.message


def test_cancelling_ends_everything(begin: Begin) -> None:
    play = begin("event_sub_process", {"amount": 1})
    play.complete("before")

    play.cancel()

    assert (play.waiting(), play.tasks(), play.jobs(), play.timers()) == ([], [], [], [])
    assert play.cancelled() == ["part", "work", "beside"]
    assert play.message("note") is False


def test_the_wait_of_an_incident_says_what_failed_in_both_languages(runs: Callable[..., Runs]) -> None:
    detail = runs("incidents", groups=5).wait("work").detail

    assert detail["message_vi"]
    assert detail["message_en"]
    assert detail["message_vi"] != detail["message_en"]


def test_a_decision_where_none_are_at_hand_is_an_incident(diagram: Callable[[str], Diagram]) -> None:
    model = diagram("mappings").processes["mappings"]
    run = Run.start(model, {"amount": 1}, Environment(datetime(2026, 11, 23, tzinfo=UTC)))

    run.activate("rule")

    assert [wait.detail["code"] for wait in run.waits() if wait.element_id == "rule"] == ["bpmn.no_decisions"]
