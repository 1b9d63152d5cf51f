"""Four situations in which an assignment does not work out, and what the diagram may choose for each."""

from typing import Any

import pytest

HEAD = '="lan"'  # who heads P.KHTCTH


def test_without_rules_the_starter_may_approve_and_nothing_is_skipped(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD))
    approval.begin(by="lan")

    assert approval.open() == [("approve", "lan")]
    assert approval.told("task.skipped", "approver.replaced", "task.stopped") == []


# the approver is the starter


def test_a_step_whose_approver_is_the_starter_is_skipped_as_the_process_says(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_starter="skip:approved")
    approval.begin(by="lan")

    ((element, said),) = approval.told("task.skipped")
    assert (element, said["situation"], said["outcome"]) == ("approve", "starter", "approved")
    assert (said["outcome_label"], said["about"]) == ("Đồng ý", ["Hoàng Lan"])
    assert (approval.state, approval.open()) == ("ended", [])


def test_a_skipped_step_shows_its_outcome_and_nobody_as_who_did_it(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_starter="skip:approved")
    approval.begin(by="lan")

    (row,) = approval.activities("approve")
    assert (row.state.value, row.outcome, row.person_id) == ("completed", "approved", None)
    variables = approval.office.variables(approval.cases[0])
    assert (variables["outcome"], variables["reason"], variables["completed_by"]) == ("approved", None, None)


def test_a_skipped_step_does_not_count_as_signed(approval: Any) -> None:
    signing = {"outcome.sign": '={label: "Ký", signs: "sign"}', "outcome.pass": '={label: "Chuyển"}'}
    approval.draw(approval.step("approve", assignee=HEAD, outcomes=signing), when_starter="skip:pass")
    approval.begin(by="lan")

    assert (approval.state, approval.signatures()) == ("ended", 0)


def test_the_starters_approval_goes_to_the_superior(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_starter="superior")
    approval.begin(by="lan")

    assert approval.open() == [("approve", "bao")]
    ((_element, said),) = approval.told("approver.replaced")
    assert (said["situation"], said["about"], said["to"]) == ("starter", ["Hoàng Lan"], ["bao"])


def test_the_starters_approval_goes_to_a_named_person(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_starter="person:thu")
    approval.begin(by="lan")

    assert approval.open() == [("approve", "thu")]


def test_the_starters_approval_goes_to_a_named_group(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_starter="group:LĐS/deputy")
    approval.begin(by="lan")

    assert approval.open() == [("approve", "LĐS/deputy")]
    assert approval.office.incidents() == []
    approval.office.claim(approval.office.task().id, "hien")
    approval.done("approve", "hien")
    assert approval.state == "ended"


def test_the_starters_approval_stops_until_the_operator_has_mended_the_directory(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee='=leader of("P.KHTCTH")'), when_starter="stop")
    approval.begin(by="lan")

    (incident,) = approval.office.incidents()
    assert (incident.code, incident.element_id) == ("task.stopped", "approve")
    assert "người khởi tạo hồ sơ" in incident.message_vi
    assert "try again" in incident.message_en
    assert approval.open() == []

    approval.leaves("lan")
    approval.comes("an", "P.KHTCTH")
    approval.retry()

    assert approval.open() == [("approve", "an")]
    assert approval.office.incidents() == []
    assert [said["situation"] for _element, said in approval.told("task.stopped")] == ["starter"]
    approval.done("approve", "an")
    assert approval.state == "ended"


def test_trying_again_what_still_does_not_work_out_is_a_new_incident_at_the_same_step(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_starter="stop")
    approval.begin(by="lan")

    approval.retry()

    (incident,) = approval.office.incidents()
    assert (incident.code, incident.attempt) == ("task.stopped", 2)
    assert approval.office.case(approval.cases[0]).open_incidents == 1


def test_among_several_who_may_approve_the_starter_is_no_hindrance(approval: Any) -> None:
    approval.draw(approval.step("approve", groups='=["VPS/records_clerk"]'), when_starter="stop")
    approval.begin(by="mai")

    assert approval.open() == [("approve", "VPS/records_clerk")]


def test_whoever_is_named_twice_is_still_one_among_others(approval: Any) -> None:
    groups = '=["P.KHTCTH/leader", "VPS/leader"]'
    approval.draw(approval.step("approve", groups=groups, users='=["lan"]'), when_starter="stop")
    approval.begin(by="lan")

    assert [element for element, _holder in approval.open()] == ["approve"]


def test_a_group_in_which_there_is_only_the_starter_is_the_starter(approval: Any) -> None:
    approval.draw(approval.step("approve", groups='=["P.KHTCTH/leader"]'), when_starter="superior")
    approval.begin(by="lan")

    assert approval.open() == [("approve", "bao")]


def test_a_step_that_is_the_starters_by_design_is_not_touched_by_the_process(approval: Any) -> None:
    approval.draw(approval.step("amend", assignee="= starter"), when_starter="superior", when_repeated="stop")

    approval.cases.append(approval.office.start("asked", by="lan").id)
    assert approval.open() == [("write", "lan")]
    approval.done("write", "lan", "completed")

    assert approval.open() == [("amend", "lan")]


# the same approver twice in a row


def test_who_has_just_approved_is_not_asked_again(approval: Any) -> None:
    steps = approval.step("check", assignee=HEAD), approval.step("approve", assignee=HEAD)
    approval.draw(*steps, when_repeated="skip:approved")
    approval.begin()

    approval.done("check", "lan")

    ((element, said),) = approval.told("task.skipped")
    assert (element, said["situation"], said["about"]) == ("approve", "repeated", ["Hoàng Lan"])
    assert approval.state == "ended"


def test_who_approved_two_steps_ago_is_asked_again(approval: Any) -> None:
    people = {"check": HEAD, "review": '="thu"', "approve": HEAD}
    approval.draw(*(approval.step(key, assignee=who) for key, who in people.items()), when_repeated="skip:approved")
    approval.begin()

    approval.done("check", "lan")
    approval.done("review", "thu")

    assert approval.open() == [("approve", "lan")]


def test_a_row_of_steps_of_one_approver_is_skipped_to_the_next_person(approval: Any) -> None:
    people = {"check": HEAD, "review": HEAD, "approve": HEAD, "close": '="thu"'}
    approval.draw(*(approval.step(key, assignee=who) for key, who in people.items()), when_repeated="skip:approved")
    approval.begin()

    approval.done("check", "lan")

    assert [element for element, _said in approval.told("task.skipped")] == ["review", "approve"]
    assert approval.open() == [("close", "thu")]


@pytest.mark.parametrize(
    ("rule", "holder"), [("superior", "bao"), ("person:thu", "thu"), ("group:LĐS/deputy", "LĐS/deputy")]
)
def test_the_second_approval_in_a_row_goes_to_somebody_else(approval: Any, rule: str, holder: str) -> None:
    approval.draw(approval.step("check", assignee=HEAD), approval.step("approve", assignee=HEAD, when_repeated=rule))
    approval.begin()

    approval.done("check", "lan")

    assert approval.open() == [("approve", holder)]


def test_the_second_approval_in_a_row_stops(approval: Any) -> None:
    approval.draw(approval.step("check", assignee=HEAD), approval.step("approve", assignee=HEAD, when_repeated="stop"))
    approval.begin()

    approval.done("check", "lan")

    (incident,) = approval.office.incidents()
    assert "ngay trước" in incident.message_vi


def test_who_acted_in_the_approvers_place_and_the_approver_are_both_who_approved_before(approval: Any) -> None:
    steps = approval.step("check", assignee=HEAD), approval.step("approve", assignee=HEAD)
    approval.draw(*steps, when_repeated="skip:approved")
    approval.goes_away("lan", substitute="an")
    approval.begin()

    approval.done("check", "an")

    assert [element for element, _said in approval.told("task.skipped")] == ["approve"]


def test_a_step_that_leads_back_to_itself_is_done_over_again(approval: Any, pen: Any) -> None:
    again = {"outcome.again": '={label: "Làm lại"}', "outcome.approved": '={label: "Đồng ý"}'}
    approval.office.deploy(
        pen.process(
            "asked",
            pen.start(),
            pen.user("write", assignee="=starter"),
            approval.step("approve", assignee=HEAD, outcomes=again),
            pen.node("exclusiveGateway", "is_done"),
            pen.end(),
            flows='start > write > approve > is_done\nis_done > approve : =outcome = "again"\n'
            'is_done > end : =outcome = "approved"',
            when_repeated="skip:approved",
        )
    )
    approval.begin()

    approval.done("approve", "lan", "again")

    assert approval.open() == [("approve", "lan")]


def test_who_gets_a_step_back_does_it_again_whatever_they_did_before(approval: Any) -> None:
    people = {"check": HEAD, "approve": '="thu"'}
    approval.draw(*(approval.step(key, assignee=who) for key, who in people.items()), when_repeated="skip:approved")
    approval.begin()
    approval.done("check", "lan")

    approval.send_back("approve", "thu", to="check")

    assert approval.open() == [("check", "lan")]
    approval.done("check", "lan")
    assert approval.open() == [("approve", "thu")]


# nobody is found


@pytest.mark.parametrize(
    ("rule", "holder"), [("superior", "lan"), ("person:thu", "thu"), ("group:LĐS/deputy", "LĐS/deputy")]
)
def test_what_nobody_is_found_for_goes_where_the_diagram_says_without_an_incident(
    approval: Any, rule: str, holder: str
) -> None:
    approval.draw(approval.step("approve", groups='=["P.KHTCTH/records_clerk"]'), when_nobody=rule)
    approval.begin()

    assert approval.open() == [("approve", holder)]
    assert approval.office.incidents() == []


def test_without_a_unit_to_begin_at_the_superior_is_that_of_the_unit_that_started(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee="=null"), when_nobody="superior")
    approval.begin(by="an")

    assert approval.open() == [("approve", "lan")]


def test_what_nobody_is_found_for_is_skipped(approval: Any) -> None:
    approval.draw(approval.step("approve", groups='=["P.KHTCTH/records_clerk"]'), when_nobody="skip:approved")
    approval.begin()

    ((_element, said),) = approval.told("task.skipped")
    assert (said["situation"], said["about"], approval.state) == ("nobody", [], "ended")


def test_what_nobody_is_found_for_stops_until_somebody_holds_the_position(approval: Any) -> None:
    approval.draw(approval.step("approve", groups='=["P.KHTCTH/records_clerk"]'), when_nobody="stop")
    approval.begin()
    assert approval.open() == []

    approval.comes("an", "P.KHTCTH", "records_clerk")
    approval.retry()

    assert approval.open() == [("approve", "P.KHTCTH/records_clerk")]
    assert approval.office.incidents() == []


def test_without_a_rule_what_nobody_is_found_for_goes_to_the_fallback_with_an_incident(approval: Any) -> None:
    approval.draw(approval.step("approve", groups='=["P.KHTCTH/records_clerk"]'), fallback="VPS/leader")
    approval.begin()

    assert [each.code for each in approval.office.incidents()] == ["task.nobody"]
    assert approval.open() == [("approve", "P.KHTCTH/records_clerk, VPS/leader")]


# the person has gone, or is away without a substitute


def test_without_a_rule_a_task_of_somebody_who_has_left_goes_to_the_fallback_with_an_incident(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee='="an"'), fallback="VPS/leader")
    approval.leaves("an")
    approval.begin()

    assert [each.code for each in approval.office.incidents()] == ["task.nobody"]
    assert approval.open() == [("approve", "VPS/leader")]


@pytest.mark.parametrize(
    ("rule", "holder"), [("superior", "lan"), ("person:thu", "thu"), ("group:LĐS/deputy", "LĐS/deputy")]
)
def test_a_task_of_somebody_who_has_left_goes_to_somebody_else(approval: Any, rule: str, holder: str) -> None:
    approval.draw(approval.step("approve", assignee='="an"'), when_absent=rule)
    approval.leaves("an")
    approval.begin()

    assert approval.open() == [("approve", holder)]
    ((_element, said),) = approval.told("approver.replaced")
    assert (said["situation"], said["about"]) == ("absent", ["an"])


def test_the_superior_of_a_head_who_has_left_is_the_new_head_or_the_one_above(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_absent="superior")
    approval.leaves("lan")
    approval.begin()
    assert approval.open() == [("approve", "bao")]
    approval.done("approve", "bao")

    approval.comes("an", "P.KHTCTH")
    approval.begin()

    assert approval.open() == [("approve", "an")]


def test_a_task_of_somebody_who_has_left_is_skipped(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee='="an"'), when_absent="skip:approved")
    approval.leaves("an")
    approval.begin()

    assert [said["situation"] for _element, said in approval.told("task.skipped")] == ["absent"]


def test_a_task_of_somebody_who_has_left_stops_until_that_person_is_back(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee='="an"'), when_absent="stop")
    approval.leaves("an")
    approval.begin()
    (incident,) = approval.office.incidents()
    assert "người làm thay" in incident.message_vi

    approval.comes("an", "P.KHTCTH", "specialist")
    approval.retry()

    assert approval.open() == [("approve", "an")]


def test_whoever_is_away_with_a_substitute_at_work_is_not_passed_by(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_absent="superior")
    approval.goes_away("lan", substitute="an")
    approval.begin()

    assert approval.open() == [("approve", "lan")]


def test_whoever_is_away_and_whose_substitute_has_left_is_absent(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_absent="superior")
    approval.goes_away("lan", substitute="an")
    approval.leaves("an")
    approval.begin()

    assert approval.open() == [("approve", "bao")]


def test_where_somebody_else_may_take_the_task_nobody_is_missing(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee='="an"', groups='=["VPS/leader"]'), when_absent="stop")
    approval.leaves("an")
    approval.begin()

    assert approval.open() == [("approve", "VPS/leader")]


def test_whoever_is_on_leave_without_a_substitute_is_absent(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_absent="superior")
    approval.is_away("lan")
    approval.begin()

    assert approval.open() == [("approve", "bao")]
    ((_element, said),) = approval.told("approver.replaced")
    assert (said["situation"], said["about"]) == ("absent", ["Hoàng Lan"])


def test_whoever_is_on_leave_with_a_substitute_at_work_is_not_passed_by(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_absent="superior")
    approval.is_away("lan")
    approval.goes_away("lan", substitute="an")
    approval.begin()

    assert approval.open() == [("approve", "lan")]


@pytest.mark.parametrize(("unit", "to"), [("VPS", "VPS/archivist"), ("P.KHTCTH", "bao")])
def test_a_substitute_for_one_unit_stands_in_for_the_tasks_of_that_unit(approval: Any, unit: str, to: str) -> None:
    approval.comes("lan", "VPS", kind="archivist")
    approval.is_away("lan")
    approval.goes_away("lan", "an", in_unit=unit)
    approval.draw(approval.step("approve", groups='=["VPS/archivist"]'), when_absent="person:bao")
    approval.begin()

    assert approval.open() == [("approve", to)]


def test_a_substitute_who_is_on_leave_too_is_none(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD), when_absent="stop")
    approval.goes_away("lan", substitute="an")
    approval.is_away("an")
    approval.begin()
    assert [each.code for each in approval.office.incidents()] == ["task.stopped"]

    approval.goes_away("lan", substitute="thu")
    approval.retry()

    assert approval.open() == [("approve", "lan")]


def test_without_a_rule_a_task_waits_for_whoever_is_on_leave(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee=HEAD))
    approval.is_away("lan")
    approval.begin()

    assert approval.open() == [("approve", "lan")]
    assert approval.office.incidents() == []


def test_of_a_group_those_on_leave_are_missing_only_when_all_are(approval: Any) -> None:
    approval.draw(approval.step("approve", groups='=["VPS/records_clerk"]'), when_absent="group:VPS/leader")
    approval.is_away("mai")
    approval.begin()
    assert approval.open() == [("approve", "VPS/records_clerk")]

    approval.is_away("quynh")
    approval.begin()

    assert approval.open()[1:] == [("approve", "VPS/leader")]


def test_the_way_up_passes_by_a_head_who_is_on_leave(approval: Any) -> None:
    approval.draw(approval.step("approve", assignee='="an"'), when_absent="superior")
    approval.leaves("an")
    approval.is_away("lan")
    approval.begin()

    assert approval.open() == [("approve", "bao")]


def test_automatic_work_between_two_steps_does_not_make_them_strangers(approval: Any, pen: Any) -> None:
    approval.office.handlers["post.weigh"] = lambda _call: {}
    names = ["check", "approve"]
    check, approve = (approval.step(name, assignee=HEAD) for name in names)
    drawn = pen.start(), pen.user("write", assignee="=starter"), check, pen.service("weigh", "post.weigh"), approve
    flows = "start > write > check > weigh > approve > end"
    approval.office.deploy(pen.process("asked", *drawn, pen.end(), flows=flows, when_repeated="skip:approved"))
    approval.begin()
    approval.done("check", "lan")

    assert approval.office.run_jobs() == 1

    assert [element for element, _said in approval.told("task.skipped")] == ["approve"]
    assert approval.state == "ended"
