"""Messages and signals: they reach the case that waits, or start the process that begins with them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import messages
from engine.model import InstanceState, Subscription
from engine.play import Play


@pytest.fixture
def answers(office: Any, pen: Any) -> Any:
    """An office where a case waits for the answer to its own dossier number."""
    office.deploy(
        pen.process(
            "question",
            pen.start(),
            pen.node("intermediateCatchEvent", "answered", '<messageEventDefinition messageRef="answer" />'),
            pen.user("read", assignee="=starter"),
            flows="start > answered > read",
            globals=pen.message("answer", "=dossier"),
        )
    )
    return office


def send(office: Any, name: str, key: object = None, **payload: object) -> list[str]:
    """Send a message and return the codes of the cases it reached."""
    cases = office.write(lambda session: messages.correlate(session, name, key, payload, at=office.now))
    return [case.business_key for case in cases]


def wave(office: Any, name: str, **payload: object) -> list[str]:
    """Broadcast a signal and return the codes of the cases it reached."""
    cases = office.write(lambda session: messages.broadcast(session, name, payload, at=office.now))
    return [case.business_key for case in cases]


def subscriptions(office: Any) -> int:
    with office.session() as session:
        return session.scalar(select(func.count()).select_from(Subscription)) or 0


def test_a_message_reaches_the_case_with_its_key_and_brings_its_payload(answers: Any) -> None:
    answers.start("question", dossier="A1")
    second = answers.start("question", dossier="B2")

    reached = send(answers, "answer", "B2", text="Đồng ý")

    assert reached == [second.business_key]
    assert answers.task("read").instance_id == second.id
    assert answers.variables(second.id)["text"] == "Đồng ý"


def test_a_message_that_nobody_waits_for_reaches_nobody_and_stores_nothing(answers: Any) -> None:
    answers.start("question", dossier="A1")
    before = answers.counts()

    assert send(answers, "answer", "Z9") == []
    assert send(answers, "other", "A1") == []
    assert answers.counts() == before


def test_a_message_is_delivered_once(answers: Any) -> None:
    answers.start("question", dossier="A1")

    assert len(send(answers, "answer", "A1")) == 1
    assert send(answers, "answer", "A1") == []
    assert subscriptions(answers) == 0


def test_of_two_cases_with_the_same_key_the_one_that_waits_longest_gets_the_message(answers: Any) -> None:
    codes = []
    for _ in range(6):
        codes.append(answers.start("question", dossier="A1").business_key)
        answers.later(minutes=1)

    assert [send(answers, "answer", "A1") for _ in codes] == [[code] for code in codes]


@pytest.mark.parametrize("key", [0, 17, "17", "Đồng Nai"])
def test_a_key_may_be_a_number_even_zero(answers: Any, key: object) -> None:
    answers.start("question", dossier=key)

    assert len(send(answers, "answer", key)) == 1


def test_a_message_starts_the_process_that_begins_with_it(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "complaint",
            pen.start("received", '<messageEventDefinition messageRef="complaint_received" />'),
            pen.user("answer", groups='=["VPS/records_clerk"]'),
            flows="received > answer",
            globals=pen.message("complaint_received"),
        )
    )

    (code,) = send(office, "complaint_received", None, citizen="Lê Thị B")

    case = office.case(office.task("answer").instance_id)
    assert case.business_key == code
    assert case.started_by_id is None
    assert office.variables(case.id)["citizen"] == "Lê Thị B"


def test_a_message_that_one_process_throws_reaches_another_through_the_outbox(office: Any, pen: Any) -> None:
    asking = pen.process(
        "asking",
        pen.start(),
        pen.node("intermediateCatchEvent", "answered", '<messageEventDefinition messageRef="answer" />'),
        pen.end("asked"),
        flows="start > answered > asked",
        globals=pen.message("answer", "=dossier"),
    )
    answering = pen.process(
        "answering",
        pen.start(),
        pen.user("write", assignee="=starter"),
        pen.end("sent", '<messageEventDefinition messageRef="answer" />'),
        flows="start > write > sent",
        globals=pen.message("answer", "=dossier"),
    )
    office.deploy(asking, answering)
    waiting = office.start("asking", dossier="A1")
    office.start("answering", dossier="A1")
    office.complete(office.task("write").id, "minh")
    assert office.case(waiting.id).state is InstanceState.RUNNING

    office.run_jobs()

    assert office.case(waiting.id).end_element_id == "asked"


@pytest.fixture
def stoppable(office: Any, pen: Any) -> Any:
    """An office where a case waits twice for the same signal, and one of the two ends the whole case."""
    stop = '<signalEventDefinition signalRef="stop" />'
    office.deploy(
        pen.process(
            "work",
            pen.start(),
            pen.node("parallelGateway", "both"),
            pen.node("intermediateCatchEvent", "stopped", stop),
            pen.node("intermediateCatchEvent", "noted", stop),
            pen.end("over", "<terminateEventDefinition />"),
            pen.end("over_too", "<terminateEventDefinition />"),
            flows="start > both > stopped > over\nboth > noted > over_too",
            globals='<signal id="stop" name="stop" />',
        )
    )
    return office


def test_a_signal_reaches_every_case_that_waits(stoppable: Any) -> None:
    codes = {stoppable.start("work").business_key for _ in range(3)}

    assert set(wave(stoppable, "stop")) == codes


def test_a_signal_that_ends_a_case_at_one_place_is_no_trouble_at_the_other(stoppable: Any) -> None:
    case = stoppable.start("work")

    assert wave(stoppable, "stop") == [case.business_key]
    assert stoppable.case(case.id).state is InstanceState.ENDED
    assert subscriptions(stoppable) == 0


def test_a_signal_starts_the_processes_that_begin_with_it(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "drill",
            pen.start("alarm", '<signalEventDefinition signalRef="fire" />'),
            pen.user("leave", groups='=["VPS"]'),
            flows="alarm > leave",
            globals='<signal id="fire" name="fire" />',
        )
    )

    assert len(wave(office, "fire")) == 1
    assert office.task().element_id == "leave"


def test_a_case_stops_waiting_when_its_deadline_came_first(pen: Any) -> None:
    play = Play(
        {
            "q.bpmn": pen.process(
                "question",
                pen.start(),
                pen.node("eventBasedGateway", "what_first"),
                pen.node("intermediateCatchEvent", "answered", '<messageEventDefinition messageRef="answer" />'),
                pen.node(
                    "intermediateCatchEvent",
                    "expired",
                    "<timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>",
                ),
                pen.end("has_answer"),
                pen.end("has_none"),
                flows="start > what_first > answered > has_answer\nwhat_first > expired > has_none",
                globals=pen.message("answer"),
            )
        }
    ).start("question")
    play.advance(timedelta(days=3))

    assert play.end == "has_none"
    assert play.message("answer") is False
