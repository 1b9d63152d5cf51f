"""What all tests share: an office with the demo people, its site, a clock moved by hand, and the real server."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import URLError
from uuid import UUID

import pytest
import simplejson
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine import database as engine_database
from engine.model import Person, ProcessInstance, TaskState, UserTask
from web.app import create_app
from web.cli import DEMO_OFFICE, DEMO_PASSWORD, make_ready
from web.database import db
from web.monitoring import metrics
from web.security import limiter
from web.settings import Settings

pytest_plugins = ("tests.databases", "tests.once", "tests.at_once", "tests.chromium")

START_SECONDS = 30
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=datetime(2026, 3, 2, 1, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def advance(self, by: timedelta) -> None:
        """Move the time on."""
        self.now += by


@dataclass
class Visitor:
    """A person at a browser that runs no scripts."""

    client: FlaskClient
    username: str
    token: str

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, buffered=True, **options)

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token, **(data or {})})

    def complete(
        self, task_id: UUID, outcome: str, values: Mapping[str, object] | None = None, reason: str = ""
    ) -> TestResponse:
        """Press an outcome button of a task."""
        data = simplejson.dumps(values or {}, use_decimal=True)
        return self.post(f"/tasks/{task_id}/complete", {"outcome": outcome, "data": data, "reason": reason})

    def upload(self, task_id: UUID, *files: tuple[str, bytes]) -> TestResponse:
        """Upload files to a task's case."""
        sent = {"files": [(BytesIO(content), name) for name, content in files]}
        response = self.post(f"/tasks/{task_id}/papers", sent)
        response.request.environ["wsgi.input"].close()
        return response


@dataclass
class Site:
    """The whole platform over a database of its own."""

    app: Flask
    clock: Clock
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def visit(self, username: str) -> Visitor:
        """Return a person at their browser, signed in the first time."""
        if username not in self.visitors:
            self.visitors[username] = self._signed_in(username)
        return self.visitors[username]

    def _signed_in(self, username: str) -> Visitor:
        client = self.app.test_client()
        token = self.token_of(client.get("/sign-in"))
        response = client.post("/sign-in", data={"csrf_token": token, "username": username, "password": DEMO_PASSWORD})
        assert response.status_code == 303, response.text
        return Visitor(client, username, token)

    @staticmethod
    def token_of(response: TestResponse) -> str:
        """Return the proof that a page of ours hands to its forms."""
        found = CSRF.search(response.text)
        assert found is not None, response.text
        return found.group(1)

    def session(self) -> Session:
        """Return a session of its own on the site's database."""
        with self.app.app_context():
            return Session(db.engine, expire_on_commit=False)

    def open_tasks(self) -> list[UserTask]:
        """Return all open tasks, oldest first."""
        with self.session() as session:
            return list(
                session.scalars(select(UserTask).where(UserTask.state == TaskState.OPEN).order_by(UserTask.created_at))
            )

    def the_task(self) -> UserTask:
        """Return the only open task."""
        tasks = self.open_tasks()
        assert len(tasks) == 1, [task.name for task in tasks]
        return tasks[0]

    def the_case(self) -> ProcessInstance:
        """Return the newest case."""
        with self.session() as session:
            case = session.scalars(select(ProcessInstance).order_by(ProcessInstance.started_at.desc())).first()
            assert case is not None
            return case


@pytest.fixture(scope="session")
def demo_office() -> Mapping[str, Any]:
    """Return the demo office as data."""
    return tomllib.loads(DEMO_OFFICE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def prepared_instance(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Make an instance with migrated database, demo office and deployed packs, to copy from."""
    folder = tmp_path_factory.mktemp("prepared")
    settings = Settings(instance=folder, database_url=database.empty(folder), secret_key="test")
    make_ready(settings, demo=True)
    _make_signing_in_cheap(settings)
    return settings


def _make_signing_in_cheap(settings: Settings) -> None:
    """Store the demo password as a hash that says of itself that little work went into it.

    The site's own hash takes 150 ms of two processors on purpose, at every sign-in of every test.
    """
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(DEMO_PASSWORD)
    with engine_database.opened(settings.database_url) as engine, Session(engine) as session, session.begin():
        engine_database.begin_write(session)
        session.execute(update(Person).where(Person.password_hash != "").values(password_hash=cheap))


@pytest.fixture
def instance(prepared_instance: Settings, database: Any, tmp_path: Path) -> Iterator[Settings]:
    """Copy the prepared instance for one test: its folder, its database, its key."""
    folder = tmp_path / "instance"
    folder.mkdir()
    copied = database.copy(prepared_instance.database_url, folder)
    yield replace(prepared_instance, instance=folder, database_url=copied)
    database.drop(copied)
    shutil.rmtree(metrics.folder_of(folder))


@pytest.fixture
def instance_environment(instance: Settings) -> dict[str, str]:
    """Return the variables that let a command of ours work on the test's instance."""
    return environment(instance)


@pytest.fixture
def site(instance: Settings) -> Iterator[Site]:
    """Open the platform, ready for people; its background runner is not started, requests do their own jobs."""
    clock = Clock()
    app = create_app(instance, now=clock)
    limiter.enabled = False
    yield Site(app, clock)
    with app.app_context():
        db.engine.dispose()


@dataclass
class LiveSite:
    """The server as operators start it, on a free port of this machine."""

    url: str
    instance: Settings

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `luanchuyen` command on the same instance."""
        return subprocess.run(
            [sys.executable, "-m", "web.cli", *words],
            env={**os.environ, **environment(self.instance)},
            capture_output=True,
            text=True,
            check=False,
        )

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session of its own on the server's database."""
        engine = engine_database.open_engine(self.instance.database_url)
        with Session(engine, expire_on_commit=False) as session:
            yield session
        engine.dispose()


def environment(instance: Settings) -> dict[str, str]:
    """Return what tells a process of ours which instance to work on."""
    return {"LUANCHUYEN_INSTANCE": str(instance.instance), "DATABASE_URL": instance.database_url}


def free_port() -> int:
    """Return a port nobody listens on."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(instance: Settings) -> Iterator[LiveSite]:
    """Run the real server over an instance, and end it."""
    port = free_port()
    with (instance.instance / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "run", "--port", str(port)],
            env={**os.environ, **environment(instance)},
            stdout=log,
            stderr=log,
        )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/sign-in", server)
        yield LiveSite(f"http://127.0.0.1:{port}", instance)
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def live_site(instance: Settings) -> Iterator[LiveSite]:
    """Start the real server over an instance of the test's own."""
    with serving(instance) as live:
        yield live


@pytest.fixture
def live_site_of(instance: Settings) -> Iterator[Callable[[Site], LiveSite]]:
    """Start the real server over what a test has already done on its site."""
    with contextlib.ExitStack() as servers:

        def serve(site: Site) -> LiveSite:
            with site.app.app_context():
                db.engine.dispose()
            return servers.enter_context(serving(instance))

        yield serve


def wait_until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; fail when it ends instead."""
    for _ in range(START_SECONDS * 10):
        assert server.poll() is None, "the server ended at its start"
        with contextlib.suppress(URLError, ConnectionError), urllib.request.urlopen(url):
            return
        time.sleep(0.1)
    pytest.fail("the server did not answer")


CHAIN = ("TT.KCTVPTCN", "P.KHTCTH", "P.KTQLNL")
SIGNERS = ("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
DRAFT: Mapping[str, object] = {
    "document_type": "BB",
    "abstract": "Biên bản bàn giao xe ô tô 60A-123.45",
    "submitter": "nguyen.thu",
    "signer": "pham.bao",
    "chain": list(CHAIN),
    "urgency": "normal",
    "secrecy": "normal",
}
FILES = (("bien-ban.pdf", b"%PDF-1.4 bien ban"), ("phu-luc.pdf", b"%PDF-1.4 phu luc"))


@dataclass
class Journey:
    """Joint minutes on their way from desk to desk."""

    site: Site

    def begin(self, files: Sequence[tuple[str, bytes]] = FILES) -> UserTask:
        """Start a draft with files; return its task."""
        drafter = self.site.visit("ngo.minh")
        assert drafter.post("/start/joint_minutes").status_code == 303
        task = self.site.the_task()
        if files:
            assert drafter.upload(task.id, *files).status_code == 303
        return task

    def submit(self) -> None:
        """Draft and submit."""
        task = self.begin()
        response = self.site.visit("ngo.minh").complete(task.id, "submit", DRAFT)
        assert response.status_code == 303, response.text

    def sign(self, *usernames: str) -> None:
        """Let people sign one after another."""
        for username in usernames:
            response = self.site.visit(username).complete(self.site.the_task().id, "sign")
            assert response.status_code == 303, response.text


@pytest.fixture
def journey(site: Site) -> Journey:
    """Joint minutes that have not begun."""
    return Journey(site)
