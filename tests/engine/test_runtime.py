"""Steps of a case: all or nothing, never two at once, and the same from memory as from the database."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from engine import cases, definitions, runtime, tasks
from engine.cases import CaseNotYours, Query
from engine.errors import Conflict
from engine.model import (
    Activity,
    ActivityState,
    CaseOver,
    InstanceState,
    Involvement,
    JobState,
    ProcessInstance,
    TaskState,
)
from engine.model.user_task import TaskCompleted
from engine.runtime import CaseNotFound


@pytest.fixture
def notes(office: Any, pen: Any) -> Any:
    """An office with the simplest process: read, then sign."""
    office.deploy(
        pen.process(
            "note",
            pen.start(),
            pen.user("read", assignee="=starter"),
            pen.user("sign", groups='=["VPS/records_clerk"]'),
            pen.end(),
            flows="start > read > sign > end",
            title='=if subject = null then "Giấy mới" else "Giấy " + subject',
        )
    )
    return office


def set_variables(office: Any, session: Any, instance: ProcessInstance, **variables: object) -> None:
    with runtime.step(session, instance, actor=None, at=office.now) as run:
        run.set_variables(variables)


def test_of_two_sessions_on_one_case_the_second_is_refused_and_stores_nothing(notes: Any) -> None:
    case = notes.start("note")
    with notes.session() as slow:
        seen = runtime.lock(slow, case.id)
        slow.commit()
        notes.write(lambda session: set_variables(notes, session, runtime.lock(session, case.id), who="quick"))
        before = notes.counts()

        with pytest.raises(StaleDataError):
            set_variables(notes, slow, seen, who="slow")
        slow.rollback()

    assert notes.variables(case.id)["who"] == "quick"
    assert notes.counts() == before


def test_of_two_people_who_complete_one_task_the_second_learns_who_and_when(notes: Any) -> None:
    notes.start("note")
    notes.complete(notes.task().id, "minh")
    task_id = notes.task("sign").id
    with notes.session() as slow:
        slow_task = tasks.find(slow, task_id)
        slow.commit()
        notes.complete(task_id, "mai")

        with pytest.raises(Conflict) as refusal:
            tasks.complete(
                slow,
                slow_task.id,
                by=notes.person(slow, "quynh"),
                outcome="completed",
                variables={},
                at=notes.now,
            )

    assert refusal.type is TaskCompleted
    assert refusal.value.data["by"] == "Bùi Mai"


def test_a_step_that_was_rolled_back_never_comes_to_light_again(notes: Any) -> None:
    case = notes.start("note")
    with notes.session() as session:
        set_variables(notes, session, runtime.lock(session, case.id), answer="lost")
        session.rollback()
        notes.write(lambda other: set_variables(notes, other, runtime.lock(other, case.id), answer="kept"))
        notes.person(session, "minh").full_name = "Ngô Văn Minh"
        session.commit()

    def seen(session: Any) -> object:
        with runtime.step(session, runtime.lock(session, case.id), actor=None, at=notes.now) as run:
            return run.variables["answer"]

    assert notes.write(seen) == "kept"
    assert notes.variables(case.id)["answer"] == "kept"


def test_a_run_kept_in_memory_is_the_same_as_one_decoded_from_the_database(notes: Any) -> None:
    case = notes.start("note", subject="nghỉ", amount=12)
    notes.complete(notes.task().id, "minh", amount=13)

    def both(session: Any) -> tuple[Any, Any]:
        instance = runtime.lock(session, case.id)
        return runtime.held(session, instance, notes.now), runtime.look(session, instance, notes.now)

    kept, decoded = notes.write(both)

    assert kept is not decoded
    assert kept.dump() == decoded.dump()
    assert kept.waits() == decoded.waits()
    assert kept.variables == decoded.variables


def test_the_next_step_in_this_process_need_not_decode_the_state(notes: Any) -> None:
    case = notes.start("note")
    notes.complete(notes.task().id, "minh")

    def held_twice(session: Any) -> bool:
        instance = runtime.lock(session, case.id)
        return runtime.held(session, instance, notes.now) is runtime.held(session, instance, notes.now)

    first = notes.write(lambda session: runtime.held(session, runtime.lock(session, case.id), notes.now))
    again = notes.write(lambda session: runtime.held(session, runtime.lock(session, case.id), notes.now))

    assert first is again
    assert notes.write(held_twice) is True


def test_an_ended_case_takes_no_further_step(notes: Any) -> None:
    case = notes.start("note")
    notes.complete(notes.task().id, "minh")
    notes.complete(notes.task().id, "mai")

    with pytest.raises(CaseOver):
        notes.write(lambda session: set_variables(notes, session, runtime.lock(session, case.id), x=1))


def test_a_case_that_never_was_is_not_found(notes: Any) -> None:
    with pytest.raises(CaseNotFound):
        notes.case(UUID(int=1))


def test_the_title_follows_the_variables_and_is_found_without_diacritics(notes: Any) -> None:
    case = notes.start("note")
    first = case.title
    notes.complete(notes.task().id, "minh", subject="nghỉ phép Đồng Nai")

    assert (first, notes.case(case.id).title) == ("Giấy mới", "Giấy nghỉ phép Đồng Nai")
    with notes.session() as session:
        found = cases.search(session, notes.person(session, "minh"), Query(text="dong nai NGHI"), at=notes.now)
        assert [each.id for each in found.cases] == [case.id]


def test_the_state_of_a_case_stays_small_however_often_it_goes_round(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "loop",
            pen.start(),
            pen.node("exclusiveGateway", "again"),
            pen.user("work", assignee="=starter"),
            pen.node("exclusiveGateway", "is_done", default="is_done_to_again"),
            pen.end(),
            flows="start > again > work > is_done > again\nis_done > end : =round = 0",
        )
    )
    case = office.start("loop")
    sizes = []
    for round_number in range(1, 61):
        office.complete(office.task().id, "minh", round=round_number % 9 + 1)
        sizes.append(len(office.case(case.id).state_text))

    assert max(sizes[1:]) - min(sizes[1:]) <= 16  # token numbers grow by a digit or two
    assert sizes[-1] < 1000


def test_every_pass_through_the_diagram_is_an_activity_with_who_and_how_long(notes: Any) -> None:
    case = notes.start("note")
    notes.later(hours=2)
    notes.complete(notes.task().id, "minh")

    with notes.session() as session:
        rows = session.scalars(select(Activity).where(Activity.instance_id == case.id).order_by(Activity.id)).all()
        told = [(each.element_id, each.state.value, each.person.username if each.person else None) for each in rows]
        read = rows[1]

    assert told == [("start", "completed", None), ("read", "completed", "minh"), ("sign", "live", None)]
    assert (read.started_at, read.ended_at) == (case.started_at, notes.now)
    assert (read.unit_code, read.outcome) == ("VPS", "completed")


@pytest.mark.parametrize(
    ("username", "sees"),
    [("minh", True), ("thu", True), ("son", True), ("mai", True), ("bao", True), ("admin", True), ("an", False)],
)
def test_a_case_is_seen_by_whom_it_came_to_by_their_heads_and_by_the_leadership(
    notes: Any,
    username: str,
    sees: bool,  # noqa: FBT001
) -> None:
    case = notes.start("note")
    notes.complete(notes.task().id, "minh")

    with notes.session() as session:
        person = notes.person(session, username)
        listed = cases.search(session, person, Query(), at=notes.now).total
        try:
            cases.find(session, case.id, by=person, at=notes.now)
            found = True
        except CaseNotYours:
            found = False

    assert (listed == 1, found) == (sees, sees)


def test_who_is_involved_twice_stands_there_once(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "twice",
            pen.start(),
            pen.user("one", assignee="=starter"),
            pen.user("two", assignee="=starter"),
            flows="start > one > two",
        )
    )
    office.start("twice")
    with office.session() as session:
        before = session.scalar(select(func.count()).select_from(Involvement))

    office.complete(office.task().id, "minh")

    with office.session() as session:
        assert session.scalar(select(func.count()).select_from(Involvement)) == before == 3


def test_what_a_diagram_says_about_a_case_may_be_a_list(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "chain",
            pen.start(),
            pen.user("read", assignee="=starter"),
            flows="start > read",
            **{"fact.Tuyến": "=chain", "fact.Trống": '=""', "fact.Lỗi": "=nothing"},
        )
    )

    case = office.start("chain", chain=["VPS", "LĐS"])

    with office.session() as session:
        facts = cases.facts_of(session, runtime.case_by_id(session, case.id), office.now)
    assert [label for label, _ in facts] == ["Tuyến"]
    assert "VPS" in facts[0][1]


@pytest.fixture
def calling(office: Any, pen: Any) -> Any:
    """An office where a request calls the opinion of another unit, a process of its own, for at most five days."""
    request = pen.process(
        "request",
        pen.start(),
        pen.call("ask", "opinion", propagateAllChildVariables="true"),
        pen.node("boundaryEvent", "too_late", pen.timer("P5D"), attachedToRef="ask"),
        pen.user("sum_up", assignee="=starter"),
        pen.end("answered"),
        pen.end("unanswered"),
        flows="start > ask > sum_up > answered\ntoo_late > unanswered",
        code_prefix="YC",
    )
    opinion = pen.process(
        "opinion",
        pen.start(),
        pen.user("write_opinion", assignee="=leader of(unit)"),
        pen.end("given"),
        flows="start > write_opinion > given",
        code_prefix="YK",
    )
    office.deploy(request, opinion)
    return office


def test_a_called_process_is_a_case_of_its_own_with_the_callers_variables(calling: Any) -> None:
    parent = calling.start("request", unit="P.KHTCTH", subject="Dự toán")

    task = calling.task()

    child = calling.case(task.instance_id)
    assert (task.element_id, task.assignee.username) == ("write_opinion", "lan")
    assert (child.business_key, child.parent_id) == ("YK-2026-0001", parent.id)
    assert calling.variables(child.id)["subject"] == "Dự toán"
    assert calling.variables(child.id)["starter"] == "minh"


def test_the_caller_goes_on_with_the_result_when_the_called_case_has_ended(calling: Any) -> None:
    parent = calling.start("request", unit="P.KHTCTH")

    calling.complete(calling.task().id, "lan", opinion="Đồng ý")

    assert calling.task().element_id == "sum_up"
    assert calling.task().instance_id == parent.id
    assert calling.variables(parent.id)["opinion"] == "Đồng ý"


def test_a_called_case_is_cancelled_when_its_caller_goes_on_without_it(calling: Any) -> None:
    parent = calling.start("request", unit="P.KHTCTH")
    task = calling.task()
    calling.later(days=5)

    calling.run_jobs()

    child = calling.case(task.instance_id)
    assert calling.case(parent.id).end_element_id == "unanswered"
    assert (child.state, child.ended_at, child.end_element_id) == (InstanceState.CANCELLED, calling.now, None)
    assert calling.open_tasks() == []
    with calling.session() as session:
        assert tasks.find(session, task.id).state is TaskState.CANCELLED
        written = session.scalars(select(Activity).where(Activity.element_id == "write_opinion")).one()
        assert written.state is ActivityState.CANCELLED


def test_a_cancelled_case_has_nothing_open_and_its_callees_have_neither(calling: Any) -> None:
    parent = calling.start("request", unit="P.KHTCTH")
    child_id = calling.task().instance_id

    calling.write(lambda session: runtime.cancel(session, runtime.lock(session, parent.id), actor=None, at=calling.now))

    assert [calling.case(each).state for each in (parent.id, child_id)] == [InstanceState.CANCELLED] * 2
    assert calling.open_tasks() == []
    assert {job.state for job in calling.jobs()} == {JobState.CANCELLED}
    with pytest.raises(CaseOver):
        calling.write(
            lambda session: runtime.cancel(session, runtime.lock(session, parent.id), actor=None, at=calling.now)
        )


def test_calling_a_process_that_is_not_there_is_an_incident_and_no_work_is_lost(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "request",
            pen.start(),
            pen.user("write", assignee="=starter"),
            pen.call("ask", "opinion"),
            flows="start > write > ask",
        )
    )
    case = office.start("request")

    office.complete(office.task().id, "minh", text="Xin ý kiến")

    (incident,) = office.incidents()
    assert (incident.code, incident.element_id) == ("call.process_not_found", "ask")
    assert "'opinion'" in incident.message_en
    assert "«opinion»" in incident.message_vi
    assert office.variables(case.id)["text"] == "Xin ý kiến"


def test_a_process_that_calls_itself_without_end_becomes_an_incident(office: Any, pen: Any) -> None:
    office.deploy(pen.process("mirror", pen.start(), pen.call("look_again", "mirror"), flows="start > look_again"))

    first = office.start("mirror")

    (incident,) = office.incidents()
    assert (incident.code, incident.element_id) == ("call.too_deep", "look_again")
    assert "«mirror»" in incident.message_vi
    assert "'mirror'" in incident.message_en
    assert office.case(incident.instance_id).depth == 20
    assert office.case(first.id).state is InstanceState.RUNNING


def deploy_vacant(office: Any, pen: Any, **properties: str) -> None:
    office.deploy(
        pen.process(
            "vacant",
            pen.start(),
            pen.user("approve", assignee='=leader of("SCT")', groups='=["P.KHTCTH/deputy"]'),
            pen.end(),
            flows="start > approve > end",
            **properties,
        )
    )


def test_a_task_that_resolves_to_nobody_goes_to_the_fallback_and_an_incident_says_so(office: Any, pen: Any) -> None:
    deploy_vacant(office, pen, fallback="VPS/leader")
    office.start("vacant")

    (incident,) = office.incidents()
    assert (incident.code, incident.element_id) == ("task.nobody", "approve")
    assert "VPS/leader" in incident.message_en
    assert "Việc approve" in incident.message_vi
    assert office.claim(office.task().id, "thu").assignee_id is not None


def test_the_incident_about_nobody_is_resolved_when_the_fallback_has_done_the_task(office: Any, pen: Any) -> None:
    deploy_vacant(office, pen, fallback="VPS/leader")
    office.start("vacant")

    office.complete(office.task().id, "thu")

    assert office.incidents() == []


def test_without_a_fallback_the_administrators_get_the_task(office: Any, pen: Any) -> None:
    deploy_vacant(office, pen)
    office.start("vacant")

    assert office.claim(office.task().id, "admin").assignee_id is not None


def test_when_the_fallback_is_vacant_too_the_task_is_still_not_invisible(office: Any, pen: Any) -> None:
    deploy_vacant(office, pen, fallback="P.KHTCTH/records_clerk")
    office.start("vacant")

    assert office.claim(office.task().id, "admin").assignee_id is not None


def test_an_assignee_whom_nobody_knows_leaves_the_task_to_the_group(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "ask",
            pen.start(),
            pen.user("answer", assignee="nobody_of_ours", groups='=["VPS/records_clerk"]'),
            flows="start > answer",
        )
    )
    office.start("ask")

    assert office.task().assignee is None
    assert office.incidents() == []
    assert office.claim(office.task().id, "mai").assignee_id is not None


def test_a_person_who_has_left_is_no_hindrance_among_several_to_whom_a_task_is_offered(office: Any, pen: Any) -> None:
    office.deploy(pen.process("ask", pen.start(), pen.user("answer", users='=["gone", "an"]'), flows="start > answer"))
    office.start("ask")

    assert office.claim(office.task().id, "an").assignee_id is not None


def test_a_technical_failure_is_an_incident_at_its_place_and_the_task_before_stays_done(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "sort",
            pen.start(),
            pen.user("write", assignee="=starter"),
            pen.node("exclusiveGateway", "how_much"),
            pen.end("little"),
            pen.end("much"),
            flows="start > write > how_much\nhow_much > little : =amount < 5\nhow_much > much : =amount > 5",
        )
    )
    case = office.start("sort")

    done = office.complete(office.task().id, "minh", amount=5)

    (incident,) = office.incidents()
    assert incident.element_id == "how_much"
    assert "5" not in incident.message_en  # no values
    assert done.state is TaskState.COMPLETED
    assert office.case(case.id).state is InstanceState.RUNNING


def test_a_failure_while_the_rows_are_written_leaves_the_case_where_it_was(office: Any, pen: Any) -> None:
    office.deploy(pen.process("note", pen.start(), pen.user("read", assignee="=starter"), flows="start > read"))
    case = office.start("note")
    before = office.counts()

    with pytest.raises(TypeError):
        office.complete(office.task().id, "minh", strange=object())

    assert office.counts() == before
    assert office.task().instance_id == case.id
    office.complete(office.task().id, "minh")
    assert office.case(case.id).state is InstanceState.ENDED


def test_a_running_case_stays_on_the_version_it_began_under(office: Any, pen: Any) -> None:
    office.deploy(pen.process("note", pen.start(), pen.user("read", assignee="=starter"), flows="start > read"))
    old = office.start("note")
    office.deploy(
        pen.process(
            "note",
            pen.start(),
            pen.user("read", assignee="=starter"),
            pen.user("sign", assignee="=starter"),
            flows="start > read > sign",
        )
    )
    new = office.start("note")

    for task in office.open_tasks("read"):
        office.complete(task.id, "minh")

    assert office.case(old.id).state is InstanceState.ENDED
    assert office.task("sign").instance_id == new.id
    with office.session() as session:
        assert definitions.latest(session, "note").version == 2
