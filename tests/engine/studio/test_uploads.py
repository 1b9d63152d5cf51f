"""Files that people bring to the studio: as new ones, in place of others, from other engines, and hostile ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import drafts, publishing, uploads
from engine.bpmn import read_diagram
from engine.bpmn.importing import Fate
from engine.deployment import DeploymentRefused
from engine.drafts import DesignNameRefused, DesignTooLarge, DraftMoved, FileKey, NotDesigner
from engine.uploads import DesignUnreadable, DraftExists, Place

LEAVE = FileKey("test", "leave.bpmn")
INVOICE = Path(__file__).resolve().parents[1] / "bpmn" / "importing" / "camunda_invoice.bpmn"
FORM = FileKey("studio", "forms/invoice_received_form.form")
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="days" name="Số ngày"><literalExpression><text>5</text></literalExpression></decision>
</definitions>"""
Drawn = Callable[..., bytes]


def test_an_uploaded_diagram_is_a_draft_of_the_offices_own_pack_until_it_is_published(
    studio: Any, drawn: Drawn
) -> None:
    draft = studio.bring("Nghỉ phép.bpmn", drawn("own_leave"))

    assert (draft.pack_key, draft.name) == ("studio", "Nghỉ phép.bpmn")
    assert studio.versions("own_leave") == []
    studio.publish("Nghỉ phép.bpmn", pack="studio")
    assert studio.versions("own_leave") == [1]


def test_drafts_of_one_pack_are_published_together_when_both_are_chosen(studio: Any, drawn: Drawn) -> None:
    studio.bring("a.bpmn", drawn("own_a"))
    studio.bring("b.bpmn", drawn("own_b"))

    published = studio.publish("a.bpmn", "b.bpmn", pack="studio")

    assert [each.key for each in published.versions] == ["own_a", "own_b"]


def test_an_upload_never_replaces_a_draft(studio: Any, drawn: Drawn) -> None:
    studio.bring("a.bpmn", drawn("own_a"))

    with pytest.raises(DraftExists):
        studio.bring("a.bpmn", drawn("own_b"))

    assert studio.open(FileKey("studio", "a.bpmn")).content == drawn("own_a")


@pytest.mark.parametrize("name", ["../a.bpmn", "a/b.bpmn", "a.exe", ".bpmn", "", "a\n.bpmn", f"{'a' * 100}.bpmn"])
def test_a_file_name_that_is_a_path_or_of_no_known_kind_is_refused(studio: Any, name: str, drawn: Drawn) -> None:
    with pytest.raises(DesignNameRefused):
        studio.bring(name, drawn())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_file_that_no_editor_can_open_is_refused(studio: Any, content: bytes) -> None:
    with pytest.raises(DesignUnreadable):
        studio.bring("a.bpmn", content)

    assert studio.drafts() == 0


def test_a_diagram_may_not_take_the_process_of_another_pack(studio: Any, drawn: Drawn) -> None:
    studio.bring("a.bpmn", drawn("leave", second=True))

    found = studio.do(publishing.findings, FileKey("studio", "a.bpmn"), drawn("leave"))
    with pytest.raises(DeploymentRefused):
        studio.publish("a.bpmn", pack="studio")

    assert "process.taken" in {each.code for each in found}
    assert studio.versions() == [1]


def test_a_diagram_of_our_own_is_kept_byte_for_byte(studio: Any, drawn: Drawn) -> None:
    brought = studio.do(uploads.examine, "a.bpmn", drawn("own_a"))

    assert brought.was_ours
    assert brought.content == drawn("own_a")
    assert (brought.notes, brought.forms) == ((), {})


def test_a_platform_mark_of_another_modeler_makes_a_file_no_foreigner(studio: Any, drawn: Drawn) -> None:
    marked = drawn("own_a").replace(
        b"<definitions ",
        b'<definitions xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud" '
        b'modeler:executionPlatformVersion="8.5.0" ',
    )

    assert studio.do(uploads.examine, "a.bpmn", marked).content == marked


def test_examining_a_diagram_of_another_engine_tells_what_becomes_of_it_and_stores_nothing(studio: Any) -> None:
    before = studio.office.counts()

    brought = studio.do(uploads.examine, "hóa đơn.bpmn", INVOICE.read_bytes())

    assert not brought.was_ours
    assert {note.fate for note in brought.notes} == {Fate.CARRIED, Fate.OPEN, Fate.LOST}
    assert b"camunda.org/schema/1.0" not in brought.content
    assert studio.office.counts() == before


def test_what_an_import_made_becomes_drafts_the_forms_with_the_diagram(studio: Any) -> None:
    draft = studio.bring("hóa đơn.bpmn", INVOICE.read_bytes())

    assert (draft.pack_key, draft.name) == ("studio", "hóa đơn.bpmn")
    assert "invoice" in read_diagram(draft.content, filename=draft.name).processes
    assert studio.open(FORM).content.startswith(b"{")


def test_forms_that_are_only_drafts_count_for_the_check_of_the_diagram_they_came_with(studio: Any) -> None:
    draft = studio.bring("hóa đơn.bpmn", INVOICE.read_bytes())

    found = studio.do(publishing.findings, FileKey("studio", draft.name), draft.content)

    missing = {each.element_id for each in found if each.code == "form.unknown"}
    assert missing == {"approve"}  # its form has to be drawn; that of `received` came along


def test_a_form_draft_that_somebody_changed_is_not_replaced_by_another_import(studio: Any) -> None:
    first = studio.bring("hóa đơn.bpmn", INVOICE.read_bytes())
    studio.save(b'{"id": "mine"}', key=FORM)

    with pytest.raises(DraftExists):
        studio.bring("khác.bpmn", INVOICE.read_bytes())

    assert studio.open(FORM).content == b'{"id": "mine"}'
    assert studio.open(FileKey("studio", first.name)).content == first.content
    assert studio.drafts() == 2


@pytest.mark.parametrize("ending", [".bpmn20.xml", ".bpmn.xml", ".xml"])
def test_the_endings_of_other_engines_are_known(studio: Any, drawn: Drawn, ending: str) -> None:
    assert studio.bring(f"nghỉ phép{ending}", drawn("own_a")).name == "nghỉ phép.bpmn"


def test_a_diagram_without_drawing_is_drawn_and_the_person_is_told(studio: Any, drawn: Drawn) -> None:
    def lay_out(xml: bytes) -> bytes:
        return xml.replace(b"</definitions>", b"<!-- drawn --></definitions>")

    brought = studio.do(uploads.examine, "a.bpmn", drawn("own_a", drawing=False), lay_out=lay_out)

    assert brought.is_drawn_anew
    assert not brought.was_ours
    assert b"<!-- drawn -->" in brought.content


def test_a_diagram_that_nobody_can_draw_says_so(studio: Any, drawn: Drawn) -> None:
    brought = studio.do(uploads.examine, "a.bpmn", drawn("own_a", drawing=False), lay_out=lambda _xml: None)

    assert not brought.has_layout
    assert not brought.was_ours


def test_a_table_is_kept_as_it_is(studio: Any) -> None:
    assert studio.bring("thời hạn.dmn", DMN.encode()).content == DMN.encode()


def test_a_file_of_ones_own_replaces_a_published_one_as_its_draft(studio: Any, drawn: Drawn) -> None:
    file = studio.open()
    brought = studio.do(uploads.examine, "bản của tôi.bpmn", drawn(second=True), into=LEAVE)

    studio.do(uploads.keep_in_place, brought, Place(LEAVE, file.revision, file.base_id))
    studio.publish()

    assert studio.versions() == [1, 2]
    assert studio.open().content == drawn(second=True)


def test_a_file_does_not_replace_what_somebody_saved_meanwhile(studio: Any, drawn: Drawn) -> None:
    file = studio.open()
    brought = studio.do(uploads.examine, "a.bpmn", drawn(second=True), into=LEAVE)
    studio.save(b"<theirs/>")

    with pytest.raises(DraftMoved):
        studio.do(uploads.keep_in_place, brought, Place(LEAVE, file.revision, file.base_id))

    assert studio.open().content == b"<theirs/>"


def test_a_published_file_of_the_own_pack_gets_a_draft_over_it(studio: Any, drawn: Drawn) -> None:
    studio.bring("a.bpmn", drawn("own_a"))
    studio.publish("a.bpmn", pack="studio")

    studio.bring("a.bpmn", drawn("own_a", second=True))
    studio.publish("a.bpmn", pack="studio")

    assert studio.versions("own_a") == [1, 2]


@pytest.mark.parametrize("username", ["minh", "bao"])
def test_who_may_not_design_may_not_bring_a_file_nor_have_one_examined(
    studio: Any, drawn: Drawn, username: str
) -> None:
    brought = studio.do(uploads.examine, "a.bpmn", drawn("own_a"))
    file = studio.open()
    place = Place(LEAVE, file.revision, file.base_id)

    acts: list[Callable[[], object]] = [
        lambda: studio.do(uploads.examine, "a.bpmn", drawn("own_a"), by=username),
        lambda: studio.do(uploads.keep_new, brought, by=username),
        lambda: studio.do(uploads.keep_in_place, brought, place, by=username),
    ]
    for act in acts:
        with pytest.raises(NotDesigner):
            act()
    assert studio.drafts() == 0


def test_a_file_larger_than_any_diagram_is_refused_unread(studio: Any) -> None:
    with pytest.raises(DesignTooLarge):
        studio.bring("a.bpmn", b"<" * (drafts.LARGEST_FILE + 1))


@pytest.mark.parametrize("name", ["a.bpmn", "a.dmn"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE a [<!ENTITY c SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    ],
)
def test_bombs_and_files_that_reach_outside_are_refused_with_the_reason(
    studio: Any, name: str, encoding: str, prologue: str
) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?>{prologue}<definitions>&c;</definitions>'.encode(encoding)

    with pytest.raises(DesignUnreadable) as refused:
        studio.bring(name, content)

    assert "doctype" in refused.value.findings[0].code
    assert studio.drafts() == 0


def test_a_file_nested_deeper_than_anybody_draws_is_refused(studio: Any) -> None:
    with pytest.raises(DesignUnreadable):
        studio.bring("a.bpmn", b"<a>" * 10_000 + b"</a>" * 10_000)
