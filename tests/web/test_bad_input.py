"""Wrong input: a sentence in Vietnamese beside its field, and what was typed is kept."""

import html
import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from engine import directory
from engine.model import Person, Position

DRAFT: dict[str, Any] = {
    "document_type": "BB",
    "abstract": "Biên bản bàn giao xe ô tô 60A-123.45",
    "submitter": "nguyen.thu",
    "signer": "pham.bao",
    "chain": ["TT.KCTVPTCN", "P.KHTCTH"],
    "urgency": "normal",
    "secrecy": "normal",
}


def errors_of(page: str) -> dict[str, list[str]]:
    """Return the sentences by field, as the page hands them to the form."""
    found = re.search(r'data-errors="([^"]*)"', page)
    assert found is not None
    errors: dict[str, list[str]] = json.loads(html.unescape(found.group(1)))
    return errors


def values_of(page: str) -> dict[str, Any]:
    """Return the values the page hands to the form."""
    found = re.search(r'data-values="([^"]*)"', page)
    assert found is not None
    values: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return values


WRONG_DRAFTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "the signer leads a unit of the chain": ({"signer": "hoang.lan"}, "signer", "phải là người ký sau cùng"),
    "the signer is the one who submits": ({"signer": "nguyen.thu"}, "signer", "phải là người ký sau cùng"),
    "the signer may not sign for the agency": ({"signer": "le.an"}, "signer", "Người ký"),
    "the chain is empty": ({"chain": []}, "chain", "Tuyến luân chuyển"),
    "a unit stands twice": ({"chain": ["P.KHTCTH", "P.KHTCTH"]}, "chain", "hai lần"),
    "the drafter's own unit stands in the chain": ({"chain": ["VPS", "P.KHTCTH"]}, "chain", ""),
    "the leadership stands in the chain": ({"chain": ["P.KHTCTH", "LĐS"]}, "chain", ""),
    "there is no abstract": ({"abstract": ""}, "abstract", "Trích yếu"),
    "the abstract is too long": ({"abstract": "x" * 501}, "abstract", "500"),
    "the document is secret": ({"secrecy": "secret"}, "secrecy", "độ mật"),
}


def let_sign_for_the_agency(site: Any, *usernames: str) -> None:
    """Give heads of units the authority to sign, so that only their place in the chain speaks against them."""
    with site.session() as session, session.begin():
        for position in session.scalars(select(Position).join(Person).where(Person.username.in_(usernames))):
            position.may_sign = True
        directory.changed(session)


@pytest.mark.parametrize("what", WRONG_DRAFTS)
def test_a_draft_is_not_submitted_when(what: str, site: Any, journey: Any, rows: Any) -> None:
    change, field, sentence = WRONG_DRAFTS[what]
    let_sign_for_the_agency(site, "hoang.lan", "nguyen.thu")
    task, drafter = journey.begin(), site.visit("ngo.minh")
    before = rows()

    response = drafter.complete(task.id, "submit", {**DRAFT, **change})

    assert response.status_code == 422
    said = errors_of(response.text)
    assert field in said
    assert sentence in " ".join(said[field])
    assert values_of(response.text)["abstract"] == {**DRAFT, **change}["abstract"]
    assert rows() == before


def test_several_faults_are_said_at_once(site: Any, journey: Any) -> None:
    task = journey.begin(files=())

    response = site.visit("ngo.minh").complete(task.id, "submit", {**DRAFT, "abstract": "", "chain": []})

    assert {"abstract", "chain", "papers"} <= errors_of(response.text).keys()


def test_a_return_without_a_reason_is_refused_beside_the_reason(site: Any, journey: Any, rows: Any) -> None:
    journey.submit()
    before = rows()

    response = site.visit("nguyen.thu").complete(site.the_task().id, "return", reason="   ")

    assert response.status_code == 422
    assert errors_of(response.text)["reason"] == ["Nhập lý do."]
    assert rows() == before


LONG_NAME = "b" * 296 + ".pdf"
WRONG_FILES = {
    "holds nothing": ("rong.pdf", b"", "rỗng"),
    "is larger than 50 MB": ("lon.pdf", b"%PDF-1.4" + b"0" * (60 * 1024 * 1024), "50 MB"),
    "has a name with parts of a path": ("../../etc/passwd.pdf", b"%PDF-1.4 x", "đường dẫn"),
    "has a name of 300 characters": (LONG_NAME, b"%PDF-1.4 x", "150"),
    "is a page that claims to be a PDF": ("gia.pdf", b"<!doctype html><script>alert(1)</script>", "gia.pdf"),
    "is of no accepted type": ("chay.exe", b"MZ\x90\x00", "chay.exe"),
}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_a_file_is_refused_when_it(what: str, site: Any, journey: Any, rows: Any) -> None:
    name, content, sentence = WRONG_FILES[what]
    task, drafter = journey.begin(), site.visit("ngo.minh")
    before = rows()

    response = drafter.upload(task.id, (name, content))

    said = " ".join(html.unescape(each) for each in re.findall(r"data-paper-error>([^<]*)<", response.text))
    assert sentence in said
    assert rows() == before


def test_a_refused_file_does_not_keep_the_others_out(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=()), site.visit("ngo.minh")

    response = drafter.upload(task.id, ("rong.pdf", b""), ("tot.pdf", b"%PDF-1.4 tot"))

    assert "data-paper-error" in response.text
    assert "tot.pdf" in drafter.get(f"/tasks/{task.id}").text


def test_what_is_no_form_at_all_is_refused_without_a_stack_trace(site: Any, journey: Any, rows: Any) -> None:
    task, drafter = journey.begin(), site.visit("ngo.minh")
    before = rows()

    for data in ("[1,2]", "{", "NaN", '{"abstract": 1e9999999999999999999}', '{"abstract": ' * 2000):
        response = drafter.post(f"/tasks/{task.id}/complete", {"outcome": "submit", "data": data})
        assert response.status_code in {400, 422}

    assert rows() == before


@pytest.mark.parametrize(
    "address", ["/cases?q=a%00b", "/operations/incidents?%00=1", "/studio/files/routing/a%00.bpmn"]
)
def test_an_address_with_a_null_character_is_not_understood(site: Any, address: str) -> None:
    assert site.visit("ta.duy").get(address).status_code == 400


def test_a_form_with_a_null_character_is_not_understood(site: Any) -> None:
    visitor = site.visit("ngo.minh")

    response = visitor.post("/language/en", {"next": "/\x00"})

    assert response.status_code == 400


NULL, HALF_A_PAIR = "\x00", "\ud83d"


@pytest.mark.parametrize("sign", [NULL, HALF_A_PAIR], ids=["null", "half_a_pair"])
@pytest.mark.parametrize("change", ["document_type", "signer", "chain", "unknown", "key"])
def test_a_draft_with_a_character_that_no_database_takes_is_refused(
    sign: str, change: str, site: Any, journey: Any, rows: Any
) -> None:
    changes: dict[str, dict[str, Any]] = {"chain": {"chain": [sign]}, "key": {sign: sign}}
    task, before = journey.begin(), rows()

    response = site.visit("ngo.minh").complete(task.id, "submit", {**DRAFT, **changes.get(change, {change: sign})})

    assert response.status_code == 422
    assert values_of(response.text)["abstract"] == DRAFT["abstract"]
    assert rows() == before


def test_a_null_character_among_the_letters_of_a_text_is_left_out(site: Any, journey: Any) -> None:
    task = journey.begin()

    response = site.visit("ngo.minh").complete(task.id, "submit", {**DRAFT, "abstract": f"Biên{NULL} bản"})

    assert response.status_code == 303
    assert "Biên bản" in site.the_case().title


def test_half_of_a_letter_in_a_text_is_refused_beside_its_field(site: Any, journey: Any, rows: Any) -> None:
    task, before = journey.begin(), rows()

    response = site.visit("ngo.minh").complete(task.id, "submit", {**DRAFT, "abstract": f"Biên bản {HALF_A_PAIR}"})

    assert response.status_code == 422
    assert list(errors_of(response.text)) == ["abstract"]
    assert values_of(response.text)["abstract"] == "Biên bản \N{REPLACEMENT CHARACTER}"
    assert rows() == before
