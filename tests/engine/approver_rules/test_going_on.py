"""What people do with a case whose steps were passed over: withdraw, send back, look at what has been done."""

from typing import Any

from engine import repair
from engine.model import UserTask
from engine.verbs import withdrawing

HEAD = '="lan"'


def withdraw(approval: Any, element_id: str, by: str) -> None:
    def do(session: Any) -> None:
        done = [each for each in tasks_of(session) if each.element_id == element_id and each.completed_by_id]
        withdrawing.withdraw(session, done[-1].id, by=approval.office.person(session, by), at=approval.office.now)

    approval.office.later(minutes=1)
    approval.office.write(do)
    approval.check()


def tasks_of(session: Any) -> list[Any]:
    return list(session.query(UserTask).order_by(UserTask.completed_at))


def test_whoever_has_just_approved_withdraws_across_the_step_that_was_passed(approval: Any) -> None:
    people = {"check": HEAD, "review": HEAD, "approve": '="bao"'}
    approval.draw(*(approval.step(key, assignee=who) for key, who in people.items()), when_repeated="skip:approved")
    approval.begin()
    approval.done("check", "lan")
    assert approval.open() == [("approve", "bao")]

    withdraw(approval, "check", "lan")

    assert approval.open() == [("check", "lan")]
    approval.done("check", "lan")
    assert approval.open() == [("approve", "bao")]
    assert [element for element, _said in approval.told("task.skipped")] == ["review", "review"]


def test_nobody_is_offered_a_passed_step_to_send_the_task_back_to(approval: Any) -> None:
    people = {"check": HEAD, "review": HEAD, "approve": '="bao"'}
    approval.draw(*(approval.step(key, assignee=who) for key, who in people.items()), when_repeated="skip:approved")
    approval.begin()
    approval.done("check", "lan")

    assert approval.targets("approve", "bao") == ["check", "write"]


def test_a_step_that_went_to_the_superior_goes_back_to_the_superior(approval: Any) -> None:
    people = {"approve": HEAD, "close": '="thu"'}
    approval.draw(*(approval.step(key, assignee=who) for key, who in people.items()), when_starter="superior")
    approval.begin(by="lan")
    approval.done("approve", "bao")

    approval.send_back("close", "thu", to="approve")

    assert approval.open() == [("approve", "bao")]


def test_a_case_that_was_stopped_is_cancelled_with_its_incident(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_starter="stop")
    approval.begin(by="lan")

    approval.office.write(
        lambda session: repair.cancel(
            session,
            approval.cases[0],
            by=approval.office.person(session, "admin"),
            reason="Lập nhầm",
            at=approval.office.now,
        )
    )

    approval.check()
    assert (approval.state, approval.office.incidents()) == ("cancelled", [])
