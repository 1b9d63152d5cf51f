"""The headless player does what it says, on the real engine."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.deployment import DeploymentRefused
from engine.errors import NotFound
from engine.model import Activity
from engine.play import FIRST_MOMENT, Play, PlayIncident, PlayJob, PlaySent, PlayTimer


@pytest.fixture
def work(pen: Any) -> bytes:
    """A process with a task for a group, a job and a task for its starter."""
    data: bytes = pen.process(
        "work",
        pen.start(),
        pen.user("choose", groups='=["VPS/records_clerk"]', users='=["an"]', due='=duration("P2D")', priority="=70"),
        pen.service("stamp", "test.stamp"),
        pen.node("boundaryEvent", "no_ink", '<errorEventDefinition errorRef="ink" />', attachedToRef="stamp"),
        pen.user("read", assignee="=starter"),
        pen.end("done"),
        pen.end("given_up"),
        flows="start > choose > stamp > read > done\nno_ink > given_up",
        globals='<error id="ink" name="No ink" errorCode="NO_INK" />',
    )
    return data


@pytest.fixture
def staff(demo_office: Any) -> dict[str, Any]:
    """The demo office as options of the player."""
    return {"units": demo_office["units"], "people": demo_office["people"]}


def test_of_deploys_the_files_at_paths_and_refuses_bad_ones(tmp_path: Path, work: bytes) -> None:
    good, bad = tmp_path / "work.bpmn", tmp_path / "bad.bpmn"
    good.write_bytes(work)
    bad.write_bytes(b"<nothing>")

    assert Play.of(good).start("work").waiting() == ["choose"]
    assert Play.of([str(good)]).start("work").waiting() == ["choose"]
    with pytest.raises(DeploymentRefused):
        Play.of([good, bad])


def test_a_case_is_started_by_the_player_or_by_a_person(work: bytes, staff: dict[str, Any]) -> None:
    alone = Play({"work.bpmn": work}).start("work", {"colour": "đỏ"})
    named = Play({"work.bpmn": work}, **staff).start("work", by="ngo.minh")

    assert alone.variables == {"colour": "đỏ", "starter": "player", "starter_unit": None}
    assert named.variables == {"starter": "ngo.minh", "starter_unit": "VPS"}


def test_a_process_that_is_not_there_is_not_started(work: bytes) -> None:
    with pytest.raises(NotFound):
        Play({"work.bpmn": work}).start("other")


def test_nothing_can_be_asked_before_something_was_started(work: bytes) -> None:
    with pytest.raises(NotFound):
        Play({"work.bpmn": work}).waiting()


def test_tasks_show_whom_they_are_for_until_when_and_what_is_visible_there(work: bytes, staff: dict[str, Any]) -> None:
    play = Play({"work.bpmn": work}, **staff).start("work", {"colour": "đỏ"})

    (task,) = play.tasks()

    assert (task.element_id, task.name, task.assignee) == ("choose", "Việc choose", None)
    assert (task.candidate_groups, task.candidate_users) == (("VPS/records_clerk",), ("an",))
    assert (task.due_at, task.priority) == (FIRST_MOMENT + timedelta(days=2), 70)
    assert task.variables["colour"] == "đỏ"


def test_a_task_is_completed_by_its_id_its_name_or_its_element(pen: Any) -> None:
    three = pen.process(
        "steps",
        pen.start(),
        *(pen.user(name, assignee="=starter") for name in ("one", "two", "three")),
        pen.end(),
        flows="start > one > two > three > end",
    )
    play = Play({"three.bpmn": three}).start("steps")

    play.complete("one", {"x": 1}).complete("Việc two").complete(play.tasks()[0].id)

    assert (play.ended, play.end) == (True, "end")
    assert play.variables["x"] == 1


def test_the_nth_of_several_tasks_at_one_element_is_completed(pen: Any) -> None:
    parallel = pen.node(
        "multiInstanceLoopCharacteristics",
        "people",
        '<extensionElements><zeebe:loopCharacteristics inputCollection="=names" inputElement="name" />'
        "</extensionElements>",
    )
    diagram = pen.process(
        "several", pen.start(), pen.user("ask", assignee="=starter", inside=parallel), flows="start > ask"
    )
    play = Play({"several.bpmn": diagram}).start("several", {"names": ["lan", "mai", "an"]})

    play.complete("ask", nth=1)

    assert [task.variables["name"] for task in play.tasks()] == ["lan", "an"]


def test_a_task_that_is_not_open_cannot_be_completed_and_the_open_ones_are_named(work: bytes) -> None:
    play = Play({"work.bpmn": work}).start("work")

    with pytest.raises(NotFound, match="choose"):
        play.complete("read")


def test_a_job_without_handler_waits_to_be_finished_by_hand(work: bytes) -> None:
    play = Play({"work.bpmn": work}).start("work").complete("choose", {"colour": "xanh"})

    assert play.jobs() == [PlayJob("stamp", "test.stamp", play.variables)]
    play.finish_job("stamp", {"stamped": True})

    assert play.waiting() == ["read"]
    assert play.variables["stamped"] is True
    assert play.jobs() == []


def test_a_job_with_a_handler_runs_by_itself(work: bytes) -> None:
    play = Play({"work.bpmn": work}, handlers={"test.stamp": lambda call: {"stamped": call.variables["colour"]}})

    play.start("work").complete("choose", {"colour": "xanh"})

    assert play.variables["stamped"] == "xanh"
    assert play.jobs() == []


def test_no_job_is_finished_where_none_waits(work: bytes) -> None:
    play = Play({"work.bpmn": work}).start("work")

    with pytest.raises(NotFound, match="stamp"):
        play.finish_job("stamp")


def test_an_error_thrown_from_a_job_takes_the_way_the_diagram_gives_it(work: bytes) -> None:
    play = Play({"work.bpmn": work}).start("work").complete("choose")

    play.throw_error("stamp", "NO_INK", {"why": "hết mực"})

    assert (play.end, play.variables["why"]) == ("given_up", "hết mực")


def test_an_error_that_nothing_catches_is_an_incident(work: bytes) -> None:
    play = Play({"work.bpmn": work}).start("work").complete("choose")

    play.throw_error("stamp", "NO_PAPER")

    (incident,) = [each for each in play.incidents() if each.element_id == "stamp"]
    assert isinstance(incident, PlayIncident)
    assert "NO_PAPER" in incident.message
    assert not play.ended


def test_time_moves_timer_by_timer(pen: Any) -> None:
    diagram = pen.process(
        "slow",
        pen.start(),
        pen.node("intermediateCatchEvent", "one_day", pen.timer("P1D")),
        pen.node("intermediateCatchEvent", "one_more", pen.timer("P1D")),
        pen.end(),
        flows="start > one_day > one_more > end",
    )
    play = Play({"slow.bpmn": diagram}).start("slow")

    play.advance(timedelta(days=1, hours=23))
    assert play.waiting() == ["one_more"]
    play.advance(timedelta(hours=2))

    with play.session() as session:
        ended = session.scalars(select(Activity.ended_at).order_by(Activity.id)).all()
    assert ended == [FIRST_MOMENT, *(FIRST_MOMENT + timedelta(days=days) for days in (1, 2, 2))]
    assert play.now == FIRST_MOMENT + timedelta(days=2, hours=1)


def test_the_clock_begins_where_it_is_told(work: bytes) -> None:
    at = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    assert Play({"work.bpmn": work}, at=at).start("work").tasks()[0].due_at == at + timedelta(days=2)


@pytest.fixture
def waiting(pen: Any) -> Play:
    """A case that waits for a message with a key, then for a signal, then until a variable says so."""
    diagram = pen.process(
        "patient",
        pen.start(),
        pen.node("intermediateCatchEvent", "told", '<messageEventDefinition messageRef="news" />'),
        pen.node("intermediateCatchEvent", "waved", '<signalEventDefinition signalRef="flag" />'),
        pen.node(
            "intermediateCatchEvent",
            "is_enough",
            "<conditionalEventDefinition><condition>=amount &gt; 5</condition></conditionalEventDefinition>",
        ),
        pen.end(),
        flows="start > told > waved > is_enough > end",
        globals=pen.message("news", "=code") + '<signal id="flag" name="flag" />',
    )
    return Play({"patient.bpmn": diagram}).start("patient", {"code": "A1", "amount": 1})


def test_messages_signals_and_variables_move_a_case(waiting: Play) -> None:
    assert waiting.message("news", correlation_key="B2") is False
    assert waiting.message("news", {"text": "xong"}, correlation_key="A1") is True
    assert (waiting.signal("other"), waiting.signal("flag")) == (0, 1)
    assert waiting.waiting() == ["is_enough"]

    waiting.set_variables({"amount": 9})

    assert waiting.ended
    assert waiting.waiting() == []
    assert waiting.variables["text"] == "xong"


def test_a_case_is_started_by_a_message(pen: Any) -> None:
    diagram = pen.process(
        "mailroom",
        pen.start("came", '<messageEventDefinition messageRef="mail" />'),
        pen.user("open", groups='=["/administrator"]'),
        flows="came > open",
        globals=pen.message("mail"),
    )
    play = Play({"mail.bpmn": diagram})

    play.start_by_message("mail", {"sender": "UBND tỉnh"})

    assert play.tasks()[0].variables["sender"] == "UBND tỉnh"
    with pytest.raises(NotFound):
        play.start_by_message("parcel")


def test_the_tasks_and_the_end_of_a_called_case_are_seen_too(pen: Any) -> None:
    parent = pen.process("parent", pen.start(), pen.call("ask", "child"), pen.end("over"), flows="start > ask > over")
    child = pen.process("child", pen.start(), pen.user("answer", assignee="=starter"), flows="start > answer")
    play = Play({"a.bpmn": parent, "b.bpmn": child}).start("parent")

    assert play.waiting() == ["ask"]
    play.complete("answer", {"answer": 42})

    assert (play.end, play.variables["answer"]) == ("over", 42)


def test_a_case_is_started_by_a_signal(pen: Any) -> None:
    diagram = pen.process(
        "drill",
        pen.start("alarm", '<signalEventDefinition signalRef="fire" />'),
        pen.user("leave", groups='=["/administrator"]'),
        flows="alarm > leave",
        globals='<signal id="fire" name="fire" />',
    )
    play = Play({"drill.bpmn": diagram})

    play.start_by_signal("fire", {"floor": 3})

    assert play.task("leave").variables["floor"] == 3
    with pytest.raises(NotFound):
        play.start_by_signal("flood")


def test_a_task_is_looked_at_by_itself(work: bytes) -> None:
    play = Play({"work.bpmn": work}).start("work", {"colour": "đỏ"})

    assert play.task("choose") == play.task("Việc choose") == play.tasks()[0]
    with pytest.raises(NotFound, match="choose"):
        play.task("choose", nth=1)


@pytest.fixture
def reminding(pen: Any) -> Play:
    """A case with a task that is reminded of every day, three times, and tells the others about it."""
    diagram = pen.process(
        "reminding",
        pen.start(),
        pen.user("read", assignee="=starter"),
        pen.node(
            "boundaryEvent",
            "daily",
            "<timerEventDefinition><timeCycle>R3/P1D</timeCycle></timerEventDefinition>",
            attachedToRef="read",
            cancelActivity="false",
        ),
        pen.node("intermediateThrowEvent", "tell", '<messageEventDefinition messageRef="unread" />'),
        pen.end(),
        flows="start > read > end\ndaily > tell",
        globals=pen.message("unread", "=starter"),
    )
    return Play({"reminding.bpmn": diagram}).start("reminding")


def test_timers_are_seen_and_served_late_when_the_platform_stood_still(reminding: Play) -> None:
    assert reminding.timers() == [PlayTimer("daily", FIRST_MOMENT + timedelta(days=1))]

    reminding.stand_still(timedelta(days=1, hours=5))

    assert reminding.timers() == [PlayTimer("daily", FIRST_MOMENT + timedelta(days=2))]
    assert reminding.now == FIRST_MOMENT + timedelta(days=1, hours=5)


def test_what_left_the_case_is_seen(reminding: Play) -> None:
    reminding.advance(timedelta(days=2))

    assert reminding.sent() == [PlaySent("message", "unread", "player", {})] * 2


def test_where_the_case_went_and_what_was_cut_short_is_seen(reminding: Play) -> None:
    reminding.advance(timedelta(days=1)).cancel()

    assert reminding.passed() == ["start", "daily", "tell"]
    assert reminding.cancelled() == ["read"]
    assert (reminding.tasks(), reminding.timers(), reminding.ended) == ([], [], False)


def test_what_failed_is_tried_again_when_its_cause_is_mended(pen: Any) -> None:
    task = pen.user("read", assignee="=starter", due="=due")
    diagram = pen.process("late", pen.start(), task, pen.end(), flows="start > read > end")
    play = Play({"late.bpmn": diagram}).start("late", {"due": "soon"})
    assert [incident.element_id for incident in play.incidents()] == ["read"]

    play.set_variables({"due": "2026-03-05"}).retry("read")

    assert play.incidents() == []
    assert play.waiting() == ["read"]
    with pytest.raises(NotFound, match="read"):
        play.retry("read")


def test_the_case_has_an_id_for_questions_of_ones_own(work: bytes) -> None:
    play = Play({"work.bpmn": work}).start("work")

    with play.session() as session:
        of_the_case = session.scalars(select(Activity.element_id).where(Activity.instance_id == play.case_id)).all()

    assert of_the_case == ["start", "choose"]
