"""Boxed expressions other than tables."""

from typing import Any

import pytest


def entry(name: str, logic: str, kind: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    variable = f'<variable name="{name}"{typed}/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def test_a_context_gives_its_entries_each_seeing_those_before(ask: Any) -> None:
    feel = ask.dmn.feel
    logic = f"<context>{entry('phí cơ bản', feel('x * 2'))}{entry('total', feel('phí cơ bản + 1'))}</context>"

    assert ask(logic, x=3).value == {"phí cơ bản": 6, "total": 7}


def test_a_context_with_a_last_entry_without_name_gives_that(ask: Any) -> None:
    feel = ask.dmn.feel
    logic = f"<context>{entry('a', feel('x * 2'))}{entry('', feel('a + 1'))}</context>"

    assert ask(logic, x=3).value == 7


def test_an_entry_of_the_wrong_type_becomes_null_with_a_warning(ask: Any, environment: Any) -> None:
    logic = f"<context>{entry('a', ask.dmn.feel('x'), 'number')}</context>"

    assert ask(logic, x="text").value == {"a": None}
    assert len(environment.warnings) == 1


def test_a_list_gives_the_values_of_its_items(ask: Any) -> None:
    assert ask(f"<list>{ask.dmn.feel('x')}{ask.dmn.feel('x + 1')}</list>", x=1).value == [1, 2]


def test_a_relation_gives_a_context_a_row(ask: Any) -> None:
    feel = ask.dmn.feel
    rows = f"<row>{feel('1')}{feel('x')}</row><row>{feel('2')}{feel('x + 1')}</row>"

    result = ask(f'<relation><column name="a"/><column name="b c"/>{rows}</relation>', x=5)

    assert result.value == [{"a": 1, "b c": 5}, {"a": 2, "b c": 6}]


def test_a_relation_with_rows_of_another_length_is_refused(ask: Any) -> None:
    (finding,) = ask.refused(f'<relation><column name="a"/><row>{ask.dmn.feel("1") * 2}</row></relation>')

    assert finding.code == "decision.row_length"


def conditional(feel: Any) -> str:
    return f"<conditional><if>{feel('x > 1')}</if><then>{feel('1')}</then><else>{feel('2')}</else></conditional>"


@pytest.mark.parametrize(("x", "value"), [(2, 1), (1, 2), (None, 2)])
def test_a_conditional_takes_a_branch(ask: Any, x: object, value: int) -> None:
    assert ask(conditional(ask.dmn.feel), x=x).value == value


def loop(feel: Any, domain: str, body: str) -> str:
    return f'<for iteratorVariable="each"><in>{feel(domain)}</in><return>{feel(body)}</return></for>'


@pytest.mark.parametrize(
    ("domain", "value"), [("[1, 2]", [2, 4]), ("[1..3]", [2, 4, 6]), ("7", None), ("[]", []), ("null", None)]
)
def test_a_loop_goes_over_lists_and_ranges(ask: Any, domain: str, value: object) -> None:
    assert ask(loop(ask.dmn.feel, domain, "each * 2")).value == value


def test_a_loop_sees_its_results_so_far(ask: Any) -> None:
    assert ask(loop(ask.dmn.feel, "[1, 2, 3]", "each + sum(partial)")).value == [None, None, None]
    assert ask(loop(ask.dmn.feel, "[1, 2, 3]", "count(partial)")).value == [0, 1, 2]


@pytest.mark.parametrize(
    ("tag", "condition", "value"),
    [
        ("some", "each > 2", True),
        ("some", "each > 3", False),
        ("every", "each > 0", True),
        ("every", "each > 1", False),
        ("some", 'if each = 2 then null else "no boolean"', None),
        ("every", "if each = 2 then null else true", None),
    ],
)
def test_quantifiers_decide_over_all_elements(ask: Any, tag: str, condition: str, value: object) -> None:
    feel = ask.dmn.feel
    inner = f"<in>{feel('[1, 2, 3]')}</in><satisfies>{feel(condition)}</satisfies>"

    assert ask(f'<{tag} iteratorVariable="each">{inner}</{tag}>').value is value


@pytest.mark.parametrize("match", ["item.age > 20", "age > 20"])
def test_a_filter_keeps_what_matches_by_item_or_by_field(ask: Any, match: str) -> None:
    feel = ask.dmn.feel
    logic = f"<filter><in>{feel('people')}</in><match>{feel(match)}</match></filter>"
    people = [{"name": "An", "age": 20}, {"name": "Bình", "age": 30}]

    assert ask(logic, people=people).value == [people[1]]
    assert ask(logic, people=people[1]).value == [people[1]]
    assert ask(logic).value is None


def test_a_function_remembers_what_is_around_it(ask: Any) -> None:
    feel = ask.dmn.feel
    function = f'<functionDefinition><formalParameter name="n" typeRef="number"/>{feel("n * x")}</functionDefinition>'
    logic = f"<context>{entry('f', function)}{entry('', feel('f(2) + f(n: 3)'))}</context>"

    assert ask(logic, x=10).value == 50


@pytest.mark.parametrize("called", ["x", "f"])
def test_an_invocation_of_no_function_or_with_unknown_names_is_null_with_a_warning(
    ask: Any, environment: Any, called: str
) -> None:
    feel = ask.dmn.feel
    function = f'<functionDefinition><formalParameter name="n"/>{feel("n")}</functionDefinition>'
    binding = f'<binding><parameter name="m"/>{feel("1")}</binding>'
    invocation = f"<invocation>{feel(called)}{binding}</invocation>"
    logic = f"<context>{entry('f', function)}{entry('', invocation)}</context>"

    assert ask(logic, x=10).value is None
    assert environment.warnings
