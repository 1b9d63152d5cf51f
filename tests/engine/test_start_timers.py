"""Processes that a timer starts: by date or cycle, over versions, after a time when nobody kept the clock."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.deployment import DeploymentRefused
from engine.model import Job, JobKind, JobState, ProcessInstance


def timed(pen: Any, timer: str, text: str, *, name: str = "read") -> bytes:
    """Draw a process that a timer starts."""
    event = f"<timerEventDefinition><{timer}>{text}</{timer}></timerEventDefinition>"
    after = pen.user(name, groups='=["VPS/records_clerk"]')
    drawn: bytes = pen.process("reminder", pen.start("due", event), after, flows=f"due > {name}")
    return drawn


def daily(pen: Any, name: str = "read") -> bytes:
    return timed(pen, "timeCycle", "R/P1D", name=name)


def started(office: Any) -> list[tuple[Any, int]]:
    """Return when each case was started, and on which version of its process."""
    with office.session() as session:
        cases = session.scalars(select(ProcessInstance).order_by(ProcessInstance.started_at)).all()
        return [(case.started_at, case.definition.version) for case in cases]


def waiting(office: Any) -> list[Job]:
    """Return the start timers that run."""
    return [job for job in office.jobs() if (job.kind, job.state) == (JobKind.START, JobState.WAITING)]


def run_for(office: Any, days: int) -> None:
    """Let days go by, four hours at a time."""
    for _ in range(6 * days):
        office.later(hours=4)
        office.run_jobs()


def test_a_process_is_started_when_its_date_has_come_and_only_once(office: Any, pen: Any) -> None:
    office.deploy(timed(pen, "timeDate", "2026-03-04T08:00:00"))

    run_for(office, 4)

    assert [(str(moment), version) for moment, version in started(office)] == [("2026-03-04 01:00:00+00:00", 1)]
    assert waiting(office) == []
    assert office.task("read").candidate_groups == ["VPS/records_clerk"]


def test_a_cycle_starts_a_case_at_each_turn_without_drifting(office: Any, pen: Any) -> None:
    deployed = office.now
    office.deploy(daily(pen))
    office.later(minutes=20)

    run_for(office, 3)

    assert [moment - deployed for moment, _ in started(office)] == [
        timedelta(days=1, minutes=20),
        timedelta(days=2, minutes=20),
        timedelta(days=3, minutes=20),
    ]
    assert [job.due_at - deployed for job in waiting(office)] == [timedelta(days=4)]


def test_a_cycle_with_a_number_of_turns_ends_after_them(office: Any, pen: Any) -> None:
    office.deploy(timed(pen, "timeCycle", "R2/P1D"))

    run_for(office, 4)

    assert len(started(office)) == 2
    assert waiting(office) == []


def test_turns_that_nobody_kept_the_clock_for_are_made_up_for_once(office: Any, pen: Any) -> None:
    deployed = office.now
    office.deploy(daily(pen))

    office.later(days=10, hours=3)
    office.run_jobs()

    assert [moment for moment, _ in started(office)] == [deployed + timedelta(days=10, hours=3)]
    assert [job.due_at - deployed for job in waiting(office)] == [timedelta(days=11)]


def test_a_new_version_takes_over_the_clock_of_the_old_one(office: Any, pen: Any) -> None:
    office.deploy(daily(pen))
    run_for(office, 1)
    office.later(hours=12)

    office.deploy(daily(pen, name="read_closely"))
    run_for(office, 2)

    assert [version for _, version in started(office)] == [1, 2, 2]
    assert len(waiting(office)) == 1
    assert {task.element_id for task in office.open_tasks()} == {"read", "read_closely"}


def test_what_was_due_when_a_new_version_came_is_started_on_the_new_one(office: Any, pen: Any) -> None:
    office.deploy(timed(pen, "timeDate", "2026-03-04T08:00:00"))
    office.later(days=5)

    office.deploy(timed(pen, "timeDate", "2026-03-04T08:00:00", name="read_closely"))
    office.run_jobs()
    office.later(days=5)
    office.run_jobs()

    assert [version for _, version in started(office)] == [2]


def test_a_date_that_has_passed_starts_nothing_when_a_version_is_published_again(office: Any, pen: Any) -> None:
    office.deploy(timed(pen, "timeDate", "2026-03-04T08:00:00"))
    run_for(office, 3)

    office.deploy(timed(pen, "timeDate", "2026-03-04T08:00:00", name="read_closely"))
    run_for(office, 1)

    assert [version for _, version in started(office)] == [1]


def test_a_version_without_a_timer_stops_the_clock_of_the_one_before(office: Any, pen: Any) -> None:
    office.deploy(daily(pen))

    office.deploy(pen.process("reminder", pen.start(), pen.end(), flows="start > end"))
    run_for(office, 3)

    assert started(office) == []
    assert waiting(office) == []


def test_deploying_the_same_files_again_leaves_the_clock_alone(office: Any, pen: Any) -> None:
    office.deploy(daily(pen))
    before = [(job.id, job.due_at) for job in waiting(office)]
    office.later(hours=20)

    office.deploy(daily(pen))

    assert [(job.id, job.due_at) for job in waiting(office)] == before


def test_a_start_that_was_called_off_in_the_meantime_starts_nothing(office: Any, pen: Any) -> None:
    office.deploy(daily(pen))
    (old,) = waiting(office)
    office.deploy(timed(pen, "timeCycle", "R/P7D", name="read_closely"))
    office.write(lambda session: setattr(session.get_one(Job, old.id), "state", JobState.WAITING))

    run_for(office, 2)

    assert started(office) == []
    assert [job.state for job in office.jobs() if job.id == old.id] == [JobState.CANCELLED]


def test_a_start_that_fails_for_good_is_reported_without_a_case_and_the_clock_goes_on(office: Any, pen: Any) -> None:
    office.deploy(daily(pen))
    office.deploy(
        pen.process("other", pen.start(), pen.user("wait", assignee="=starter"), flows="start > wait"), pack="o"
    )
    taken = office.start("other")
    office.write(lambda session: setattr(session.get_one(ProcessInstance, taken.id), "business_key", "HS-2026-0002"))

    run_for(office, 1)
    for _attempt in range(3):
        office.later(hours=4)
        office.run_jobs()

    (incident,) = office.incidents()
    assert (incident.instance_id, incident.element_id, incident.error_class) == (None, "due", "IntegrityError")
    assert "INSERT" not in str(incident.error_message)
    assert len(waiting(office)) == 1


@pytest.mark.parametrize("said", ["every day", '="R/PT0S"', "=nothing.at.all"])
def test_a_timer_that_cannot_be_read_is_refused_when_it_is_deployed(office: Any, pen: Any, said: str) -> None:
    before = office.counts()

    with pytest.raises(DeploymentRefused) as refused:
        office.deploy(timed(pen, "timeCycle", said))

    assert [finding.element_id for finding in refused.value.findings] == ["due"]
    assert office.counts() == before


def test_several_timers_of_one_process_go_each_at_its_own_pace(office: Any, pen: Any) -> None:
    def every(span: str) -> str:
        return f"<timerEventDefinition><timeCycle>R/{span}</timeCycle></timerEventDefinition>"

    office.deploy(
        pen.process(
            "reports",
            pen.start("daily", every("P1D")),
            pen.start("two_daily", every("P2D")),
            pen.end("done"),
            flows="daily > done\ntwo_daily > done",
        )
    )

    run_for(office, 4)

    assert len(started(office)) == 4 + 2
    assert len(waiting(office)) == 2
