"""Messages that come before anybody waits: kept for their time, delivered once, whatever happens meanwhile."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from engine import message_buffer, messages
from engine.message_buffer import LONGEST_KEY
from engine.model import BufferedMessage, Subscription

DAY = timedelta(days=1)
ANSWER = '<messageEventDefinition messageRef="answer" />'


@pytest.fixture
def questions(office: Any, pen: Any) -> Any:
    """An office where a case, once somebody has asked, waits for the answer to its dossier."""
    office.deploy(
        pen.process(
            "question",
            pen.start(),
            pen.user("ask", assignee="=starter"),
            pen.node("intermediateCatchEvent", "answered", ANSWER),
            pen.user("read", assignee="=starter"),
            flows="start > ask > answered > read",
            globals=pen.message("answer", "=dossier"),
        )
    )
    return office


def publish(
    office: Any, key: object, time_to_live: timedelta = DAY, message_id: str | None = None, **payload: object
) -> int:
    """Publish an answer; return how many cases it reached."""
    reached = office.write(
        lambda session: messages.publish(
            session, "answer", key, payload, time_to_live=time_to_live, message_id=message_id, at=office.now
        )
    )
    return len(reached)


def ask(office: Any, dossier: object) -> Any:
    """Start a question and ask it; the case then waits for its answer."""
    case = office.start("question", dossier=dossier)
    (task,) = [task for task in office.open_tasks("ask") if task.instance_id == case.id]
    office.complete(task.id, "minh")
    return case


def kept(office: Any) -> list[BufferedMessage]:
    """Return the messages that are kept and not delivered."""
    with office.session() as session:
        query = select(BufferedMessage).where(BufferedMessage.delivered_at.is_(None))
        return list(session.scalars(query.order_by(BufferedMessage.published_at)))


def test_a_message_that_comes_first_is_there_when_the_case_comes_to_wait(questions: Any) -> None:
    assert publish(questions, "A1", text="Đồng ý") == 0
    questions.later(hours=23)

    case = ask(questions, "A1")

    assert questions.task("read").instance_id == case.id
    assert questions.variables(case.id)["text"] == "Đồng ý"
    assert kept(questions) == []


def test_a_message_with_another_key_stays_for_its_own_case(questions: Any) -> None:
    publish(questions, "A1")

    ask(questions, "B2")

    assert questions.open_tasks("read") == []
    assert [message.correlation_key for message in kept(questions)] == ["A1"]


def test_a_message_is_not_delivered_after_its_time_to_live(questions: Any) -> None:
    publish(questions, "A1", timedelta(hours=2))
    questions.later(hours=2)

    ask(questions, "A1")

    assert questions.open_tasks("read") == []


def test_a_message_without_time_to_live_is_delivered_now_or_never(questions: Any) -> None:
    publish(questions, "A1", timedelta(0))

    assert kept(questions) == []


def test_one_message_lets_one_case_go_on_the_oldest_message_first(questions: Any) -> None:
    for text in ("first", "second"):
        publish(questions, "A1", text=text)
        questions.later(minutes=1)

    cases = [ask(questions, "A1") for _ in range(3)]

    assert [questions.variables(case.id).get("text") for case in cases] == ["first", "second", None]


def test_a_case_that_waits_already_gets_the_message_at_once_and_nothing_is_kept(questions: Any) -> None:
    ask(questions, "A1")

    assert publish(questions, "A1") == 1
    assert kept(questions) == []


def test_the_same_message_sent_twice_counts_once_while_it_is_kept(questions: Any) -> None:
    publish(questions, "A1", message_id="m-1")
    publish(questions, "A1", message_id="m-1")

    cases = [ask(questions, "A1") for _ in range(2)]

    assert [task.instance_id for task in questions.open_tasks("read")] == [cases[0].id]


def test_the_same_message_sent_twice_counts_once_after_it_was_delivered(questions: Any) -> None:
    cases = [ask(questions, "A1") for _ in range(2)]

    assert publish(questions, "A1", message_id="m-1") == 1
    assert publish(questions, "A1", message_id="m-1") == 0
    assert publish(questions, "A1", message_id="m-2") == 1
    assert len(questions.open_tasks("read")) == len(cases)


def test_of_a_delivered_message_only_its_id_is_remembered_and_only_for_its_time(questions: Any) -> None:
    ask(questions, "A1")
    publish(questions, "A1", message_id="m-1", citizen="Lê Thị B")
    with questions.session() as session:
        remembered = session.scalars(select(BufferedMessage)).one()
    assert (remembered.payload, remembered.delivered_at) == ({}, questions.now)
    ask(questions, "A1")

    questions.later(days=1)

    assert publish(questions, "A1", message_id="m-1") == 1


def test_what_has_expired_is_swept_away(questions: Any) -> None:
    publish(questions, "A1", timedelta(hours=1))
    publish(questions, "B2", timedelta(hours=3))
    questions.later(hours=2)

    assert questions.write(lambda session: message_buffer.sweep(session, at=questions.now)) == 1

    assert [message.correlation_key for message in kept(questions)] == ["B2"]


def test_a_key_may_be_of_any_length(questions: Any) -> None:
    one, other = "x" * LONGEST_KEY + "1", "x" * LONGEST_KEY + "2"
    publish(questions, one)

    ask(questions, other)
    assert questions.open_tasks("read") == []
    ask(questions, one)

    assert len(questions.open_tasks("read")) == 1


def test_a_case_that_starts_by_waiting_takes_what_was_kept_in_the_same_step(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "eager",
            pen.start(),
            pen.node("intermediateCatchEvent", "first", ANSWER),
            pen.node("intermediateCatchEvent", "second", ANSWER),
            pen.end("done"),
            flows="start > first > second > done",
            globals=pen.message("answer", "=dossier"),
        )
    )
    publish(office, "A1")
    publish(office, "A1")

    case = office.start("eager", dossier="A1")

    assert office.case(case.id).end_element_id == "done"
    with office.session() as session:
        assert session.scalars(select(Subscription)).all() == []


def test_of_two_that_wait_behind_one_gateway_the_kept_message_decides(office: Any, pen: Any) -> None:
    no = '<messageEventDefinition messageRef="refusal" />'
    office.deploy(
        pen.process(
            "either",
            pen.start(),
            pen.node("eventBasedGateway", "what_comes"),
            pen.node("intermediateCatchEvent", "answered", ANSWER),
            pen.node("intermediateCatchEvent", "refused", no),
            pen.end("good"),
            pen.end("bad"),
            flows="start > what_comes > answered > good\nwhat_comes > refused > bad",
            globals=pen.message("answer", "=dossier") + pen.message("refusal", "=dossier"),
        )
    )
    publish(office, "A1")

    case = office.start("either", dossier="A1")

    assert office.case(case.id).end_element_id == "good"


@pytest.fixture
def relay(office: Any, pen: Any) -> Any:
    """An office where one process sends what another one will wait for."""
    office.deploy(
        pen.process(
            "sender",
            pen.start(),
            pen.end("sent", ANSWER),
            flows="start > sent",
            globals=pen.message("answer", "=dossier"),
        ),
        pen.process(
            "question",
            pen.start(),
            pen.node("intermediateCatchEvent", "answered", ANSWER),
            pen.end("done"),
            flows="start > answered > done",
            globals=pen.message("answer", "=dossier"),
        ),
    )
    return office


@pytest.mark.parametrize(("minutes", "end"), [(59, "done"), (60, None)])
def test_a_message_thrown_in_a_diagram_is_kept_for_an_hour(relay: Any, minutes: int, end: str | None) -> None:
    relay.start("sender", dossier="A1")
    relay.run_jobs()
    relay.later(minutes=minutes)

    case = relay.start("question", dossier="A1")

    assert relay.case(case.id).end_element_id == end


def test_who_comes_to_wait_while_a_message_is_being_kept_is_not_forgotten(questions: Any) -> None:
    case = questions.start("question", dossier="A1")
    task, reached = questions.task("ask"), []
    is_looking, may_look = threading.Event(), threading.Event()

    def pause(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "JOIN process_instance" in statement and threading.current_thread() is publisher and not is_looking.is_set():
            is_looking.set()
            may_look.wait(2)

    publisher = threading.Thread(target=lambda: reached.append(publish(questions, "A1")))
    event.listen(questions.engine, "after_cursor_execute", pause)
    publisher.start()
    is_looking.wait()
    asker = threading.Thread(target=lambda: questions.complete(task.id, "minh"))
    asker.start()
    asker.join(1)  # where it need not wait for the publisher it is done by now
    may_look.set()
    publisher.join()
    asker.join()
    event.remove(questions.engine, "after_cursor_execute", pause)

    questions.run_jobs()

    assert questions.task("read").instance_id == case.id
    assert kept(questions) == []
