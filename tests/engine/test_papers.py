"""Papers: what may come in, what is refused and why, and how versions grow."""

import hashlib
import unicodedata
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from engine import history, papers, runtime
from engine.papers import (
    LARGEST_FILE,
    LONGEST_NAME,
    MOST_PAPERS,
    PaperEmpty,
    PaperNameHasPath,
    PaperNameTooLong,
    PaperNameUnreadable,
    PaperNotFound,
    PaperTooLarge,
    PaperTypeRefused,
    TooManyPapers,
)

PDF = b"%PDF-1.4\n%%EOF\n"


def archive(*names: str) -> bytes:
    """Return a ZIP archive with these members."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as zipped:
        for name in names:
            zipped.writestr(name, "<x/>")
    return buffer.getvalue()


def workbook() -> bytes:
    buffer = BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")


@pytest.fixture
def desk(office: Any, pen: Any) -> Any:
    """An office with one case, which people put papers into."""
    office.deploy(pen.process("note", pen.start(), pen.user("read", assignee="=starter"), flows="start > read"))
    office.case_id = office.start("note").id
    return office


def listed(desk: Any) -> list[tuple[str, list[int]]]:
    with desk.session() as session:
        found = papers.of_case(session, runtime.case_by_id(session, desk.case_id))
        return [(paper.name, [version.version for version in paper.versions]) for paper in found]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("bien-ban.pdf", PDF, "application/pdf"),
        ("BIEN BAN.PDF", PDF, "application/pdf"),
        ("ảnh chụp.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(30), "image/png"),
        ("ảnh.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(30), "image/jpeg"),
        ("dự toán.xlsx", workbook(), papers.ACCEPTED[".xlsx"]),
        ("tờ trình.docx", DOCX, papers.ACCEPTED[".docx"]),
        (
            "tờ trình.docx",
            archive("[Content_Types].xml", "_rels/.rels", "word/document2.xml"),
            papers.ACCEPTED[".docx"],
        ),
    ],
    ids=["pdf", "capital letters", "png", "jpeg", "xlsx", "docx", "docx of Word on the web"],
)
def test_the_papers_that_offices_write_come_in(desk: Any, name: str, content: bytes, media_type: str) -> None:
    version = desk.add_paper(desk.case_id, name, content)

    assert version.media_type == media_type
    assert version.sha256 == hashlib.sha256(content).hexdigest()
    assert version.size == len(content)
    assert desk.store.path(version.sha256).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trang.pdf", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
        ("chay.pdf", b"MZ\x90\x00\x03\x00\x00\x00"),
        ("rong.pdf", b"\x00" * 100),
        ("chu.pdf", "Chỉ là chữ".encode()),
        ("anh.png", PDF),
        ("bang.xlsx", DOCX),
        ("van-ban.docx", workbook()),
        ("van-ban.docx", archive("a.txt", "b.exe")),
        ("van-ban.docx", b"PK\x03\x04 this is no archive"),
        ("van-ban.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("van-ban.doc", PDF),
        ("trang.html", b"<html></html>"),
        ("hinh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("khong-duoi", PDF),
        ("nen.zip", archive("a.txt")),
    ],
    ids=[
        "HTML as PDF",
        "a program as PDF",
        "zeros as PDF",
        "text as PDF",
        "PDF as PNG",
        "Word as Excel",
        "Excel as Word",
        "any archive as Word",
        "a broken archive as Word",
        "Word with macros",
        "an old Word name",
        "HTML",
        "SVG",
        "no suffix",
        "an archive",
    ],
)
def test_a_file_is_judged_by_its_content_and_refused_when_its_name_says_something_else(
    desk: Any, name: str, content: bytes
) -> None:
    before = desk.counts()

    with pytest.raises(PaperTypeRefused) as refusal:
        desk.add_paper(desk.case_id, name, content)

    assert refusal.value.data["name"] == name
    assert refusal.value.data["accepted"] == "pdf, docx, xlsx, png, jpg, jpeg"
    assert desk.counts() == before
    assert not desk.store.root.exists()


def test_an_empty_file_is_refused(desk: Any) -> None:
    with pytest.raises(PaperEmpty):
        desk.add_paper(desk.case_id, "rong.pdf", b"")


def test_a_file_of_fifty_megabytes_comes_in_and_one_byte_more_is_refused() -> None:
    largest = PDF + bytes(LARGEST_FILE - len(PDF))

    with pytest.raises(PaperTooLarge) as refusal:
        papers.accept_content("lon.pdf", largest + b"\x00")

    assert (refusal.value.data["size"], refusal.value.data["limit"]) == (LARGEST_FILE + 1, 50 * 1024 * 1024)
    assert papers.accept_content("lon.pdf", largest) == "application/pdf"


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.pdf",
        "a/b.pdf",
        "..\\windows\\b.pdf",
        "/tuyet-doi.pdf",
        ".an.pdf",
        "..",
        "",
        "   ",
        "\u200b.x.pdf",
    ],
)
def test_a_name_that_holds_parts_of_a_path_is_refused(name: str) -> None:
    with pytest.raises(PaperNameHasPath):
        papers.accept_name(name)


@pytest.mark.parametrize(
    "name", ["bien\x00ban.pdf", "bien\nban.pdf", "\x1b[31mdo.pdf", "bien-ban.pdf\x00.exe", "a\x7f.pdf"]
)
def test_a_name_with_control_characters_is_refused_and_shown_without_them(name: str) -> None:
    with pytest.raises(PaperNameUnreadable) as refusal:
        papers.accept_name(name)

    assert str(refusal.value.data["name"]).isprintable()


def test_a_name_of_three_hundred_characters_is_refused_with_its_length_and_the_limit() -> None:
    with pytest.raises(PaperNameTooLong) as refusal:
        papers.accept_name("x" * 296 + ".pdf")

    assert (refusal.value.data["length"], refusal.value.data["limit"]) == (300, LONGEST_NAME)
    assert len(str(refusal.value.data["name"])) < 70


def test_a_name_as_long_as_the_limit_is_kept_whole() -> None:
    name = "đ" * (LONGEST_NAME - 4) + ".pdf"

    assert papers.accept_name(name) == name


def test_a_name_that_would_be_read_backwards_is_kept_as_it_is_spelled() -> None:
    assert papers.accept_name("hop-dong\u202efdp.exe") == "hop-dongfdp.exe"


def test_the_same_vietnamese_name_typed_on_two_machines_is_one_paper(desk: Any) -> None:
    composed, taken_apart = (unicodedata.normalize(form, "biên bản.pdf") for form in ("NFC", "NFD"))

    desk.add_paper(desk.case_id, composed, PDF)
    desk.add_paper(desk.case_id, taken_apart, PDF + b"sua")

    assert listed(desk) == [(composed, [1, 2])]


def test_a_file_of_the_same_name_becomes_the_next_version_and_the_first_stays_on_record(desk: Any) -> None:
    first = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)
    second = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF + b"sua")

    assert (first.version, second.version) == (1, 2)
    assert desk.store.path(first.sha256).read_bytes() == PDF
    assert desk.store.path(second.sha256).read_bytes() == PDF + b"sua"


def test_the_same_file_again_is_no_new_version(desk: Any) -> None:
    first = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)
    before = desk.counts()

    again = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)

    assert again.id == first.id
    assert desk.counts() == before


def test_a_paper_taken_out_and_put_in_again_goes_on_with_its_versions(desk: Any) -> None:
    first = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)
    remove(desk, first.paper_id)
    assert listed(desk) == []

    desk.add_paper(desk.case_id, "bien-ban.pdf", PDF + b"sua")

    assert listed(desk) == [("bien-ban.pdf", [1, 2])]


def test_a_paper_put_in_again_unchanged_is_in_the_case_again_and_on_record(desk: Any) -> None:
    first = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)
    remove(desk, first.paper_id)

    desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)

    assert listed(desk) == [("bien-ban.pdf", [1])]
    assert kinds(desk)[-3:] == ["paper.added", "paper.removed", "paper.added"]


def remove(desk: Any, paper_id: UUID) -> None:
    desk.write(
        lambda session: papers.remove(
            session, runtime.lock(session, desk.case_id), paper_id, by=desk.person(session, "minh"), at=desk.now
        )
    )


def kinds(desk: Any) -> list[str]:
    with desk.session() as session:
        return [entry.kind for entry in history.of_case(session, runtime.case_by_id(session, desk.case_id))]


def test_a_case_holds_so_many_papers_and_no_more(desk: Any) -> None:
    for number in range(MOST_PAPERS):
        desk.add_paper(desk.case_id, f"{number}.pdf", PDF)

    with pytest.raises(TooManyPapers):
        desk.add_paper(desk.case_id, "nua.pdf", PDF)
    desk.add_paper(desk.case_id, "0.pdf", PDF + b"sua")  # a new version is no new paper

    assert len(listed(desk)) == MOST_PAPERS


def test_a_paper_of_another_case_is_not_found(desk: Any) -> None:
    version = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)
    other = desk.start("note")

    with desk.session() as session, pytest.raises(PaperNotFound):
        papers.version(session, runtime.case_by_id(session, other.id), version.id)


def test_a_paper_taken_out_is_not_taken_out_again(desk: Any) -> None:
    version = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)
    remove(desk, version.paper_id)

    with pytest.raises(PaperNotFound):
        remove(desk, version.paper_id)


def test_the_same_content_in_two_cases_is_kept_once(desk: Any) -> None:
    other = desk.start("note")
    desk.add_paper(desk.case_id, "mot.pdf", PDF)
    desk.add_paper(other.id, "hai.pdf", PDF)

    assert len([path for path in desk.store.root.rglob("*") if path.is_file()]) == 1


def test_what_was_put_in_and_taken_out_stands_in_the_history_with_its_hash(desk: Any) -> None:
    version = desk.add_paper(desk.case_id, "bien-ban.pdf", PDF)

    with desk.session() as session:
        entry = history.of_case(session, runtime.case_by_id(session, desk.case_id))[-1]

    assert entry.kind == "paper.added"
    assert entry.data == {"name": "bien-ban.pdf", "version": 1, "sha256": version.sha256, "size": len(PDF)}
