"""The schedule follows its task: other hands, a suspended case, another version, a task that was taken back."""

from typing import Any

import pytest

from engine import consistency, hand_over, jobs, repair, works
from engine.abilities import Abilities
from engine.case_migrations import orders, plans
from engine.model import Job, JobState, ProcessDefinition
from engine.performing import Performer
from engine.time_limits import ThreadLimit
from engine.verbs import delegating, transferring, withdrawing

DUE = '=[{at: "due", to: ["assignee", "head"]}]'
REASON = "Chờ đối chiếu"


@pytest.fixture
def act(watch: Any) -> Any:
    """Do something in somebody's name, now, and see that rows and tokens still agree."""

    def do(use_case: Any, about: Any, by: str, **more: Any) -> Any:
        office = watch.office
        done = office.write(
            lambda session: use_case(session, about, by=office.person(session, by), at=office.now, **more)
        )
        with office.session() as session:
            assert [found for _case, found in consistency.check_all(session, office.now) if found] == []
        return done

    return do


def test_after_a_transfer_the_new_holder_and_their_head_are_told(watch: Any, act: Any) -> None:
    case, task = watch.begin(DUE), watch.office.task("read")
    act(transferring.transfer, task.id, "an", to="mai", reason=REASON)

    watch.go_to(watch.at(3, 10))

    assert watch.told(case.id) == [("due", ["mai", "thu"])]


def test_of_a_delegated_task_both_who_works_on_it_and_its_owner_are_told(watch: Any, act: Any) -> None:
    case, task = watch.begin('=[{at: "due", to: "assignee"}]'), watch.office.task("read")
    act(delegating.delegate, task.id, "an", to="mai", reason=REASON)

    watch.go_to(watch.at(3, 10))

    assert watch.told(case.id) == [("due", ["mai", "an"])]


def test_who_has_left_is_not_told_but_who_took_over_is(watch: Any, act: Any) -> None:
    case = watch.begin('=[{at: "due", to: "assignee"}]')
    with watch.office.session() as session:
        leaving = watch.office.person(session, "an").id
    leave = {"to": "minh", "back_to_groups": False, "last_day": watch.office.now.date()}
    act(hand_over.hand_over, leaving, "admin", reason=REASON, **leave)

    watch.go_to(watch.at(3, 10))

    assert watch.told(case.id) == [("due", ["minh"])]


def test_a_suspended_case_tells_nobody_and_tells_what_it_missed_once_it_goes_on(watch: Any, act: Any) -> None:
    case = watch.begin('=[{at: "50%", to: "assignee"}, {at: "due", to: "assignee"}]')
    act(repair.suspend, case.id, "admin", reason=REASON)
    asleep = watch.go_to(watch.at(5, 9))
    act(repair.resume, case.id, "admin", reason=REASON)

    awake = watch.go_to(watch.at(5, 9))

    assert (asleep, awake, watch.told(case.id)) == (0, 1, [("due", ["an"])])


def test_a_row_is_held_with_its_suspended_case_and_the_due_time_stays(watch: Any, act: Any) -> None:
    case = watch.begin(DUE)
    watch.office.now = watch.at(3, 10)
    act(repair.suspend, case.id, "admin", reason=REASON)

    assert watch.row().state is JobState.HELD
    assert watch.office.task("read").due_at == watch.at(3, 10)


def test_by_the_rules_of_another_version_people_are_told_from_then_on(watch: Any) -> None:
    case = watch.begin('=[{at: "50%", to: "assignee"}, {at: "due", to: "assignee"}]')
    watch.go_to(watch.at(2, 15))
    watch.office.deploy(watch.draw('=[{at: "80%", to: "starter"}, {at: "due + 1 hour", to: "head"}]'))

    migrate(watch)
    watch.go_to(watch.at(3, 12))

    assert watch.told(case.id) == [("50%", ["an"]), ("80%", ["minh"]), ("due + 1 hour", ["lan"])]


def test_a_version_without_rules_tells_nobody_and_one_that_brings_them_tells_what_is_to_come(watch: Any) -> None:
    case = watch.begin(DUE)
    watch.office.deploy(watch.draw(""))
    migrate(watch)
    assert watch.row().state is JobState.CANCELLED
    watch.go_to(watch.at(3, 10, 30))
    watch.office.deploy(watch.draw('=[{at: "due", to: "assignee"}, {at: "due + 1 hour", to: "starter"}]'))

    migrate(watch, source=2)
    watch.go_to(watch.at(3, 16))

    assert watch.told(case.id) == [("due + 1 hour", ["minh"])]


def test_a_suspended_case_that_is_migrated_goes_on_telling_nobody(watch: Any, act: Any) -> None:
    case = watch.begin("")
    act(repair.suspend, case.id, "admin", reason=REASON)
    watch.office.deploy(watch.draw(DUE))
    migrate(watch)

    watch.go_to(watch.at(4, 8))

    assert (watch.told(case.id), watch.row().state) == ([], JobState.HELD)


def migrate(watch: Any, source: int = 1) -> None:
    """Carry all cases over to the version after `source`."""
    office = watch.office

    def order(session: Any) -> Job:
        by = office.person(session, "admin")
        versions = [
            session.query(ProcessDefinition).filter_by(key="paper", version=number).one()
            for number in (source, source + 1)
        ]
        plan = plans.plan(session, versions[0], versions[1], {}, by=by, at=office.now)
        migration = orders.order(session, plan, by=by, reason=REASON, at=office.now)
        found: Job = session.get_one(Job, migration.job_id)
        return found

    job = office.write(order)
    while not office.write(
        lambda session: works.WORKS[job.job_type](session, session.get_one(Job, job.id), office.now)
    ):
        pass


def test_a_task_taken_back_keeps_its_time_and_tells_what_came_meanwhile(watch: Any, act: Any, pen: Any) -> None:
    rules = '=[{at: "50%", to: "assignee"}, {at: "80%", to: "assignee"}, {at: "due", to: "head"}]'
    read = pen.user("read", assignee="an", due="=working hours(10)", lc={"escalate": rules})
    flows = "start > read > file > end"
    watch.office.deploy(
        pen.process("paper", pen.start(), read, pen.user("file", assignee="mai"), pen.end(), flows=flows)
    )
    case, task = watch.office.start("paper"), watch.office.task("read")
    watch.go_to(watch.at(2, 15))
    watch.office.complete(task.id, "an")
    watch.office.now = watch.at(3, 9)

    fresh = act(withdrawing.withdraw, task.id, "an")
    watch.go_to(watch.at(3, 9))
    watch.go_to(watch.at(3, 10))

    assert (fresh.due_at, fresh.counted_from) == (task.due_at, task.created_at)
    assert watch.told(case.id) == [("50%", ["an"]), ("80%", ["an"]), ("due", ["lan"])]


def test_in_a_called_case_the_starter_is_who_started_the_first_one(watch: Any, pen: Any) -> None:
    office = watch.office
    called = watch.draw('=[{at: "due", to: "starter"}]')
    outer = pen.process("outer", pen.start(), pen.call("ask", "paper"), pen.end(), flows="start > ask > end")
    office.deploy(called, outer)
    office.start("outer", by="son")

    watch.go_to(watch.at(3, 10))

    assert watch.told(office.task("read").instance_id) == [("due", ["son"])]


def test_who_has_the_row_in_hand_while_the_case_is_suspended_tells_nobody(watch: Any, act: Any) -> None:
    case, office = watch.begin(DUE), watch.office
    office.now = watch.at(3, 10)
    abilities = Abilities({}, {})
    claim = office.write(lambda session: jobs.claim(session, abilities, worker="one", at=office.now))
    act(repair.suspend, case.id, "admin", reason=REASON)

    Performer(office.session, abilities, ThreadLimit(), lambda: office.now).perform(claim)

    assert (watch.told(case.id), watch.row().state) == ([], JobState.HELD)
