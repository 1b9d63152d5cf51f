"""What the rules cost the database: nothing, for whoever completes a step is known to be who approved before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event


@contextmanager
def counted(office: Any) -> Iterator[list[str]]:
    """Count the statements that go to the driver."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

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
