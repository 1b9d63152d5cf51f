"""What the checks of the studio know beside a file: forms, tables, called processes, messages and signals of others."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from engine import neighbours, publishing
from engine.bpmn.lint import Surroundings
from engine.deployment import DeploymentRefused
from engine.drafts import FileKey

LEAVE = FileKey("test", "leave.bpmn")
FORM = b'{"id": "ask", "type": "default", "components": []}'
CATCH = '<signalEventDefinition signalRef="s" />'
SIGNAL = '<signal id="s" name="storm" />'
Drawn = Callable[..., bytes]


def codes(studio: Any, content: bytes, look: Any = None, key: FileKey = LEAVE) -> set[str]:
    return {each.code for each in studio.do(publishing.findings, key, content, look=look)}


def around(studio: Any, _files: Mapping[str, bytes]) -> Surroundings:
    with studio.office.session() as session:
        return neighbours.of_pack(session, "test")


def choosing(pen: Any, condition: str, assignee: str = "=starter") -> bytes:
    xml: bytes = pen.process(
        "leave",
        pen.start(),
        pen.user("approve", assignee=assignee, form="ask"),
        pen.node("exclusiveGateway", "is_long", default="is_long_to_end"),
        pen.end(),
        pen.end("long"),
        flows=f"start > approve > is_long > end\nis_long > long : {condition}",
    )
    return xml


def test_a_form_of_the_pack_is_known_and_one_that_is_not_there_is_told(studio: Any, pen: Any) -> None:
    studio.office.deploy(leave_bpmn=choosing(pen, "=outcome = null"), ask_form=FORM)

    assert "form.unknown" not in codes(studio, choosing(pen, "=outcome = null"))
    assert "form.unknown" in codes(studio, choosing(pen, "=outcome = null").replace(b'"ask"', b'"asks"'))


def test_the_fields_of_forms_are_known_to_the_check_and_when_publishing(studio: Any, pen: Any) -> None:
    studio.office.deploy(leave_bpmn=choosing(pen, "=days > 3"), ask_form=FORM)
    look = lambda _files: Surroundings(form_fields={"ask": ["days"]})  # noqa: E731

    assert "lint.variable_never_written" not in codes(studio, choosing(pen, "=days > 3"), look)
    assert "lint.variable_never_written" in codes(studio, choosing(pen, "=dayz > 3"), look)
    studio.save(choosing(pen, "=dayz > 3", assignee=""))
    with pytest.raises(DeploymentRefused) as refused:
        studio.publish(look=look)
    assert {"lint.no_assignment", "lint.variable_never_written"} <= {each.code for each in refused.value.findings}


def test_a_called_process_of_another_pack_is_known_and_one_that_nobody_has_is_told(
    studio: Any, pen: Any, drawn: Drawn
) -> None:
    studio.office.deploy(drawn("travel"), pack="others")
    calling = {
        called: pen.process("leave", pen.start(), pen.call("call", called), pen.end(), flows="start > call > end")
        for called in ("travel", "travels")
    }

    look = partial(around, studio)
    assert "lint.unknown_process" not in codes(studio, calling["travel"], look)
    assert "lint.unknown_process" in codes(studio, calling["travels"], look)


def test_what_other_packs_throw_and_send_is_known(studio: Any, pen: Any) -> None:
    listen = pen.node("intermediateCatchEvent", "listen", CATCH)
    waiting = pen.process("leave", pen.start(), listen, pen.end(), flows="start > listen > end", globals=SIGNAL)
    throwing = pen.process("weather", pen.start(), pen.end("told", CATCH), flows="start > told", globals=SIGNAL)
    look = partial(around, studio)

    before = codes(studio, waiting, look)
    studio.office.deploy(throwing, pack="others")

    assert "lint.signal_without_thrower" in before
    assert "lint.signal_without_thrower" not in codes(studio, waiting, look)


def test_a_process_does_not_count_as_its_own_neighbour(studio: Any, pen: Any) -> None:
    told = pen.process("leave", pen.start(), pen.end("told", CATCH), flows="start > told", globals=SIGNAL)
    studio.office.deploy(leave_bpmn=told)

    assert around(studio, {}).signals_thrown == set()
    assert around(studio, {}).processes == {"leave"}
