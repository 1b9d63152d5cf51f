"""A real Chromium against the real server, each test on an instance of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from web.cli import DEMO_PASSWORD

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@dataclass
class Desk:
    """The browsers of an office: each person has their own, and none may complain in its console."""

    site: Any
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
        is_expected_refusal = "status of 422" in text or "status of 409" in text
        was_given_up = text.startswith(("htmx:afterRequest", "htmx:sendAbort"))  # an act stops an opening under way
        if kind == "error" and not is_expected_refusal and not was_given_up:
            self.complaints.append(f"{username}: {text}")


@pytest.fixture
def desk(live_site: Any, chromium: Browser) -> Iterator[Desk]:
    """People at their desks; at the end no console may hold an error."""
    desk = Desk(live_site, chromium)
    yield desk
    for context in desk.contexts:
        context.close()
    assert desk.complaints == []
