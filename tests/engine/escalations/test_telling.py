"""Open tasks that are due tell people by the rules of their diagram, once each."""

from datetime import timedelta
from typing import Any

import pytest

from engine.arrivals import person_key
from engine.model import Involvement, JobState

HALF = '=[{at: "50%", to: "assignee"}]'
STAGES = """=[
    {at: "50%", to: "assignee"}, {at: "80%", to: "assignee"}, {at: "due", to: ["assignee", "head"]},
    {at: "due + 4 hours", to: "superior"}, {at: "due + 1 day", to: "starter"}
]"""


def test_each_moment_tells_its_people_once_when_it_comes_and_not_before(watch: Any) -> None:
    case = watch.begin(STAGES)  # due on Tuesday at 10:00

    ran = [watch.go_to(watch.at(*moment)) for moment in ((2, 14, 29), (2, 14, 30), (3, 8), (3, 10), (3, 15, 30))]
    last = [watch.go_to(watch.at(*moment)) for moment in ((4, 16, 59), (4, 17), (5, 8))]

    assert (ran, last) == ([0, 1, 1, 1, 1], [0, 1, 0])
    assert watch.told(case.id) == [
        ("50%", ["an"]),
        ("80%", ["an"]),
        ("due", ["an", "lan"]),
        ("due + 4 hours", ["bao"]),
        ("due + 1 day", ["minh"]),
    ]
    assert watch.row().state is JobState.DONE


def test_the_entry_says_when_the_moment_was_and_of_which_task(watch: Any) -> None:
    case, task = watch.begin(HALF), watch.office.task("read")
    watch.go_to(watch.at(2, 15))

    [entry] = watch.entries(case.id)

    assert entry.data == {
        "element": "read",
        "step": "Việc read",
        "task": task.id.hex,
        "rule": "50%",
        "turn": 0,
        "moment": "2026-03-02T07:30:00+00:00",
        "holder": "Lê An",
        "to": ["an"],
        "to_names": ["Lê An"],
    }
    assert (entry.at, entry.actor_id) == (watch.at(2, 15), None)


def test_a_late_dispatcher_tells_each_person_the_latest_of_what_was_missed(watch: Any) -> None:
    case = watch.begin(STAGES)

    watch.go_to(watch.at(3, 16))

    assert watch.told(case.id) == [("due", ["an", "lan"]), ("due + 4 hours", ["bao"])]


def test_of_days_that_were_missed_only_the_last_is_told(watch: Any) -> None:
    case = watch.begin('=[{at: "due", to: "assignee", daily: 5}]')
    watch.go_to(watch.at(3, 10))

    watch.go_to(watch.at(6, 9))
    watch.go_to(watch.at(9, 9))

    assert [(entry.data["rule"], entry.data["turn"]) for entry in watch.entries(case.id)] == [
        ("due", 0),
        ("due", 3),
        ("due", 4),
    ]


def test_what_is_repeated_daily_comes_to_an_end(watch: Any) -> None:
    case = watch.begin('=[{at: "due", to: "assignee", daily: 2}]')

    for day in range(3, 13):
        watch.go_to(watch.at(day, 12))

    assert [entry.data["turn"] for entry in watch.entries(case.id)] == [0, 1, 2]


def test_after_a_restart_nothing_is_told_twice(watch: Any) -> None:
    case = watch.begin(STAGES)
    watch.go_to(watch.at(2, 14, 30))

    again = [watch.office.run_jobs() for _restart in range(3)]

    assert again == [0, 0, 0]
    assert watch.told(case.id) == [("50%", ["an"])]


def test_two_rules_of_one_moment_tell_each_person_once(watch: Any) -> None:
    case = watch.begin('=[{at: "due", to: ["assignee", "an"]}, {at: "due", to: ["an", "head"]}]')

    watch.go_to(watch.at(3, 10))

    assert sorted(name for _rule, names in watch.told(case.id) for name in names) == ["an", "lan"]


def test_a_completed_task_tells_nobody(watch: Any) -> None:
    case, task = watch.begin(STAGES), watch.office.task("read")
    watch.office.complete(task.id, "an")

    ran = watch.go_to(watch.at(5, 8))

    assert (ran, watch.told(case.id), watch.row().state) == (0, [], JobState.CANCELLED)


def test_a_task_that_a_timer_ends_tells_nobody(watch: Any, pen: Any) -> None:
    over = pen.node("boundaryEvent", "over", pen.timer("PT1H"), attachedToRef="read")
    task = pen.user("read", assignee="an", due="=working hours(10)", lc={"escalate": STAGES})
    flows = "start > read > end\nover > gone"
    watch.office.deploy(pen.process("paper", pen.start(), task, over, pen.end(), pen.end("gone"), flows=flows))
    case = watch.office.start("paper")

    watch.go_to(watch.at(2, 9))

    assert watch.row().state is JobState.CANCELLED
    watch.go_to(watch.at(5, 8))
    assert watch.told(case.id) == []


def test_who_holds_the_task_now_is_told_not_who_held_it(watch: Any) -> None:
    case = watch.begin('=[{at: "due", to: ["assignee", "head"]}]', assignee="", groups='=["VPS/records_clerk"]')
    task = watch.office.task("read")
    watch.office.claim(task.id, "mai")
    watch.office.release(task.id, "mai")
    watch.office.claim(task.id, "quynh")

    watch.go_to(watch.at(3, 10))

    assert watch.told(case.id) == [("due", ["quynh", "thu"])]


def test_a_task_that_waits_for_its_group_tells_all_of_the_group(watch: Any) -> None:
    case = watch.begin('=[{at: "50%", to: "assignee"}]', assignee="", groups='=["VPS/records_clerk"]', users='=["an"]')

    watch.go_to(watch.at(2, 14, 30))

    assert watch.told(case.id) == [("50%", ["mai", "quynh", "an"])]


@pytest.mark.parametrize(
    ("recipient", "assignee", "expected"),
    [
        ("head", "an", ["lan"]),
        ("head", "lan", ["bao"]),
        ("superior", "an", ["bao"]),
        ("superior", "lan", []),
        ("starter", "an", ["minh"]),
        ("VPS/records_clerk", "an", ["mai", "quynh"]),
        ("/deputy", "an", ["hien", "son"]),
        ("thu", "an", ["thu"]),
        ("P.KHTCTH", "an", ["an", "lan"]),
        ("somebody_who_left", "an", []),
    ],
)
def test_each_recipient_is_resolved_when_the_moment_comes(
    watch: Any, recipient: str, assignee: str, expected: list[str]
) -> None:
    case = watch.begin(f'=[{{at: "due", to: "{recipient}"}}]', assignee=assignee)

    watch.go_to(watch.at(3, 10))

    [(rule, told)] = watch.told(case.id)
    assert (rule, sorted(told)) == ("due", sorted(expected))


def test_who_was_told_may_see_the_case(watch: Any) -> None:
    case = watch.begin('=[{at: "due", to: "quynh"}]')

    watch.go_to(watch.at(3, 10))

    with watch.office.session() as session:
        quynh = watch.office.person(session, "quynh")
        assert session.get(Involvement, (case.id, person_key(quynh.id))) is not None


def test_a_process_says_it_for_all_its_tasks_and_a_task_for_itself(watch: Any) -> None:
    general, own = '=[{at: "due", to: "head"}]', '=[{at: "due", to: "starter"}]'
    first = watch.begin("", process_rules=general)
    second = watch.begin(own, process_rules=general)
    third = watch.begin("=[]", process_rules=general)

    watch.go_to(watch.at(3, 10))

    assert [watch.told(case.id) for case in (first, second, third)] == [[("due", ["lan"])], [("due", ["minh"])], []]


def test_a_task_that_comes_late_is_told_of_at_once(watch: Any) -> None:
    case = watch.begin(STAGES, due="2026-03-02T07:45:00+07:00")

    watch.go_to(watch.at(2, 8))

    assert watch.told(case.id) == [("due", ["an", "lan"])]


def test_a_due_date_that_nobody_set_waits_for_nothing(watch: Any) -> None:
    case = watch.begin("", process_rules=STAGES, due="=due_at")

    watch.go_to(watch.at(9, 8))

    assert (watch.rows(), watch.told(case.id)) == ([], [])


def test_a_year_nobody_approved_is_an_incident_that_waits_for_the_approval(watch: Any) -> None:
    watch.begin('=[{at: "50%", to: "assignee"}]', due="2027-01-05T09:00:00+07:00")
    for _attempt in range(4):
        watch.office.run_jobs()
        watch.office.later(minutes=40)

    [incident] = watch.office.incidents()

    assert (incident.code, incident.error_class) == ("job.failed", "CalendarYearMissing")
    assert watch.row().state is JobState.FAILED


def test_only_what_is_due_is_looked_at(watch: Any) -> None:
    case = watch.begin(HALF)
    watch.office.now -= timedelta(hours=1)
    later = watch.office.start("paper")

    assert watch.go_to(case.started_at + timedelta(hours=6, minutes=30)) == 2
    assert (len(watch.told(case.id)), len(watch.told(later.id))) == (1, 1)
