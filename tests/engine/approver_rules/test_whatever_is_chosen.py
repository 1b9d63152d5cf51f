"""Whatever is chosen for the situations, a case never stands still unseen, and nothing skips that was not told to."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

SITUATIONS = ("nobody", "starter", "repeated", "absent")
CHOICES = ("assign", "skip:approved", "superior", "group:VPS/leader", "person:bao", "stop")
MOST_STEPS = 40


def rules(first: str, second: str) -> Mapping[str, str]:
    """Return a rule for each situation, by turns."""
    return {f"when_{name}": (first, second)[place % 2] for place, name in enumerate(SITUATIONS)}


@pytest.mark.parametrize(("first", "second"), list(product(CHOICES, CHOICES)))
def test_a_long_chain_ends_or_stops_where_an_operator_sees_it(approval: Any, first: str, second: str) -> None:
    chosen = rules(first, second)
    loop = '<zeebe:loopCharacteristics inputCollection="=chain" inputElement="who" />'
    inside = (
        f'<multiInstanceLoopCharacteristics isSequential="true"><extensionElements>{loop}</extensionElements>'
        "</multiInstanceLoopCharacteristics>"
    )
    chain = approval.step("approve", assignee="=who", inside=inside)
    approval.draw(chain, approval.step("close", assignee='="bao"'), **chosen)
    approval.leaves("son")
    approval.is_away("hien")
    approval.begin(by="minh", chain=["lan", "lan", "minh", "son", "hien", None, "bao", "bao"])

    for _ in range(MOST_STEPS):
        if not approval.open():
            break
        ((element, holder),) = approval.open()
        approval.done(element, claimed(approval, element, holder))

    stopped = [each.code for each in approval.office.incidents()]
    assert approval.state == "ended" or stopped == ["task.stopped"]
    assert (approval.state == "ended") != (stopped == ["task.stopped"])
    assert approval.signatures() == 0
    skipping = {name.removeprefix("when_") for name, choice in chosen.items() if choice.startswith("skip")}
    assert {said["situation"] for _element, said in approval.told("task.skipped")} <= skipping


def claimed(approval: Any, element: str, holder: str) -> str:
    """Return who does an open task, after claiming it where it is a group's."""
    if "/" not in holder:
        return holder
    who = "thu" if "VPS/leader" in holder else "admin"
    approval.office.claim(approval.office.task(element).id, who)
    return who
