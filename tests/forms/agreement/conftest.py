"""One page in one browser that draws forms as the site does, for all forms of the agreement test."""

import http.server
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import simplejson
from playwright.sync_api import Browser

from engine.feel import Environment

HERE = Path(__file__).parent
STATIC = HERE.parents[2] / "web" / "static"

FillIn = Callable[[str, Sequence[Mapping[str, object]]], list[dict[str, Any]]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add how many submissions browser and server are compared on."""
    parser.addoption("--submissions", type=int, default=500, help="Submissions of the agreement test, over all forms.")


class Files(http.server.SimpleHTTPRequestHandler):
    """The page beside this file and, below /static, the bundles of the site."""

    def translate_path(self, path: str) -> str:
        """Return the file of an address."""
        if path.startswith("/static/"):
            self.directory = str(STATIC)
            return super().translate_path(path.removeprefix("/static"))
        self.directory = str(HERE)
        return super().translate_path(path)

    def log_request(self, code: HTTPStatus | int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the page on loopback."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(HERE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def fill_in(chromium: Browser, address: str, environment: Environment) -> Iterator[FillIn]:
    """Let people fill in a form in the browser and tell what they saw and sent, all in one call."""
    context = chromium.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    page = context.new_page()
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    page.goto(f"{address}/page.html?now={environment.now.timestamp() * 1000:.0f}")
    page.wait_for_function("window.isOpen")

    def run(schema: str, visits: Sequence[Mapping[str, object]]) -> list[dict[str, Any]]:
        said = page.evaluate("([schema, visits]) => fillIn(schema, visits)", [schema, list(visits)])
        assert crashes == []
        return [simplejson.loads(one, use_decimal=True) for one in said]

    yield run
    context.close()
