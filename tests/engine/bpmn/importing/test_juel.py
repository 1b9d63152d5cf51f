"""JUEL to FEEL: what means the same, and what is refused."""

from datetime import UTC, datetime

import pytest

from engine.bpmn.importing.juel import Untranslatable, to_feel
from engine.feel import Environment, parse

NOW = Environment(now=datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("juel", "feel"),
    [
        ("${approved}", "=approved"),
        ("#{approved}", "=approved"),
        ("${a == 'x' && b != 3}", '=a = "x" and b != 3'),
        ("${a eq 'x' and not (b lt 3 or c ge 4)}", '=a = "x" and not((b < 3 or c >= 4))'),
        ("${invoice.customer.name}", "=invoice.customer.name"),
        ("${invoice['customer'].lines[0]}", "=invoice.customer.lines[1]"),
        ("${amount > 5 ? 'big' : 'small'}", '=(if amount > 5 then "big" else "small")'),
        ("${total mod 2 == 0}", "=modulo(total, 2) = 0"),
        ("Hồ sơ ${number} của ${unit}", '="Hồ sơ " + string(number) + " của " + string(unit)'),
        ("${nrOfCompletedInstances / nrOfInstances >= 0.6}", "=numberOfCompletedInstances / numberOfInstances >= 0.6"),
        ("${loopCounter == 0}", "=(loopCounter - 1) = 0"),
        ("${execution.getVariable('amount') > 1}", "=amount > 1"),
        ('${name.equals("it\'s")}', '=(name = "it\'s")'),
    ],
)
def test_an_expression_becomes_feel(juel: str, feel: str) -> None:
    assert to_feel(juel) == feel


@pytest.mark.parametrize(
    "juel",
    [
        "${bean.method(x)}",
        "${now()}",
        "${execution.id}",
        "${task.assignee}",
        "${a +}",
        "${a b}",
        "${}",
        "${a ? b}",
        "${list[i]}",
        "${" + "(" * 200 + "a" + ")" * 200 + "}",
        "${" + "!" * 500 + "a}",
        "${a = 1}",
        "${unclosed",
        "x ${unclosed",
        "${for}",
    ],
)
def test_what_feel_cannot_say_is_refused(juel: str) -> None:
    with pytest.raises(Untranslatable):
        to_feel(juel)


@pytest.mark.parametrize(
    ("value", "is_empty"),
    [(None, True), ("", True), ([], True), ("x", False), ([1], False), (0, False), (False, False)],
)
def test_empty_means_null_or_an_empty_text_or_list(value: object, is_empty: bool) -> None:  # noqa: FBT001
    said, denied = to_feel("${empty x}"), to_feel("${!empty x}")

    assert parse(said[1:]).evaluate({"x": value}, NOW) is is_empty
    assert parse(denied[1:]).evaluate({"x": value}, NOW) is not is_empty
