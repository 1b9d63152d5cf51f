"""Papers in the browser: a line that breaks while a large file goes up, and papers looked at in the page."""

import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 390, "height": 844}
LARGE = b"%PDF-1.4\n" + bytes(3 * 1024 * 1024) + b"\n%%EOF\n"


def a_pdf(*pages: str) -> bytes:
    """Return a PDF with a line of text on each page, in a font that every reader has to bring along."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        drawn = f"BT /F1 36 Tf 72 700 Td ({text}) Tj ET".encode()
        parts = f"/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * number} 0 R"
        objects.append(f"<<{parts}/Resources<</Font<</F1 3 0 R>>>>>>".encode())
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + head + table + end


def a_png(width: int, height: int) -> bytes:
    """Return a plain picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    rows = zlib.compress((b"\x00" + b"\x2f\x6b\x3a" * width) * height)
    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def begin(desk: Any, **viewport: Any) -> Page:
    """Start a case as the drafter; return the page of its first task."""
    page: Page = desk.sit_down("ngo.minh", **viewport)
    page.goto("/start")
    page.get_by_role("button", name=re.compile("nhiều đơn vị")).click()
    expect(page.locator("#papers")).to_be_visible()
    return page


def choose(page: Page, *files: tuple[str, str, bytes]) -> None:
    given: Any = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    page.locator("#papers input[type=file]").set_input_files(given)


def offsets_of(page: Page) -> list[int]:
    """Note where each piece begins that the browser sends from now on."""
    offsets: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    return offsets


def only_the_line_was_complained_of(desk: Any) -> None:
    assert [said for said in desk.complaints if "net::ERR" not in said] == []
    desk.complaints.clear()


class Line:
    """A line that lets so many pieces through and then none, until it is mended."""

    def __init__(self, page: Page, pieces: int) -> None:
        self.left, self.is_mended = pieces, False
        page.route("**/papers/uploads/*", self._carry)

    def _carry(self, route: Route) -> None:
        is_piece = route.request.method == "PATCH"
        self.left -= is_piece
        if is_piece and self.left < 0 and not self.is_mended:
            route.abort("connectionreset")
        else:
            route.continue_()


def test_a_large_file_goes_on_from_where_it_stood_after_the_line_broke(desk: Any) -> None:
    page = begin(desk)
    offsets, line = offsets_of(page), Line(page, pieces=2)

    choose(page, ("lon.pdf", "application/pdf", LARGE))
    expect(page.get_by_role("alert").filter(has_text="Mất kết nối")).to_be_visible()
    stood_at, so_far = max(offsets), len(offsets)
    expect(page.locator("#paper-list")).not_to_contain_text("lon.pdf")
    line.is_mended = True
    page.get_by_role("button", name="Tiếp tục lon.pdf").press("Enter")

    expect(page.locator("#paper-list")).to_contain_text("lon.pdf")
    expect(page.locator("#papers [data-said]")).to_have_text("Đã tải lên lon.pdf")
    assert offsets[so_far] == stood_at > 0
    only_the_line_was_complained_of(desk)


def test_a_large_file_goes_on_by_itself_when_the_network_is_back(desk: Any) -> None:
    page = begin(desk)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 20, "downloadThroughput": 10**6, "uploadThroughput": 600_000}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)

    choose(page, ("lon.pdf", "application/pdf", LARGE))
    expect(page.locator("#papers [data-amount]")).to_have_text(re.compile(r"[2-8]\d %"))
    line.send("Network.emulateNetworkConditions", {**slow, "offline": True})
    expect(page.get_by_role("alert").filter(has_text="Mất kết nối")).to_be_visible()
    line.send("Network.emulateNetworkConditions", {**slow, "offline": False, "uploadThroughput": -1})

    expect(page.locator("#paper-list")).to_contain_text("lon.pdf")
    only_the_line_was_complained_of(desk)


def test_a_large_file_goes_on_from_where_it_stood_after_the_page_was_left(desk: Any, tmp_path: Path) -> None:
    page = begin(desk)
    (file := tmp_path / "lon.pdf").write_bytes(LARGE)
    offsets, line = offsets_of(page), Line(page, pieces=2)

    page.locator("#papers input[type=file]").set_input_files(file)
    expect(page.locator("#papers [data-amount]")).to_have_text(re.compile(r"[1-9]\d %"))
    page.reload()
    line.is_mended, so_far = True, len(offsets)
    page.locator("#papers input[type=file]").set_input_files(file)

    expect(page.locator("#paper-list")).to_contain_text("lon.pdf")
    assert offsets[so_far] > 0
    only_the_line_was_complained_of(desk)


def test_who_stops_sending_leaves_nothing_half_and_may_choose_again(desk: Any) -> None:
    page = begin(desk)
    Line(page, pieces=1)

    choose(page, ("lon.pdf", "application/pdf", LARGE))
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as given_up:
        page.get_by_role("button", name="Hủy tải lên lon.pdf").click()

    assert given_up.value.status == 204
    expect(page.locator("#papers [data-queue] li")).to_have_count(0)
    expect(page.locator("#paper-list")).not_to_contain_text("lon.pdf")
    only_the_line_was_complained_of(desk)


def test_a_file_that_is_something_else_is_refused_after_its_first_piece(desk: Any) -> None:
    page = begin(desk)
    offsets = offsets_of(page)

    choose(page, ("lon.pdf", "application/pdf", b"MZ" + LARGE))

    expect(page.get_by_role("alert").filter(has_text="«lon.pdf»")).to_be_visible()
    assert offsets == [0]


def test_a_paper_is_looked_at_page_by_page_with_the_keyboard(desk: Any) -> None:
    page = begin(desk)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    choose(page, ("to-trinh.pdf", "application/pdf", a_pdf("Trang mot", "Trang hai", "Trang ba")))
    link = page.get_by_role("link", name="to-trinh.pdf", exact=True)
    expect(link).to_be_visible()
    assert not any("pdfjs" in url for url in loaded), "nobody has opened a paper yet"

    link.press("Enter")
    dialog = page.get_by_role("dialog", name="to-trinh.pdf")
    expect(dialog.get_by_text("Trang mot")).to_be_attached()
    expect(dialog.locator("[data-pages]")).to_have_text("1 / 3")
    page.keyboard.press("PageDown")
    expect(dialog.get_by_text("Trang hai")).to_be_attached()
    page.keyboard.press("End")
    expect(dialog.get_by_text("Trang ba")).to_be_attached()
    narrow = dialog.locator("canvas").bounding_box()
    page.keyboard.press("+")
    expect(dialog.locator("[data-scale]")).to_have_text("125 %")
    wide = dialog.locator("canvas").bounding_box()
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    assert narrow
    assert wide
    assert any("pdfjs" in url and "worker" in url for url in loaded)
    assert all(url.startswith((desk.site.url, "data:", "blob:")) for url in loaded)


def test_a_picture_and_a_pdf_fit_a_phone(desk: Any) -> None:
    page = begin(desk, viewport=PHONE)
    picture, pdf = ("anh.png", "image/png", a_png(2000, 600)), ("to-trinh.pdf", "application/pdf", a_pdf("Mot"))
    choose(page, picture, pdf)

    for name, drawn in (("anh.png", "img"), ("to-trinh.pdf", "canvas")):
        page.get_by_role("link", name=name, exact=True).click()
        dialog = page.get_by_role("dialog", name=name)
        expect(dialog.locator(f"[data-sheet] {drawn}")).to_be_visible()
        box = dialog.locator(f"[data-sheet] {drawn}").bounding_box()
        assert box
        assert box["width"] <= PHONE["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        dialog.get_by_role("button", name="Đóng").click()


def test_a_pdf_that_is_none_inside_is_said_so_and_can_still_be_downloaded(desk: Any) -> None:
    page = begin(desk)
    choose(page, ("hong.pdf", "application/pdf", b"%PDF-1.4 hong"))

    page.get_by_role("link", name="hong.pdf", exact=True).click()
    dialog = page.get_by_role("dialog", name="hong.pdf")

    expect(dialog.get_by_role("alert")).to_contain_text("Hãy tải xuống để mở")
    expect(dialog.get_by_role("link", name="Tải xuống")).to_have_attribute("download", "hong.pdf")
