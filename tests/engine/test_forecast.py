"""The forecast is what then happens: the same steps, the same holders, the same due times."""

from typing import Any

import pytest

from engine import forecast, runtime, tasks
from engine.forecast import Ahead

RETURN = '={label: "Trả lại", style: "warn", reason: true}'


@pytest.fixture
def route(office: Any, pen: Any) -> Any:
    """An office where a paper goes to the units of a list, then to a machine, then to the clerks."""
    over_units = pen.node(
        "multiInstanceLoopCharacteristics",
        "units",
        '<extensionElements><zeebe:loopCharacteristics inputCollection="=chain" inputElement="unit" />'
        '</extensionElements><completionCondition>=outcome = "return"</completionCondition>',
        isSequential="true",
    )
    office.deploy(
        pen.process(
            "route",
            pen.start(),
            pen.node("exclusiveGateway", "first_or_again"),
            pen.user("draft", assignee="=starter"),
            pen.user(
                "sign",
                assignee="=leader of(unit)",
                due='=duration("PT4H")',
                inside=over_units,
                lc={
                    "step": "=unit",
                    "outcome.return": RETURN,
                    "outcome.sign": '={label: "Ký", style: "main"}',
                },
            ),
            pen.node("exclusiveGateway", "is_signed", default="is_signed_to_first_or_again"),
            pen.service("stamp", "test.stamp"),
            pen.user("issue", groups='=["VPS/records_clerk"]', due='=duration("P1D")'),
            pen.end("issued"),
            flows=(
                "start > first_or_again > draft > sign > is_signed\n"
                'is_signed > stamp : =outcome = "sign"\n'
                "is_signed > first_or_again\n"
                "stamp > issue > issued"
            ),
        )
    )
    office.handlers["test.stamp"] = lambda _call: {}
    office.start("route", chain=["VPS", "P.KHTCTH", "LĐS"])
    return office


def ahead_of(office: Any) -> forecast.Forecaster:
    task = office.task()
    with office.session() as session:
        case = runtime.case_by_id(session, task.instance_id)
        return forecast.from_task(session, case, task.token_id, office.now)


def as_it_came(office: Any) -> Ahead | None:
    """Return the open task as a forecast would have put it."""
    open_tasks = office.open_tasks()
    if not open_tasks:
        return None
    (task,) = open_tasks
    with office.session() as session:
        holder = task.assignee.full_name if task.assignee else "Văn thư · VPS"
        design = tasks.design_of(session, tasks.find(session, task.id))
    return Ahead(task.element_id, task.step, design.element.name, holder, task.due_at)


def go_on(office: Any, outcome: str | None = None, reason: str | None = None) -> None:
    """End the open task with its main outcome, or another, as its holder would, and let the machines work."""
    task = office.task()
    with office.session() as session:
        main = tasks.design_of(session, tasks.find(session, task.id)).main_outcome.key
    office.complete(task.id, task.assignee.username if task.assignee else "mai", outcome or main, reason)
    office.run_jobs()


def test_the_path_ahead_is_the_path_then_taken(route: Any) -> None:
    foretold = list(ahead_of(route).path())

    came = []
    while route.open_tasks():
        go_on(route)
        came.append(as_it_came(route))

    assert foretold == came[:-1]
    assert came[-1] is None
    assert [each.step for each in foretold] == ["VPS", "P.KHTCTH", "LĐS", "Việc issue"]
    assert [each.holder for each in foretold] == ["Nguyễn Thu", "Hoàng Lan", "Phạm Bảo", "Văn thư · VPS"]


def test_what_comes_after_each_button_is_what_then_comes(route: Any) -> None:
    go_on(route)
    task = route.task("sign")
    with route.session() as session:
        outcomes = tasks.design_of(session, tasks.find(session, task.id)).outcomes
    foretold = {key: ahead_of(route).next_after(outcome) for key, outcome in outcomes.items()}

    go_on(route, "sign")
    assert foretold["sign"] == [as_it_came(route)]
    go_on(route, "return", "Sai thể thức")

    assert foretold["return"] == [as_it_came(route)]
    assert (foretold["return"][0].element_id, foretold["return"][0].holder) == ("draft", "Ngô Minh")


def test_nothing_comes_after_the_last_step(route: Any) -> None:
    for _step in range(4):
        go_on(route)
    task = route.task("issue")
    with route.session() as session:
        main = tasks.design_of(session, tasks.find(session, task.id)).main_outcome

    assert ahead_of(route).next_after(main) == []
    assert list(ahead_of(route).path()) == []


def test_looking_ahead_stores_nothing_and_moves_nothing(route: Any) -> None:
    before, state = route.counts(), route.case(route.task().instance_id).state_text

    list(ahead_of(route).path())

    assert route.counts() == before
    assert route.case(route.task().instance_id).state_text == state


def test_tasks_that_are_open_beside_are_not_foretold_as_new(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "both",
            pen.start(),
            pen.node("parallelGateway", "split"),
            pen.user("left", assignee="=starter"),
            pen.user("right", assignee="lan"),
            pen.node("parallelGateway", "join"),
            pen.user("after", assignee="bao"),
            flows="start > split > left > join > after\nsplit > right > join",
        )
    )
    office.start("both")
    left = office.task("left")
    with office.session() as session:
        case = runtime.case_by_id(session, left.instance_id)
        ahead = forecast.from_task(session, case, left.token_id, office.now)
        main = tasks.design_of(session, tasks.find(session, left.id)).main_outcome

    assert ahead.next_after(main) == []
    assert [each.element_id for each in ahead.path()] == ["after"]


def test_a_forecast_of_a_loop_that_nobody_ends_comes_to_an_end(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "round",
            pen.start(),
            pen.node("exclusiveGateway", "again"),
            pen.user("work", assignee="=starter"),
            pen.node("exclusiveGateway", "is_done", default="is_done_to_again"),
            pen.end(),
            flows="start > again > work > is_done > again\nis_done > end : =enough = true",
        )
    )
    office.start("round")

    assert len(list(ahead_of(office).path())) == forecast.FARTHEST
