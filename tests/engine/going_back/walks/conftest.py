"""The shipped processes, and two that hold everything else a case can stand in, for people to walk through."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import processes.routing
from engine import substitutes

ROUTING = Path(processes.routing.__file__).parent
SIGN = {
    "outcome.sign": '={label: "Ký", style: "main", signs: "sign"}',
    "outcome.again": '={label: "Làm lại", reason: true, voids: true}',
}
ONLY_SIGN = {"outcome.sign": SIGN["outcome.sign"]}
IN_TURN = (
    '<multiInstanceLoopCharacteristics isSequential="{turns}"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=chain" inputElement="approver" /></extensionElements>'
    "</multiInstanceLoopCharacteristics>"
)
SPECIALISTS = '=["P.KHTCTH/specialist"]'
CLERKS = '=["VPS/records_clerk"]'


@pytest.fixture
def given() -> Mapping[str, Mapping[str, object]]:
    """What each process is started with, and what its form of the draft holds."""
    return {
        "joint_minutes": {
            "document_type": "BB",
            "abstract": "Biên bản bàn giao xe",
            "submitter": "thu",
            "signer": "bao",
            "chain": ["P.KHTCTH"],
            "urgency": "normal",
            "secrecy": "normal",
        },
        "finance_document": {
            "document_type": "QĐ",
            "abstract": "Mua máy in",
            "amount_vnd": 12_000_000,
            "signer": "bao",
            "urgency": "normal",
            "secrecy": "normal",
        },
        "tangle": {"chain": ["lan", "hien"]},
        "rounds": {"chain": ["thu", "bao", "hien"]},
    }


def _tangle(pen: Any) -> bytes:
    """Two branches: a signature and a sub-process in one, a chain in the other."""
    inside = pen.start("in") + pen.user("inner", assignee="thu", lc=ONLY_SIGN) + pen.user("innermost", assignee="bao")
    part = inside + pen.end("out") + "".join(pen._flows("in > inner > innermost > out"))
    return pen.process(  # type: ignore[no-any-return]
        "tangle",
        pen.start(),
        pen.user("write", assignee="minh"),
        pen.node("parallelGateway", "fork"),
        pen.user("left", assignee="son", lc=ONLY_SIGN),
        pen.node("subProcess", "part", part),
        pen.user("approve", assignee="=approver", lc=ONLY_SIGN, inside=IN_TURN.format(turns="true")),
        pen.user("right", assignee="an"),
        pen.node("parallelGateway", "join"),
        pen.user("check", assignee="mai", lc=SIGN),
        pen.node("exclusiveGateway", "is_fine", default="is_fine_to_end"),
        pen.end(),
        flows="start > write > fork > left > part > join > check > is_fine > end\nfork > approve > right > join\n"
        'is_fine > write : =outcome = "again"',
    )


def _rounds(pen: Any) -> bytes:
    """A round of several at once, a called process and tasks of groups."""
    return pen.process(  # type: ignore[no-any-return]
        "rounds",
        pen.start(),
        pen.user("write", assignee="minh"),
        pen.user("approve", assignee="=approver", lc=ONLY_SIGN, inside=IN_TURN.format(turns="false")),
        pen.user("check", groups=SPECIALISTS),
        pen.call("inquiry", "asked"),
        pen.user("last", groups=CLERKS),
        pen.end(),
        flows="start > write > approve > check > inquiry > last > end",
    )


@pytest.fixture
def walkers(office: Any, pen: Any, asked: bytes) -> Any:
    """An office with the processes, in which quynh stands in for thu all year."""
    office.deploy(_tangle(pen), asked, _rounds(pen))
    files = [*ROUTING.glob("*.bpmn"), *ROUTING.glob("forms/*.form")]
    named = {"_".join(file.name.rsplit(".", 1)): file.read_bytes() for file in files}
    office.deploy(pack="routing", **named)
    office.handlers["routing.register_document"] = lambda _call: {"document_number": "01/BB-SCT"}
    office.write(
        lambda session: substitutes.set_substitute(
            session,
            person=office.person(session, "thu"),
            substitute=office.person(session, "quynh"),
            first=date(2026, 3, 2),
            last=date(2026, 12, 31),
            note="Nghỉ phép",
            by=office.person(session, "thu"),
            at=office.now,
        )
    )
    return office
