"""The operations room of a site with two small processes more, and who visits it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import definitions, deployment, runtime
from engine.database import begin_write
from engine.model import Incident, Person, ProcessInstance

OPERATOR, CLERK, HEAD = "ta.duy", "ngo.minh", "hoang.lan"
NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'targetNamespace="urn:luanchuyen:test"'
)


def user_task(element_id: str, name: str, assignee: str) -> str:
    """Return a user task."""
    assigned = f'<zeebe:userTask /><zeebe:assignmentDefinition assignee="{assignee}" />'
    return f'<userTask id="{element_id}" name="{name}"><extensionElements>{assigned}</extensionElements></userTask>'


def diagram(process_id: str, elements: str, *flows: tuple[str, str, str]) -> bytes:
    """Return a file with one process."""
    drawn = "".join(
        f'<sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{f'<conditionExpression>{said}</conditionExpression>' if said else ''}</sequenceFlow>"
        for source, target, said in flows
    )
    return (
        f'<definitions {NAMESPACES} id="{process_id}_file"><process id="{process_id}" name="Quy trình {process_id}" '
        f'isExecutable="true">{elements}{drawn}</process></definitions>'
    ).encode()


TWO_STEPS = diagram(
    "two_steps",
    '<startEvent id="start" />'
    + user_task("read", "Đọc công văn", CLERK)
    + user_task("answer", "Trả lời công văn", HEAD)
    + '<endEvent id="end" name="Xong" />',
    ("start", "read", ""),
    ("read", "answer", ""),
    ("answer", "end", ""),
)
FEE = diagram(
    "fee",
    '<startEvent id="start" /><exclusiveGateway id="is_known" name="Đã rõ phí?" /><endEvent id="end" />',
    ("start", "is_known", ""),
    ("is_known", "end", "=fee &gt; 10"),
)


@dataclass
class Room:
    """The operations room of a site with a few cases in it."""

    site: Any

    def write(self, do: Any) -> Any:
        """Do something in the site's database."""
        with self.site.session() as session, session.begin():
            begin_write(session)
            return do(session)

    def start(self, process_id: str, **variables: object) -> ProcessInstance:
        """Start a case by the clerk."""
        return self.write(  # type: ignore[no-any-return]
            lambda session: runtime.start(
                session,
                definitions.latest(session, process_id),
                by=session.scalars(select(Person).where(Person.username == CLERK)).one(),
                variables=variables,
                at=self.site.clock(),
            )
        )

    def case(self, case_id: UUID) -> ProcessInstance:
        """Return a case as it stands."""
        with self.site.session() as session:
            return runtime.case_by_id(session, case_id)

    def variables(self, case_id: UUID) -> Any:
        """Return a case's variables."""
        with self.site.session() as session:
            return runtime.look(session, runtime.case_by_id(session, case_id), self.site.clock()).variables

    def incidents(self) -> list[Any]:
        """Return the open incidents, oldest first."""
        with self.site.session() as session:
            opened = select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.created_at)
            return list(session.scalars(opened))

    def get(self, path: str, username: str = OPERATOR) -> Any:
        """Open a page of the room."""
        return self.site.visit(username).get(f"/operations{path}")

    def post(self, path: str, data: Any = None, username: str = OPERATOR) -> Any:
        """Send a form of the room."""
        return self.site.visit(username).post(f"/operations{path}", data)

    def follow(self, response: Any, username: str = OPERATOR) -> str:
        """Go where a form led and return the page."""
        assert response.status_code == 303, response.text
        return str(self.site.visit(username).get(response.location).text)

    def typed(self, case: ProcessInstance, **typed: str) -> dict[str, str]:
        """Return the form for a variable as it is sent from the case's page opened now."""
        revision = str(self.case(case.id).revision)
        return {"scope": "", "kind": "text", "text": "", "reason": "Nhập sai", "revision": revision, **typed}

    def token(self, case_id: UUID, element_id: str) -> str:
        """Return the token at an element."""
        with self.site.session() as session:
            tokens = runtime.look(session, runtime.case_by_id(session, case_id), self.site.clock()).tokens()
        return next(token.token_id for token in tokens if token.element_id == element_id)


@pytest.fixture
def room(site: Any) -> Room:
    """A site with two small processes more."""
    opened = Room(site)
    files = {"two_steps.bpmn": TWO_STEPS, "fee.bpmn": FEE}
    opened.write(lambda session: deployment.deploy(session, pack_key="test", files=files, at=site.clock()))
    return opened
