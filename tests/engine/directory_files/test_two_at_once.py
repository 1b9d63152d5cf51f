"""Two administrators, or an import and a hand-over, change the directory at the same moment."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import directory_files, hand_over
from engine.directory_files import DirectoryMoved, read

PEOPLE, HEAD = "Người", ["Tên đăng nhập", "Họ và tên"]


def test_of_two_files_applied_at_once_one_is_told_that_the_directory_has_moved(
    desk: Any, a_book: Any, at_once: Any
) -> None:
    office = desk.office
    office.write(lambda session: setattr(office.person(session, "bao"), "is_administrator", True))
    desk.bring_in(a_book({PEOPLE: [HEAD, ["an", "Lê Văn An"]]}))  # the snapshot knows of the second administrator now
    first, second = a_book({PEOPLE: [HEAD, ["mai", "Bùi Thị Mai"]]}), a_book({PEOPLE: [HEAD, ["mai", "Bùi Hoa Mai"]]})
    kept = {"admin": desk.keep(first), "bao": desk.keep(second, by="bao")}
    seen = desk.revision()

    def apply_first(session: Session) -> None:
        who = office.person(session, "admin")
        directory_files.apply(session, kept["admin"], read(first), by=who, seen_revision=seen, at=office.now)

    overtaken = at_once.overtaken(office.session, apply_first, lambda: desk.apply(kept["bao"], seen, by="bao"))

    with pytest.raises(DirectoryMoved):
        overtaken.result()
    assert desk.person("mai").full_name == "Bùi Thị Mai"


def test_a_hand_over_waits_for_an_import_and_then_does_its_own(desk: Any, a_book: Any, at_once: Any) -> None:
    office = desk.office
    content = a_book({PEOPLE: [HEAD, ["mai", "Bùi Thị Mai"]]})
    kept, seen = desk.keep(content), desk.revision()

    def bring_in(session: Session) -> None:
        who = office.person(session, "admin")
        directory_files.apply(session, kept, read(content), by=who, seen_revision=seen, at=office.now)

    def leave(session: Session) -> int:
        who, mai = office.person(session, "admin"), office.person(session, "mai")
        return hand_over.hand_over(
            session,
            mai.id,
            to=None,
            back_to_groups=True,
            last_day=date(2026, 3, 2),
            by=who,
            reason="Nghỉ hưu",
            at=office.now,
        )

    at_once.overtaken(office.session, bring_in, lambda: office.write(leave)).result()

    assert desk.person("mai").full_name == "Bùi Thị Mai"
    assert not desk.person("mai").is_active
