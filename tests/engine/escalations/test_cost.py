"""What escalation rules cost: nothing where there are none, one more row for a task, and what is due when it is due."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, event, insert, inspect, select

from engine.model import Job, ProcessInstance, UserTask

RULES = '=[{at: "50%", to: "assignee"}, {at: "due - 4 hours", to: ["assignee", "head"]}]'
FEW, MANY, MOST_FOR_ONE_TASK = 10, 100, 14
"""Four of them take the row in hand, a fifth is the beginning of a transaction."""


@contextmanager
def statements(engine: Engine) -> Iterator[Counter[str]]:
    """Count what a block asks the database, by verb and table."""
    said: Counter[str] = Counter()

    def hear(_connection: Any, _cursor: Any, statement: str, _parameters: Any, *_more: Any) -> None:
        words = statement.split()
        said[" ".join(words[:3]) if words[0] != "SELECT" else "SELECT"] += 1

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def two_steps(watch: Any, rules: str) -> bytes:
    """Return a process whose second task has rules, or none."""
    pen, lc = watch.pen, {"escalate": rules} if rules else {}
    read, sign = pen.user("read", assignee="an"), pen.user("sign", assignee="lan", due="=working hours(10)", lc=lc)
    xml: bytes = pen.process("paper", pen.start(), read, sign, pen.end(), flows="start > read > sign > end")
    return xml


def cost_of_both_steps(watch: Any, rules: str) -> tuple[Counter[str], Counter[str]]:
    """Return what completing the first task costs, which opens the second, and what completing that one does."""
    office = watch.office
    office.deploy(two_steps(watch, rules))
    office.start("paper")  # the definition is read, the directory known
    read = office.open_tasks("read")[-1]
    with statements(office.engine) as opening:
        office.complete(read.id, "an")
    [sign] = [task for task in office.open_tasks("sign") if task.instance_id == read.instance_id]
    with statements(office.engine) as ending:
        office.complete(sign.id, "lan")
    return opening, ending


def test_a_task_with_rules_costs_one_insert_when_it_opens_and_one_update_when_it_ends(watch: Any) -> None:
    cost_of_both_steps(watch, "")
    plain = cost_of_both_steps(watch, "=[]")
    ruled = cost_of_both_steps(watch, RULES)

    assert ruled[0] - plain[0] == Counter({"INSERT INTO job": 1})
    assert ruled[1] - plain[1] == Counter({"UPDATE job SET": 1})
    assert (plain[0] - ruled[0], plain[1] - ruled[1]) == (Counter(), Counter())


def test_a_hundred_that_are_due_cost_what_ten_cost_ten_times_among_thousands_that_are_not(watch: Any) -> None:
    office, case = watch.office, watch.begin(RULES)  # 14:30 and 15:30 on Monday
    office.write(lambda session: copy(session, case.id, FEW - 1))
    with statements(office.engine) as alone:
        assert watch.go_to(watch.at(2, 15)) == FEW
    office.write(lambda session: copy(session, case.id, MANY - FEW))
    office.write(lambda session: copy(session, case.id, 3000, due_in=timedelta(days=365)))
    with statements(office.engine) as among:
        assert watch.go_to(watch.at(2, 16)) == MANY

    assert sum(among.values()) <= sum(alone.values()) * MANY / FEW
    assert sum(alone.values()) < (FEW + 1) * MOST_FOR_ONE_TASK


def copy(session: Any, case_id: UUID, count: int, due_in: timedelta = timedelta()) -> None:
    """Write cases that stand as one does, their rows perhaps due later."""
    for_each = [uuid4() for _ in range(count)]
    case = row_of(session, select(ProcessInstance).where(ProcessInstance.id == case_id))
    task, job = (
        row_of(session, select(kind).where(kind.instance_id == case_id).order_by(kind.created_at.desc()))
        for kind in (UserTask, Job)
    )
    later = {"due_at": job["due_at"] + due_in}
    session.execute(insert(ProcessInstance), [{**case, "id": each, "business_key": each.hex} for each in for_each])
    session.execute(insert(UserTask), [{**task, "id": uuid4(), "instance_id": each} for each in for_each])
    session.execute(insert(Job), [{**job, **later, "id": uuid4(), "instance_id": each} for each in for_each])


def row_of(session: Any, query: Any) -> dict[str, Any]:
    """Return the columns of the first row by attribute, the row itself being made anew."""
    found = session.scalars(query).first()
    return {each.key: getattr(found, each.key) for each in inspect(type(found)).column_attrs}
