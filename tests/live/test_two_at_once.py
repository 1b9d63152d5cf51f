"""One task twice, and many tasks of one case, at the same moment on the real server."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener
from uuid import UUID

from sqlalchemy import select

from engine import deployment
from engine.model import ProcessInstance, TaskState, UserTask
from web.cli import DEMO_PASSWORD

BRANCHES = Path(__file__).parent / "branches.bpmn"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Caller:
    """A person who speaks HTTP."""

    def __init__(self, url: str, username: str) -> None:
        self.url = url
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        found = TOKEN.search(self.get("/sign-in"))
        assert found is not None
        self.token = found.group(1)
        self.post("/sign-in", username=username, password=DEMO_PASSWORD)

    def get(self, path: str) -> str:
        """Open a page."""
        with self.opener.open(self.url + path) as response:
            return str(response.read().decode())

    def post(self, path: str, **data: str) -> tuple[int, str]:
        """Send a form and return status and page, redirects followed."""
        body = urlencode({"csrf_token": self.token, **data}).encode()
        try:
            with self.opener.open(Request(self.url + path, body)) as response:
                return response.status, response.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()


def open_tasks(live_site: Any) -> list[UserTask]:
    with live_site.session() as session:
        return list(session.scalars(select(UserTask).where(UserTask.state == TaskState.OPEN)))


def test_the_last_signature_sent_twice_gives_one_success_one_polite_conflict_and_one_clerk_task(
    journey: Any, live_site_of: Any
) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh")
    live_site = live_site_of(journey.site)
    (task,) = open_tasks(live_site)
    director, start_together = Caller(live_site.url, "pham.bao"), Barrier(2)

    def sign(_number: int) -> tuple[int, str]:
        start_together.wait()
        return director.post(f"/tasks/{task.id}/complete", outcome="sign", data="{}")

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(sign, range(2)))

    assert [status for status, _ in answers] == [200, 409]
    polite = html.unescape(answers[1][1])
    assert re.search(r"Phạm Bảo đã .*\d\d/\d\d/\d{4} \d\d:\d\d", polite)
    assert [(each.element_id, each.candidate_groups) for each in open_tasks(live_site)] == [
        ("issue_number", ["VPS/records_clerk"])
    ]
    assert live_site.command("audit", "verify").returncode == 0


def test_all_branches_of_a_case_completed_at_the_same_moment_succeed(live_site: Any) -> None:
    with live_site.session() as session, session.begin():
        files = {BRANCHES.name: BRANCHES.read_bytes()}
        deployment.deploy(session, pack_key="test", files=files, at=datetime(2026, 3, 2, tzinfo=UTC))
    people = {"ngo.minh": Caller(live_site.url, "ngo.minh")}
    assert people["ngo.minh"].post("/start/branches")[0] == 200
    with live_site.session() as session:
        asked = session.scalars(select(UserTask).where(UserTask.state == TaskState.OPEN))
        work = [(task.id, task.assignee.username) for task in asked if task.assignee]
    people |= {name: Caller(live_site.url, name) for _, name in work if name not in people}
    start_together = Barrier(len(work))

    def read(task_id: UUID, username: str) -> int:
        start_together.wait()
        return people[username].post(f"/tasks/{task_id}/complete", outcome="completed", data="{}")[0]

    with ThreadPoolExecutor(len(work)) as everybody:
        answers = list(everybody.map(lambda each: read(*each), work))

    assert answers == [200] * 6
    with live_site.session() as session:
        assert session.scalars(select(ProcessInstance.end_element_id)).all() == ["done"]
    assert live_site.command("audit", "verify").returncode == 0
