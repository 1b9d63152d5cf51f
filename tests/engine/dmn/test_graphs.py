"""Decisions that require data, other decisions, knowledge and other files."""

from typing import Any

import pytest

from engine.dmn import (
    DecisionFailed,
    DecisionNotFound,
    DecisionsRefused,
    DecisionTooLong,
    InputUnfit,
    read_decisions,
)
from engine.feel import Environment


def knowledge(element_id: str, parameters: str, body: str, *, requires: str = "", kind: str = "") -> str:
    """Return a business knowledge model; parameters are `name: type`, joined by commas."""
    formal = ""
    for each in filter(None, parameters.split(", ")):
        name, _, said = each.partition(": ")
        formal += f'<formalParameter name="{name}"' + (f' typeRef="{said}"/>' if said else "/>")
    arrow = f'<knowledgeRequirement><requiredKnowledge href="#{requires}"/></knowledgeRequirement>' if requires else ""
    typed = f' typeRef="{kind}"' if kind else ""
    return (
        f'<businessKnowledgeModel id="{element_id}" name="{element_id}"><variable name="{element_id}"{typed}/>'
        f"<encapsulatedLogic>{formal}{body}</encapsulatedLogic>{arrow}</businessKnowledgeModel>"
    )


def test_required_decisions_are_made_once_and_their_tables_hit_too(ask: Any) -> None:
    dmn = ask.dmn
    result = ask(
        dmn.data("amount", type="number"),
        dmn.decision("level", dmn.table("< 10 -> 1", ">= 10 -> 2", inputs=["amount"]), requires=["data:amount"]),
        dmn.decision("left", dmn.feel("level + 1"), requires=["level"]),
        dmn.decision("d", dmn.feel("left + level"), requires=["left", "level"]),
        amount=12,
    )

    assert result.value == 5
    assert [(hit.element_id, hit.rules) for hit in result.hits] == [("level", (2,))]


def test_variables_of_the_case_are_seen_without_being_drawn(ask: Any) -> None:
    assert ask(ask.dmn.feel("amount * 2"), amount=21).value == 42


def test_a_decision_without_variable_is_also_known_by_its_id(ask: Any) -> None:
    plain = '<decision id="rate" name="Mức phí"><literalExpression><text>3</text></literalExpression></decision>'

    assert ask(plain, ask.dmn.decision("d", ask.dmn.feel("rate + Mức phí"), requires=["rate"])).value == 6


def test_names_of_several_words_are_read_whole(ask: Any) -> None:
    data = ask.dmn.data("số tiền (đồng)", type="number").replace('id="số tiền (đồng)"', 'id="amount"')

    result = ask(
        data,
        ask.dmn.decision("d", ask.dmn.feel("số tiền (đồng) + 1"), requires=["data:amount"]),
        **{"số tiền (đồng)": 1},
    )

    assert result.value == 2


def test_data_of_the_wrong_type_is_refused_by_name_without_its_value(ask: Any) -> None:
    parts = (
        ask.dmn.data("amount", type="number"),
        ask.dmn.decision("d", ask.dmn.feel("amount"), requires=["data:amount"]),
    )

    with pytest.raises(InputUnfit) as refusal:
        ask(*parts, amount="secret")

    assert refusal.value.text.vi == "Biến “amount” phải là số."
    assert "secret" not in str(refusal.value)


def test_data_that_is_missing_is_null(ask: Any) -> None:
    parts = (
        ask.dmn.data("amount", type="number"),
        ask.dmn.decision("d", ask.dmn.feel("amount"), requires=["data:amount"]),
    )

    assert ask(*parts).value is None


def test_knowledge_is_a_function_that_sees_no_variables(ask: Any) -> None:
    dmn = ask.dmn
    model = knowledge("fee", "base: number, rate: number", dmn.feel("[base * rate, amount]"))

    result = ask(model, dmn.decision("d", dmn.feel("fee(rate: 2, base: 5)"), requires=["knowledge:fee"]), amount=7)

    assert result.value == [10, None]


def test_an_argument_of_the_wrong_type_keeps_the_function_from_being_called(ask: Any, environment: Any) -> None:
    dmn = ask.dmn
    model = knowledge("fee", "base: number", dmn.feel("base = null"))

    assert ask(model, dmn.decision("d", dmn.feel('fee("a")'), requires=["knowledge:fee"])).value is None
    assert environment.warnings


def test_knowledge_with_a_table_is_invoked_with_bound_arguments(ask: Any) -> None:
    dmn = ask.dmn
    binding = f'<binding><parameter name="base"/>{dmn.feel("x + 1")}</binding>'
    call = f"<invocation>{dmn.feel('fee')}{binding}</invocation>"
    model = knowledge("fee", "base: number", dmn.table("> 5 -> 1", "<= 5 -> 2", inputs=["base"]))

    result = ask(model, dmn.decision("d", call, requires=["knowledge:fee"]), x=5)

    assert result.value == 1
    assert [(hit.element_id, hit.rules) for hit in result.hits] == [("fee", (1,))]


def test_knowledge_may_call_itself_but_not_for_ever(ask: Any) -> None:
    dmn = ask.dmn
    factorial = knowledge("f", "n: number", dmn.feel("if n < 2 then 1 else n * f(n - 1)"))
    endless = knowledge("f", "n: number", dmn.feel("f(n + 1)"))
    wide = knowledge("f", "n: number", dmn.feel("if n = 0 then 1 else f(n - 1) + f(n - 1) + f(n - 1)"))
    asked = dmn.decision("d", dmn.feel("f(n)"), requires=["knowledge:f"])

    assert ask(factorial, asked, n=20).value == 2432902008176640000
    with pytest.raises(DecisionTooLong):
        ask(endless, asked, n=1)
    with pytest.raises(DecisionTooLong):
        ask(wide, asked, n=25)


def test_an_expression_that_fails_says_where_and_in_which_decision(ask: Any) -> None:
    with pytest.raises(DecisionFailed) as failure:
        ask(ask.dmn.feel('leader of("P.KHTCTH")'))

    assert "“d”" in failure.value.text.vi
    assert failure.value.expression == 'leader of("P.KHTCTH")'
    assert failure.value.position == 0


def test_office_functions_come_with_the_environment(ask: Any) -> None:
    ask.environment.functions = {"leader of": lambda unit: f"leader of {unit}"}

    assert ask(ask.dmn.feel('leader of("VPS")')).value == "leader of VPS"


def test_a_decision_that_is_not_there_is_not_found(ask: Any, environment: Environment) -> None:
    with pytest.raises(DecisionNotFound):
        ask.read(ask.dmn.feel("1")).evaluate("nothing", {}, environment)


def service(*, outputs: str, data: str = "", decisions: str = "") -> str:
    """Return a decision service over ids joined by blanks."""
    tags = {"outputDecision": outputs, "inputDecision": decisions, "inputData": data}
    inner = "".join(f'<{tag} href="#{each}"/>' for tag, ids in tags.items() for each in ids.split())
    return f'<decisionService id="s" name="s"><variable name="s"/>{inner}</decisionService>'


def test_a_decision_service_is_a_function_of_its_data_then_its_decisions(ask: Any) -> None:
    dmn = ask.dmn
    result = ask(
        service(outputs="out", data="x", decisions="given"),
        dmn.data("x", type="number"),
        dmn.decision("given", dmn.feel('"computed"')),
        dmn.decision("out", dmn.feel("[x, given]"), requires=["data:x", "given"]),
        dmn.decision("d", dmn.feel('[s(1, "passed"), given]'), requires=["knowledge:s", "given"]),
        x=9,
    )

    assert result.value == [[1, "passed"], "computed"]


def test_a_decision_service_is_evaluated_by_its_id_and_gives_all_its_outputs(ask: Any, environment: Any) -> None:
    dmn = ask.dmn
    model = ask.read(
        service(outputs="one two", data="x"),
        dmn.data("x", type="number"),
        dmn.decision("one", dmn.feel("x + 1"), requires=["data:x"]),
        dmn.decision("two", dmn.feel("x + 2"), requires=["data:x"]),
    )

    assert model.services == {"s": "s"}
    assert model.evaluate("s", {"x": 1}, environment).value == {"one": 2, "two": 3}


IMPORT = '<import namespace="urn:other" name="khác" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'


def test_an_imported_file_lends_its_decisions_types_and_knowledge(dmn: Any, environment: Any) -> None:
    kind = '<itemDefinition name="level"><typeRef>number</typeRef></itemDefinition>'
    other = dmn.file(
        kind, dmn.decision("base", dmn.feel("x * 2")), knowledge("f", "n", dmn.feel("n + 1")), namespace="urn:other"
    )
    arrows = '<informationRequirement><requiredDecision href="urn:other#base"/></informationRequirement>'
    arrows += '<knowledgeRequirement><requiredKnowledge href="urn:other#f"/></knowledgeRequirement>'
    content = dmn.file(IMPORT, dmn.decision("d", arrows + dmn.feel("khác.f(khác.base)"), type="khác.level"))

    model = read_decisions(content, filename="d.dmn", others={"d.dmn": content, "o.dmn": other, "bad.dmn": b"<"})

    assert model.evaluate("d", {"x": 5}, environment).value == 11
    assert model.files == {"d.dmn", "o.dmn"}


def test_an_import_that_is_not_there_or_goes_in_a_circle_is_refused(ask: Any, dmn: Any) -> None:
    missing = ask.refused(IMPORT, dmn.feel("1"))
    circle = dmn.file(IMPORT, dmn.decision("d", dmn.feel("1")), namespace="urn:other")

    assert [each.code for each in missing] == ["decision.import"]
    with pytest.raises(DecisionsRefused):
        read_decisions(circle, filename="d.dmn", others={"d.dmn": circle})
