"""Rows and tokens agree in a sound office; where a row was lost, doubled or orphaned, the check names it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import consistency, runtime
from engine.hooks import JobCall
from engine.model import (
    Consultation,
    ConsultationState,
    Job,
    Person,
    ProcessInstance,
    Subscription,
    TaskCandidate,
    UserTask,
)
from engine.verbs import consulting


@pytest.fixture
def busy(office: Any, pen: Any) -> Any:
    """An office with a case that waits for people, a group, a timer, a message and a handler, all at once."""
    office.deploy(
        pen.process(
            "busy",
            pen.start(),
            pen.node("parallelGateway", "split"),
            pen.user("draft", assignee="minh"),
            pen.user("register", groups="VPS/records_clerk"),
            pen.node("intermediateCatchEvent", "pause", pen.timer("PT1H")),
            pen.node("intermediateCatchEvent", "answer", '<messageEventDefinition messageRef="answered" />'),
            pen.service("send", "test.send"),
            flows="""
                start > split > draft
                split > register
                split > pause
                split > answer
                split > send
            """,
            globals=pen.message("answered", key='="k1"'),
        )
    )
    office.start("busy")
    return office


def nothing_to_say(_call: JobCall) -> dict[str, object]:
    """Do the job."""
    return {}


def found(office: Any) -> list[str]:
    """Return what the check of all cases says."""
    with office.session() as session:
        return [each.what for _, faults in consistency.check_all(session, office.now) for each in faults]


def test_a_case_that_waits_for_everything_at_once_is_sound(busy: Any) -> None:
    assert found(busy) == []


def test_a_case_stays_sound_from_step_to_step_to_its_end(busy: Any) -> None:
    for name, by in (("draft", "minh"), ("register", "mai")):
        busy.complete(busy.task(name).id, by)
        assert found(busy) == []
    busy.later(hours=2)
    busy.handlers["test.send"] = nothing_to_say
    busy.run_jobs()

    assert found(busy) == []


def test_a_cancelled_case_is_sound(busy: Any) -> None:
    def cancel(session: Any) -> None:
        instance_id = session.scalars(select(ProcessInstance.id)).one()
        runtime.cancel(session, runtime.lock(session, instance_id), actor=None, at=busy.now)

    busy.write(cancel)

    assert found(busy) == []


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (delete(UserTask).where(UserTask.element_id == "draft"), "user_task without its row"),
        (delete(Job).where(Job.element_id == "pause"), "timer without its row"),
        (delete(Job).where(Job.element_id == "send"), "job without its row"),
        (delete(Subscription), "message without its row"),
        (delete(TaskCandidate), "a task that nobody can see"),
    ],
)
def test_a_lost_row_is_named(busy: Any, lost: Any, said: str) -> None:
    busy.write(lambda session: session.execute(lost))

    assert found(busy) == [said]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (update(UserTask).where(UserTask.element_id == "draft").values(token_id="gone"), "user_task row that nothing"),
        (update(Job).where(Job.element_id == "pause").values(token_id="gone"), "timer row that nothing"),
        (update(ProcessInstance).values(state="ended"), "the case is ended, its state is live"),
        (update(ProcessInstance).values(open_incidents=3), "0 open incidents, counted as 3"),
        (
            update(UserTask).where(UserTask.element_id == "draft").values(started_unit="SCT"),
            "a task that tells another",
        ),
        (
            update(UserTask).where(UserTask.element_id == "draft").values(definition_id=None),
            "a task that tells another",
        ),
    ],
)
def test_a_row_that_lies_is_named(busy: Any, changed: Any, said: str) -> None:
    busy.write(lambda session: session.execute(changed))

    assert any(each.startswith(said) for each in found(busy))


@pytest.fixture
def asking(busy: Any) -> Any:
    """The same office, where the drafter waits for the opinion of somebody."""

    def ask(session: Session) -> None:
        minh, task_id = busy.person(session, "minh"), busy.task("draft").id
        consulting.consult(session, task_id, to=["lan"], by=minh, question="Được không?", due_at=None, at=busy.now)

    busy.write(ask)
    return busy


def test_a_task_with_a_question_is_sound(asking: Any) -> None:
    assert found(asking) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (update(UserTask).where(UserTask.element_id == "draft").values(open_questions=0), "1 open questions, counted"),
        (update(Consultation).values(state=ConsultationState.CLOSED), "0 open questions, counted as 1"),
        (update(UserTask).where(UserTask.element_id == "draft").values(state="completed"), "an open question about a"),
    ],
)
def test_questions_that_are_counted_wrong_are_named(asking: Any, changed: Any, said: str) -> None:
    asking.write(lambda session: session.execute(changed))

    assert any(each.startswith(said) for each in found(asking))


def test_a_task_offered_only_to_people_who_have_left_is_seen_by_nobody(busy: Any) -> None:
    clerks = update(Person).where(Person.username.in_(["mai", "quynh"])).values(is_active=False)
    busy.write(lambda session: session.execute(clerks))
    busy.now += timedelta(days=1)  # the directory is read once a day, or when it says that it changed

    assert found(busy) == ["a task that nobody can see"]


@pytest.mark.parametrize("state", ["", '{"format": 99}', '{"format": 1}'])
def test_a_state_that_cannot_be_read_is_named_and_the_other_cases_are_checked(busy: Any, state: str) -> None:
    torn, other = busy.case(busy.task("draft").instance_id), busy.start("busy")
    busy.write(
        lambda session: session.execute(
            update(ProcessInstance).where(ProcessInstance.id == torn.id).values(state_text=state)
        )
    )

    with busy.session() as session:
        checked = {
            case.business_key: [each.what for each in faults]
            for case, faults in consistency.check_all(session, busy.now)
        }

    assert checked == {torn.business_key: ["the state cannot be read"], other.business_key: []}
