"""A case goes over to another version and stands where it stood, whatever it waits for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import definitions, messages, repair, runtime, task_drafts, tasks
from engine.model import (
    Activity,
    ActivityState,
    CaseOutcome,
    HistoryEntry,
    InstanceState,
    Job,
    JobState,
    Subscription,
    TaskCandidate,
)

FLOW = "start > approve > end"


def timer_on(pen: Any, host: str, duration: str, element_id: str = "late", **attributes: str) -> str:
    boundary: str = pen.node("boundaryEvent", element_id, pen.timer(duration), attachedToRef=host, **attributes)
    return boundary


def many(pen: Any, *, is_sequential: bool, variable: str = "unit", results: str = "opinions") -> str:
    said = (
        f'<extensionElements><zeebe:loopCharacteristics inputCollection="=units" inputElement="{variable}" '
        f'outputCollection="{results}" outputElement="=opinion" /></extensionElements>'
    )
    loop: str = pen.node("multiInstanceLoopCharacteristics", "each", said, isSequential=str(is_sequential).lower())
    return loop


def jobs_of_cases(office: Any) -> list[Job]:
    """Return the jobs but for the one that moves the cases."""
    return [job for job in office.jobs() if job.instance_id is not None]


def test_an_open_task_keeps_whom_it_is_for_and_until_when(office: Any, pen: Any, carrier: Any) -> None:
    for assignee, due in (("lan", '=duration("P2D")'), ("an", '=duration("P9D")')):
        approve = pen.user("approve", assignee=assignee, due=due, priority="70")
        office.deploy(pen.process("leave", pen.start(), approve, pen.end(), flows=FLOW))
        if assignee == "lan":
            case = office.start("leave")
    before = office.task()
    office.later(hours=5)

    carrier.move("leave")

    after = office.task()
    kept = ("id", "token_id", "assignee_id", "due_at", "priority", "sender_id", "created_at", "unit_code")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert carrier.version_of(case.id) == 2
    office.complete(after.id, by="lan")
    assert office.case(case.id).state is InstanceState.ENDED


def test_what_was_typed_into_the_form_of_an_open_task_is_kept(office: Any, pen: Any, carrier: Any) -> None:
    for due in ('=duration("P2D")', '=duration("P9D")'):
        approve = pen.user("approve", assignee="lan", due=due)
        office.deploy(pen.process("leave", pen.start(), approve, pen.end(), flows=FLOW))
        if not office.open_tasks():
            office.start("leave")
    task = office.task()
    office.write(
        lambda session: task_drafts.save(
            session, task.id, {"days": 3}, revision=0, by=office.person(session, "lan"), at=office.now
        )
    )

    carrier.move("leave")

    with office.session() as session:
        draft = task_drafts.find(session, tasks.find(session, task.id), office.person(session, "lan"))
    assert draft is not None
    assert (draft.content, draft.revision) == ({"days": 3}, 1)


@pytest.mark.parametrize("holder", [None, "mai"])
def test_a_task_of_a_group_stays_with_the_group_and_with_who_claimed_it(
    office: Any, pen: Any, carrier: Any, holder: str | None
) -> None:
    for groups in ('=["VPS/records_clerk"]', '=["P.KHTCTH"]'):
        office.deploy(pen.process("leave", pen.start(), pen.user("approve", groups=groups), pen.end(), flows=FLOW))
        if "VPS" in groups:
            office.start("leave")
    if holder:
        office.claim(office.task().id, holder)
    before = office.task()

    carrier.move("leave")

    after = office.task()
    assert (after.assignee_id, after.claimed_at) == (before.assignee_id, before.claimed_at)
    assert after.candidate_groups == ["VPS/records_clerk"]
    with office.session() as session:
        assert list(session.scalars(select(TaskCandidate.key))) == ["VPS/records_clerk"]
    office.complete(after.id, by=holder or "quynh")


def test_a_renamed_element_takes_the_task_the_activity_and_the_name_along(office: Any, pen: Any, carrier: Any) -> None:
    office.deploy(pen.process("leave", pen.start(), pen.user("check", assignee="lan"), flows="start > check"))
    case = office.start("leave", subject="đơn")
    office.deploy(
        pen.process(
            "leave",
            pen.start(),
            pen.user("review", assignee="an", lc={"step": '="Thẩm định " + subject'}),
            flows="start > review",
        )
    )

    carrier.move("leave", {"check": "review"})

    task = office.task("review")
    assert (task.name, task.step) == ("Việc review", "Thẩm định đơn")
    with office.session() as session:
        live = session.scalars(
            select(Activity).where(Activity.instance_id == case.id, Activity.state == ActivityState.LIVE)
        ).one()
    assert (live.element_id, live.name) == ("review", "Việc review")


def test_open_tasks_show_the_new_versions_form(office: Any, pen: Any, carrier: Any) -> None:
    for label in ("Lý do", "Lý do nghỉ"):
        form = f'{{"type":"default","id":"leave","components":[{{"type":"text","text":"{label}"}}]}}'.encode()
        approve = pen.user("approve", assignee="lan", form="leave")
        office.deploy(pen.process("leave", pen.start(), approve, pen.end(), flows=FLOW), leave_form=form)
        if label == "Lý do":
            case = office.start("leave")

    carrier.move("leave")

    with office.session() as session:
        deployment_id = runtime.loaded(session, office.case(case.id)).deployment_id
        assert "Lý do nghỉ" in definitions.form_text(session, deployment_id, office.task().form_id)


def test_the_form_is_evaluated_anew_when_the_diagram_names_another(office: Any, pen: Any, carrier: Any) -> None:
    form = b'{"type":"default","id":"%s","components":[]}'
    files = {"short_form": form % b"short_form", "long_form": form % b"long_form"}
    for form_id in ("short_form", '=if days > 3 then "long_form" else "short_form"'):
        approve = pen.user("approve", assignee="lan", form=form_id)
        office.deploy(pen.process("leave", pen.start(), approve, pen.end(), flows=FLOW), **files)
        if form_id == "short_form":
            office.start("leave", days=5)

    carrier.move("leave")

    assert office.task().form_id == "long_form"


def test_a_timer_keeps_its_moment(office: Any, pen: Any, carrier: Any) -> None:
    for duration, name in (("PT4H", "wait"), ("PT9H", "pause")):
        pause = pen.node("intermediateCatchEvent", name, pen.timer(duration))
        office.deploy(
            pen.process(
                "leave", pen.start(), pause, pen.user("approve", assignee="lan"), flows=f"start > {name} > approve"
            )
        )
        if name == "wait":
            office.start("leave")
    (before,) = jobs_of_cases(office)

    carrier.move("leave", {"wait": "pause"})

    (after,) = jobs_of_cases(office)
    assert (after.id, after.due_at, after.element_id) == (before.id, before.due_at, "pause")
    office.later(hours=4)
    office.run_jobs()
    assert office.task().element_id == "approve"


def test_a_message_is_waited_for_by_its_new_name_and_the_key_it_had(office: Any, pen: Any, carrier: Any) -> None:
    for name in ("paid", "payment_made"):
        office.deploy(
            pen.process(
                "order",
                pen.start(),
                pen.node("intermediateCatchEvent", "wait", f'<messageEventDefinition messageRef="{name}" />'),
                pen.user("ship", assignee="lan"),
                flows="start > wait > ship",
                globals=pen.message(name, "=number"),
            )
        )
        if name == "paid":
            office.start("order", number="A-7")

    carrier.move("order")

    with office.session() as session:
        waiting = session.scalars(select(Subscription)).one()
    assert (waiting.name, waiting.correlation_key) == ("payment_made", "A-7")
    office.write(lambda session: messages.correlate(session, "payment_made", "A-7", {}, at=office.now))
    assert office.task().element_id == "ship"


def test_a_message_that_was_kept_under_the_new_name_is_heard_at_once(office: Any, pen: Any, carrier: Any) -> None:
    for name in ("paid", "payment_made"):
        wait = pen.node("intermediateCatchEvent", "wait", f'<messageEventDefinition messageRef="{name}" />')
        ship = pen.user("ship", assignee="lan")
        message = pen.message(name, "=number")
        office.deploy(pen.process("order", pen.start(), wait, ship, flows="start > wait > ship", globals=message))
        if name == "paid":
            office.start("order", number="A-7")
    kept_for = timedelta(hours=1)
    office.write(
        lambda session: messages.publish(session, "payment_made", "A-7", {}, time_to_live=kept_for, at=office.now)
    )

    carrier.move("order")

    assert office.task().element_id == "ship"


def test_a_signal_still_reaches_a_moved_case(office: Any, pen: Any, carrier: Any) -> None:
    signal = '<signal id="all_clear" name="all_clear" />'
    for task in ("go", "go_on"):
        caught = pen.node("intermediateCatchEvent", "wait", '<signalEventDefinition signalRef="all_clear" />')
        office.deploy(
            pen.process(
                "drill",
                pen.start(),
                caught,
                pen.user(task, assignee="lan"),
                flows=f"start > wait > {task}",
                globals=signal,
            )
        )
        if task == "go":
            office.start("drill")

    carrier.move("drill")
    office.write(lambda session: messages.broadcast(session, "all_clear", {}, at=office.now))

    assert office.task().element_id == "go_on"


def failing(_call: Any) -> Any:
    raise ConnectionError


def test_a_job_in_retry_goes_on_counting(office: Any, pen: Any, carrier: Any) -> None:
    office.handlers["test.register"] = failing
    for name in ("enter", "register"):
        service = pen.service(name, "test.register")
        office.deploy(pen.process("leave", pen.start(), service, pen.end(), flows=f"start > {name} > end"))
        if name == "enter":
            case = office.start("leave")
    office.run_jobs()
    (before,) = jobs_of_cases(office)

    carrier.move("leave", {"enter": "register"})

    (after,) = jobs_of_cases(office)
    kept = ("id", "token_id", "attempts", "due_at", "state", "last_error")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (after.element_id, after.attempts) == ("register", 1)
    office.handlers["test.register"] = lambda _call: {}
    office.later(hours=1)
    office.run_jobs()
    assert office.case(case.id).state is InstanceState.ENDED


def test_a_job_whose_type_changed_is_done_by_the_new_handler(office: Any, pen: Any, carrier: Any) -> None:
    office.handlers["test.by_fax"] = failing
    for job_type in ("test.by_fax", "test.by_mail"):
        service = pen.service("send", job_type)
        office.deploy(pen.process("leave", pen.start(), service, pen.end(), flows="start > send > end"))
        if job_type == "test.by_fax":
            case = office.start("leave")
    office.run_jobs()
    office.handlers["test.by_mail"] = lambda _call: {"sent": True}

    carrier.move("leave")
    office.run_jobs()

    assert office.case(case.id).state is InstanceState.ENDED
    (job,) = jobs_of_cases(office)
    assert (job.job_type, job.attempts, job.data["job_type"]) == ("test.by_mail", 1, "test.by_mail")


def test_a_failed_job_stays_failed_with_its_incident(office: Any, pen: Any, carrier: Any) -> None:
    office.handlers["test.register"] = failing
    for name in ("enter", "register"):
        service = pen.service(name, "test.register")
        office.deploy(pen.process("leave", pen.start(), service, pen.end(), flows=f"start > {name} > end"))
        if name == "enter":
            case = office.start("leave")
    for _ in range(5):
        office.run_jobs()
        office.later(hours=1)

    carrier.move("leave", {"enter": "register"})

    (job,), (incident,) = jobs_of_cases(office), office.incidents()
    assert job.state is JobState.FAILED
    assert (job.element_id, incident.element_id) == ("register", "register")
    assert office.case(case.id).open_incidents == 1


def test_a_case_waits_on_for_the_case_it_called(office: Any, pen: Any, carrier: Any) -> None:
    office.deploy(
        pen.process("inner", pen.start(), pen.user("work", assignee="an"), pen.end(), flows="start > work > end"),
        pack="i",
    )
    for name in ("ask", "request"):
        outer = (pen.start(), pen.call(name, "inner"), pen.user("read", assignee="lan"))
        office.deploy(pen.process("outer", *outer, flows=f"start > {name} > read"))
        if name == "ask":
            case = office.start("outer")
    called = office.task("work")

    carrier.move("outer", {"ask": "request"})
    office.complete(called.id, by="an", answer="có")

    assert office.task().element_id == "read"
    assert office.variables(case.id)["answer"] == "có"


def test_a_called_case_is_moved_alone_and_returns_to_its_caller(office: Any, pen: Any, carrier: Any) -> None:
    outer = (pen.start(), pen.call("ask", "inner"), pen.user("read", assignee="lan"))
    office.deploy(pen.process("outer", *outer, flows="start > ask > read"), pack="outer")
    for name in ("work", "answer"):
        inner = pen.user(name, assignee="an")
        office.deploy(pen.process("inner", pen.start(), inner, pen.end(), flows=f"start > {name} > end"))
        if name == "work":
            case = office.start("outer")

    carrier.move("inner", {"work": "answer"})
    office.complete(office.task("answer").id, by="an", said="xong")

    assert office.task().element_id == "read"
    assert office.variables(case.id)["said"] == "xong"
    assert carrier.version_of(case.id) == 1


@pytest.mark.parametrize("is_sequential", [True, False])
def test_a_repetition_goes_on_in_its_middle(office: Any, pen: Any, carrier: Any, *, is_sequential: bool) -> None:
    units = ["P.KHTCTH", "VPS", "LĐS"]
    for name in ("consult", "ask_opinion"):
        task = pen.user(name, assignee="=leader of(unit)", inside=many(pen, is_sequential=is_sequential))
        end = pen.user("sum_up", assignee="minh")
        office.deploy(pen.process("opinion", pen.start(), task, end, flows=f"start > {name} > sum_up"))
        if name == "consult":
            case = office.start("opinion", units=units)
    first = next(task for task in office.open_tasks() if task.assignee.username == "lan")
    office.complete(first.id, by="lan", opinion="đồng ý")

    carrier.move("opinion", {"consult": "ask_opinion"})
    while opened := office.open_tasks("ask_opinion"):
        holder = opened[0].assignee
        office.complete(opened[0].id, by=holder.username, opinion=f"ý kiến {holder.username}")

    assert office.task().element_id == "sum_up"
    assert office.variables(case.id)["opinions"] == ["đồng ý", "ý kiến thu", "ý kiến bao"]


def sub_process(pen: Any, element_id: str, *inside: str, flows: str) -> str:
    drawn: str = pen.node("subProcess", element_id, "".join(inside) + "".join(pen._flows(flows)))
    return drawn


def test_a_token_inside_a_sub_process_stays_inside(office: Any, pen: Any, carrier: Any) -> None:
    for outer, inner in (("prepare", "write"), ("preparation", "draft")):
        inside = (pen.start("begin"), pen.user(inner, assignee="lan"), pen.end("done"))
        office.deploy(
            pen.process(
                "paper",
                pen.start(),
                sub_process(pen, outer, *inside, flows=f"begin > {inner} > done"),
                pen.user("sign", assignee="bao"),
                flows=f"start > {outer} > sign",
            )
        )
        if outer == "prepare":
            case = office.start("paper")

    carrier.move("paper", {"prepare": "preparation", "write": "draft"})

    with office.session() as session:
        live = select(Activity.element_id).where(Activity.instance_id == case.id, Activity.state == ActivityState.LIVE)
        assert sorted(session.scalars(live)) == ["draft", "preparation"]
    office.complete(office.task("draft").id, by="lan")
    assert office.task().element_id == "sign"


def test_parallel_branches_meet_at_a_renamed_join(office: Any, pen: Any, carrier: Any) -> None:
    for join in ("both", "all_there"):
        office.deploy(
            pen.process(
                "two",
                pen.start(),
                pen.node("parallelGateway", "fork"),
                pen.user("law", assignee="lan"),
                pen.user("money", assignee="an"),
                pen.node("parallelGateway", join),
                pen.user("sign", assignee="bao"),
                flows=f"start > fork > law > {join} > sign\nfork > money > {join}",
            )
        )
        if join == "both":
            office.start("two")
    office.complete(office.task("law").id, by="lan")

    carrier.move("two", {"both": "all_there"})
    office.complete(office.task("money").id, by="an")

    assert office.task().element_id == "sign"


def test_a_join_that_lost_the_branch_it_waited_for_lets_the_case_go_on(office: Any, pen: Any, carrier: Any) -> None:
    common = (pen.start(), pen.user("law", assignee="lan"), pen.user("sign", assignee="bao"))
    fork, join = pen.node("parallelGateway", "fork"), pen.node("parallelGateway", "both")
    flows = "start > fork > law > both > sign\n"
    money = pen.user("money", assignee="an")
    note = pen.user("note", assignee="an")
    office.deploy(pen.process("two", *common, fork, join, money, flows=f"{flows}fork > money > both"))
    office.start("two")
    office.complete(office.task("law").id, by="lan")
    office.deploy(pen.process("two", *common, fork, join, note, pen.end(), flows=f"{flows}fork > note > end"))

    carrier.move("two", {"money": "note"})

    assert sorted(task.element_id for task in office.open_tasks()) == ["note", "sign"]


def test_an_event_gateway_waits_for_what_the_new_version_has_behind_it(office: Any, pen: Any, carrier: Any) -> None:
    message = pen.message("answered", "=number")
    gateway = pen.node("eventBasedGateway", "which")
    answered = pen.node("intermediateCatchEvent", "answer", '<messageEventDefinition messageRef="answered" />')
    short = pen.node("intermediateCatchEvent", "too_late", pen.timer("PT4H"))
    withdrawn = pen.node("intermediateCatchEvent", "withdrawal", '<signalEventDefinition signalRef="stop" />')
    tasks = (pen.start(), pen.user("read", assignee="lan"), pen.user("remind", assignee="lan"))
    flows = "start > which > answer > read\n"
    office.deploy(
        pen.process("ask", *tasks, gateway, answered, short, flows=f"{flows}which > too_late > remind", globals=message)
    )
    office.start("ask", number="7")
    signal = '<signal id="stop" name="stop" />'
    office.deploy(
        pen.process(
            "ask",
            *tasks,
            gateway,
            answered,
            withdrawn,
            flows=f"{flows}which > withdrawal > remind",
            globals=message + signal,
        )
    )

    carrier.move("ask")

    with office.session() as session:
        assert sorted(session.scalars(select(Subscription.name))) == ["answered", "stop"]
    (timer,) = jobs_of_cases(office)
    assert timer.state is JobState.CANCELLED
    office.write(lambda session: messages.broadcast(session, "stop", {}, at=office.now))
    assert office.task().element_id == "remind"


def test_boundary_events_come_and_go_with_the_version(office: Any, pen: Any, carrier: Any) -> None:
    tasks = (pen.start(), pen.user("approve", assignee="lan"), pen.user("chase", assignee="an"))
    flows = "start > approve\nlate > chase"
    office.deploy(pen.process("leave", *tasks, timer_on(pen, "approve", "PT4H"), flows=flows))
    office.start("leave")
    office.later(hours=1)
    office.deploy(
        pen.process(
            "leave", *tasks, timer_on(pen, "approve", "PT8H", "very_late"), flows=flows.replace("late", "very_late")
        )
    )

    carrier.move("leave")

    old, new = jobs_of_cases(office)
    assert (old.element_id, old.state) == ("late", JobState.CANCELLED)
    assert (new.element_id, new.state) == ("very_late", JobState.WAITING)
    assert (new.due_at - office.now).total_seconds() == 8 * 3600


def test_a_reminder_that_has_been_sent_is_not_sent_again(office: Any, pen: Any, carrier: Any) -> None:
    for name in ("tell", "say"):
        tasks = (pen.start(), pen.user("approve", assignee="lan"), pen.user(name, assignee="an"), pen.end())
        reminder = timer_on(pen, "approve", "PT4H", cancelActivity="false")
        office.deploy(pen.process("leave", *tasks, reminder, flows=f"start > approve > end\nlate > {name}"))
        if name == "tell":
            office.start("leave")
    office.later(hours=4)
    office.run_jobs()
    office.complete(office.task("tell").id, by="an")

    carrier.move("leave")

    assert [job.state for job in jobs_of_cases(office)] == [JobState.DONE]


def test_an_event_that_moved_to_another_activity_is_off(office: Any, pen: Any, carrier: Any) -> None:
    tasks = (
        pen.start(),
        pen.user("draft", assignee="lan"),
        pen.user("approve", assignee="bao"),
        pen.user("chase", assignee="an"),
    )
    flows = "start > draft > approve\nlate > chase"
    office.deploy(pen.process("leave", *tasks, timer_on(pen, "draft", "PT4H"), flows=flows))
    office.start("leave")
    office.deploy(pen.process("leave", *tasks, timer_on(pen, "approve", "PT4H"), flows=flows))

    carrier.move("leave")

    assert [job.state for job in jobs_of_cases(office)] == [JobState.CANCELLED]
    office.complete(office.task("draft").id, by="lan")
    assert {job.state for job in jobs_of_cases(office)} == {JobState.CANCELLED, JobState.WAITING}


def test_a_suspended_case_is_moved_and_stays_suspended(office: Any, pen: Any, carrier: Any) -> None:
    tasks = (pen.start(), pen.user("approve", assignee="lan"), pen.user("chase", assignee="an"))
    office.deploy(pen.process("leave", *tasks[:2], flows="start > approve"))
    case = office.start("leave")

    def suspend(session: Any) -> None:
        repair.suspend(session, case.id, by=office.person(session, "admin"), reason="chờ", at=office.now)

    office.write(suspend)
    late = timer_on(pen, "approve", "PT4H")
    office.deploy(pen.process("leave", *tasks, late, flows="start > approve\nlate > chase"))

    carrier.move("leave")

    assert (office.case(case.id).state, carrier.version_of(case.id)) == (InstanceState.SUSPENDED, 2)
    assert [job.state for job in jobs_of_cases(office)] == [JobState.HELD]


def test_the_history_says_who_moved_the_case_whither_and_why(office: Any, pen: Any, carrier: Any) -> None:
    office.deploy(pen.process("leave", pen.start(), pen.user("check", assignee="lan"), flows="start > check"))
    case = office.start("leave")
    office.deploy(pen.process("leave", pen.start(), pen.user("review", assignee="lan"), flows="start > review"))

    carrier.move("leave", {"check": "review"})

    with office.session() as session:
        entries = select(HistoryEntry).where(HistoryEntry.instance_id == case.id, HistoryEntry.kind == "case.migrated")
        entry = session.scalars(entries).one()
        assert entry.actor_id == office.person(session, "admin").id
    assert entry.data == {
        "from_version": 1,
        "to_version": 2,
        "moved": {"check": "review"},
        "reason": "Quy trình mới từ 01/3",
    }


def test_the_case_is_called_as_the_new_version_calls_it(office: Any, pen: Any, carrier: Any) -> None:
    for title in ('="Nghỉ " + kind', '="Đơn nghỉ " + kind'):
        approve = pen.user("approve", assignee="lan")
        office.deploy(pen.process("leave", pen.start(), approve, flows="start > approve", title=title))
        if title.startswith('="N'):
            case = office.start("leave", kind="phép")

    carrier.move("leave")

    assert office.case(case.id).title == "Đơn nghỉ phép"


def test_a_process_that_kept_the_run_of_the_old_version_does_not_go_on_with_it(
    office: Any, pen: Any, carrier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for follower in ("file_away", "archive"):
        tasks = (pen.start(), pen.user("approve", assignee="lan"), pen.user(follower, assignee="an"))
        office.deploy(pen.process("leave", *tasks, flows=f"start > approve > {follower}"))
        if follower == "file_away":
            case = office.start("leave")
    kept_here = runtime._live_runs
    state_before = office.case(case.id).state_text

    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(runtime, "_live_runs", runtime._LiveRuns(5))
        carrier.move("leave")

    assert runtime._live_runs is kept_here
    assert office.case(case.id).state_text == state_before
    office.complete(office.task().id, by="lan")
    assert office.task().element_id == "archive"


def test_cases_go_back_to_the_older_version_too(office: Any, pen: Any, carrier: Any) -> None:
    for name in ("check", "review"):
        office.deploy(pen.process("leave", pen.start(), pen.user(name, assignee="lan"), flows=f"start > {name}"))
        if name == "check":
            case = office.start("leave")
    carrier.move("leave", {"check": "review"})

    carrier.move("leave", {"review": "check"}, source=2, target=1)

    assert (carrier.version_of(case.id), office.task().element_id) == (1, "check")


def test_what_the_step_opened_before_keeps_its_place_in_the_past(
    office: Any, pen: Any, carrier: Any, outcomes_of: Callable[..., Any]
) -> None:
    tasks = (pen.start(), pen.user("draft", assignee="minh"), pen.user("approve", assignee="lan"))
    office.deploy(pen.process("leave", *tasks, flows="start > draft > approve"))
    case = office.start("leave")
    office.complete(office.task().id, by="minh")
    office.deploy(pen.process("leave", pen.start(), tasks[2], flows="start > approve"))

    assert outcomes_of(carrier.move("leave")) == [CaseOutcome.MOVED]

    with office.session() as session:
        rows = select(Activity.element_id).where(Activity.instance_id == case.id).order_by(Activity.id)
        assert list(session.scalars(rows)) == ["start", "draft", "approve"]


@pytest.mark.parametrize(("undo", "expected"), [("take_back", ["return_money"]), ("", [])])
def test_what_was_done_is_undone_as_the_new_version_says(
    office: Any, pen: Any, carrier: Any, undo: str, expected: list[str]
) -> None:
    def deploy(pay: str, boundary: str, handler: str) -> None:
        drawn = [pen.start(), pen.user(pay, assignee="lan"), pen.user("check", assignee="an"), pen.end()]
        thrown = pen.node("intermediateThrowEvent", "call_off", "<compensateEventDefinition />")
        association = ""
        if boundary:
            drawn.append(pen.node("boundaryEvent", boundary, "<compensateEventDefinition />", attachedToRef=pay))
            undone = pen.user(handler, assignee="mai").replace("<userTask ", '<userTask isForCompensation="true" ')
            association = f'<association id="undo" sourceRef="{boundary}" targetRef="{handler}" />'
            drawn += [undone, association]
        office.deploy(pen.process("order", *drawn, thrown, flows=f"start > {pay} > check > call_off > end"))

    deploy("pay", "back", "refund")
    office.start("order")
    office.complete(office.task("pay").id, by="lan")
    deploy("transfer", undo, "return_money")

    carrier.move("order", {"pay": "transfer", "back": undo})
    office.complete(office.task("check").id, by="an")

    assert [task.element_id for task in office.open_tasks()] == expected
