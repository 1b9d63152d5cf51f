"""A real Chromium against the real server, each test on an instance of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from web.cli import DEMO_PASSWORD

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
START_SECONDS = 30


@dataclass
class LiveSite:
    """The server as operators start it, on a free port of this machine."""

    url: str
    instance: Path

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `luanchuyen` command on the same instance."""
        return subprocess.run(
            [sys.executable, "-m", "web.cli", *words],
            env=environment(self.instance),
            capture_output=True,
            text=True,
            check=False,
        )


def environment(instance: Path) -> dict[str, str]:
    """Return the environment of a process that works on an instance."""
    return {**os.environ, "LUANCHUYEN_INSTANCE": str(instance)}


def free_port() -> int:
    """Return a port nobody listens on."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def live_site(instance_folder: Path, tmp_path: Path) -> Iterator[LiveSite]:
    """Start the real server over an instance of the test's own."""
    port = free_port()
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "run", "--port", str(port)],
            env=environment(instance_folder),
            stdout=log,
            stderr=log,
        )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/sign-in", server)
        yield LiveSite(f"http://127.0.0.1:{port}", instance_folder)
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; fail when it ends instead."""
    for _ in range(START_SECONDS * 10):
        assert server.poll() is None, "the server ended at its start"
        with contextlib.suppress(URLError, ConnectionError), urllib.request.urlopen(url):
            return
        time.sleep(0.1)
    pytest.fail("the server did not answer")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Desk:
    """The browsers of an office: each person has their own, and none may complain in its console."""

    site: LiveSite
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def sit_down(self, username: str, viewport: dict[str, int] | None = None) -> Page:
        """Open a browser for a person and sign in."""
        size = viewport or DESKTOP
        context = self.browser.new_context(
            base_url=self.site.url,
            viewport={"width": size["width"], "height": size["height"]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self._note(username, said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"{username}: {error}"))
        page.goto("/sign-in")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url("**/")
        return page

    def _note(self, username: str, kind: str, text: str) -> None:
        is_expected_refusal = "status of 422" in text
        if kind == "error" and not is_expected_refusal:
            self.complaints.append(f"{username}: {text}")


@pytest.fixture
def desk(live_site: LiveSite, chromium: Browser) -> Iterator[Desk]:
    """People at their desks; at the end no console may hold an error."""
    desk = Desk(live_site, chromium)
    yield desk
    for context in desk.contexts:
        context.close()
    assert desk.complaints == []
