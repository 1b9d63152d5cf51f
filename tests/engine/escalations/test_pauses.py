"""After a pause the due times of a case stay, go on with what was left (E13) or begin again (E14): the process says."""

from typing import Any

import pytest

from engine import repair
from engine.calendar import CalendarYearMissing
from engine.deployment import DeploymentRefused

HALF_AND_DUE = '=[{at: "50%", to: "assignee"}, {at: "due", to: "assignee"}]'
REASON = "Chờ công dân bổ sung giấy tờ"


@pytest.fixture
def pause(watch: Any) -> Any:
    """Let the case stand still from one moment to another."""

    def stand(case: Any, paused: Any, resumed: Any) -> None:
        office = watch.office
        for use_case, moment in ((repair.suspend, paused), (repair.resume, resumed)):
            office.now = moment
            office.write(
                lambda session, do=use_case: do(
                    session, case.id, by=office.person(session, "admin"), reason=REASON, at=office.now
                )
            )

    return stand


def october(watch: Any, rules: str = "", **drawn: Any) -> Any:
    """Start a case of forty working hours on Monday 5 October 2026 at 07:30, the example of the domain dictionary."""
    watch.office.now = watch.at(5, 7, 30, month=10)
    return watch.begin(rules, due="=working hours(40)", **drawn)


@pytest.mark.parametrize(
    ("way", "due"), [("resume", (20, 14, 30)), ("restart", (22, 9, 0)), ("keep", (9, 17, 0)), (None, (9, 17, 0))]
)
def test_the_due_time_goes_on_as_the_process_says(watch: Any, pause: Any, way: str | None, due: Any) -> None:
    case = october(watch, **({"due_after_pause": way} if way else {}))

    pause(case, watch.at(6, 11, 30, month=10), watch.at(15, 9, month=10))

    assert watch.office.task("read").due_at == watch.at(*due, month=10)


def test_the_history_keeps_the_old_and_the_new_due_time(watch: Any, pause: Any) -> None:
    case = october(watch, due_after_pause="resume")

    pause(case, watch.at(6, 11, 30, month=10), watch.at(15, 9, month=10))

    [entry] = watch.entries(case.id, "task.due_moved")
    assert (entry.data["before"], entry.data["after"], entry.data["way"]) == (
        "2026-10-09T10:00:00+00:00",
        "2026-10-20T07:30:00+00:00",
        "resume",
    )


def test_half_time_comes_when_half_of_the_working_time_was_there_to_work(watch: Any, pause: Any) -> None:
    case = october(watch, HALF_AND_DUE, due_after_pause="resume")
    pause(case, watch.at(6, 11, 30, month=10), watch.at(15, 9, month=10))

    early = watch.go_to(watch.at(16, 8, 59, month=10))  # 12 hours before the pause, 8 after it
    at_half = watch.go_to(watch.at(16, 9, month=10))

    assert (early, at_half, watch.told(case.id)) == (0, 1, [("50%", ["an"])])


def test_what_was_told_before_the_pause_is_not_told_again(watch: Any, pause: Any) -> None:
    case = october(watch, HALF_AND_DUE, due_after_pause="resume")
    watch.go_to(watch.at(7, 11, 31, month=10))  # half of 40 hours passed at 11:30
    pause(case, watch.at(8, 8, month=10), watch.at(15, 9, month=10))

    for day in (15, 16, 19):
        watch.go_to(watch.at(day, 16, month=10))

    assert watch.told(case.id) == [("50%", ["an"]), ("due", ["an"])]


def test_where_all_begins_again_people_are_told_again(watch: Any, pause: Any) -> None:
    case = october(watch, HALF_AND_DUE, due_after_pause="restart")
    watch.go_to(watch.at(7, 12, month=10))
    pause(case, watch.at(8, 8, month=10), watch.at(15, 9, month=10))

    for day in (15, 16, 19, 20, 21, 22):
        watch.go_to(watch.at(day, 16, month=10))

    assert watch.told(case.id) == [("50%", ["an"]), ("50%", ["an"]), ("due", ["an"])]


def test_a_second_pause_counts_the_same_forty_hours(watch: Any, pause: Any) -> None:
    case = october(watch, due_after_pause="restart")

    pause(case, watch.at(6, 11, 30, month=10), watch.at(15, 9, month=10))
    pause(case, watch.at(15, 10, month=10), watch.at(19, 7, 30, month=10))

    assert watch.office.task("read").due_at == watch.at(23, 17, month=10)


def test_what_was_late_before_the_pause_stays_late(watch: Any, pause: Any) -> None:
    case = october(watch, HALF_AND_DUE.replace("}]", '}, {at: "due + 1 day", to: "head"}]'), due_after_pause="resume")
    watch.go_to(watch.at(12, 8, month=10))
    pause(case, watch.at(12, 9, month=10), watch.at(15, 9, month=10))

    watch.go_to(watch.at(15, 9, month=10))

    assert watch.office.task("read").due_at == watch.at(9, 17, month=10)
    assert watch.told(case.id) == [("due", ["an"]), ("due + 1 day", ["lan"])]


def test_a_due_time_that_would_have_to_be_guessed_is_refused_and_nothing_moves(watch: Any, pause: Any) -> None:
    case = october(watch, due_after_pause="resume")

    with pytest.raises(CalendarYearMissing):
        pause(case, watch.at(6, 11, 30, month=10), watch.at(30, 9, month=12))

    assert watch.office.case(case.id).state == "suspended"
    assert watch.office.task("read").due_at == watch.at(9, 17, month=10)


def test_a_called_case_goes_on_as_its_own_process_says(watch: Any, pause: Any, pen: Any) -> None:
    office = watch.office
    called = watch.draw("", due="=working hours(40)", due_after_pause="resume")
    office.deploy(
        called, pen.process("outer", pen.start(), pen.call("ask", "paper"), pen.end(), flows="start > ask > end")
    )
    office.now = watch.at(5, 7, 30, month=10)
    outer = office.start("outer")

    pause(outer, watch.at(6, 11, 30, month=10), watch.at(15, 9, month=10))

    assert office.task("read").due_at == watch.at(20, 14, 30, month=10)


def test_another_word_is_refused(watch: Any) -> None:
    with pytest.raises(DeploymentRefused) as refused:
        watch.office.deploy(watch.draw("", due_after_pause="perhaps"))

    [finding] = [each for each in refused.value.findings if each.code == "diagram.property_refused"]
    assert "lc:due_after_pause" in finding.message.vi
