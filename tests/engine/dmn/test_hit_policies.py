"""What a table makes of the rules that hit, and which rules it says did."""

from typing import Any

import pytest

from engine.dmn import Hit, InputUnfit, OutputUnfit, RulesConflict

LEVELS = ('level: string = "high", "mid", "low"',)
ROWS = ('> 1 -> "low"', '> 3 -> "high"', '> 2 -> "mid"', '> 90 -> "mid"')


@pytest.mark.parametrize(
    ("policy", "value", "rules"),
    [
        ("FIRST", "low", (1,)),
        ("PRIORITY", "high", (2,)),
        ("RULE ORDER", ["low", "high", "mid"], (1, 2, 3)),
        ("OUTPUT ORDER", ["high", "mid", "low"], (2, 3, 1)),
        ("COLLECT", ["low", "high", "mid"], (1, 2, 3)),
        ("C", ["low", "high", "mid"], (1, 2, 3)),
        ("R", ["low", "high", "mid"], (1, 2, 3)),
        ("COLLECT COUNT", 3, (1, 2, 3)),
        ("C#", 3, (1, 2, 3)),
        ("COLLECT MIN", "high", (1, 2, 3)),
    ],
)
def test_each_policy_chooses_and_says_the_rules_it_chose(
    ask: Any, policy: str, value: object, rules: tuple[int, ...]
) -> None:
    result = ask(ask.dmn.table(*ROWS, inputs=["x"], outputs=LEVELS, policy=policy), x=9)

    assert result.value == value
    assert result.hits == (Hit("d", "table", rules),)


@pytest.mark.parametrize(("sign", "value"), [("+", 60), ("<", 10), (">", 30), ("#", 3)])
def test_collected_numbers_are_aggregated(ask: Any, sign: str, value: int) -> None:
    assert ask(ask.dmn.table("- -> 10", "- -> 30", "- -> 20", inputs=["x"], policy=f"C{sign}")).value == value


def test_unique_refuses_two_rules_that_hit_and_names_them(ask: Any) -> None:
    with pytest.raises(RulesConflict) as refusal:
        ask(ask.dmn.table(*ROWS, inputs=["x"]), x=3)

    assert "1, 3" in refusal.value.text.vi
    assert "1, 3" in refusal.value.text.en


def test_any_takes_rules_that_agree_and_refuses_others(ask: Any) -> None:
    table = ask.dmn.table("> 1 -> 1 + 1", "> 2 -> 2", "> 3 -> 3", inputs=["x"], policy="ANY")

    assert ask(table, x=3).value == 2
    assert ask(table, x=3).hits[0].rules == (1, 2)
    with pytest.raises(RulesConflict):
        ask(table, x=4)


@pytest.mark.parametrize(
    ("policy", "value"), [("UNIQUE", None), ("FIRST", None), ("COLLECT", None), ("COLLECT SUM", None), ("C#", 0)]
)
def test_without_a_hit_there_is_no_value_but_a_count_of_none(ask: Any, policy: str, value: object) -> None:
    result = ask(ask.dmn.table("1 -> 1", inputs=["x"], policy=policy), x=2)

    assert result.value == value
    assert result.hits == (Hit("d", "table", ()),)


def test_default_outputs_stand_in_where_nothing_hits(ask: Any) -> None:
    columns = ("price else 10", "note")

    one = ask(ask.dmn.table('1 -> 5 | "x"', inputs=["x"], outputs=columns), x=2)
    many = ask(ask.dmn.table('1 -> 5 | "x"', inputs=["x"], outputs=columns, policy="COLLECT"), x=2)

    assert one.value == {"price": 10, "note": None}
    assert many.value == [{"price": 10, "note": None}]


def test_several_outputs_make_a_context_and_their_order_of_values_decides_together(ask: Any) -> None:
    columns = ('first: string = "a", "b"', 'second: string = "x", "y"')
    rows = ('- -> "b" | "x"', '- -> "a" | "y"', '- -> "a" | "x"')

    result = ask(ask.dmn.table(*rows, inputs=["n"], outputs=columns, policy="OUTPUT ORDER"))

    assert result.hits[0].rules == (3, 2, 1)
    assert result.value[0] == {"first": "a", "second": "x"}


def test_an_input_outside_its_values_is_refused_but_a_missing_one_is_not(ask: Any) -> None:
    table = ask.dmn.table("- -> 1", inputs=['x: string = "a", "b"'])

    assert ask(table, x="a").value == 1
    assert ask(table).value == 1
    with pytest.raises(InputUnfit) as refusal:
        ask(table, x="c")
    assert "x" in refusal.value.text.vi
    assert '"c"' not in str(refusal.value)


def test_a_computed_output_outside_its_values_is_refused(ask: Any) -> None:
    table = ask.dmn.table("- -> x", inputs=["x"], outputs=['level = "a", "b"'])

    assert ask(table, x="a").value == "a"
    with pytest.raises(OutputUnfit):
        ask(table, x="c")


def test_only_rules_that_hit_have_their_outputs_evaluated(ask: Any, environment: Any) -> None:
    ask(ask.dmn.table("1 -> missing", "2 -> 2", inputs=["x"]), x=2)

    assert environment.warnings == []
