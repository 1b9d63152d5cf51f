"""The rule `signal_without_thrower`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]
SIGNAL = '<signal id="s" name="{}" />'


def waiting(pen: Any, name: str = "storm") -> bytes:
    listen = pen.node("intermediateCatchEvent", "listen", '<signalEventDefinition signalRef="s" />')
    xml: bytes = pen.process(
        "hearer", pen.start(), listen, pen.end(), flows="start > listen > end", globals=SIGNAL.format(name)
    )
    return xml


def throwing(pen: Any, name: str) -> bytes:
    told = pen.end("told", '<signalEventDefinition signalRef="s" />')
    xml: bytes = pen.process("teller", pen.start(), told, flows="start > told", globals=SIGNAL.format(name))
    return xml


def test_a_signal_that_nothing_throws_is_told(faults: Faults, pen: Any) -> None:
    assert faults("signal_without_thrower", waiting(pen)) == ["listen"]
    assert faults("signal_without_thrower", waiting(pen), throwing(pen, "calm")) == ["listen"]


def test_a_process_that_only_a_signal_starts_is_told_too(faults: Faults, pen: Any) -> None:
    start = pen.node("startEvent", "called", '<signalEventDefinition signalRef="s" />')
    xml = pen.process("p", start, pen.end(), flows="called > end", globals=SIGNAL.format("storm"))

    assert faults("signal_without_thrower", xml) == ["called"]


def test_a_signal_thrown_by_another_process_is_fine(faults: Faults, pen: Any) -> None:
    assert faults("signal_without_thrower", waiting(pen), throwing(pen, "storm")) == []
    assert faults("signal_without_thrower", waiting(pen), signals_thrown=["storm"]) == []


def test_computed_names_are_nobodys_guess(faults: Faults, pen: Any) -> None:
    assert faults("signal_without_thrower", waiting(pen, "=topic")) == []
    assert faults("signal_without_thrower", waiting(pen), throwing(pen, "=topic")) == []
