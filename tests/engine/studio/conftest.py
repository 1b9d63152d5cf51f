"""A studio over the test office: designers at work, the diagrams they draw."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import directory, drafts, publishing, uploads
from engine.drafts import FileKey
from engine.model import Draft, Position, ProcessDefinition, Unit

LEAVE = FileKey("test", "leave.bpmn")
DRAWING = (
    b'<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="drawing">'
    b'<bpmndi:BPMNPlane id="plane" /></bpmndi:BPMNDiagram></definitions>'
)
Drawn = Callable[..., bytes]


@pytest.fixture
def drawn(pen: Any) -> Drawn:
    """Draw a process of one task, or of two; without `drawing` the file says nothing of how it looks."""

    def draw(
        process_id: str = "leave", *, second: bool = False, assignee: str = "=starter", drawing: bool = True
    ) -> bytes:
        tasks = [pen.user("approve", assignee=assignee)]
        if second:
            tasks.append(pen.user("record", assignee="=starter"))
        flows = "start > approve > record > end" if second else "start > approve > end"
        content: bytes = pen.process(process_id, pen.start(), *tasks, pen.end(), flows=flows)
        return content.replace(b"</definitions>", DRAWING) if drawing else content

    return draw


@pytest.fixture
def studio(office: Any, drawn: Drawn) -> "Studio":
    """Return a studio in which one process of the installed pack `test` is published."""
    office.deploy(leave_bpmn=drawn())
    return Studio(office)


class Studio:
    """Designers at work, each step in a transaction of its own."""

    def __init__(self, office: Any) -> None:
        self.office = office

    def do(self, what: Callable[..., Any], *words: Any, by: str = "admin", **more: Any) -> Any:
        """Do something as somebody, now."""
        return self.office.write(
            lambda session: what(session, *words, by=self.office.person(session, by), at=self.office.now, **more)
        )

    def open(self, key: FileKey = LEAVE) -> Any:
        """Open a file."""
        return self.do(drafts.open_file, key)

    def save(self, content: bytes, *, key: FileKey = LEAVE, by: str = "admin", revision: int | None = None) -> Any:
        """Save what was begun from the file as it stands, or from an earlier revision of its draft."""
        file = self.open(key)
        begun = file.revision if revision is None else revision
        return self.do(drafts.save, key, content, by=by, revision=begun, base_id=file.base_id)

    def publish(self, *names: str, by: str = "admin", pack: str = "test", **more: Any) -> Any:
        """Publish drafts as they stand."""
        chosen = {name: self.open(FileKey(pack, name)).revision for name in names or ("leave.bpmn",)}
        return self.do(publishing.publish, pack, chosen, by=by, **more)

    def bring(self, filename: str, content: bytes, *, by: str = "admin", **more: Any) -> Any:
        """Bring a file of one's own, and keep it as a new one."""
        brought = self.do(uploads.examine, filename, content, by=by, **more)
        return self.do(uploads.keep_new, brought, by=by)

    def make_analyst(self, username: str) -> None:
        """Let somebody hold a position of the kind analyst."""

        def hold(session: Any) -> None:
            unit = session.scalars(select(Unit).where(Unit.code == "VPS")).one()
            person = self.office.person(session, username)
            session.add(Position(person=person, unit=unit, kind="analyst", title="Phân tích"))
            directory.changed(session)

        self.office.write(hold)

    def versions(self, key: str = "leave") -> list[int]:
        """Return the versions of a process."""
        with self.office.session() as session:
            query = select(ProcessDefinition.version).where(ProcessDefinition.key == key)
            return sorted(session.scalars(query))

    def drafts(self) -> int:
        """Count the drafts."""
        with self.office.session() as session:
            return session.scalar(select(func.count()).select_from(Draft)) or 0
