"""What the rules cost the database: nothing, for whoever completes a step is known to be who approved before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from engine import runtime


@contextmanager
def counted(office: Any) -> Iterator[list[tuple[str, Any]]]:
    """Count the statements that go to the driver, with their values."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        said.append((statement, values))

    event.listen(office.engine, "before_cursor_execute", note)
    yield said
    event.remove(office.engine, "before_cursor_execute", note)


def cost_of_a_step(approval: Any, key: str, **rules: str) -> int:
    """Return how many statements it takes to complete a step after which another one opens."""
    people = {"check": '="lan"', "approve": '="thu"'}
    approval.draw(*(approval.step(name, assignee=who) for name, who in people.items()), key=key, **rules)
    approval.begin(key=key)
    task = approval.office.task("check")
    with counted(approval.office) as said:
        approval.office.complete(task.id, "lan", "approved")
    approval.done("approve", "thu")
    return len(said)


def test_a_step_costs_as_many_statements_with_rules_as_without(approval: Any) -> None:
    cost_of_a_step(approval, "warm_up")
    without = cost_of_a_step(approval, "without")

    rules = dict.fromkeys(("when_nobody", "when_absent", "when_starter", "when_repeated"), "superior")
    assert cost_of_a_step(approval, "with_rules", **rules) == without


@pytest.mark.only_on("sqlite")
def test_who_did_the_step_before_is_looked_up_in_the_case_and_not_among_all(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee='="lan"'), when_repeated="superior")
    approval.begin()
    at = approval.office.now
    with approval.office.session() as session:
        instance = runtime.case_by_id(session, approval.cases[0])
        appointer = runtime.appointer_of(session, instance, runtime.environment_of(session, instance, at), at)
        assert appointer is not None
        with counted(approval.office) as said:
            found = appointer.approvers_before("approve")

        assert found == {approval.office.person(session, "minh").id}
        [(statement, values)] = [each for each in said if "history.kind" in each[0]]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert not [row for row in plan if "SCAN process_instance" in row[-1]]
