"""Drafts and their publication: who may, what conflicts are told, what a new version changes and what it leaves."""

from collections.abc import Callable
from typing import Any

import pytest

from engine import deployment, drafts, pack_files, publishing, shelves
from engine.deployment import DeploymentRefused
from engine.drafts import DesignFileNotFound, DesignTooLarge, DraftMoved, DraftOutdated, FileKey, NotDesigner
from engine.model import Origin

LEAVE = FileKey("test", "leave.bpmn")
Drawn = Callable[..., bytes]


def test_administrators_and_analysts_may_design_and_nobody_else(studio: Any) -> None:
    studio.make_analyst("an")

    studio.do(drafts.open_file, LEAVE, by="admin")
    studio.do(drafts.open_file, LEAVE, by="an")
    for username in ("minh", "bao"):
        with pytest.raises(NotDesigner):
            studio.do(drafts.open_file, LEAVE, by=username)


def test_a_draft_is_opened_in_place_of_what_is_published_and_changes_no_process(studio: Any, drawn: Drawn) -> None:
    studio.save(drawn(second=True))

    file = studio.open()
    assert file.content == drawn(second=True)
    assert file.revision == 1
    assert studio.versions() == [1]


def test_a_draft_may_be_unfinished(studio: Any) -> None:
    studio.save(b"<definitions")

    assert studio.open().content == b"<definitions"


def test_the_second_of_two_editors_is_told_who_was_faster_and_replaces_nothing(studio: Any, drawn: Drawn) -> None:
    studio.make_analyst("an")
    studio.save(drawn(second=True), by="an", revision=0)

    with pytest.raises(DraftMoved) as refused:
        studio.save(b"<mine/>", revision=0)

    assert refused.value.data["by"] == "Lê An"
    assert refused.value.data["revision"] == 1
    assert studio.open().content == drawn(second=True)


def test_who_has_decided_to_replace_the_others_draft_names_its_revision(studio: Any, drawn: Drawn) -> None:
    studio.save(drawn(second=True))

    studio.save(b"<mine/>", revision=1)

    assert studio.open().content == b"<mine/>"
    assert studio.open().revision == 2


def test_a_draft_may_not_be_larger_than_any_diagram_is(studio: Any) -> None:
    with pytest.raises(DesignTooLarge):
        studio.save(b" " * (drafts.LARGEST_FILE + 1))

    assert studio.drafts() == 0


def test_a_file_that_no_pack_has_cannot_be_saved(studio: Any) -> None:
    with pytest.raises(DesignFileNotFound):
        studio.do(drafts.save, FileKey("test", "other.bpmn"), b"<x/>", revision=0, base_id=None)


def test_publishing_makes_version_two_and_a_running_case_stays_on_version_one(studio: Any, drawn: Drawn) -> None:
    before = studio.office.start("leave")
    studio.save(drawn(second=True))

    published = studio.publish()

    assert [(each.key, each.version) for each in published.versions] == [("leave", 2)]
    assert studio.drafts() == 0
    studio.office.complete(studio.office.task("approve").id, "minh")
    assert studio.office.case(before.id).state == "ended"
    studio.office.start("leave")
    studio.office.complete(studio.office.task("approve").id, "minh")
    assert studio.office.task().element_id == "record"


def test_only_processes_that_changed_get_a_new_version(studio: Any, drawn: Drawn) -> None:
    studio.office.deploy(leave_bpmn=drawn(), travel_bpmn=drawn("travel"))
    studio.save(drawn(second=True))

    studio.publish()

    assert studio.versions("leave") == [1, 2]
    assert studio.versions("travel") == [1]


def test_a_draft_without_changes_is_published_without_a_version(studio: Any, drawn: Drawn) -> None:
    studio.save(drawn())

    published = studio.publish()

    assert published.versions == []
    assert studio.versions() == [1]
    assert studio.drafts() == 0


def test_a_faulty_draft_is_refused_with_its_findings_and_nothing_is_stored(studio: Any, drawn: Drawn) -> None:
    studio.save(drawn(assignee="=starter +"))
    before = studio.office.counts()

    with pytest.raises(DeploymentRefused) as refused:
        studio.publish()

    assert {each.element_id for each in refused.value.findings} == {"approve"}
    assert studio.office.counts() == before


def test_an_unknown_job_type_is_refused(studio: Any, pen: Any) -> None:
    flows = "start > send > end"
    studio.save(pen.process("leave", pen.start(), pen.service("send", "test.unknown"), pen.end(), flows=flows))

    with pytest.raises(DeploymentRefused):
        studio.publish(known_job_types={"test.known"})

    assert studio.versions() == [1]


def test_a_draft_begun_before_somebody_published_is_not_published_until_somebody_decides(
    studio: Any, drawn: Drawn
) -> None:
    studio.make_analyst("an")
    base_id = studio.open().base_id
    studio.save(drawn(second=True), by="an")
    studio.office.later(hours=1)
    studio.publish(by="an")
    studio.do(drafts.save, LEAVE, drawn(assignee="=lead"), revision=0, base_id=base_id)

    with pytest.raises(DraftOutdated) as refused:
        studio.publish()
    told = refused.value.data
    studio.do(drafts.keep_over, LEAVE, revision=1)
    studio.publish()

    assert told["by"] == "Lê An"
    assert told["at"] == studio.office.now
    assert studio.versions() == [1, 2, 3]


def test_another_file_published_meanwhile_does_not_make_a_draft_outdated(studio: Any, drawn: Drawn) -> None:
    studio.save(drawn(second=True))
    studio.office.deploy(leave_bpmn=drawn(), travel_bpmn=drawn("travel"))

    studio.publish()

    assert studio.versions("leave") == [1, 2]
    assert studio.versions("travel") == [1]


def test_a_draft_that_somebody_saved_meanwhile_is_not_published_unseen(studio: Any, drawn: Drawn) -> None:
    studio.save(drawn(second=True))
    studio.save(drawn())

    with pytest.raises(DraftMoved):
        studio.do(publishing.publish, "test", {"leave.bpmn": 1})

    assert studio.versions() == [1]


def test_a_discarded_draft_leaves_what_is_published(studio: Any, drawn: Drawn) -> None:
    studio.save(drawn(second=True))

    studio.do(drafts.discard, LEAVE, revision=1)

    assert studio.open().content == drawn()
    assert studio.drafts() == 0


def test_the_check_of_a_content_stores_nothing(studio: Any, drawn: Drawn) -> None:
    before = studio.office.counts()

    found = studio.do(publishing.findings, LEAVE, drawn(assignee="=starter +"))

    assert [each.element_id for each in found if each.severity == "error"] == ["approve"]
    assert studio.office.counts() == before


def test_installing_the_same_files_again_does_not_undo_a_publication(studio: Any, drawn: Drawn) -> None:
    studio.save(drawn(second=True))
    studio.publish()

    studio.office.deploy(leave_bpmn=drawn())

    assert studio.versions() == [1, 2]
    assert studio.open().content == drawn(second=True)


def test_a_new_release_of_the_pack_keeps_the_file_the_office_changed_and_brings_the_others(
    studio: Any, drawn: Drawn
) -> None:
    studio.save(drawn(second=True))
    studio.publish()
    release = {"leave_bpmn": drawn(assignee="=lead"), "travel_bpmn": drawn("travel")}

    studio.office.deploy(**release)
    studio.office.deploy(**release)

    assert studio.versions("leave") == [1, 2]
    assert studio.versions("travel") == [1]
    assert studio.open().content == drawn(second=True)
    with studio.office.session() as session:
        newest = pack_files.newest(session, "test")
        assert newest is not None
        assert newest.number == 3
        assert {each.name: each.origin for each in newest.resources} == {
            "leave.bpmn": Origin.STUDIO,
            "travel.bpmn": Origin.INSTALLED,
        }


def test_the_newest_deployment_is_the_last_one_made_whatever_the_clock_says(studio: Any, drawn: Drawn) -> None:
    studio.office.later(hours=-5)
    studio.save(drawn(second=True))
    studio.publish()

    assert studio.open().content == drawn(second=True)
    with studio.office.session() as session:
        again = deployment.check(pack_files.contents(pack_files.newest(session, "test")))
    assert [each for each in again if each.severity == "error"] == []


def test_the_shelf_counts_running_cases_by_version_and_names_the_draft(studio: Any, drawn: Drawn) -> None:
    studio.office.start("leave")
    studio.save(drawn(second=True))
    studio.publish()
    studio.office.start("leave")
    studio.office.start("leave")
    studio.save(drawn())

    [shelf] = studio.do(shelves.all_shelves)

    [file] = shelf.files
    [versions] = file.processes
    assert [(each.definition.version, each.running) for each in versions] == [(2, 2), (1, 1)]
    assert file.draft.revision == 1
    assert file.outdated_by is None


def test_the_versions_of_a_table_are_the_contents_it_has_had(studio: Any, drawn: Drawn) -> None:
    table = {"days_dmn": days(5), "leave_bpmn": drawn()}
    studio.office.deploy(**table)
    studio.save(days(7), key=FileKey("test", "days.dmn"))
    studio.publish("days.dmn")
    studio.save(drawn(second=True))
    studio.publish()

    [shelf] = studio.do(shelves.all_shelves)
    [file] = [each for each in shelf.files if each.key.name == "days.dmn"]

    assert [each.number for each in file.versions] == [2, 1]
    assert file.decisions == ["Số ngày"]
    contents = [studio.do(shelves.past_file, each.deployment.id, "days.dmn").content for each in file.versions]
    assert contents == [days(7), days(5)]


def test_a_table_as_it_once_was_is_for_designers_only(studio: Any) -> None:
    studio.office.deploy(days_dmn=days(5))
    [shelf] = studio.do(shelves.all_shelves)

    with pytest.raises(NotDesigner):
        studio.do(shelves.past_file, shelf.deployment.id, "days.dmn", by="minh")
    with pytest.raises(DesignFileNotFound):
        studio.do(shelves.past_file, shelf.deployment.id, "other.dmn")


def days(number: int) -> bytes:
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
      <decision id="days" name="Số ngày"><literalExpression><text>{number}</text></literalExpression></decision>
    </definitions>""".encode()
