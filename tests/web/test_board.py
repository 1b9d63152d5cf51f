"""The board: where cases stand, for who leads a unit; each row and mark leads to the list, the list to the case."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest

DIRECTOR, HEAD, OTHER_HEAD, CLERK, OPERATOR = "pham.bao", "nguyen.thu", "hoang.lan", "ngo.minh", "ta.duy"
ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def rows(page: str) -> list[str]:
    """Return the rows of a page's tables as people read them."""
    return [" ".join(html.unescape(TAG.sub(" ", row)).split()) for row in ROW.findall(page)]


def marks(page: str) -> list[dict[str, str]]:
    """Return what the diagram shows at its elements."""
    found = re.search(r'data-standing="([^"]*)"', page)
    assert found is not None
    said: list[dict[str, str]] = json.loads(html.unescape(found.group(1)))
    return said


def test_the_board_says_of_each_step_how_many_since_when_and_how_many_late(site: Any, journey: Any) -> None:
    journey.submit()
    site.clock.advance(timedelta(days=3, hours=4))

    page = site.visit(DIRECTOR).get("/board").text

    assert any(row.startswith("Ký số, trình 1 3 ngày 4 giờ") and "1 quá hạn" in row for row in rows(page))
    (mark,) = marks(page)
    assert (mark["id"], mark["css"], mark["badge"]) == ("head_sign", "late", "1 · 1 quá hạn")
    assert mark["label"] == "Ký số, trình: 1 hồ sơ, lâu nhất 3 ngày 4 giờ, 1 quá hạn"


def test_a_mark_leads_to_the_list_and_the_list_to_the_case(site: Any, journey: Any) -> None:
    journey.submit()
    director = site.visit(DIRECTOR)
    (mark,) = marks(director.get("/board").text)

    listed = director.get(mark["url"])

    assert listed.status_code == 200
    case = f"/cases/{site.the_case().id}"
    assert f'href="{case}"' in listed.text
    assert "Nguyễn Thu" in listed.text
    assert director.get(case).status_code == 200


@pytest.mark.parametrize(("by", "name"), [("step", "Ký số, trình"), ("unit", "VPS"), ("person", "Nguyễn Thu")])
def test_what_stands_longest_is_put_together_by_step_unit_or_person(
    site: Any, journey: Any, by: str, name: str
) -> None:
    journey.submit()

    page = site.visit(DIRECTOR).get(f"/board?by={by}").text

    longest = page.partition('id="longest"')[2]
    (_heads, row) = rows(longest)
    assert row.startswith(name)
    (link, *_more) = re.findall(r'<td><a class="link" href="([^"]+)"', longest)
    assert site.the_case().business_key in site.visit(DIRECTOR).get(html.unescape(link)).text


def test_the_diagram_of_the_chosen_version_is_sent(site: Any, journey: Any) -> None:
    journey.submit()
    page = site.visit(HEAD).get("/board").text
    (address,) = re.findall(r'data-diagram="([^"]+)"', page)

    sent = site.visit(HEAD).get(address)

    assert sent.status_code == 200
    assert 'id="head_sign"' in sent.text


def test_another_unit_that_has_nothing_to_do_with_a_case_sees_nothing_of_it(site: Any, journey: Any) -> None:
    journey.submit()

    assert marks(site.visit(HEAD).get("/board").text) != []
    assert marks(site.visit(OTHER_HEAD).get("/board").text) == []
    listed = site.visit(OTHER_HEAD).get("/board/cases?step=head_sign").text
    assert site.the_case().business_key not in listed


@pytest.mark.parametrize("username", [DIRECTOR, HEAD, OPERATOR])
def test_who_leads_or_oversees_finds_the_room(site: Any, username: str) -> None:
    assert 'href="/board"' in site.visit(username).get("/").text


def test_everybody_else_finds_no_entry_and_is_refused(site: Any, journey: Any) -> None:
    journey.submit()
    (address,) = re.findall(r'data-diagram="([^"]+)"', site.visit(HEAD).get("/board").text)
    clerk = site.visit(CLERK)

    assert "/board" not in clerk.get("/").text
    for path in ("/board", "/board?by=person", "/board/cases", address):
        refused = clerk.get(path)
        assert refused.status_code == 403, path
        assert "người đứng đầu đơn vị" in refused.text


@pytest.mark.parametrize(
    "path",
    [
        "/board?process=no-id&by=moon&page=-1",
        "/board?process=00000000-0000-0000-0000-000000000000",
        "/board/cases?process=no-id&person=no-id&page=99",
        "/board/cases?unit=nowhere&step=%F0%9F%90%88&due=never",
    ],
)
def test_an_address_that_makes_no_sense_is_no_failure(site: Any, path: str) -> None:
    assert site.visit(DIRECTOR).get(path).status_code == 200


def test_a_version_that_is_not_there_is_not_found(site: Any) -> None:
    nowhere = "00000000-0000-0000-0000-000000000000"

    assert site.visit(DIRECTOR).get(f"/board/processes/{nowhere}/diagram.bpmn").status_code == 404
    assert site.visit(DIRECTOR).get(f"/board/cases?process={nowhere}&step=sign").status_code == 404


def test_an_empty_board_says_so(site: Any) -> None:
    page = site.visit(DIRECTOR).get("/board").text

    assert "Không có hồ sơ nào đang đứng trong quy trình này." in page
    assert "Không có hồ sơ nào đang đứng." in page
