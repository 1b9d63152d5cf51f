"""What the forecast says of steps that rules pass over or lead elsewhere, and what a repair shows before it is done."""

from typing import Any

from engine import forecast, repair


def test_the_forecast_knows_what_will_be_skipped_and_who_gets_it_instead(approval: Any) -> None:
    people = {"check": '="lan"', "review": '="lan"', "approve": '="minh"', "close": '="bao"'}
    rules = {"when_repeated": "skip:approved", "when_starter": "superior"}
    approval.draw(*(approval.step(key, assignee=who) for key, who in people.items()), **rules)
    approval.begin()
    task = approval.office.task("check")

    with approval.office.session() as session:
        case = approval.office.case(approval.cases[0])
        ahead = list(forecast.from_task(session, case, task.token_id, approval.office.now).path())

    assert [(each.element_id, each.holder) for each in ahead] == [("approve", "Nguyễn Thu"), ("close", "Phạm Bảo")]
    assert approval.told("task.skipped", "approver.replaced") == []


def test_what_an_operator_moves_to_a_step_stands_there_even_if_it_would_be_skipped(approval: Any) -> None:
    approval.draw(
        approval.step("check", assignee='="thu"'),
        approval.step("approve", assignee='="lan"', when_starter="skip:approved"),
    )
    approval.begin(by="lan")
    moves = [repair.Move(approval.office.task("check").token_id, "approve")]

    def preview(session: Any) -> Any:
        case, who = approval.office.case(approval.cases[0]), approval.office.person(session, "admin")
        return repair.preview(session, case, moves, by=who, at=approval.office.now)

    seen = approval.office.write(preview)
    approval.office.write(
        lambda session: repair.move(
            session,
            approval.cases[0],
            moves,
            preview_revision=seen.revision,
            by=approval.office.person(session, "admin"),
            reason="Bước trước thừa",
            at=approval.office.now,
        )
    )

    assert [each.element_id for each in seen.opened] == ["approve"]
    assert approval.open() == [("approve", "lan")]
