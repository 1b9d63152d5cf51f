"""Signatures: whose, in which capacity, over which bytes, and when they lose their force."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import select

from engine import papers, runtime, signing
from engine.model import HistoryEntry, Signature, SignatureKind
from engine.signing import NothingToSign

SIGN = {
    "outcome.sign": '={label: "Ký số", style: "main", signs: "sign"}',
    "outcome.initial": '={label: "Ký nháy", signs: "initial"}',
    "outcome.return": '={label: "Trả lại", reason: true, voids: true, validates: false}',
}


@pytest.fixture
def signing_office(office: Any, pen: Any) -> Any:
    """An office where a paper is signed by one person after another, and sent back to the first on a return."""
    people = pen.node(
        "multiInstanceLoopCharacteristics",
        "people",
        '<extensionElements><zeebe:loopCharacteristics inputCollection="=signers" inputElement="signer" />'
        "</extensionElements>",
        isSequential="true",
    )
    office.deploy(
        pen.process(
            "circulate",
            pen.start(),
            pen.user("sign", assignee="=signer", lc=SIGN, inside=people),
            pen.end(),
            flows="start > sign > end",
        )
    )
    return office


def begin(office: Any, *signers: str) -> Any:
    return office.start("circulate", signers=list(signers))


def signatures(office: Any) -> list[Signature]:
    with office.session() as session:
        return list(session.scalars(select(Signature).order_by(Signature.signed_at, Signature.capacity)))


@pytest.mark.parametrize(
    ("username", "unit", "capacity"),
    [
        ("bao", "LĐS", "Giám đốc Sở"),
        ("hien", "LĐS", "KT. GIÁM ĐỐC SỞ"),
        ("lan", "P.KHTCTH", "Trưởng phòng"),
        ("son", "VPS", "KT. CHÁNH VĂN PHÒNG"),
        ("an", "P.KHTCTH", "Chuyên viên"),
    ],
)
def test_a_head_signs_under_the_own_title_and_a_deputy_for_the_head(
    signing_office: Any, username: str, unit: str, capacity: str
) -> None:
    case = begin(signing_office, username)
    signing_office.add_paper(case.id)

    signing_office.complete(signing_office.task().id, username, "sign")

    (signature,) = signatures(signing_office)
    assert (signature.unit_code, signature.capacity) == (unit, capacity)
    assert signature.kind is SignatureKind.SIGN
    assert signature.signed_at == signing_office.now


def test_a_signature_holds_the_hash_of_every_file_as_it_is_now(signing_office: Any) -> None:
    case = begin(signing_office, "lan")
    minutes, annex = b"%PDF-1.4 bien ban", b"%PDF-1.4 phu luc"
    signing_office.add_paper(case.id, "bien-ban.pdf", b"%PDF-1.4 ban dau")
    signing_office.add_paper(case.id, "bien-ban.pdf", minutes)
    signing_office.add_paper(case.id, "phu-luc.pdf", annex)

    signing_office.complete(signing_office.task().id, "lan", "sign")

    (signature,) = signatures(signing_office)
    assert [(each["name"], each["version"], each["sha256"]) for each in signature.files] == [
        ("bien-ban.pdf", 2, hashlib.sha256(minutes).hexdigest()),
        ("phu-luc.pdf", 1, hashlib.sha256(annex).hexdigest()),
    ]


def test_a_paper_taken_out_of_the_case_is_not_signed(signing_office: Any) -> None:
    case = begin(signing_office, "lan")
    signing_office.add_paper(case.id, "bien-ban.pdf")
    removed = signing_office.add_paper(case.id, "nham.pdf")
    signing_office.write(
        lambda session: papers.remove(
            session,
            runtime.lock(session, case.id),
            removed.paper_id,
            by=signing_office.person(session, "minh"),
            at=signing_office.now,
        )
    )

    signing_office.complete(signing_office.task().id, "lan", "sign")

    assert [each["name"] for each in signatures(signing_office)[0].files] == ["bien-ban.pdf"]


def test_initials_are_told_apart_from_a_signature(signing_office: Any) -> None:
    case = begin(signing_office, "lan", "bao")
    signing_office.add_paper(case.id)

    signing_office.complete(signing_office.task().id, "lan", "initial")
    signing_office.later(minutes=1)
    signing_office.complete(signing_office.task().id, "bao", "sign")

    assert [each.kind for each in signatures(signing_office)] == [SignatureKind.INITIAL, SignatureKind.SIGN]


def test_nothing_is_stored_when_there_is_nothing_to_sign(signing_office: Any) -> None:
    begin(signing_office, "lan")
    task = signing_office.task()
    before = signing_office.counts()

    with pytest.raises(NothingToSign):
        signing_office.complete(task.id, "lan", "sign")

    assert signing_office.counts() == before
    assert signing_office.task().id == task.id


def test_a_return_makes_every_signature_void_with_the_reason_and_begins_a_new_version(signing_office: Any) -> None:
    case = begin(signing_office, "lan", "thu", "bao")
    signing_office.add_paper(case.id)
    signing_office.complete(signing_office.task().id, "lan", "sign")
    signing_office.complete(signing_office.task().id, "thu", "sign")

    signing_office.complete(signing_office.task().id, "bao", "return", reason="Sai số tiền")

    assert [(each.is_void, each.void_reason, each.voided_at) for each in signatures(signing_office)] == [
        (True, "Sai số tiền", signing_office.now)
    ] * 2
    assert signing_office.case(case.id).document_version == 2


def test_a_new_version_of_a_file_makes_the_signatures_void(signing_office: Any) -> None:
    case = begin(signing_office, "lan", "bao")
    signing_office.add_paper(case.id)
    signing_office.complete(signing_office.task().id, "lan", "sign")

    signing_office.add_paper(case.id, content=b"%PDF-1.4 ban sua")

    assert [each.is_void for each in signatures(signing_office)] == [True]


def test_the_same_file_again_leaves_the_signatures_valid(signing_office: Any) -> None:
    case = begin(signing_office, "lan", "bao")
    signing_office.add_paper(case.id)
    signing_office.complete(signing_office.task().id, "lan", "sign")

    signing_office.add_paper(case.id)

    assert [each.is_void for each in signatures(signing_office)] == [False]


def test_a_void_signature_keeps_its_first_reason(signing_office: Any) -> None:
    case = begin(signing_office, "lan", "thu", "bao")
    signing_office.add_paper(case.id)
    signing_office.complete(signing_office.task().id, "lan", "sign")
    signing_office.complete(signing_office.task().id, "thu", "return", reason="Lần một")
    first_voided_at = signing_office.now
    signing_office.later(hours=1)

    signing_office.complete(signing_office.task().id, "bao", "return", reason="Lần hai")

    (signature,) = signatures(signing_office)
    assert (signature.void_reason, signature.voided_at) == ("Lần một", first_voided_at)


def test_signing_stands_in_the_history_with_the_capacity_and_the_hashes(signing_office: Any) -> None:
    case = begin(signing_office, "hien")
    sha256 = signing_office.add_paper(case.id).sha256
    signing_office.complete(signing_office.task().id, "hien", "sign")

    with signing_office.session() as session:
        entry = session.scalars(select(HistoryEntry).where(HistoryEntry.kind == "signature.given")).one()
        assert entry.data == {
            "as_kind": "sign",
            "capacity": "KT. GIÁM ĐỐC SỞ",
            "unit": "LĐS",
            "files": [{"name": "bien-ban.pdf", "sha256": sha256}],
        }


def test_the_signatures_of_a_case_are_listed_in_the_order_they_were_given(signing_office: Any) -> None:
    case = begin(signing_office, "lan", "thu", "bao")
    signing_office.add_paper(case.id)
    for username in ("lan", "thu", "bao"):
        signing_office.complete(signing_office.task().id, username, "sign")
        signing_office.later(minutes=1)

    with signing_office.session() as session:
        listed = [each.signer.username for each in signing.of_case(session, runtime.case_by_id(session, case.id))]

    assert listed == ["lan", "thu", "bao"]
