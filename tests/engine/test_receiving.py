"""Papers that come up in pieces: what goes on after a broken line, what is refused; nothing half is a paper."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine import history, papers, receiving, retention, runtime
from engine.model import PaperUpload, UserTask
from engine.model.user_task import TaskCompleted, TaskNotYours
from engine.paper_quota import NO_QUOTA, CasePapersFull, PaperQuota, PersonPapersFull
from engine.papers import (
    LARGEST_FILE,
    MEGABYTE,
    MOST_PAPERS,
    PaperDiskFull,
    PaperEmpty,
    PaperNameHasPath,
    PaperNameUnreadable,
    PaperStore,
    PaperTooLarge,
    PaperTypeRefused,
    TooManyPapers,
)
from engine.receiving import (
    LARGEST_PIECE,
    MOST_AT_ONCE,
    PapersNotEditable,
    PieceOutOfPlace,
    PieceTooLarge,
    UploadIncomplete,
    UploadNotFound,
)

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 12 + b"\n%%EOF\n"
HALF = len(PDF) // 2


@pytest.fixture
def desk(office: Any, pen: Any) -> Any:
    """An office with one case, whose starter may change its papers, and a reader who may not."""
    draft = pen.user("draft", assignee="=starter", lc={"papers": "edit"})
    read = pen.user("read", groups='=["VPS/records_clerk"]')
    office.deploy(
        pen.process("note", pen.start(), draft, read, pen.end(), flows="start > draft > read > end"),
    )
    office.case_id = office.start("note").id
    office.task_id = office.task("draft").id
    return office


def begin(desk: Any, name: str = "bien-ban.pdf", size: int = len(PDF), **more: Any) -> UUID:
    by, task_id, quota = more.get("by", "minh"), more.get("task_id", desk.task_id), more.get("quota", NO_QUOTA)
    upload: UUID = desk.write(
        lambda session: (
            receiving.begin(
                session,
                task_id,
                desk.store,
                name=name,
                size=size,
                modified=more.get("modified", 1),
                quota=quota,
                by=desk.person(session, by),
                at=desk.now,
            ).id
        )
    )
    return upload


def send(desk: Any, upload_id: UUID, offset: int, piece: bytes, by: str = "minh") -> int:
    received: int = desk.write(
        lambda session: (
            receiving.receive(
                session,
                desk.task_id,
                upload_id,
                desk.store,
                offset=offset,
                piece=piece,
                by=desk.person(session, by),
                at=desk.now,
            ).received
        )
    )
    return received


def finish(desk: Any, upload_id: UUID, by: str = "minh", quota: PaperQuota = NO_QUOTA) -> Any:
    return desk.write(
        lambda session: receiving.finish(
            session, desk.task_id, upload_id, desk.store, quota=quota, by=desk.person(session, by), at=desk.now
        )
    )


def stands_at(desk: Any, upload_id: UUID) -> int:
    with desk.session() as session:
        upload = receiving.find(session, desk.task_id, upload_id, by=desk.person(session, "minh"), at=desk.now)
        return receiving.stands_at(upload, desk.store)


def names_of_papers(desk: Any) -> list[str]:
    with desk.session() as session:
        return [paper.name for paper in papers.of_case(session, runtime.case_by_id(session, desk.case_id))]


def test_a_file_sent_in_pieces_becomes_a_paper_with_the_hash_of_the_whole(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])
    send(desk, upload, HALF, PDF[HALF:])

    version = finish(desk, upload)

    assert (version.size, version.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert desk.store.path(version.sha256).read_bytes() == PDF
    assert names_of_papers(desk) == ["bien-ban.pdf"]


def test_what_is_half_up_is_no_paper_and_cannot_be_finished(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])

    with pytest.raises(UploadIncomplete) as refusal:
        finish(desk, upload)

    assert refusal.value.data["received"] == HALF
    assert names_of_papers(desk) == []


def test_the_same_file_begun_again_goes_on_from_where_it_stands(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])

    assert begin(desk) == upload
    assert stands_at(desk, upload) == HALF


def test_a_file_changed_since_is_not_taken_for_the_rest_of_the_old_one(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])

    assert begin(desk, modified=2) != upload


def test_a_piece_that_came_twice_is_taken_once_and_told_where_the_upload_stands(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])

    with pytest.raises(PieceOutOfPlace) as refusal:
        send(desk, upload, 0, PDF[:HALF])

    assert refusal.value.data["received"] == HALF
    assert stands_at(desk, upload) == HALF


def test_a_piece_that_leaves_a_gap_is_refused(desk: Any) -> None:
    upload = begin(desk)

    with pytest.raises(PieceOutOfPlace) as refusal:
        send(desk, upload, 10, PDF[10:])

    assert refusal.value.data["received"] == 0


def test_more_than_was_announced_is_refused_and_what_came_stays(desk: Any) -> None:
    upload = begin(desk, size=HALF)

    with pytest.raises(PieceTooLarge):
        send(desk, upload, 0, PDF)
    send(desk, upload, 0, PDF[:HALF])

    assert stands_at(desk, upload) == HALF


def test_a_piece_larger_than_one_may_be_is_refused(desk: Any) -> None:
    upload = begin(desk, size=LARGEST_FILE)

    with pytest.raises(PieceTooLarge):
        send(desk, upload, 0, PDF + bytes(LARGEST_PIECE))


def test_of_two_that_send_the_same_piece_at_once_one_is_taken_and_the_file_is_whole(desk: Any, at_once: Any) -> None:
    upload = begin(desk)

    def piece() -> str:
        try:
            send(desk, upload, 0, PDF[:HALF])
        except PieceOutOfPlace:
            return "out of place"
        return "taken"

    outcomes = at_once.all(piece, piece)
    send(desk, upload, HALF, PDF[HALF:])

    assert sorted(outcomes) == ["out of place", "taken"]
    assert finish(desk, upload).sha256 == hashlib.sha256(PDF).hexdigest()


def test_a_file_that_is_something_else_is_refused_at_its_first_piece(desk: Any) -> None:
    upload = begin(desk)

    with pytest.raises(PaperTypeRefused):
        send(desk, upload, 0, b"<!DOCTYPE html><script>alert(1)</script>" + bytes(1000))

    assert not desk.store.part(upload).exists()


def test_a_file_whose_first_piece_is_too_short_to_tell_is_judged_when_it_is_whole(desk: Any) -> None:
    content = b"MZ" + bytes(2000)
    upload = begin(desk, size=len(content))
    send(desk, upload, 0, content[:2])
    send(desk, upload, 2, content[2:])

    with pytest.raises(PaperTypeRefused):
        finish(desk, upload)

    assert names_of_papers(desk) == []


def test_an_archive_that_turns_out_to_be_no_document_is_refused_when_it_is_whole(desk: Any) -> None:
    content = b"PK\x03\x04" + bytes(2000)
    upload = begin(desk, name="to-trinh.docx", size=len(content))
    send(desk, upload, 0, content)

    with pytest.raises(PaperTypeRefused):
        finish(desk, upload)


@pytest.mark.parametrize(
    ("name", "size", "refusal"),
    [
        ("../../etc/passwd.pdf", 10, PaperNameHasPath),
        ("..\\windows\\a.pdf", 10, PaperNameHasPath),
        ("a\x00.pdf", 10, PaperNameUnreadable),
        ("a.pdf", 0, PaperEmpty),
        ("a.pdf", LARGEST_FILE + 1, PaperTooLarge),
        ("trang.html", 10, PaperTypeRefused),
    ],
)
def test_what_cannot_become_a_paper_is_refused_before_anything_is_sent(
    desk: Any, name: str, size: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        begin(desk, name=name, size=size)

    assert uploads(desk) == 0


def test_a_file_beyond_the_number_of_papers_is_refused_before_anything_is_sent(desk: Any) -> None:
    for number in range(MOST_PAPERS):
        desk.add_paper(desk.case_id, f"{number}.pdf", PDF)

    with pytest.raises(TooManyPapers):
        begin(desk)


def uploads(desk: Any) -> int:
    with desk.session() as session:
        return len(session.scalars(select(PaperUpload)).all())


def test_somebody_elses_upload_is_not_found_even_by_who_holds_the_task(desk: Any) -> None:
    upload = begin(desk)
    desk.stand_in("minh", "son")
    send(desk, upload, 0, PDF[:HALF])

    for attempt in (lambda: send(desk, upload, HALF, PDF[HALF:], by="son"), lambda: finish(desk, upload, by="son")):
        with pytest.raises(UploadNotFound):
            attempt()

    assert stands_at(desk, upload) == HALF


def test_an_upload_that_was_never_begun_is_not_found(desk: Any) -> None:
    with pytest.raises(UploadNotFound):
        send(desk, uuid4(), 0, PDF)


def test_who_does_not_hold_the_task_begins_nothing(desk: Any) -> None:
    with pytest.raises(TaskNotYours):
        begin(desk, by="an")


def test_a_task_that_only_reads_papers_takes_none_in_pieces_either(desk: Any) -> None:
    desk.complete(desk.task_id, by="minh")
    task = desk.task("read")

    with pytest.raises(PapersNotEditable):
        begin(desk, by="mai", task_id=task.id)


def test_an_upload_is_over_when_its_task_is(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF)
    desk.complete(desk.task_id, by="minh")

    with pytest.raises(TaskCompleted):
        finish(desk, upload)

    assert names_of_papers(desk) == []


def test_who_gives_up_leaves_nothing_and_others_cannot_give_up_for_them(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])

    desk.write(
        lambda session: receiving.give_up(session, desk.task_id, upload, desk.store, by=desk.person(session, "an"))
    )
    assert (uploads(desk), desk.store.part(upload).exists()) == (1, True)
    desk.write(
        lambda session: receiving.give_up(session, desk.task_id, upload, desk.store, by=desk.person(session, "minh"))
    )

    assert (uploads(desk), desk.store.part(upload).exists()) == (0, False)


def test_who_begins_ever_more_uploads_keeps_the_last_ones_only_and_fills_no_disk(desk: Any) -> None:
    for number in range(MOST_AT_ONCE + 3):
        desk.later(seconds=1)
        send(desk, begin(desk, name=f"{number}.pdf"), 0, PDF[:HALF])

    assert uploads(desk) == MOST_AT_ONCE
    assert len(list((desk.store.root / papers.UNFINISHED_FOLDER).iterdir())) == MOST_AT_ONCE


def test_who_begins_another_upload_loses_what_they_have_left_for_a_day(desk: Any) -> None:
    send(desk, begin(desk), 0, PDF[:HALF])
    desk.later(days=1, seconds=1)

    other = begin(desk, name="khac.pdf")

    assert uploads(desk) == 1
    assert list((desk.store.root / papers.UNFINISHED_FOLDER).iterdir()) == []
    assert stands_at(desk, other) == 0


def test_an_upload_left_for_a_day_is_over_and_cleared_away(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])
    desk.later(days=1, seconds=1)

    with pytest.raises(UploadNotFound):
        send(desk, upload, HALF, PDF[HALF:])
    with desk.session() as session:
        assert retention.count_left_uploads(session, at=desk.now) == 1
    assert retention.clear_left_uploads(desk.session, at=desk.now) == 1

    assert uploads(desk) == 0


def test_the_pieces_of_an_upload_left_for_a_day_go_with_the_stray_files(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])
    part = desk.store.part(upload)

    with desk.session() as session:
        stray = list(retention.stray_files(session, desk.store, at=_written(part) + timedelta(days=2)))
    retention.clear_files(desk.session, stray)

    assert stray == [part]
    assert not part.exists()


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def test_what_the_disk_has_lost_since_is_sent_again(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])
    desk.store.part(upload).write_bytes(PDF[:100])

    assert stands_at(desk, upload) == 100
    send(desk, upload, 100, PDF[100:])

    assert finish(desk, upload).sha256 == hashlib.sha256(PDF).hexdigest()


def test_a_piece_whose_transaction_was_lost_is_written_over(desk: Any) -> None:
    upload = begin(desk)
    desk.store.put_piece(upload, 0, b"x" * (HALF + 7))

    send(desk, upload, 0, PDF[:HALF])
    send(desk, upload, HALF, PDF[HALF:])

    assert finish(desk, upload).sha256 == hashlib.sha256(PDF).hexdigest()


def test_a_full_disk_is_said_so_and_what_came_before_stays(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF[:HALF])
    part = desk.store.part(upload)
    kept = part.rename(part.with_suffix(".kept"))
    part.symlink_to("/dev/full")

    with pytest.raises(PaperDiskFull):
        desk.store.put_piece(upload, HALF, PDF[HALF:])
    kept.replace(part)

    assert stands_at(desk, upload) == HALF


def test_a_disk_without_room_for_a_whole_file_is_said_so_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(PaperDiskFull):
        PaperStore(tmp_path).must_hold("lon.pdf", 10**18)


def test_papers_beyond_what_a_case_may_take_are_refused_with_what_is_taken(desk: Any) -> None:
    quota = PaperQuota(per_case=2 * len(PDF))
    desk.add_paper(desk.case_id, "mot.pdf", PDF)
    desk.add_paper(desk.case_id, "mot.pdf", PDF + b"hai")

    with pytest.raises(CasePapersFull) as refusal:
        begin(desk, quota=quota)

    assert refusal.value.data["limit"] == quota.per_case
    assert refusal.value.data["used"] == 2 * len(PDF) // MEGABYTE


def test_what_is_on_its_way_counts_and_is_not_counted_twice(desk: Any) -> None:
    quota = PaperQuota(per_case=2 * len(PDF), per_person=2 * len(PDF))
    first, second = begin(desk, quota=quota), begin(desk, name="hai.pdf", quota=quota)

    with pytest.raises(CasePapersFull):
        begin(desk, name="ba.pdf", quota=quota)
    for upload in (first, second):
        send(desk, upload, 0, PDF)
        finish(desk, upload, quota=quota)

    assert names_of_papers(desk) == ["bien-ban.pdf", "hai.pdf"]


def test_a_person_has_room_again_when_their_cases_are_over(desk: Any) -> None:
    quota = PaperQuota(per_person=len(PDF))
    other = desk.start("note")
    desk.add_paper(other.id, "mot.pdf", PDF)
    with pytest.raises(PersonPapersFull):
        begin(desk, quota=quota)

    for element, by in (("draft", "minh"), ("read", "mai")):
        desk.complete(_task_of(desk, other.id, element).id, by=by)

    begin(desk, quota=quota)

    assert uploads(desk) == 1


def _task_of(desk: Any, case_id: UUID, element: str) -> UserTask:
    found: UserTask = next(task for task in desk.open_tasks(element) if task.instance_id == case_id)
    return found


def test_a_case_that_goes_takes_what_is_half_up_with_it(desk: Any) -> None:
    begin(desk)
    desk.complete(desk.task_id, by="minh")
    desk.complete(desk.task("read").id, by="mai")
    policy = retention.Policy({"note": 1})
    desk.later(days=3 * 365)

    with desk.session() as session:
        [case] = retention.due(session, policy, at=desk.now)
    desk.write(lambda session: retention.remove(session, case, policy, by="root", at=desk.now))

    assert uploads(desk) == 0


def test_a_paper_that_came_in_pieces_stands_in_the_history_as_any_other(desk: Any) -> None:
    upload = begin(desk)
    send(desk, upload, 0, PDF)
    version = finish(desk, upload)

    with desk.session() as session:
        entry = history.of_case(session, runtime.case_by_id(session, desk.case_id))[-1]

    assert entry.kind == "paper.added"
    assert entry.data["sha256"] == version.sha256
