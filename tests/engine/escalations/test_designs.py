"""Rules that say nothing clear are refused when they are deployed, all that is wrong at once, in both languages."""

from typing import Any

import pytest

from engine.deployment import DeploymentRefused
from engine.escalations.rules import Moment, Rule, RulesUnreadable, read
from engine.feel import parse

MALFORMED = {
    "sometimes": '{at: "60", to: "head"}',
    "never late": '{at: "0%", to: "head"}',
    "all of it": '{at: "100%", to: "head"}',
    "fractions": '{at: "due + 1.5 hours", to: "head"}',
    "calendar units": '{at: "due + 1 week", to: "head"}',
    "foreign digits": '{at: "٥٠%", to: "head"}',
    "a number": '{at: 50, to: "head"}',
    "nobody": '{at: "due"}',
    "an empty name": '{at: "due", to: " "}',
    "no name at all": '{at: "due", to: []}',
    "a crowd": '{at: "due", to: for i in 1..21 return string(i)}',
    "a long name": '{at: "due", to: string join(for i in 1..200 return "x", "")}',
    "once a day before": '{at: "50%", to: "head", daily: 2}',
    "for ever": '{at: "due", to: "head", daily: 31}',
    "half a day": '{at: "due", to: "head", daily: 0.5}',
    "as often as one likes": '{at: "due", to: "head", daily: "often"}',
    "something else": '{at: "due", to: "head", mail: true}',
    "no rule": '"50%"',
    "nothing": "null",
    "too many": 'for i in 1..21 return {at: "due", to: "head"}',
    "the clock": '{at: if now() > now() then "due" else null, to: "head"}',
    "what is not there": "[somebody]",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(RulesUnreadable) as unreadable:
        read(parse(text))

    assert all(fault.vi and fault.en for fault in unreadable.value.faults)


def test_rules_are_read_as_they_stand() -> None:
    said = (
        '[{at: " due+2 days ", to: ["superior", " VPS/leader "], daily: 3}, {at: "50 %", to: "assignee", daily: null}]'
    )

    assert read(parse(said)) == (
        Rule(Moment(days=2), ("superior", "VPS/leader"), 3),
        Rule(Moment(percent=50), ("assignee",)),
    )
    assert read(parse('{at: "due", to: "head"}')) == (Rule(Moment(), ("head",)),)
    assert read(parse("[]")) == ()


@pytest.mark.parametrize("text", ["50%", "due", "due - 1 hour", "due + 2 hours", "due - 3 days", "due + 1 day"])
def test_a_moment_is_written_as_it_is_read(text: str) -> None:
    assert str(Moment.read(text)) == text


def test_all_that_is_wrong_with_a_task_is_told_at_once_with_its_place(watch: Any) -> None:
    rules = '=[{at: "soon", to: "head"}, {at: "due", to: 7}]'

    with pytest.raises(DeploymentRefused) as refused:
        watch.office.deploy(watch.draw(rules))

    [finding] = [each for each in refused.value.findings if each.code == "diagram.property_refused"]
    assert finding.element_id == "read"
    assert "lc:escalate" in finding.message.vi
    assert ("quy tắc 1" in finding.message.vi, "quy tắc 2" in finding.message.vi) == (True, True)
    assert ("rule 1" in finding.message.en, "rule 2" in finding.message.en) == (True, True)


def test_a_process_is_refused_as_its_tasks_are(watch: Any) -> None:
    with pytest.raises(DeploymentRefused) as refused:
        watch.office.deploy(watch.draw("", process_rules="50%"))

    assert [each.element_id for each in refused.value.findings if each.code == "diagram.property_refused"] == ["paper"]


def test_an_expression_without_end_is_refused_like_any_other(watch: Any) -> None:
    endless = '=for i in 1..1000000, j in 1..1000000 return {at: "due", to: "head"}'

    with pytest.raises(DeploymentRefused) as refused:
        watch.office.deploy(watch.draw(endless))

    assert "diagram.property_refused" in {each.code for each in refused.value.findings}
