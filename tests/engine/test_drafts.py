"""Drafts and their publication: who may, what conflicts are told, what a new version changes and what it leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import deployment, directory, drafts, pack_files, publishing, shelves
from engine.deployment import DeploymentRefused
from engine.drafts import (
    DesignFileNotFound,
    DesignNameRefused,
    DesignTooLarge,
    DesignUnreadable,
    DraftExists,
    DraftMoved,
    DraftOutdated,
    FileKey,
    NotDesigner,
)
from engine.model import Draft, Origin, Position, ProcessDefinition, Unit

LEAVE = FileKey("test", "leave.bpmn")


def drawn(pen: Any, process_id: str = "leave", *, second: bool = False, assignee: str = "=starter") -> bytes:
    """Draw a process of one task, or of two."""
    tasks = [pen.user("approve", assignee=assignee)]
    if second:
        tasks.append(pen.user("record", assignee="=starter"))
    flows = "start > approve > record > end" if second else "start > approve > end"
    content: bytes = pen.process(process_id, pen.start(), *tasks, pen.end(), flows=flows)
    return content


@pytest.fixture
def studio(office: Any, pen: Any) -> "Studio":
    """Return a studio in which one process of the installed pack `test` is published."""
    office.deploy(leave_bpmn=drawn(pen))
    return Studio(office)


class Studio:
    """Designers at work, each step in a transaction of its own."""

    def __init__(self, office: Any) -> None:
        self.office = office

    def do(self, what: Callable[..., Any], *words: Any, by: str = "admin", **more: Any) -> Any:
        """Do something as somebody, now."""
        return self.office.write(
            lambda session: what(session, *words, by=self.office.person(session, by), at=self.office.now, **more)
        )

    def open(self, key: FileKey = LEAVE) -> Any:
        """Open a file."""
        return self.do(drafts.open_file, key)

    def save(self, content: bytes, *, key: FileKey = LEAVE, by: str = "admin", revision: int | None = None) -> Any:
        """Save what was begun from the file as it stands, or from an earlier revision of its draft."""
        file = self.open(key)
        begun = file.revision if revision is None else revision
        return self.do(drafts.save, key, content, by=by, revision=begun, base_id=file.base_id)

    def publish(self, *names: str, by: str = "admin", pack: str = "test", **more: Any) -> Any:
        """Publish drafts as they stand."""
        chosen = {name: self.open(FileKey(pack, name)).revision for name in names or ("leave.bpmn",)}
        return self.do(publishing.publish, pack, chosen, by=by, **more)

    def versions(self, key: str = "leave") -> list[int]:
        """Return the versions of a process."""
        with self.office.session() as session:
            query = select(ProcessDefinition.version).where(ProcessDefinition.key == key)
            return sorted(session.scalars(query))

    def drafts(self) -> int:
        """Count the drafts."""
        with self.office.session() as session:
            return session.scalar(select(func.count()).select_from(Draft)) or 0


def make_analyst(office: Any, username: str) -> None:
    def hold(session: Any) -> None:
        unit = session.scalars(select(Unit).where(Unit.code == "VPS")).one()
        session.add(Position(person=office.person(session, username), unit=unit, kind="analyst", title="Phân tích"))
        directory.changed(session)

    office.write(hold)


def test_administrators_and_analysts_may_design_and_nobody_else(studio: Studio) -> None:
    make_analyst(studio.office, "an")

    studio.do(drafts.open_file, LEAVE, by="admin")
    studio.do(drafts.open_file, LEAVE, by="an")
    for username in ("minh", "bao"):
        with pytest.raises(NotDesigner):
            studio.do(drafts.open_file, LEAVE, by=username)


def test_a_draft_is_opened_in_place_of_what_is_published_and_changes_no_process(studio: Studio, pen: Any) -> None:
    studio.save(drawn(pen, second=True))

    file = studio.open()
    assert file.content == drawn(pen, second=True)
    assert file.revision == 1
    assert studio.versions() == [1]


def test_a_draft_may_be_unfinished(studio: Studio) -> None:
    studio.save(b"<definitions")

    assert studio.open().content == b"<definitions"


def test_the_second_of_two_editors_is_told_who_was_faster_and_replaces_nothing(studio: Studio, pen: Any) -> None:
    make_analyst(studio.office, "an")
    studio.save(drawn(pen, second=True), by="an", revision=0)

    with pytest.raises(DraftMoved) as refused:
        studio.save(b"<mine/>", revision=0)

    assert refused.value.data["by"] == "Lê An"
    assert refused.value.data["revision"] == 1
    assert studio.open().content == drawn(pen, second=True)


def test_who_has_decided_to_replace_the_others_draft_names_its_revision(studio: Studio, pen: Any) -> None:
    studio.save(drawn(pen, second=True))

    studio.save(b"<mine/>", revision=1)

    assert studio.open().content == b"<mine/>"
    assert studio.open().revision == 2


def test_a_draft_may_not_be_larger_than_any_diagram_is(studio: Studio) -> None:
    with pytest.raises(DesignTooLarge):
        studio.save(b" " * (drafts.LARGEST_FILE + 1))

    assert studio.drafts() == 0


def test_a_file_that_no_pack_has_cannot_be_saved(studio: Studio) -> None:
    with pytest.raises(DesignFileNotFound):
        studio.do(drafts.save, FileKey("test", "other.bpmn"), b"<x/>", revision=0, base_id=None)


def test_publishing_makes_version_two_and_a_running_case_stays_on_version_one(studio: Studio, pen: Any) -> None:
    before = studio.office.start("leave")
    studio.save(drawn(pen, second=True))

    published = studio.publish()

    assert [(each.key, each.version) for each in published.versions] == [("leave", 2)]
    assert studio.drafts() == 0
    studio.office.complete(studio.office.task("approve").id, "minh")
    assert studio.office.case(before.id).state == "ended"
    studio.office.start("leave")
    studio.office.complete(studio.office.task("approve").id, "minh")
    assert studio.office.task().element_id == "record"


def test_only_processes_that_changed_get_a_new_version(studio: Studio, pen: Any) -> None:
    studio.office.deploy(leave_bpmn=drawn(pen), travel_bpmn=drawn(pen, "travel"))
    studio.save(drawn(pen, second=True))

    studio.publish()

    assert studio.versions("leave") == [1, 2]
    assert studio.versions("travel") == [1]


def test_a_draft_without_changes_is_published_without_a_version(studio: Studio, pen: Any) -> None:
    studio.save(drawn(pen))

    published = studio.publish()

    assert published.versions == []
    assert studio.versions() == [1]
    assert studio.drafts() == 0


def test_a_faulty_draft_is_refused_with_its_findings_and_nothing_is_stored(studio: Studio, pen: Any) -> None:
    studio.save(drawn(pen, assignee="=starter +"))
    before = studio.office.counts()

    with pytest.raises(DeploymentRefused) as refused:
        studio.publish()

    assert {each.element_id for each in refused.value.findings} == {"approve"}
    assert studio.office.counts() == before


def test_an_unknown_job_type_is_refused(studio: Studio, pen: Any) -> None:
    flows = "start > send > end"
    studio.save(pen.process("leave", pen.start(), pen.service("send", "test.unknown"), pen.end(), flows=flows))

    with pytest.raises(DeploymentRefused):
        studio.publish(known_job_types={"test.known"})

    assert studio.versions() == [1]


def test_a_draft_begun_before_somebody_published_is_not_published_until_somebody_decides(
    studio: Studio, pen: Any
) -> None:
    make_analyst(studio.office, "an")
    base_id = studio.open().base_id
    studio.save(drawn(pen, second=True), by="an")
    studio.office.later(hours=1)
    studio.publish(by="an")
    studio.do(drafts.save, LEAVE, drawn(pen, assignee="=lead"), revision=0, base_id=base_id)

    with pytest.raises(DraftOutdated) as refused:
        studio.publish()
    told = refused.value.data
    studio.do(drafts.keep_over, LEAVE, revision=1)
    studio.publish()

    assert told["by"] == "Lê An"
    assert told["at"] == studio.office.now
    assert studio.versions() == [1, 2, 3]


def test_another_file_published_meanwhile_does_not_make_a_draft_outdated(studio: Studio, pen: Any) -> None:
    studio.save(drawn(pen, second=True))
    studio.office.deploy(leave_bpmn=drawn(pen), travel_bpmn=drawn(pen, "travel"))

    studio.publish()

    assert studio.versions("leave") == [1, 2]
    assert studio.versions("travel") == [1]


def test_a_draft_that_somebody_saved_meanwhile_is_not_published_unseen(studio: Studio, pen: Any) -> None:
    studio.save(drawn(pen, second=True))
    studio.save(drawn(pen))

    with pytest.raises(DraftMoved):
        studio.do(publishing.publish, "test", {"leave.bpmn": 1})

    assert studio.versions() == [1]


def test_a_discarded_draft_leaves_what_is_published(studio: Studio, pen: Any) -> None:
    studio.save(drawn(pen, second=True))

    studio.do(drafts.discard, LEAVE, revision=1)

    assert studio.open().content == drawn(pen)
    assert studio.drafts() == 0


def test_an_uploaded_diagram_is_a_draft_of_the_offices_own_pack_until_it_is_published(studio: Studio, pen: Any) -> None:
    draft = studio.do(drafts.upload, "Nghỉ phép.bpmn", drawn(pen, "own_leave"))

    assert (draft.pack_key, draft.name) == ("studio", "Nghỉ phép.bpmn")
    assert studio.versions("own_leave") == []
    studio.publish("Nghỉ phép.bpmn", pack="studio")
    assert studio.versions("own_leave") == [1]


def test_drafts_of_one_pack_are_published_together_when_both_are_chosen(studio: Studio, pen: Any) -> None:
    studio.do(drafts.upload, "a.bpmn", drawn(pen, "own_a"))
    studio.do(drafts.upload, "b.bpmn", drawn(pen, "own_b"))

    published = studio.publish("a.bpmn", "b.bpmn", pack="studio")

    assert [each.key for each in published.versions] == ["own_a", "own_b"]


def test_an_upload_never_replaces_a_draft(studio: Studio, pen: Any) -> None:
    studio.do(drafts.upload, "a.bpmn", drawn(pen, "own_a"))

    with pytest.raises(DraftExists):
        studio.do(drafts.upload, "a.bpmn", drawn(pen, "own_b"))

    assert studio.open(FileKey("studio", "a.bpmn")).content == drawn(pen, "own_a")


@pytest.mark.parametrize("name", ["../a.bpmn", "a/b.bpmn", "a.exe", ".bpmn", "", "a\n.bpmn", f"{'a' * 100}.bpmn"])
def test_a_file_name_that_is_a_path_or_of_no_known_kind_is_refused(studio: Studio, pen: Any, name: str) -> None:
    with pytest.raises(DesignNameRefused):
        studio.do(drafts.upload, name, drawn(pen))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_file_that_no_editor_can_open_is_refused(studio: Studio, content: bytes) -> None:
    with pytest.raises(DesignUnreadable):
        studio.do(drafts.upload, "a.bpmn", content)

    assert studio.drafts() == 0


def test_a_diagram_may_not_take_the_process_of_another_pack(studio: Studio, pen: Any) -> None:
    studio.do(drafts.upload, "a.bpmn", drawn(pen, "leave", second=True))

    found = studio.do(publishing.findings, FileKey("studio", "a.bpmn"), drawn(pen, "leave"))
    with pytest.raises(DeploymentRefused):
        studio.publish("a.bpmn", pack="studio")

    assert "process.taken" in {each.code for each in found}
    assert studio.versions() == [1]


def test_the_check_of_a_content_stores_nothing(studio: Studio, pen: Any) -> None:
    before = studio.office.counts()

    found = studio.do(publishing.findings, LEAVE, drawn(pen, assignee="=starter +"))

    assert [each.element_id for each in found if each.severity == "error"] == ["approve"]
    assert studio.office.counts() == before


def test_installing_the_same_files_again_does_not_undo_a_publication(studio: Studio, pen: Any) -> None:
    studio.save(drawn(pen, second=True))
    studio.publish()

    studio.office.deploy(leave_bpmn=drawn(pen))

    assert studio.versions() == [1, 2]
    assert studio.open().content == drawn(pen, second=True)


def test_a_new_release_of_the_pack_keeps_the_file_the_office_changed_and_brings_the_others(
    studio: Studio, pen: Any
) -> None:
    studio.save(drawn(pen, second=True))
    studio.publish()
    release = {"leave_bpmn": drawn(pen, assignee="=lead"), "travel_bpmn": drawn(pen, "travel")}

    studio.office.deploy(**release)
    studio.office.deploy(**release)

    assert studio.versions("leave") == [1, 2]
    assert studio.versions("travel") == [1]
    assert studio.open().content == drawn(pen, second=True)
    with studio.office.session() as session:
        newest = pack_files.newest(session, "test")
        assert newest is not None
        assert newest.number == 3
        assert {each.name: each.origin for each in newest.resources} == {
            "leave.bpmn": Origin.STUDIO,
            "travel.bpmn": Origin.INSTALLED,
        }


def test_the_newest_deployment_is_the_last_one_made_whatever_the_clock_says(studio: Studio, pen: Any) -> None:
    studio.office.later(hours=-5)
    studio.save(drawn(pen, second=True))
    studio.publish()

    assert studio.open().content == drawn(pen, second=True)
    with studio.office.session() as session:
        again = deployment.check(pack_files.contents(pack_files.newest(session, "test")))
    assert [each for each in again if each.severity == "error"] == []


def test_the_shelf_counts_running_cases_by_version_and_names_the_draft(studio: Studio, pen: Any) -> None:
    studio.office.start("leave")
    studio.save(drawn(pen, second=True))
    studio.publish()
    studio.office.start("leave")
    studio.office.start("leave")
    studio.save(drawn(pen))

    [shelf] = studio.do(shelves.all_shelves)

    [file] = shelf.files
    [versions] = file.processes
    assert [(each.definition.version, each.running) for each in versions] == [(2, 2), (1, 1)]
    assert file.draft.revision == 1
    assert file.outdated_by is None
