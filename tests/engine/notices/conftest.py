"""An office whose processes tell people, what they are told, and a mail server."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from sqlalchemy import select

from engine.model import Notice, Person

FLOWS = "start > first > second > end"


@pytest.fixture
def desk(office: Any, pen: Any) -> Any:
    """An office with processes whose second task goes to a person, to the two clerks, or to the whole office."""
    ends = {
        "named": pen.user("second", assignee="=who"),
        "clerks": pen.user("second", groups='=["VPS/records_clerk"]'),
        "everybody": pen.user("second", groups='=["SCT"]'),
    }
    for process_id, second in ends.items():
        first = pen.user("first", assignee="minh")
        drawn = pen.process(process_id, pen.start(), first, second, pen.end(), flows=FLOWS, title='="Đơn xin nghỉ"')
        office.deploy(drawn, pack=process_id)
    return office


@pytest.fixture
def told(office: Any) -> Callable[..., list[str]]:
    """Return the kinds of notices somebody has, or of all people with their names, oldest first."""

    def read(username: str = "") -> list[str]:
        query = select(Person.username, Notice.kind).join(Notice.person).order_by(Notice.at, Person.username)
        with office.session() as session:
            rows = session.execute(query).all()
        if username:
            return [kind for name, kind in rows if name == username]
        return [f"{name}: {kind}" for name, kind in rows]

    return read


@dataclass
class MailBox:
    """What a mail server on this machine was given; it refuses as often as it is told."""

    port: int = 0
    letters: list[Envelope] = field(default_factory=list)
    refusals: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        """Take a letter, or refuse it."""
        if self.refusals:
            self.refusals -= 1
            return "451 lan@example.vn is busy"
        self.letters.append(envelope)
        return "250 OK"


def _is_right(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"office", b"let me in"), handled=False)


@pytest.fixture
def mail_box() -> Iterator[MailBox]:
    """A real mail server on a free port of this machine; it wants the user `office` only of who gives a name."""
    box = MailBox()
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=box.port, authenticator=_is_right, auth_require_tls=False)
    server.start()
    yield box
    server.stop()
