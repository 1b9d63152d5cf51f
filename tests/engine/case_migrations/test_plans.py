"""The plan: what is guessed, what stands where, what stands against it, what will be different."""

from typing import Any

import pytest

from engine.case_migrations.guesses import Origin
from engine.case_migrations.plans import MapRefused, Plan, PlannedElement


def planned(plan: Plan, element_id: str) -> PlannedElement:
    return next(each for each in plan.elements if each.element.element_id == element_id)


def named(pen: Any, element_id: str, name: str, **more: Any) -> str:
    drawn: str = pen.user(element_id, assignee="lan", **more)
    return drawn.replace(f'name="Việc {element_id}"', f'name="{name}"')


def chain(office: Any, pen: Any, *tasks: tuple[str, str]) -> None:
    """Deploy a process of user tasks one after another, given by id and name."""
    flows = " > ".join(["start", *(element_id for element_id, _name in tasks), "end"])
    drawn = [named(pen, element_id, name) for element_id, name in tasks]
    office.deploy(pen.process("leave", pen.start(), *drawn, pen.end(), flows=flows))


def test_the_map_is_guessed_by_id_then_by_an_unambiguous_name(office: Any, pen: Any, carrier: Any) -> None:
    chain(office, pen, ("draft", "Soạn"), ("check", "Thẩm định"), ("ask", "Lấy ý kiến"), ("sign", "Ký"))
    chain(office, pen, ("draft", "Dự thảo"), ("review", "thẩm  định"), ("first", "Lấy ý kiến"), ("again", "Lấy ý kiến"))

    plan = carrier.plan("leave")

    found = {each.element.element_id: (each.origin, each.target and each.target.element_id) for each in plan.elements}
    assert found == {
        "draft": (Origin.SAME_ID, "draft"),
        "check": (Origin.SAME_NAME, "review"),
        "ask": (Origin.NONE, None),
        "sign": (Origin.NONE, None),
    }


def test_the_operators_choice_stands_above_the_guess(office: Any, pen: Any, carrier: Any) -> None:
    chain(office, pen, ("draft", "Soạn"), ("check", "Thẩm định"))
    chain(office, pen, ("draft", "Soạn"), ("review", "Thẩm định"))

    plan = carrier.plan("leave", {"check": "draft", "draft": ""})

    assert [(each.origin, each.target and each.target.element_id) for each in plan.elements] == [
        (Origin.NONE, None),
        (Origin.CHOSEN, "draft"),
    ]
    assert plan.route.elements == {"draft": "", "check": "draft"}


def test_cases_are_counted_where_they_stand(office: Any, pen: Any, carrier: Any) -> None:
    chain(office, pen, ("draft", "Soạn"), ("check", "Thẩm định"))
    for _ in range(3):
        office.start("leave")
    office.complete(office.open_tasks()[0].id, by="lan")
    chain(office, pen, ("draft", "Soạn"))

    plan = carrier.plan("leave")

    assert [(each.element.element_id, each.cases) for each in plan.elements] == [("draft", 2), ("check", 1)]
    assert (plan.running, plan.stopped_at) == (3, 1)
    problem = planned(plan, "check").problem
    assert problem is not None
    assert problem.code == "migration.no_place"


def test_an_element_that_only_an_incident_holds_is_listed(office: Any, pen: Any, carrier: Any) -> None:
    for name in ("is_good", "is_fine"):
        gateway = pen.node("exclusiveGateway", name)
        paid = pen.user("pay", assignee="lan")
        office.deploy(
            pen.process("leave", pen.start(), gateway, paid, flows=f"start > {name}\n{name} > pay : =amount > 5")
        )
        if name == "is_good":
            office.start("leave", amount=1)

    plan = carrier.plan("leave")

    assert [(each.element.element_id, each.cases) for each in plan.elements] == [("is_good", 1), ("pay", 0)]


def test_only_elements_of_the_same_kind_are_offered(office: Any, pen: Any, carrier: Any) -> None:
    chain(office, pen, ("draft", "Soạn"))
    chain(office, pen, ("write", "Viết"), ("check", "Thẩm định"))

    plan = carrier.plan("leave")

    offered = plan.choices(plan.elements[0].element)
    assert [each.element_id for each in offered] == ["write", "check"]


def test_the_list_follows_the_drawing_with_events_beside_their_host(office: Any, pen: Any, carrier: Any) -> None:
    late = pen.node("boundaryEvent", "late", pen.timer("PT4H"), attachedToRef="write")
    inside = pen.start("begin") + pen.user("write", assignee="lan") + late + pen.user("chase", assignee="lan")
    inner = pen.node("subProcess", "prepare", inside + "".join(pen._flows("begin > write\nlate > chase")))
    tasks = [pen.user("sign", assignee="bao"), pen.user("draft", assignee="lan")]
    for _ in range(2):
        office.deploy(pen.process("leave", *tasks, inner, pen.start(), flows="start > draft > prepare > sign"))
        tasks.append(pen.user("file_away", assignee="mai"))

    listed = [each.element.element_id for each in carrier.plan("leave").elements]

    assert listed == ["draft", "prepare", "write", "late", "chase", "sign"]


def test_what_will_be_different_is_said(office: Any, pen: Any, carrier: Any) -> None:
    def deploy(job_type: str, called: str, event: str, duration: str) -> None:
        late = pen.node("boundaryEvent", event, pen.timer(duration), attachedToRef="approve")
        wait = pen.node("intermediateCatchEvent", "pause", pen.timer(duration))
        done = (pen.start(), pen.user("approve", assignee="lan"), late, wait, pen.user("chase", assignee="an"))
        office.deploy(
            pen.process(
                "leave",
                *done,
                pen.service("send", job_type),
                pen.call("ask", called),
                flows=f"start > approve > pause > send > ask\n{event} > chase",
            )
        )

    deploy("test.fax", "inner", "late", "PT4H")
    deploy("test.mail", "other", "overdue", "PT8H")

    plan = carrier.plan("leave")

    said = {each.element.element_id: " ".join(note.en for note in each.notes) for each in plan.elements}
    assert "'test.fax' to 'test.mail'" in said["send"]
    assert "go on with 'inner'" in said["ask"]
    assert "keep the moment" in said["pause"]
    assert "get the event 'overdue'" in said["approve"]
    assert "no longer wait" in said["late"]
    assert planned(plan, "late").problem is None


def test_a_join_that_wants_more_branches_is_warned_of(office: Any, pen: Any, carrier: Any) -> None:
    for more in ((), ("tax",)):
        tasks = [pen.user(name, assignee="lan") for name in ("law", "money", *more)]
        flows = "\n".join(f"fork > {name} > both" for name in ("law", "money", *more))
        gates = pen.node("parallelGateway", "fork"), pen.node("parallelGateway", "both")
        office.deploy(
            pen.process("two", pen.start(), *gates, *tasks, pen.end(), flows=f"start > fork\nboth > end\n{flows}")
        )

    (note,) = planned(carrier.plan("two"), "both").notes

    assert "2 → 3" in note.en


def test_two_joins_do_not_become_one(office: Any, pen: Any, carrier: Any) -> None:
    tasks = [pen.user(name, assignee="lan") for name in ("law", "money", "tax", "price")]
    gates = [pen.node("parallelGateway", name) for name in ("fork", "both", "again", "all")]
    flows = "start > fork > law > both > again > tax > all > end\nfork > money > both\nagain > price > all"
    for last in ("end", "finish"):
        office.deploy(pen.process("two", pen.start(), *gates, *tasks, pen.end(last), flows=flows.replace("end", last)))

    with pytest.raises(MapRefused):
        carrier.plan("two", {"both": "all"})
