"""Cancelling by the starter: while nothing binding was done, or as long as the process says."""

from typing import Any

import pytest

from engine.model import InstanceState
from engine.verbs import cancelling


def code(table: Any, by: str) -> str | None:
    with table.office.session() as session:
        answer = cancelling.may_cancel(session, table.office.case(table.case_id), table.office.person(session, by))
        return answer.refusal.code if answer.refusal else None


def test_the_starter_ends_the_own_case_with_a_reason_and_nothing_is_deleted(row: Any) -> None:
    row.complete("write", "minh")
    row.cancel("minh", reason="Không cần nữa")

    assert row.office.case(row.case_id).state is InstanceState.CANCELLED
    assert row.open() == []
    assert row.last("case.cancelled").data["reason"] == "Không cần nữa"


def test_after_the_first_signature_the_starter_cancels_no_more(row: Any) -> None:
    row.complete("write", "minh")
    row.complete("first", "thu", "sign")

    assert code(row, "minh") == "case.signed_already"
    row.complete("second", "bao", "return", reason="Sai")
    assert code(row, "minh") is None


def test_after_a_job_is_done_the_starter_cancels_no_more(lay: Any, pen: Any) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.service("number", "give_number"),
        pen.user("check", assignee="thu"),
        flows="start > write > number > check > end",
    )
    table.office.handlers["give_number"] = lambda _call: {}
    table.complete("write", "minh")
    assert code(table, "minh") is None
    table.office.run_jobs()

    assert code(table, "minh") == "case.too_far_to_cancel"


@pytest.mark.parametrize(
    ("until", "after_first", "after_second"),
    [("never", "case.cancelling_forbidden", "case.cancelling_forbidden"), ("second", None, "case.too_far_to_cancel")],
)
def test_the_process_says_until_when(
    lay: Any, pen: Any, until: str, after_first: str | None, after_second: str | None
) -> None:
    table = lay(
        pen.user("write", assignee="minh"),
        pen.user("first", assignee="thu"),
        pen.user("second", assignee="bao"),
        pen.user("last", assignee="mai"),
        flows="start > write > first > second > last > end",
        properties={"cancel_until": until},
    )
    table.complete("write", "minh")
    assert code(table, "minh") is None

    table.complete("first", "thu")
    first = code(table, "minh")
    table.complete("second", "bao")

    assert (first, code(table, "minh")) == (after_first, after_second)


def test_each_refusal_says_why_and_stores_nothing(row: Any) -> None:
    assert row.refusal(lambda: row.cancel("thu")) == "case.not_the_starter"
    assert row.refusal(lambda: row.cancel("minh", reason="")) == "verb.words_missing"
    row.cancel("minh")
    assert row.refusal(lambda: row.cancel("minh")) == "case.over"
