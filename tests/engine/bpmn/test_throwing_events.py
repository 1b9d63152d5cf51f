"""Events a token causes on its way."""

from collections.abc import Callable

import pytest

from engine.play import Play

Deploy = Callable[..., Play]


@pytest.fixture
def ordered(deploy: Deploy) -> Play:
    """A case that a signal has started."""
    return deploy("throws").start_by_signal("order", {"item": "paper"})


@pytest.mark.construct("startEvent/signal")
def test_a_signal_starts_a_process(ordered: Play) -> None:
    assert ordered.variables == {"item": "paper"}


@pytest.mark.construct("manualTask", "intermediateThrowEvent", "intermediateThrowEvent/message")
def test_tasks_without_engine_work_and_none_events_pass(ordered: Play) -> None:
    assert ordered.passed() == ["on_order", "print", "printed", "told"]


def test_a_message_event_with_a_job_type_waits_for_its_handler_and_throws_nothing_more(ordered: Play) -> None:
    (job,) = ordered.jobs()

    assert (job.element_id, job.job_type, job.headers) == ("sent_by_job", "office.send", {})
    assert [(sent.kind, sent.name) for sent in ordered.sent()] == [("message", "note")]


def test_an_escalation_caught_by_an_interrupting_event_ends_the_sub_process(ordered: Play) -> None:
    ordered.finish_job("sent_by_job")

    assert ordered.waiting() == ["hears_order"]
    assert "never_reached" not in ordered.passed()


@pytest.mark.construct("signal", "intermediateCatchEvent/signal", "endEvent/signal")
def test_a_signal_reaches_who_waits_for_it_and_starts_the_process_once_more(ordered: Play) -> None:
    ordered.finish_job("sent_by_job")

    assert ordered.signal("order") == 2

    assert ordered.end == "end"
    assert [(sent.kind, sent.name) for sent in ordered.sent() if sent.kind == "signal"] == [("signal", "order")]
    assert [job.element_id for job in ordered.jobs()] == ["sent_by_job"] * 2
