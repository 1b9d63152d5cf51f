"""What is wrong in a decision file is said at once, with place and remedy; nothing beyond the file is read."""

from typing import Any

import pytest

from engine.dmn import DecisionFailed, DecisionsRefused, inspect_decisions, read_decisions
from engine.wording import Severity


def codes(findings: list[Any]) -> list[str]:
    return [finding.code.removeprefix("decision.") for finding in findings]


@pytest.mark.parametrize("version", ["20151101", "20180521", "20191111", "20211108", "20230324"])
def test_every_version_from_1_1_to_1_5_is_read(dmn: Any, environment: Any, version: str) -> None:
    content = dmn.file(dmn.decision("d", dmn.feel("1 + 1")), version=version)

    model = read_decisions(content, filename="d.dmn")

    assert model.decisions == {"d": "d"}
    assert model.evaluate("d", {}, environment).value == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no xml", "not_xml"),
        (b"<definitions/>", "not_dmn"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20991231/MODEL/"/>', "not_dmn"),
        (b'<!DOCTYPE d [<!ENTITY e "x">]><definitions/>', "doctype"),
        (b'<?xml version="1.0" encoding="EBCDIC-US"?><definitions/>', "doctype"),
        (b" " * 5_000_001, "too_large"),
        ("<!DOCTYPE d><definitions/>".encode("utf-16"), "doctype"),
    ],
)
def test_what_is_no_decision_file_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DecisionsRefused) as refusal:
        read_decisions(content, filename="d.dmn")

    assert codes(refusal.value.findings) == [code]


def test_all_faults_are_named_at_once_each_with_its_place_in_both_languages(ask: Any) -> None:
    findings = ask.refused(
        ask.dmn.decision("d", ask.dmn.feel("1 +"), requires=["nowhere"]),
        ask.dmn.decision("e", ask.dmn.feel("summ(1, 2)")),
        ask.dmn.data("f", type="strin"),
    )

    assert sorted(codes(findings)) == ["feel", "feel", "reference", "type_unknown"]
    assert all(each.message.vi and each.message.en and each.remedy.vi and each.remedy.en for each in findings)
    assert {(each.file, each.line, each.severity) for each in findings} == {("d.dmn", 1, Severity.ERROR)}
    assert sorted(each.element_id or "" for each in findings) == ["d", "d", "e", "f"]
    assert any("sum" in each.message.en and "did you mean" in each.message.en for each in findings)
    assert any("Did you mean “string”?" in each.message.en for each in findings)


@pytest.mark.parametrize(
    ("rows", "columns", "policy", "code"),
    [
        (("1 -> 1 | 2",), {"inputs": ["x"]}, "UNIQUE", "rule_length"),
        (("1 | 2 -> 1",), {"inputs": ["x"]}, "UNIQUE", "rule_length"),
        (("1 -> 1",), {"inputs": [""]}, "UNIQUE", "input_expression"),
        (("1 -> 1 | 2",), {"inputs": ["x"], "outputs": ("a", "")}, "UNIQUE", "output_name"),
        (("1 -> 1",), {"inputs": ["x"]}, "LAST", "hit_policy"),
        (("1 -> 1",), {"inputs": ["x"]}, "C*", "hit_policy"),
        (("1 -> 1",), {"inputs": ["x"]}, "PRIORITY", "no_priorities"),
        (("1 -> 5",), {"inputs": ["x"], "outputs": ("level: string",)}, "UNIQUE", "output_type"),
        (('1 -> "c"',), {"inputs": ["x"], "outputs": ('level = "a", "b"',)}, "UNIQUE", "output_value"),
        (("1 -> 1 | 2",), {"inputs": ["x"], "outputs": ("a", "b")}, "COLLECT SUM", "aggregated_outputs"),
        (("<> 1 -> 1",), {"inputs": ["x"]}, "UNIQUE", "feel"),
        (("1 -> 1",), {"inputs": ["x"], "outputs": ()}, "UNIQUE", "table_size"),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(
    ask: Any, rows: tuple[str, ...], columns: dict[str, Any], policy: str, code: str
) -> None:
    assert codes(ask.refused(ask.dmn.table(*rows, **columns, policy=policy))) == [code]


def test_another_language_than_feel_is_refused(ask: Any) -> None:
    logic = '<literalExpression expressionLanguage="http://www.omg.org/juel"><text>x</text></literalExpression>'

    assert codes(ask.refused(logic)) == ["language"]


def test_functions_of_other_kinds_are_refused(ask: Any) -> None:
    assert codes(ask.refused('<functionDefinition kind="Java"><context/></functionDefinition>')) == ["function_kind"]


def test_decisions_that_require_each_other_are_refused(ask: Any) -> None:
    findings = ask.refused(
        ask.dmn.decision("d", ask.dmn.feel("e"), requires=["e"]),
        ask.dmn.decision("e", ask.dmn.feel("d"), requires=["d"]),
    )

    assert codes(findings) == ["circle"]


def test_two_elements_of_one_id_are_refused(ask: Any) -> None:
    assert codes(ask.refused(ask.dmn.feel("1"), ask.dmn.data("d"))) == ["identity"]


def test_expressions_nested_beyond_reason_are_refused(ask: Any) -> None:
    logic = "<list>" * 100 + "</list>" * 100

    assert "too_deep" in codes(ask.refused(logic))


def test_a_type_that_contains_itself_is_refused(ask: Any) -> None:
    part = '<itemDefinition name="t"><itemComponent name="inner"><typeRef>t</typeRef></itemComponent></itemDefinition>'

    assert codes(ask.refused(part, ask.dmn.feel("1"))) == ["type_circle"]


def test_a_file_half_done_can_be_looked_at_and_its_sound_decisions_asked(dmn: Any, environment: Any) -> None:
    content = dmn.file(dmn.decision("good", dmn.feel("1")), dmn.decision("bad", dmn.feel("1 +")))

    model, findings = inspect_decisions(content, filename="d.dmn")

    assert codes(findings) == ["feel"]
    assert model.evaluate("good", {}, environment).value == 1
    with pytest.raises(DecisionFailed):
        model.evaluate("bad", {}, environment)


def test_a_decision_left_to_people_is_remarked_and_refuses_to_be_evaluated(ask: Any, environment: Any) -> None:
    model = ask.read(ask.dmn.decision("d", ""))

    assert codes(model.warnings) == ["no_logic"]
    with pytest.raises(DecisionFailed):
        model.evaluate("d", {}, environment)
