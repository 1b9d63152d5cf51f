"""The rule `variable_never_written`."""

from collections.abc import Callable
from typing import Any

Faults = Callable[..., list[str]]


def choosing(pen: Any, condition: str, *between: str) -> bytes:
    names = [part.split('id="')[1].split('"')[0] for part in between]
    xml: bytes = pen.process(
        "p",
        pen.start(),
        *between,
        pen.node("exclusiveGateway", "choose", default="choose_to_no"),
        pen.end("yes"),
        pen.end("no"),
        flows=f"""
        {" > ".join(["start", *names, "choose", "no"])}
        choose > yes : {condition}
        """,
    )
    return xml


def test_a_variable_nothing_writes_is_told(faults: Faults, pen: Any) -> None:
    assert faults("variable_never_written", choosing(pen, "=amount > 5")) == ["choose_to_yes"]


def test_fields_of_forms_outcomes_and_mappings_are_written(faults: Faults, pen: Any) -> None:
    task = pen.user("fill", assignee="an", form="f", mappings='<zeebe:input source="=1" target="level" />')
    xml = choosing(pen, '=amount > level and outcome = "ok" and starter != null', task)

    assert faults("variable_never_written", xml, form_fields={"f": ["amount"]}) == []


def test_where_a_job_may_write_anything_only_slips_of_known_names_are_told(faults: Faults, pen: Any) -> None:
    job = pen.service("work", "do")

    assert faults("variable_never_written", choosing(pen, "=amount > 5", job)) == []
    assert faults("variable_never_written", choosing(pen, '=outcom = "ok"', job)) == ["choose_to_yes"]
