"""Messages and signals that lead to themselves: they end in an incident, not in a platform that never stops."""

from typing import Any

import pytest

from engine import circles, consistency, incidents

SIGNAL = '<signalEventDefinition signalRef="bell" />'
MESSAGE = '<messageEventDefinition messageRef="call" />'
BELL = '<signal id="bell" name="bell" />'
SOME_ROUNDS = 20


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circles, "MOST_ROUNDS", SOME_ROUNDS)


@pytest.fixture
def echo(pen: Any) -> Any:
    """A case that throws once, and once more whenever it hears what it has thrown."""

    def draw(event: str, globals_: str) -> bytes:
        drawn: bytes = pen.process(
            "echo",
            pen.start(),
            pen.user("work", assignee="=starter"),
            pen.node("boundaryEvent", "heard", event, attachedToRef="work", cancelActivity="false"),
            pen.user("ask", assignee="=starter"),
            pen.node("intermediateThrowEvent", "answer", event),
            pen.node("intermediateThrowEvent", "begin", event),
            pen.node("parallelGateway", "fork"),
            *(pen.end(name) for name in ("end", "begun", "answered")),
            flows="start > fork > work > end\nfork > ask > begin > begun\nheard > answer > answered",
            globals=globals_,
        )
        return drawn

    return draw


@pytest.mark.parametrize(("event", "said"), [(SIGNAL, BELL), (MESSAGE, "message")], ids=["signal", "message"])
def test_an_event_that_throws_what_it_has_heard_becomes_an_incident(
    office: Any, pen: Any, echo: Any, event: str, said: str
) -> None:
    office.deploy(echo(event, pen.message("call", key='="K1"') if said == "message" else said))
    case = office.start("echo")
    office.complete(office.task("ask").id, by="minh")

    ran = office.run_jobs()

    (incident,) = office.incidents()
    assert ran == SOME_ROUNDS + 1
    assert (incident.code, incident.element_id) == ("event.goes_round", "answer")
    assert [task.element_id for task in office.open_tasks()] == ["work"]
    office.complete(office.task("work").id, by="minh")
    assert office.case(case.id).end_element_id == "end"
    with office.session() as session:
        assert [each for _, faults in consistency.check_all(session, office.now) for each in faults] == []


def test_trying_again_without_mending_the_diagram_is_the_same_incident_once_more(office: Any, echo: Any) -> None:
    office.deploy(echo(SIGNAL, BELL))
    office.start("echo")
    office.complete(office.task("ask").id, by="minh")
    office.run_jobs()
    (incident,) = office.incidents()

    office.write(
        lambda session: incidents.retry(session, incident.id, by=office.person(session, "admin"), at=office.now)
    )
    ran = office.run_jobs()

    (again,) = office.incidents()
    assert ran == 1
    assert (again.code, again.element_id) == (incident.code, incident.element_id)
    assert again.id != incident.id


def test_cases_that_answer_each_other_in_a_circle_end_however_many_they_are(office: Any, echo: Any) -> None:
    office.deploy(echo(SIGNAL, BELL))
    for _ in range(5):
        office.start("echo")
    first, *_ = office.open_tasks("ask")
    office.complete(first.id, by="minh")

    ran = office.run_jobs()

    assert ran < 5 * SOME_ROUNDS
    assert [(incident.code, incident.element_id) for incident in office.incidents()] == [
        ("event.goes_round", "answer")
    ] * 5


def test_a_signal_that_many_cases_hear_and_answer_once_reaches_them_all(office: Any, pen: Any) -> None:
    heard = pen.node("intermediateCatchEvent", "hear", SIGNAL)
    told = pen.node("intermediateThrowEvent", "tell", '<signalEventDefinition signalRef="done" />')
    office.deploy(
        pen.process(
            "crowd",
            pen.start(),
            heard,
            told,
            pen.end(),
            flows="start > hear > tell > end",
            globals=BELL + '<signal id="done" name="done" />',
        ),
        pen.process("ringer", pen.start(), pen.end("end", SIGNAL), flows="start > end", globals=BELL),
    )
    for _ in range(SOME_ROUNDS + 5):
        office.start("crowd")

    office.start("ringer")
    ran = office.run_jobs()

    assert ran == SOME_ROUNDS + 6
    assert office.incidents() == []


def test_a_process_that_starts_itself_by_a_message_ends_in_an_incident(office: Any, pen: Any) -> None:
    message = pen.message("call")
    office.deploy(
        pen.process(
            "again",
            pen.start("first"),
            pen.start("start", MESSAGE),
            pen.end("end", MESSAGE),
            flows="first > end\nstart > end",
            globals=message,
        )
    )
    office.start("again")

    ran = office.run_jobs()

    assert ran == SOME_ROUNDS
    assert [incident.code for incident in office.incidents()] == ["event.goes_round"]


def test_what_a_person_sets_going_every_time_may_go_round_for_ever(office: Any, pen: Any) -> None:
    catch = pen.node("intermediateCatchEvent", "hear", SIGNAL)
    office.deploy(
        pen.process(
            "round",
            pen.start(),
            pen.user("work", assignee="=starter"),
            pen.node("parallelGateway", "fork"),
            pen.node("parallelGateway", "join"),
            pen.node("intermediateThrowEvent", "ring", SIGNAL),
            catch,
            pen.node("exclusiveGateway", "more", default="more_to_work"),
            pen.end(),
            flows="start > work > fork > ring > join > more > work\nfork > hear > join\nmore > end : =is_over",
            globals=BELL,
        )
    )
    office.start("round")

    for _ in range(SOME_ROUNDS + 5):
        office.complete(office.task("work").id, by="minh")
        office.run_jobs()

    assert office.incidents() == []
    assert office.task("work")
