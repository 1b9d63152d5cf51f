"""Large papers over slow lines: the conversation of browser and server, its rights, its limits and its words."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import history, runtime
from engine.model import Paper, PaperUpload
from engine.paper_quota import PaperQuota
from web.app import create_app
from web.database import db
from web.security import limiter
from web.settings import SettingInvalid, read_settings

PDF = b"%PDF-1.4\n" + b"noi dung " * 400 + b"\n%%EOF\n"
HALF = len(PDF) // 2
JSON = {"Accept": "application/json"}

SCANNER = """
from engine.hooks import Scanner, Verdict, hookimpl

def scan(path):
    content = path.read_bytes()
    if b"engine asleep" in content:
        raise TimeoutError("nobody at home")
    return Verdict("Eicar-Signature" if b"EICAR" in content else "")

@hookimpl
def scanners():
    return [Scanner("Máy quét", scan)]
"""


def begin(visitor: Any, task_id: object, name: str = "lon.pdf", size: object = len(PDF)) -> Any:
    said = {"csrf_token": visitor.token, "name": name, "size": size, "modified": 1}
    return visitor.client.post(f"/tasks/{task_id}/papers/uploads", data=said, headers=JSON)


def send(visitor: Any, url: str, offset: object, piece: bytes, **more: str) -> Any:
    headers = {**JSON, "X-CSRFToken": visitor.token, "Upload-Offset": str(offset), **more}
    return visitor.client.patch(url, data=piece, headers=headers)


def finish(visitor: Any, url: str) -> TestResponse:
    answer: TestResponse = visitor.client.post(f"{url}/finish", headers={"X-CSRFToken": visitor.token})
    return answer


def sent_whole(visitor: Any, task_id: object, content: bytes, name: str = "lon.pdf") -> TestResponse:
    url = begin(visitor, task_id, name, len(content)).json["url"]
    assert send(visitor, url, 0, content).status_code == 200
    return finish(visitor, url)


def papers_and_uploads(site: Any) -> tuple[list[str], int]:
    with site.session() as session:
        return list(session.scalars(select(Paper.name))), len(session.scalars(select(PaperUpload)).all())


def test_a_file_in_two_pieces_becomes_a_paper_of_the_case(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    begun = begin(drafter, task.id)
    url = begun.json["url"]

    first, second = send(drafter, url, 0, PDF[:HALF]), send(drafter, url, HALF, PDF[HALF:])
    finished = finish(drafter, url)

    assert begun.status_code == 201
    assert (first.json["received"], second.json["received"]) == (HALF, len(PDF))
    assert finished.status_code == 303
    assert papers_and_uploads(site) == (["lon.pdf"], 0)
    assert not list((Path(site.app.extensions["paper_store"].root) / "unfinished").iterdir())


def test_after_a_broken_line_the_server_says_where_the_file_stands(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    url = begin(drafter, task.id).json["url"]
    send(drafter, url, 0, PDF[:HALF])

    assert drafter.get(url, headers=JSON).json["received"] == HALF
    assert begin(drafter, task.id).json["received"] == HALF
    again = send(drafter, url, 0, PDF[:HALF])

    assert (again.status_code, again.json["received"]) == (409, HALF)


def test_a_piece_that_breaks_off_on_its_way_is_none(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    url = begin(drafter, task.id).json["url"]

    headers = {**JSON, "X-CSRFToken": drafter.token, "Upload-Offset": "0"}
    broken = drafter.client.patch(url, data=PDF[:100], headers=headers, environ_overrides={"CONTENT_LENGTH": str(HALF)})

    assert broken.status_code == 422
    assert drafter.get(url, headers=JSON).json["received"] == 0


@pytest.mark.parametrize("offset", ["", "-1", "mot", "1e3", "٣", "9" * 40])
def test_a_piece_without_a_place_is_refused(site: Any, journey: Any, offset: str) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    url = begin(drafter, task.id).json["url"]

    assert send(drafter, url, offset.encode().decode("latin-1"), PDF).status_code == 422


def test_a_piece_without_the_proof_of_our_page_is_refused(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    url = begin(drafter, task.id).json["url"]

    assert send(drafter, url, 0, PDF, **{"X-CSRFToken": "cu"}).status_code == 400


def test_another_persons_upload_is_not_found_by_who_knows_its_address(site: Any, journey: Any) -> None:
    task, drafter, other = journey.begin(files=[]), site.visit("ngo.minh"), site.visit("nguyen.thu")
    url = begin(drafter, task.id).json["url"]

    answers = [other.get(url, headers=JSON), send(other, url, 0, PDF)]

    assert {answer.status_code for answer in answers} == {404}
    assert finish(other, url).status_code in {403, 404}
    assert drafter.get(url, headers=JSON).json["received"] == 0


def test_an_address_of_no_upload_and_of_another_task_are_not_found(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    url = begin(drafter, task.id).json["url"]

    assert send(drafter, f"/tasks/{task.id}/papers/uploads/{uuid4()}", 0, PDF).status_code == 404
    assert send(drafter, url.replace(str(task.id), str(uuid4())), 0, PDF).status_code == 404


def test_what_is_refused_in_the_end_is_told_beside_the_papers_and_forgotten(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")

    refused = sent_whole(drafter, task.id, b"PK\x03\x04" + bytes(2000), "to-trinh.docx")

    assert refused.status_code == 200
    assert "data-paper-error>Nội dung «to-trinh.docx»" in refused.text
    assert papers_and_uploads(site) == ([], 0)


def test_what_is_given_up_is_gone_and_giving_up_twice_does_no_harm(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    url = begin(drafter, task.id).json["url"]
    send(drafter, url, 0, PDF[:HALF])

    answers = [drafter.client.delete(url, headers={"X-CSRFToken": drafter.token}).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert papers_and_uploads(site) == ([], 0)


def test_a_case_without_room_says_why_and_what_to_do_for_large_files_and_small_ones(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    site.app.extensions["paper_quota"] = PaperQuota(per_case=2 * 1024 * 1024)

    begun = begin(drafter, task.id, size=3 * 1024 * 1024)
    small = drafter.upload(task.id, ("nho.pdf", PDF + bytes(3 * 1024 * 1024)))

    assert begun.status_code == 422
    for said in (begun.json["detail"], small.text):
        assert "(3 MB) không còn chỗ: văn bản của hồ sơ này đã chiếm 0 MB trong 2 MB" in said
        assert "đề nghị quản trị viên tăng hạn mức" in said
    assert papers_and_uploads(site) == ([], 0)


def test_a_full_disk_is_told_in_a_sentence_and_the_upload_goes_on_when_there_is_room(site: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), site.visit("ngo.minh")
    url = begin(drafter, task.id).json["url"]
    folder = site.app.extensions["paper_store"].root / "unfinished"
    folder.mkdir(parents=True)
    part = folder / UUID(url.rsplit("/", 1)[-1]).hex
    part.symlink_to("/dev/full")

    refused = send(drafter, url, 0, PDF)
    part.unlink()

    assert (refused.status_code, refused.json["code"]) == (503, "paper.disk_full")
    assert "Đĩa của máy chủ đã đầy" in refused.json["detail"]
    assert send(drafter, url, 0, PDF).json["received"] == len(PDF)


def test_the_room_of_papers_is_a_setting_of_the_installation(tmp_path: Path) -> None:
    given = {"LUANCHUYEN_INSTANCE": str(tmp_path), "LUANCHUYEN_CASE_PAPERS_MB": "5", "LUANCHUYEN_PERSON_PAPERS_MB": "7"}

    assert read_settings(given).papers == PaperQuota(5 * 1024 * 1024, 7 * 1024 * 1024)
    with pytest.raises(SettingInvalid, match="LUANCHUYEN_CASE_PAPERS_MB must be a whole number"):
        read_settings({**given, "LUANCHUYEN_CASE_PAPERS_MB": "nhiều"})


@pytest.fixture
def guarded(site: Any, instance: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The site of an office that has a scanner."""
    (tmp_path / "scanner_of_tests.py").write_text(SCANNER, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    plain = site.app
    site.app = create_app(replace(instance, plugins=("scanner_of_tests",)), now=site.clock)
    limiter.enabled = False
    yield site
    with site.app.app_context():
        db.engine.dispose()
    site.app = plain


def test_without_a_scanner_no_page_speaks_of_checking(site: Any, journey: Any) -> None:
    task = journey.begin(files=[])

    assert "Đang kiểm tra vi-rút" not in site.visit("ngo.minh").get(f"/tasks/{task.id}").text


def test_a_clean_file_passes_the_scanner_whole_or_in_pieces(guarded: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), guarded.visit("ngo.minh")

    assert drafter.upload(task.id, ("nho.pdf", PDF)).status_code == 303
    assert sent_whole(drafter, task.id, PDF).status_code == 303

    assert sorted(papers_and_uploads(guarded)[0]) == ["lon.pdf", "nho.pdf"]
    assert "Đang kiểm tra vi-rút" in drafter.get(f"/tasks/{task.id}").text


@pytest.mark.parametrize("way", ["whole", "in pieces"])
def test_an_infected_file_is_refused_told_and_recorded(guarded: Any, journey: Any, way: str) -> None:
    task, drafter = journey.begin(files=[]), guarded.visit("ngo.minh")

    if way == "whole":
        refused = drafter.upload(task.id, ("lon.pdf", PDF + b"EICAR"))
    else:
        refused = sent_whole(drafter, task.id, PDF + b"EICAR")

    assert "bị từ chối: Máy quét phát hiện Eicar-Signature" in refused.text
    assert papers_and_uploads(guarded) == ([], 0)
    with guarded.session() as session:
        entry = history.of_case(session, runtime.case_by_id(session, task.instance_id))[-1]
    assert (entry.kind, entry.data["name"], entry.data["found"]) == ("paper.infected", "lon.pdf", "Eicar-Signature")
    assert "lon.pdf bị từ chối: Máy quét phát hiện Eicar-Signature" in drafter.get(f"/cases/{task.instance_id}").text


def test_a_file_the_scanner_says_nothing_of_is_not_taken_and_can_be_finished_later(guarded: Any, journey: Any) -> None:
    task, drafter = journey.begin(files=[]), guarded.visit("ngo.minh")

    refused = sent_whole(drafter, task.id, PDF + b"engine asleep")

    assert refused.status_code == 503
    assert "Chưa kiểm tra được vi-rút trong «lon.pdf»" in refused.text
    assert papers_and_uploads(guarded) == ([], 1)
