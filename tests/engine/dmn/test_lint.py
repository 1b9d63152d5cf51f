"""Remarks on tables: rules that overlap, cases that no rule covers."""

from typing import Any

import pytest

from engine.wording import Severity


def remarks(ask: Any, *rows: str, **table: Any) -> list[str]:
    found = ask.read(ask.dmn.table(*rows, **table)).warnings
    assert all(each.severity is Severity.WARNING and each.element_id == "table" and each.line for each in found)
    return [f"{each.code.removeprefix('decision.')}: {each.message.en}" for each in found]


@pytest.mark.parametrize(
    "rows",
    [
        ("< 5 -> 1", ">= 5 -> 2"),
        ("<= 9 -> 1", "[10..20] -> 2", "> 20 -> 3"),
        ("< 5, > 5 -> 1", "5 -> 2"),
        ("not(5) -> 1", "5 -> 2"),
        ("1 -> 1", "2 -> 2"),
        ('"a" -> 1', '"b" -> 2'),
        ("true -> 1", "false -> 2"),
        ('< date("2026-01-01") -> 1', '>= date("2026-01-01") -> 2'),
        ('<= @"2026-01-01" -> 1', '>= @"2026-01-02" -> 2'),
        ("< limit -> 1", ">= limit -> 2"),
    ],
)
def test_a_table_without_overlap_and_gap_gets_no_remark(ask: Any, rows: tuple[str, ...]) -> None:
    assert remarks(ask, *rows, inputs=["x"]) == []


@pytest.mark.parametrize(
    ("rows", "gap"),
    [
        (("< 5 -> 1", "> 5 -> 2"), "x: 5"),
        (("< 5 -> 1", "> 9 -> 2"), "x: 5"),
        (("<= 5 -> 1", "> 9 -> 2"), "x: (5..9)"),
        (("[0..9] -> 1",), "x: < 0"),
        (("true -> 1",), "x: false"),
        (("not(null) -> 1",), "x: null"),
    ],
)
def test_a_gap_is_named_by_a_case_in_it(ask: Any, rows: tuple[str, ...], gap: str) -> None:
    assert remarks(ask, *rows, inputs=["x"])[0] == f"gap: No rule covers {gap}."


def test_a_gap_is_looked_for_among_the_allowed_values(ask: Any) -> None:
    assert remarks(ask, '"a" -> 1', inputs=['x: string = "a", "b"']) == ['gap: No rule covers x: "b".']
    assert remarks(ask, "[0..5] -> 1", inputs=["x: number = [0..5]"]) == []


def test_a_gap_across_columns_names_the_case_of_each(ask: Any) -> None:
    rows = ('"a" | true -> 1', '"b" | - -> 2')

    assert remarks(ask, *rows, inputs=["kind", "urgent: boolean"]) == ['gap: No rule covers kind: "a", urgent: false.']


def test_a_default_output_and_collecting_policies_leave_no_gap(ask: Any) -> None:
    assert remarks(ask, "< 5 -> 1", inputs=["x"], outputs=("y else 0",)) == []
    assert remarks(ask, "< 5 -> 1", inputs=["x"], policy="COLLECT") == []


def test_rules_that_may_both_hit_are_named(ask: Any) -> None:
    rows = ("[1..5] | true -> 1", "[5..9] | - -> 2", "[6..9] | false -> 3", "> 20 | true -> 4", "< limit | true -> 5")

    found = remarks(ask, *rows, inputs=["x", "y"], outputs=("z else 0",))

    assert found == [
        "overlap: The rules 1 and 2 may both hit, which UNIQUE does not allow.",
        "overlap: The rules 2 and 3 may both hit, which UNIQUE does not allow.",
    ]


def test_under_any_only_rules_with_different_outputs_are_named(ask: Any) -> None:
    rows = ("< 5 -> 1", "< 6 -> 1", "< 7 -> 2", ">= 7 -> 3")

    found = remarks(ask, *rows, inputs=["x"], policy="ANY")

    assert [each.split(" may")[0] for each in found] == ["overlap: The rules 1 and 3", "overlap: The rules 2 and 3"]


def test_a_cell_that_cannot_fit_its_column_is_remarked(ask: Any) -> None:
    (finding,) = ask.read(ask.dmn.table("5 -> 1", inputs=["x: string"], policy="COLLECT")).warnings

    assert finding.code == "decision.cell_type"
    assert finding.severity is Severity.WARNING


def test_the_remarks_on_a_large_table_come_quickly_and_are_few(ask: Any) -> None:
    rows = [f'"k{index % 20}" | [{index}..{index + 30}) | {index % 7} -> {index}' for index in range(500)]

    found = remarks(ask, *rows, inputs=["a", "b", "c"])

    assert len(found) <= 10
