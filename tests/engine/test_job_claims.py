"""Taking jobs in hand: one at a time, the most urgent first, and only whoever holds a job may say what became of it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.orm import Session

from engine import job_failures, jobs
from engine.abilities import Abilities, Lane
from engine.hooks import JobCall, JobType, as_job_types
from engine.job_runner import JobRunner
from engine.jobs import HANDED_FOR, LEASE_MARGIN, Claim, LeaseLost
from engine.model import Job, JobKind, JobPriority, JobState, ProcessDefinition, ProcessInstance
from engine.performing import Performer
from engine.time_limits import ThreadLimit
from engine.works import WORKS


def nothing(_call: JobCall) -> Mapping[str, object]:
    return {}


SLOW = timedelta(minutes=10)
TYPES = as_job_types({"test.quick": nothing, "test.far": JobType(nothing, is_external=True, timeout=SLOW)})
ABILITIES = Abilities(TYPES, WORKS)


@pytest.fixture
def desk(office: Any, pen: Any) -> Any:
    """An office with two processes of one machine step each, near and far."""
    for process_id, job_type in (("quick", "test.quick"), ("far", "test.far")):
        office.deploy(
            pen.process(
                process_id, pen.start(), pen.service("do", job_type), pen.end("done"), flows="start > do > done"
            ),
            pack=process_id,
        )
    return office


def take(office: Any, worker: str = "one", lanes: Lane = Lane.ALL, **which: Any) -> Claim | None:
    """Take a job in hand."""
    found: Claim | None = office.write(
        lambda session: jobs.claim(session, ABILITIES, worker=worker, at=office.now, lanes=lanes, **which)
    )
    return found


def taken(office: Any, **which: Any) -> Claim:
    """Take a job in hand; there must be one."""
    claim = take(office, **which)
    assert claim is not None
    return claim


def test_a_job_in_hand_is_nobody_elses(desk: Any) -> None:
    desk.start("quick")

    claim = taken(desk, worker="one")

    assert take(desk, worker="two") is None
    (job,) = desk.jobs()
    assert (job.worker, job.lease_token, job.attempts) == ("one", claim.token, 1)


def test_of_many_who_reach_for_jobs_at_once_each_gets_another_one(desk: Any) -> None:
    for _ in range(6):
        desk.start("quick")
    start_together, found = threading.Barrier(6), []

    def reach(number: int) -> None:
        start_together.wait()
        found.append(take(desk, worker=str(number)))

    hands = [threading.Thread(target=reach, args=(number,)) for number in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert len({claim.job_id for claim in found if claim}) == 6


@pytest.mark.parametrize(("process", "limit"), [("quick", timedelta(seconds=30)), ("far", SLOW)])
def test_a_lease_is_as_long_as_the_job_may_take_and_a_margin(desk: Any, process: str, limit: timedelta) -> None:
    desk.start(process)

    taken(desk)

    (job,) = desk.jobs()
    assert job.lease_until == desk.now + limit + LEASE_MARGIN


def test_what_comes_back_after_somebody_else_took_the_job_is_dropped(desk: Any) -> None:
    desk.start("quick")
    late = taken(desk, worker="late")
    desk.later(minutes=2)
    taken(desk, worker="next")

    with pytest.raises(LeaseLost):
        desk.write(lambda session: jobs.finish(session, late, at=desk.now))

    (job,) = desk.jobs()
    assert (job.state, job.worker) == (JobState.WAITING, "next")


def test_a_runner_that_was_away_too_long_moves_nothing_and_goes_on_with_the_next_job(desk: Any) -> None:
    case, answers = desk.start("far"), []

    def stay_away(_call: JobCall) -> Mapping[str, object]:
        answers.append("late")
        desk.later(minutes=12)
        JobRunner(desk.session, {"test.far": lambda _call: {"by": "the other one"}}).run_due(desk.now)
        return {"by": "the late one"}

    JobRunner(desk.session, {"test.far": JobType(stay_away, is_external=True)}).run_due(lambda: desk.now)

    assert answers == ["late"]
    assert desk.variables(case.id)["by"] == "the other one"
    assert [(job.state, job.attempts) for job in desk.jobs()] == [(JobState.DONE, 2)]


def test_a_job_given_back_is_free_at_once_and_was_no_attempt(desk: Any) -> None:
    desk.start("quick")
    claim = taken(desk)

    desk.write(lambda session: jobs.give_back(session, claim))

    assert taken(desk, worker="next").attempt == 1


def test_a_job_that_kills_every_process_that_does_it_is_reported_in_the_end(desk: Any) -> None:
    desk.start("quick")
    for _attempt in range(4):
        taken(desk)
        desk.later(minutes=2)
    desk.handlers["test.quick"] = nothing

    desk.run_jobs()

    (incident,) = desk.incidents()
    assert (incident.error_class, incident.attempt, incident.element_id) == ("WorkerLost", 4, "do")
    assert [job.state for job in desk.jobs()] == [JobState.FAILED]


@pytest.fixture
def resting(office: Any, pen: Any) -> Any:
    """An office with a case that rests for an hour, then ends."""
    rest = pen.node("intermediateCatchEvent", "rest", pen.timer("PT1H"))
    office.deploy(pen.process("resting", pen.start(), rest, pen.end("done"), flows="start > rest > done"))
    office.start("resting")
    return office


def test_a_timer_whose_process_is_killed_again_and_again_still_fires(resting: Any) -> None:
    resting.later(hours=1)
    for _loss in range(job_failures.MOST_STARTS - 1):
        taken(resting)
        resting.later(minutes=2)

    resting.run_jobs()

    assert resting.incidents() == []
    assert [job.state for job in resting.jobs()] == [JobState.DONE]


def test_a_timer_that_ends_every_process_is_reported_in_the_end(resting: Any) -> None:
    resting.later(hours=1)
    for _loss in range(job_failures.MOST_STARTS):
        taken(resting)
        resting.later(minutes=2)

    resting.run_jobs()

    assert [(incident.error_class, incident.element_id) for incident in resting.incidents()] == [("WorkerLost", "rest")]


def add_job(office: Any, priority: JobPriority, minutes: int, job_type: str = "test.quick") -> UUID:
    """Write a job that is due in a while."""
    job_id = uuid4()
    office.write(
        lambda session: session.add(
            Job(
                id=job_id,
                kind=JobKind.SERVICE,
                job_type=job_type,
                priority=priority,
                due_at=office.now + timedelta(minutes=minutes),
                created_at=office.now,
            )
        )
    )
    return job_id


def test_what_is_more_urgent_goes_first_and_among_equals_what_has_waited_longer(office: Any) -> None:
    bulk, late, early, prompt = (
        add_job(office, JobPriority.BULK, -60),
        add_job(office, JobPriority.NORMAL, -1),
        add_job(office, JobPriority.NORMAL, -2),
        add_job(office, JobPriority.PROMPT, 0),
    )
    add_job(office, JobPriority.PROMPT, 1)

    order = [taken(office).job_id for _ in range(4)]

    assert order == [prompt, early, late, bulk]
    assert take(office) is None


def test_a_job_has_the_priority_of_its_type(office: Any, pen: Any) -> None:
    office.deploy(
        pen.process(
            "two",
            pen.start(),
            pen.service("first", "test.first"),
            pen.service("second", "test.second"),
            flows="start > first > second",
        )
    )
    office.handlers["test.first"] = nothing
    office.handlers["test.second"] = JobType(nothing, priority=JobPriority.PROMPT)
    office.start("two")

    office.run_jobs()

    assert {job.element_id: job.priority for job in office.jobs()} == {
        "first": JobPriority.NORMAL,
        "second": JobPriority.PROMPT,
    }


def test_a_lane_takes_its_own_jobs_only(desk: Any) -> None:
    desk.start("quick")
    desk.start("far")

    assert taken(desk, lanes=Lane.EXTERNAL).job_type == "test.far"
    assert take(desk, lanes=Lane.EXTERNAL | Lane.WORK) is None
    assert taken(desk, lanes=Lane.QUICK).job_type == "test.quick"


def hand_out(office: Any, most: int = 10) -> list[UUID]:
    """Hand jobs of the usual priority out."""
    handed: list[UUID] = office.write(
        lambda session: jobs.hand_out(session, ABILITIES, priority=JobPriority.NORMAL, most=most, at=office.now)
    )
    return handed


def test_a_job_is_handed_out_once_a_minute_until_somebody_takes_it(desk: Any) -> None:
    desk.start("quick")
    (job,) = desk.jobs()

    assert [hand_out(desk), hand_out(desk)] == [[job.id], []]
    desk.now += HANDED_FOR
    assert hand_out(desk) == [job.id]
    taken(desk, job_id=job.id)
    desk.later(seconds=61)

    assert hand_out(desk) == []


def test_a_job_that_was_handed_out_may_be_taken_by_whoever_comes(desk: Any) -> None:
    desk.start("quick")
    (job_id,) = hand_out(desk)

    assert taken(desk, job_id=job_id).job_id == job_id
    assert take(desk, job_id=job_id) is None


def test_what_was_handed_out_and_lost_is_handed_out_again_but_not_what_is_in_hand(desk: Any) -> None:
    for _ in range(3):
        desk.start("quick")
    handed = hand_out(desk)
    taken(desk, job_id=handed[0])

    assert desk.write(lambda session: jobs.forget_handed(session, at=desk.now)) == 2

    assert sorted(hand_out(desk)) == sorted(handed[1:])


def test_a_runner_that_comes_late_finds_the_job_done_and_does_nothing(desk: Any) -> None:
    desk.start("quick")
    claim = taken(desk)
    performer = Performer(desk.session, ABILITIES, ThreadLimit(), lambda: desk.now)
    desk.later(minutes=2)

    performer.perform(taken(desk, worker="next"))
    performer.perform(claim)

    assert [(job.state, job.worker, job.attempts) for job in desk.jobs()] == [(JobState.DONE, "next", 2)]


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Collect what a block asks the database."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def plan(session: Session, statement: str, parameters: Any) -> str:
    """Return how the database would find the rows."""
    words = "EXPLAIN QUERY PLAN" if session.get_bind().dialect.name == "sqlite" else "EXPLAIN"
    rows = session.connection().exec_driver_sql(f"{words} {statement}", parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.fixture
def crowded(office: Any, pen: Any) -> Any:
    """An office with hundreds of cases, thousands of timers that are not due, and thousands of jobs that are done."""
    deployed = office.deploy(pen.process("waits", pen.start(), pen.end(), flows="start > end"), pack="waits")
    cases = [uuid4() for _ in range(300)]

    def fill(session: Session) -> None:
        (definition,) = session.scalars(select(ProcessDefinition).where(ProcessDefinition.deployment_id == deployed.id))
        of_case = {"definition_id": definition.id, "started_at": office.now, "revision": 1}
        session.execute(insert(ProcessInstance), [{"id": each, "business_key": each.hex, **of_case} for each in cases])
        session.execute(insert(Job), [row_of(office.now, number, cases) for number in range(6000)])

    office.write(fill)
    with office.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    return office


def row_of(now: datetime, number: int, cases: list[UUID]) -> dict[str, Any]:
    is_done, away = number % 2 == 0, timedelta(minutes=number)
    return {
        "id": uuid4(),
        "kind": JobKind.TIMER,
        "instance_id": cases[number % len(cases)],
        "state": JobState.DONE if is_done else JobState.WAITING,
        "priority": JobPriority(number % 3),
        "due_at": now - away if is_done else now + away,
        "created_at": now,
    }


def test_picking_up_a_job_does_not_depend_on_how_many_wait_or_are_done(crowded: Any) -> None:
    with statements(crowded.engine) as said:
        take(crowded)
        hand_out(crowded)
        crowded.write(lambda session: jobs.next_due_at(session, after=crowded.now))
        crowded.write(lambda session: jobs.forget_handed(session, at=crowded.now))

    asked = [
        (statement, parameters) for statement, parameters in said if "FROM job" in statement or "job SET" in statement
    ]
    assert len(asked) == 3 + 1 + 3 + 1
    with crowded.session() as session:
        for statement, parameters in asked:
            found = plan(session, statement, parameters)
            assert "ix_job_state_priority_due_at" in found, found
            assert "due_at" in found.replace("ix_job_state_priority_due_at", ""), found


def test_picking_up_the_jobs_of_one_case_looks_at_that_case_only(crowded: Any, pen: Any) -> None:
    crowded.deploy(pen.process("quick", pen.start(), pen.service("do", "test.quick"), flows="start > do"))
    case = crowded.start("quick")

    with statements(crowded.engine) as said:
        taken(crowded, instance_id=case.id)
        crowded.write(lambda session: jobs.due_of(session, ABILITIES, {case.id}, at=crowded.now))

    asked = [each for each in said if each[0].startswith("SELECT")]
    assert len(asked) == 2
    with crowded.session() as session:
        for statement, parameters in asked:
            assert "ix_job_instance_id_token_id" in plan(session, statement, parameters)


def test_finished_jobs_stay_as_history(desk: Any) -> None:
    desk.handlers["test.quick"] = nothing
    desk.start("quick")

    desk.run_jobs()

    with desk.session() as session:
        job = session.scalars(select(Job)).one()
    assert (job.state, job.finished_at, job.lease_token) == (JobState.DONE, desk.now, None)
