"""Variables changed by an operator: the case looks again, the history names them and never says what they hold."""

from decimal import Decimal
from typing import Any

import pytest

from engine import repair, runtime
from engine.model import CaseOver, InstanceState
from engine.model.base import from_json_text, to_json_text
from engine.repair import CaseChanged, OperationsForbidden, TokenGone
from engine.repair.standing import ReasonMissing
from engine.repair.variables import NothingToChange, VariableNameUnfit, VariableUnfit

SECRET = "Nguyễn Thị Bí Mật 0912345678"


@pytest.fixture
def money(office: Any, pen: Any) -> Any:
    """A case that waits until an amount is paid, while somebody checks it for each unit."""
    office.deploy(
        pen.process(
            "money",
            pen.start(),
            pen.node("parallelGateway", "split"),
            pen.node(
                "intermediateCatchEvent",
                "paid",
                "<conditionalEventDefinition><condition>=amount_paid &gt;= amount</condition>"
                "</conditionalEventDefinition>",
            ),
            pen.user("thank", assignee="thu"),
            pen.user("check", assignee="an", mappings='<zeebe:input source="=payer" target="who" />'),
            pen.end(),
            pen.end("checked"),
            flows="start > split > paid > thank > end\nsplit > check > checked",
        )
    )
    return office


def begin(office: Any) -> Any:
    """Start a case in which half has been paid."""
    return office.start("money", amount=200, amount_paid=100, payer="Cty An Bình")


def test_a_condition_that_comes_true_lets_the_case_go_on(money: Any, operator: Any) -> None:
    case = begin(money)

    operator.change(case.id, {"amount_paid": 200})

    assert money.task("thank").assignee.username == "thu"
    assert money.variables(case.id)["amount_paid"] == 200


def test_a_condition_that_stays_false_moves_nothing(money: Any, operator: Any) -> None:
    case = begin(money)

    operator.change(case.id, {"amount_paid": 150})

    assert [task.element_id for task in money.open_tasks()] == ["check"]


def test_the_variables_of_one_step_are_its_own(money: Any, operator: Any) -> None:
    case = begin(money)
    token_id = operator.token(case.id, "check")

    operator.change(case.id, {"who": "Cty Bình An"}, token_id=token_id)

    with money.session() as session:
        by = money.person(session, "admin")
        scopes = repair.scopes_of(session, runtime.case_by_id(session, case.id), by=by, at=money.now)
    own = {scope.element_id: scope.values for scope in scopes}
    assert own["check"] == {"who": "Cty Bình An"}
    assert "who" not in own[None]
    assert own[None]["payer"] == "Cty An Bình"


def test_the_history_names_what_was_changed_and_never_what_it_holds(money: Any, operator: Any) -> None:
    case = begin(money)

    operator.change(case.id, {"payer": SECRET, "amount": 300})

    entry = operator.last(case.id, "variables.changed")
    assert entry.data == {"names": ["amount", "payer"], "element": None, "reason": "Chờ đối chiếu số liệu"}
    assert all(SECRET not in to_json_text(each.data) for each in operator.history(case.id))


@pytest.mark.parametrize(
    "value", [None, True, 0, -7, Decimal("0.1"), "", "Ủy ban", [], {}, {"a": [1, {"b": None}]}, "</script>", "={x}"]
)
def test_every_json_value_is_kept_as_it_is(money: Any, operator: Any, value: object) -> None:
    case = begin(money)

    operator.change(case.id, {"note": value})

    assert money.variables(case.id)["note"] == value


def test_texts_are_kept_in_one_form_of_unicode(money: Any, operator: Any) -> None:
    case = begin(money)

    operator.change(case.id, {"note": ["Hà Nội"]})

    assert money.variables(case.id)["note"] == ["Hà Nội"]


def nested(depth: int) -> object:
    """Return a list in a list in a list."""
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        "\ud800",
        {"\udfff": 1},
        "a\x00b",
        from_json_text("1e400"),
        Decimal("NaN"),
        10**40,
        Decimal("0." + "1" * 40),
        nested(100),
        list(range(200_000)),
        object(),
    ],
    ids=["half a character", "in a name", "null", "huge", "no number", "long", "fine", "deep", "much", "object"],
)
def test_what_a_case_cannot_keep_is_refused(money: Any, operator: Any, value: object) -> None:
    case = begin(money)
    before = money.counts()

    with pytest.raises(VariableUnfit) as refused:
        operator.change(case.id, {"fine": 1, "note": value})

    assert refused.value.data == {"name": "note"}
    assert money.counts() == before


@pytest.mark.parametrize("name", ["", "1st", "a b", "a.b", "a-b", "a\n", "x" * 121])
def test_a_name_that_no_expression_can_say_is_refused(money: Any, operator: Any, name: str) -> None:
    case = begin(money)

    with pytest.raises(VariableNameUnfit):
        operator.change(case.id, {name: 1})


def test_a_change_of_nothing_or_without_reason_is_refused(money: Any, operator: Any) -> None:
    case = begin(money)

    with pytest.raises(NothingToChange):
        operator.change(case.id, {})
    with pytest.raises(ReasonMissing):
        operator.change(case.id, {"amount": 1}, reason=" ")


def test_a_step_that_has_gone_on_has_no_variables_to_change(money: Any, operator: Any) -> None:
    case = begin(money)
    token_id = operator.token(case.id, "check")
    money.complete(money.task("check").id, "an")

    with pytest.raises(TokenGone):
        operator.change(case.id, {"who": 1}, token_id=token_id)


def test_what_changed_since_it_was_looked_at_is_not_written_over(money: Any, operator: Any) -> None:
    case = begin(money)
    seen = money.case(case.id).revision
    operator.change(case.id, {"amount": 300})

    with pytest.raises(CaseChanged):
        operator.change(case.id, {"amount": 400}, seen_revision=seen)

    assert money.variables(case.id)["amount"] == 300


def test_a_suspended_case_can_be_changed_and_still_stands_still(money: Any, operator: Any) -> None:
    case = begin(money)
    operator.suspend(case.id)

    operator.change(case.id, {"amount_paid": 200})

    assert money.case(case.id).state is InstanceState.SUSPENDED
    assert money.task("thank").instance_id == case.id


def test_a_case_that_is_over_is_not_changed(money: Any, operator: Any) -> None:
    case = begin(money)
    operator.cancel(case.id)

    with pytest.raises(CaseOver):
        operator.change(case.id, {"amount": 1})


def test_only_operators_see_and_change_variables(money: Any, clerk: Any) -> None:
    case = begin(money)
    before = money.counts()

    with pytest.raises(OperationsForbidden):
        clerk.change(case.id, {"amount": 1})
    with money.session() as session:
        by = money.person(session, "mai")
        with pytest.raises(OperationsForbidden):
            repair.scopes_of(session, case, by=by, at=money.now)

    assert money.counts() == before
