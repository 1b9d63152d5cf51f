"""Eight people who go on working, whatever happens to the machines, and who remember what they were told."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.errors import Unavailable
from engine.model import InstanceState, ProcessInstance, TaskState, UserTask
from tests.bench.browser import COOKIE_NAME, Browser, Pass
from web.cli import DEMO_PASSWORD

USERNAMES = ("ngo.minh", "nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao", "la.vy", "ta.duy")
MOST_OPEN_CASES = 16
SLOW_SECONDS = 30


@dataclass
class Ledger:
    """What the people were told: a 303 is a promise; after a broken connection nobody knows."""

    promised: dict[UUID, list[str]] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    slowest_seconds: float = 0.0
    unexpected: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, status: int, said: str, task_id: UUID | None, username: str, seconds: float) -> None:
        """Note an answer; 503 is an answer too, an error page of ours is not expected."""
        with self.lock:
            self.answers[status] += 1
            self.slowest_seconds = max(self.slowest_seconds, seconds)
            if status == 303 and task_id is not None:
                self.promised.setdefault(task_id, []).append(username)
            elif status not in {303, 404, 409, 503}:
                self.unexpected.append(f"{status}: {said[:1500]}")


class Person(threading.Thread):
    """Somebody at a browser: takes an open task, completes it, starts a case when there is little to do."""

    def __init__(self, username: str, ports: list[int], engine: Engine, ledger: Ledger, seed: int) -> None:
        super().__init__(name=username, daemon=True)
        self.username, self._ports, self._engine, self._ledger = username, ports, engine, ledger
        self._chance = random.Random(seed)  # noqa: S311  (a test's dice, not a secret)
        self._passes: dict[int, Pass] = {}
        self.may_start, self.is_leaving = True, False

    def run(self) -> None:
        """Work until told to leave."""
        while not self.is_leaving:
            try:
                task_id = self._task()
            except (SQLAlchemyError, Unavailable):
                time.sleep(0.05)
                continue
            if task_id is not None:
                self._send(f"/tasks/{task_id}/complete", {"outcome": "completed", "data": "{}"}, task_id)
            elif self.may_start and self._is_quiet():
                self._send("/start/relay", {}, None)
            else:
                time.sleep(0.02)

    def _task(self) -> UUID | None:
        with Session(self._engine) as session:
            tasks = session.scalars(
                select(UserTask.id).where(UserTask.state == TaskState.OPEN).order_by(UserTask.created_at).limit(12)
            ).all()
        return self._chance.choice(tasks) if tasks and self._chance.random() < 0.9 else None

    def _is_quiet(self) -> bool:
        try:
            with Session(self._engine) as session:
                running = select(func.count()).where(ProcessInstance.state == InstanceState.RUNNING)
                return (session.scalar(running) or 0) < MOST_OPEN_CASES
        except (SQLAlchemyError, Unavailable):
            return False

    def _send(self, path: str, fields: dict[str, str], task_id: UUID | None) -> None:
        port = self._chance.choice(self._ports)
        try:
            who = self._passes.get(port) or self._signed_in(port)
            begun = time.monotonic()
            status, said = _post(port, path, who, fields)
        except (OSError, HTTPException, RuntimeError):
            with self._ledger.lock:
                self._ledger.broken += 1
            time.sleep(0.05)
            return
        self._ledger.answered(status, said, task_id, self.username, time.monotonic() - begun)

    def _signed_in(self, port: int) -> Pass:
        browser = Browser(port)
        try:
            self._passes[port] = browser.sign_in(self.username, DEMO_PASSWORD)
        finally:
            browser.connection.close()
        return self._passes[port]


def _post(port: int, path: str, who: Pass, fields: dict[str, str]) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=SLOW_SECONDS)
    try:
        body = urlencode({"csrf_token": who.token, **fields}).encode()
        headers = {"Cookie": f"{COOKIE_NAME}={who.cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()
