"""What cannot move stays as it was and says why; trying a migration says the same beforehand."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import update

from engine.model import CaseOutcome, InstanceState, MigratedCase, ProcessInstance

Codes = Callable[[Sequence[Any]], list[str]]
TIMER = "PT4H"


@pytest.fixture
def refused(office: Any, carrier: Any) -> Callable[..., MigratedCase]:
    """Try, then move the only case: both must refuse it for the same reasons and leave it alone."""

    def try_and_move(key: str, elements: dict[str, str] | None = None) -> MigratedCase:
        before = office.counts()
        (verdict,) = carrier.try_out(key, elements)
        assert office.counts() == before
        (row,) = carrier.move(key, elements)
        assert [each["message"] for each in row.reasons] == [list(each.message) for each in verdict.findings]
        assert row.outcome is CaseOutcome.REFUSED
        assert carrier.version_of(row.instance_id) == 1
        case: MigratedCase = row
        return case

    return try_and_move


def two_versions(office: Any, pen: Any, old: str, new: str, **both: Any) -> None:
    """Deploy a process whose middle differs, with a case in the old one."""
    for middle in (old, new):
        name = middle.split('id="')[1].split('"')[0]
        end = pen.user("read", assignee="lan")
        office.deploy(pen.process("leave", pen.start(), middle, end, flows=f"start > {name} > read", **both))
        if middle == old:
            office.start("leave", units=["VPS"])


def test_a_vanished_element_is_named_with_what_to_do(
    office: Any, pen: Any, refused: Callable[..., MigratedCase]
) -> None:
    two_versions(office, pen, pen.user("check", assignee="lan"), pen.user("review", assignee="lan"))

    (reason,) = refused("leave", {"check": ""}).reasons

    assert (reason["code"], reason["element"]) == ("migration.no_place", "check")
    assert "Việc check" in reason["message"][0]
    assert "chọn bước tương ứng" in reason["remedy"][0]


def the_same_in_a_sub_process(pen: Any) -> str:
    inside = pen.start("begin") + pen.user("check", assignee="lan") + "".join(pen._flows("begin > check"))
    return str(pen.node("subProcess", "preparation", inside))


def over_units(pen: Any, **names: str) -> str:
    said = " ".join(f'{name}="{value}"' for name, value in names.items())
    return str(
        pen.node(
            "multiInstanceLoopCharacteristics",
            "each",
            f"<extensionElements><zeebe:loopCharacteristics {said} /></extensionElements>",
            isSequential="true",
        )
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (lambda pen: pen.user("check", assignee="lan"), lambda pen: pen.service("check", "t.s"), "other_kind"),
        (lambda pen: pen.user("check", assignee="lan"), the_same_in_a_sub_process, "other_scope"),
        (
            lambda pen: pen.user("check", assignee="lan"),
            lambda pen: pen.user("check", assignee="lan", inside=over_units(pen, inputCollection="=units")),
            "other_repetition",
        ),
        (
            lambda pen: pen.user("check", assignee="lan", inside=over_units(pen, inputCollection="=units")),
            lambda pen: pen.user(
                "check",
                assignee="lan",
                inside=over_units(pen, inputCollection="=units", outputCollection="said", outputElement="=1"),
            ),
            "other_repetition",
        ),
        (
            lambda pen: pen.node("intermediateCatchEvent", "check", pen.timer(TIMER)),
            lambda pen: pen.node("intermediateCatchEvent", "check", '<signalEventDefinition signalRef="go" />'),
            "other_event",
        ),
        (
            lambda pen: pen.node("sendTask", "check", pen.service("x", "t.s").split(">", 1)[1].rsplit("<", 1)[0]),
            lambda pen: pen.node("sendTask", "check", messageRef="said"),
            "other_kind",
        ),
    ],
)
def test_what_became_something_else_is_no_counterpart(
    office: Any, pen: Any, refused: Callable[..., MigratedCase], old: Any, new: Any, code: str
) -> None:
    names = '<signal id="go" name="go" /><message id="said" name="said" />'
    flows = "start > check > read"
    office.deploy(
        pen.process("leave", pen.start(), old(pen), pen.user("read", assignee="lan"), flows=flows, globals=names)
    )
    office.start("leave", units=["VPS"])
    drawn, read = new(pen), pen.user("read", assignee="lan")
    flows = "start > preparation > read" if "preparation" in drawn else flows
    office.deploy(pen.process("leave", pen.start(), drawn, read, flows=flows, globals=names))

    row = refused("leave")

    assert {each["code"] for each in row.reasons} == {f"migration.{code}"}


def test_a_task_whose_form_did_not_come_with_the_new_version(
    office: Any, pen: Any, refused: Callable[..., MigratedCase]
) -> None:
    form = b'{"type":"default","id":"short_form","components":[]}'
    for form_id in ("short_form", '="long" + "_form"'):
        approve = pen.user("approve", assignee="lan", form=form_id)
        office.deploy(pen.process("leave", pen.start(), approve, flows="start > approve"), short_form=form)
        if form_id == "short_form":
            office.start("leave")

    (reason,) = refused("leave").reasons

    assert reason["code"] == "migration.form_missing"
    assert "long_form" in reason["message"][0]


def test_a_changed_text_that_cannot_be_evaluated(office: Any, pen: Any, refused: Callable[..., MigratedCase]) -> None:
    for key in ("=number", "=nothing"):
        wait = pen.node("intermediateCatchEvent", "wait", '<messageEventDefinition messageRef="paid" />')
        read = pen.user("read", assignee="lan")
        message = pen.message("paid", key)
        office.deploy(pen.process("leave", pen.start(), wait, read, flows="start > wait > read", globals=message))
        if key == "=number":
            office.start("leave", number="7")

    (reason,) = refused("leave").reasons

    assert (reason["code"], reason["element"]) == ("bpmn.correlation_key_missing", "wait")


def chased(pen: Any, event: str) -> tuple[str, ...]:
    late = pen.node("boundaryEvent", "late", event, attachedToRef="approve")
    return pen.start(), pen.user("approve", assignee="lan"), pen.user("chase", assignee="an"), late


def test_an_incident_at_an_event_that_is_gone_is_to_be_resolved_first(
    office: Any, pen: Any, refused: Callable[..., MigratedCase]
) -> None:
    office.deploy(pen.process("leave", *chased(pen, pen.timer("=term")), flows="start > approve\nlate > chase"))
    case = office.start("leave")
    office.deploy(pen.process("leave", *chased(pen, "")[:2], flows="start > approve"))

    (reason,) = refused("leave").reasons

    assert (reason["code"], reason["element"]) == ("migration.incident_open", "late")
    assert office.case(case.id).open_incidents == 1


def test_a_new_event_that_fails_at_once(office: Any, pen: Any, refused: Callable[..., MigratedCase]) -> None:
    office.deploy(pen.process("leave", *chased(pen, "")[:2], flows="start > approve"))
    office.start("leave")
    office.deploy(pen.process("leave", *chased(pen, pen.timer("=term")), flows="start > approve\nlate > chase"))

    (reason,) = refused("leave").reasons

    assert (reason["code"], reason["element"]) == ("bpmn.timer_invalid", "late")
    assert office.incidents() == []


def test_a_new_condition_that_holds_already_would_take_the_task_away(
    office: Any, pen: Any, refused: Callable[..., MigratedCase]
) -> None:
    condition = "<conditionalEventDefinition><condition>=amount &gt; 5</condition></conditionalEventDefinition>"
    office.deploy(pen.process("leave", *chased(pen, "")[:2], flows="start > approve"))
    office.start("leave", amount=10)
    office.deploy(pen.process("leave", *chased(pen, condition), flows="start > approve\nlate > chase"))

    (reason,) = refused("leave").reasons

    assert (reason["code"], reason["element"]) == ("migration.goes_on", "approve")
    assert office.task().element_id == "approve"


def test_a_join_holds_a_token_of_a_branch_that_is_gone(
    office: Any, pen: Any, refused: Callable[..., MigratedCase]
) -> None:
    tasks = [pen.start(), pen.node("parallelGateway", "fork"), pen.node("parallelGateway", "both")]
    tasks += [pen.user(name, assignee="lan") for name in ("law", "money", "sign")]
    flows = "start > fork > law > both > sign\nfork > money > both"
    office.deploy(pen.process("two", *tasks, pen.user("tax", assignee="an"), flows=f"{flows}\nfork > tax > both"))
    office.start("two")
    office.complete(office.task("tax").id, by="an")
    office.deploy(pen.process("two", *tasks, flows=flows))

    (reason,) = refused("two").reasons

    assert (reason["code"], reason["element"]) == ("migration.no_flow", "both")


def test_a_case_that_cannot_be_read_does_not_stop_the_others(
    office: Any, pen: Any, carrier: Any, codes_of: Codes
) -> None:
    for holder in ("lan", "an"):
        approve = pen.user("approve", assignee=holder)
        office.deploy(pen.process("leave", pen.start(), approve, flows="start > approve"))
        if holder == "lan":
            broken, sound = office.start("leave"), office.start("leave")
    spoil = update(ProcessInstance).where(ProcessInstance.id == broken.id).values(state_text='{"format": 1}')
    office.write(lambda session: session.execute(spoil))

    verdicts = {each.instance_id: each for each in carrier.try_out("leave")}
    migration = carrier.order("leave")
    carrier.finish(migration)

    assert verdicts[sound.id].is_movable
    assert codes_of(verdicts[broken.id].findings) == ["migration.failed"]
    rows = {row.instance_id: row for row in carrier.outcomes(migration)}
    assert (rows[sound.id].outcome, rows[broken.id].outcome) == (CaseOutcome.MOVED, CaseOutcome.REFUSED)
    assert "StateUnreadable" in rows[broken.id].reasons[0]["message"][0]


def test_a_case_that_ended_between_trying_and_moving_is_left_alone(office: Any, pen: Any, carrier: Any) -> None:
    for holder in ("lan", "an"):
        approve = pen.user("approve", assignee=holder)
        office.deploy(pen.process("leave", pen.start(), approve, flows="start > approve"))
        if holder == "lan":
            case = office.start("leave")
    assert carrier.try_out("leave")[0].is_movable
    migration = carrier.order("leave")
    office.complete(office.task().id, by="lan")

    carrier.finish(migration)

    assert [(row.outcome, row.reasons) for row in carrier.outcomes(migration)] == [(CaseOutcome.OVER, [])]
    assert (office.case(case.id).state, carrier.version_of(case.id)) == (InstanceState.ENDED, 1)


def test_of_two_orders_for_a_case_the_second_finds_it_elsewhere(
    office: Any, pen: Any, carrier: Any, codes_of: Codes
) -> None:
    for holder in ("lan", "an", "mai"):
        approve = pen.user("approve", assignee=holder)
        office.deploy(pen.process("leave", pen.start(), approve, flows="start > approve"))
        if holder == "lan":
            case = office.start("leave")
    first, second = carrier.order("leave", target=2), carrier.order("leave", target=3)

    carrier.finish(first)
    carrier.finish(second)

    (row,) = carrier.outcomes(second)
    assert (row.outcome, codes_of(row.reasons)) == (CaseOutcome.REFUSED, ["migration.elsewhere"])
    assert carrier.version_of(case.id) == 2
    carrier.must_be_sound()
