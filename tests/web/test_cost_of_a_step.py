"""What one press of a button costs the database: statements and commits, counted at SQLAlchemy's engine.

A statement is what goes to the driver in one call, so many rows of one INSERT count once. `BEGIN`, `COMMIT` and, on
PostgreSQL, the lock of the case are no statements here, PRAGMAs and SETs belong to a new connection. The page is opened
first, as people do: it parses diagram and form. One of the statements is that of the notices, however many they are.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from web.database import db

MOST_STATEMENTS = 13
LOCK = "FOR NO KEY UPDATE"


class Traffic:
    """What went to the database since `forget`: one list of statements per committed transaction."""

    def __init__(self) -> None:
        self.committed: list[list[str]] = []
        self.open: list[str] = []

    def forget(self) -> None:
        """Begin to count anew."""
        self.committed, self.open = [], []

    def saw(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """Note a statement."""
        if not statement.startswith(("BEGIN", "PRAGMA")) and not statement.endswith(LOCK):
            self.open.append(" ".join(statement.split()))

    def saw_commit(self, _connection: Any) -> None:
        """Note a commit."""
        self.committed.append(self.open)
        self.open = []


@pytest.fixture
def traffic(site: Any) -> Iterator[Traffic]:
    """Listen to the site's database."""
    heard = Traffic()
    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", heard.saw)
    event.listen(engine, "commit", heard.saw_commit)
    yield heard
    event.remove(engine, "before_cursor_execute", heard.saw)
    event.remove(engine, "commit", heard.saw_commit)


def press(site: Any, traffic: Traffic, username: str, outcome: str, **sent: Any) -> None:
    """Open the task's page, then press a button and count."""
    visitor, task = site.visit(username), site.the_task()
    assert visitor.get(f"/tasks/{task.id}").status_code == 200
    traffic.forget()
    response = visitor.complete(task.id, outcome, **sent)
    assert response.status_code == 303, response.text


def test_a_signature_in_the_middle_of_the_chain_takes_13_statements_and_one_commit(
    site: Any, journey: Any, traffic: Traffic
) -> None:
    journey.submit()
    journey.sign("nguyen.thu")

    press(site, traffic, "vu.ha", "sign")

    [statements] = traffic.committed
    assert len(statements) <= MOST_STATEMENTS, statements
    assert [each.split(" (")[0] for each in statements if " notice " in each] == ["INSERT INTO notice"]


def test_a_signature_over_a_draft_takes_one_statement_more(site: Any, journey: Any, traffic: Traffic) -> None:
    journey.submit()
    thu = site.visit("nguyen.thu")
    assert thu.post(f"/tasks/{site.the_task().id}/draft", {"data": "{}", "revision": 0}).status_code == 200

    press(site, traffic, "nguyen.thu", "sign")

    [statements] = traffic.committed
    assert len(statements) <= MOST_STATEMENTS + 1, statements
    assert [each.split(" WHERE")[0] for each in statements if "task_draft" in each] == ["DELETE FROM task_draft"]


def test_the_last_signature_which_offers_the_task_to_the_clerks_takes_13_statements_and_one_commit(
    site: Any, journey: Any, traffic: Traffic
) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh")

    press(site, traffic, "pham.bao", "sign")

    assert site.the_task().candidate_groups == ["VPS/records_clerk"]
    [statements] = traffic.committed
    assert len(statements) <= MOST_STATEMENTS, statements


def test_a_return_that_voids_three_signatures_takes_13_statements_and_one_commit(
    site: Any, journey: Any, traffic: Traffic
) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan")

    press(site, traffic, "tran.hanh", "return", reason="Thiếu số khung.")

    [statements] = traffic.committed
    assert len(statements) <= MOST_STATEMENTS, statements


def test_the_clerks_own_press_takes_13_statements_and_one_commit_and_its_job_transactions_of_its_own(
    site: Any, journey: Any, traffic: Traffic
) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    site.visit("bui.mai").post(f"/tasks/{site.the_task().id}/claim")

    press(site, traffic, "bui.mai", "issue", values={"issued_on": "2026-03-02", "recipients": "Lưu: VT, VP."})

    own, lease, job_and_next_look = traffic.committed
    assert len(own) <= MOST_STATEMENTS, own
    assert len(lease) == 2, lease
    assert len(job_and_next_look) <= MOST_STATEMENTS, job_and_next_look
    assert site.the_case().state == "ended"


@pytest.mark.parametrize("page", ["/", "/?tab=unit", "/cases"])
def test_what_waits_for_a_person_is_counted_once_a_page(site: Any, journey: Any, traffic: Traffic, page: str) -> None:
    journey.submit()
    head = site.visit("nguyen.thu")
    traffic.forget()

    assert head.get(page).status_code == 200

    statements = [*traffic.open, *(each for committed in traffic.committed for each in committed)]
    assert len([each for each in statements if " AS late" in each]) == 1
