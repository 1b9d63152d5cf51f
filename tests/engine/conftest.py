"""A small office on the real engine and a real database file, and a pen that draws small diagrams for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID
from xml.sax.saxutils import quoteattr

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, joinedload

from engine import definitions, deployment, papers, runtime, staffing, substitutes, tasks
from engine.database import begin_write, open_engine
from engine.hooks import Offered
from engine.job_runner import JobRunner
from engine.model import Base, Deployment, Incident, Job, Person, ProcessInstance, TaskState, UserTask
from engine.papers import PaperStore

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 08:00 in Hà Nội."""

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
T = TypeVar("T")
NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:luanchuyen:test"'
)

UNITS = (
    {"code": "SCT", "name": "Sở Công Thương"},
    {"code": "LĐS", "name": "Lãnh đạo Sở", "parent": "SCT"},
    {"code": "VPS", "name": "Văn phòng Sở", "parent": "SCT"},
    {"code": "P.KHTCTH", "name": "Phòng Kế hoạch – Tài chính – Tổng hợp", "parent": "SCT"},
)


def _employee(username: str, full_name: str, unit: str, kind: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "username": username,
        "full_name": full_name,
        "positions": [{"unit": unit, "kind": kind, "title": title, **more}],
    }


PEOPLE = (
    _employee("bao", "Phạm Bảo", "LĐS", "leader", "Giám đốc Sở", may_sign=True),
    _employee("hien", "Đặng Hiền", "LĐS", "deputy", "Phó Giám đốc Sở", may_sign=True, rank=1),
    _employee("thu", "Nguyễn Thu", "VPS", "leader", "Chánh Văn phòng"),
    _employee("son", "Cao Sơn", "VPS", "deputy", "Phó Chánh Văn phòng"),
    _employee("mai", "Bùi Mai", "VPS", "records_clerk", "Văn thư"),
    _employee("quynh", "Lý Quỳnh", "VPS", "records_clerk", "Văn thư"),
    _employee("minh", "Ngô Minh", "VPS", "specialist", "Chuyên viên"),
    _employee("lan", "Hoàng Lan", "P.KHTCTH", "leader", "Trưởng phòng"),
    _employee("an", "Lê An", "P.KHTCTH", "specialist", "Chuyên viên"),
    {"username": "admin", "full_name": "Quản Trị", "administrator": True},
)


class Pen:
    """Draws diagrams: elements as short XML, flows as lines of arrows."""

    def process(self, process_id: str, *elements: str, flows: str, globals: str = "", **properties: str) -> bytes:  # noqa: A002
        """Return a file with one executable process.

        `flows` holds one path a line, such as `start > approve > end`; a target may carry a condition:
        `is_good > paid : =amount > 5`. A property `title` becomes `lc:title`.
        """
        said = self._properties({f"lc:{name}": value for name, value in properties.items()})
        body = "".join(elements) + "".join(self._flows(flows))
        return (
            f'<definitions {NAMESPACES} id="{process_id}_file">{globals}'
            f'<process id="{process_id}" name="Quy trình {process_id}" isExecutable="true">'
            f"<extensionElements>{said}</extensionElements>{body}</process></definitions>"
        ).encode()

    def start(self, element_id: str = "start", event: str = "") -> str:
        """Return a start event."""
        return f'<startEvent id="{element_id}" name="{element_id}">{event}</startEvent>'

    def end(self, element_id: str = "end", event: str = "") -> str:
        """Return an end event."""
        return f'<endEvent id="{element_id}" name="{element_id}">{event}</endEvent>'

    def user(
        self,
        element_id: str,
        *,
        assignee: str = "",
        groups: str = "",
        users: str = "",
        form: str = "",
        due: str = "",
        priority: str = "",
        mappings: str = "",
        inside: str = "",
        lc: Mapping[str, str] | None = None,
    ) -> str:
        """Return a user task; `lc` maps the names of our own properties, without prefix, to their texts."""
        assigned = {"assignee": assignee, "candidateGroups": groups, "candidateUsers": users}
        given = " ".join(f"{name}={quoteattr(value)}" for name, value in assigned.items() if value)
        parts = [f"<zeebe:assignmentDefinition {given} />" if given else ""]
        parts.append(f"<zeebe:formDefinition formId={quoteattr(form)} />" if form else "")
        parts.append(f"<zeebe:taskSchedule dueDate={quoteattr(due)} />" if due else "")
        parts.append(f"<zeebe:priorityDefinition priority={quoteattr(priority)} />" if priority else "")
        parts.append(f"<zeebe:ioMapping>{mappings}</zeebe:ioMapping>" if mappings else "")
        parts.append(self._properties({f"lc:{name}": value for name, value in (lc or {}).items()}))
        extensions = f"<extensionElements><zeebe:userTask />{''.join(parts)}</extensionElements>"
        return f'<userTask id="{element_id}" name="Việc {element_id}">{extensions}{inside}</userTask>'

    def service(self, element_id: str, job_type: str, inside: str = "") -> str:
        """Return a service task."""
        definition = f"<zeebe:taskDefinition type={quoteattr(job_type)} />"
        extensions = f"<extensionElements>{definition}</extensionElements>"
        return f'<serviceTask id="{element_id}" name="Việc {element_id}">{extensions}{inside}</serviceTask>'

    def call(self, element_id: str, process_id: str, **attributes: str) -> str:
        """Return a call activity."""
        more = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        called = f'<zeebe:calledElement processId="{process_id}"{more} />'
        return self.node("callActivity", element_id, f"<extensionElements>{called}</extensionElements>")

    def node(self, tag: str, element_id: str, inside: str = "", **attributes: str) -> str:
        """Return any other element."""
        more = "".join(f" {name}={quoteattr(value)}" for name, value in {"name": element_id, **attributes}.items())
        return f'<{tag} id="{element_id}"{more}>{inside}</{tag}>'

    def timer(self, duration: str) -> str:
        """Return the definition of a timer event."""
        return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"

    def message(self, name: str, key: str = "") -> str:
        """Return a message, to stand among the globals; its id is its name."""
        keyed = f"<zeebe:subscription correlationKey={quoteattr(key)} />" if key else ""
        return f'<message id="{name}" name="{name}"><extensionElements>{keyed}</extensionElements></message>'

    def _properties(self, said: Mapping[str, str]) -> str:
        listed = "".join(
            f"<zeebe:property name={quoteattr(name)} value={quoteattr(value)} />" for name, value in said.items()
        )
        return f"<zeebe:properties>{listed}</zeebe:properties>" if listed else ""

    def _flows(self, lines: str) -> Iterator[str]:
        for line in filter(str.strip, lines.splitlines()):
            path, _, condition = line.partition(" : ")
            nodes = [name.strip() for name in path.split(" > ")]
            said = condition.strip().replace("&", "&amp;").replace("<", "&lt;")
            inside = f"<conditionExpression>{said}</conditionExpression>" if said else ""
            for source, target in pairwise(nodes):
                ends = f'sourceRef="{source}" targetRef="{target}"'
                yield f'<sequenceFlow id="{source}_to_{target}" {ends}>{inside}</sequenceFlow>'


@dataclass
class Office:
    """An office at work: people do things, jobs run when told, the clock is moved by hand."""

    engine: Engine
    store: PaperStore
    handlers: dict[str, Offered] = field(default_factory=dict)
    now: datetime = MONDAY

    def session(self) -> Session:
        """Return a session of its own."""
        return Session(self.engine, expire_on_commit=False)

    def write(self, do: Callable[[Session], T]) -> T:
        """Do something in one transaction of its own."""
        with self.session() as session, session.begin():
            begin_write(session)
            return do(session)

    def deploy(self, *files: bytes, pack: str = "test", **named: bytes) -> Deployment:
        """Deploy diagrams; files with names of their own are given by name, `_` for the dot."""
        listed = {f"diagram_{number}.bpmn": content for number, content in enumerate(files)}
        listed |= {".".join(name.rsplit("_", 1)): content for name, content in named.items()}
        return self.write(lambda session: deployment.deploy(session, pack_key=pack, files=listed, at=self.now))

    def person(self, session: Session, username: str) -> Person:
        """Return a person in a session."""
        return session.scalars(select(Person).where(Person.username == username)).one()

    def start(self, process_id: str, by: str | None = "minh", **variables: object) -> ProcessInstance:
        """Start a case."""
        return self.write(
            lambda session: runtime.start(
                session,
                definitions.latest(session, process_id),
                by=self.person(session, by) if by else None,
                variables=variables,
                at=self.now,
            )
        )

    def open_tasks(self, element_id: str | None = None) -> list[UserTask]:
        """Return the open tasks, oldest first."""
        with self.session() as session:
            query = select(UserTask).where(UserTask.state == TaskState.OPEN).order_by(UserTask.created_at, UserTask.id)
            people = joinedload(UserTask.assignee), joinedload(UserTask.sender), joinedload(UserTask.instance)
            found = session.scalars(query.options(*people)).all()
            return [task for task in found if element_id in {None, task.element_id}]

    def task(self, element_id: str | None = None) -> UserTask:
        """Return the only open task (at an element)."""
        (found,) = self.open_tasks(element_id)
        return found

    def claim(self, task_id: UUID, by: str) -> UserTask:
        """Claim a task."""
        return self.write(lambda session: tasks.claim(session, task_id, by=self.person(session, by), at=self.now))

    def release(self, task_id: UUID, by: str) -> UserTask:
        """Give a task back to its group."""
        return self.write(lambda session: tasks.release(session, task_id, by=self.person(session, by), at=self.now))

    def complete(
        self, task_id: UUID, by: str, outcome: str = "completed", reason: str | None = None, **variables: object
    ) -> UserTask:
        """Complete a task."""
        return self.write(
            lambda session: tasks.complete(
                session,
                task_id,
                by=self.person(session, by),
                outcome=outcome,
                variables=variables,
                reason=reason,
                at=self.now,
            )
        )

    def add_paper(self, case_id: UUID, name: str = "bien-ban.pdf", content: bytes = PDF, by: str = "minh") -> Any:
        """Put a paper into a case."""
        return self.write(
            lambda session: papers.add(
                session,
                runtime.lock(session, case_id),
                self.store,
                name=name,
                content=content,
                by=self.person(session, by),
                at=self.now,
            )
        )

    def stand_in(self, absent: str, substitute: str, *, process: str = "") -> None:
        """Let one person stand in for another today, perhaps in one process only."""
        today, scope = self.now.date(), substitutes.Scope(process_key=process) if process else substitutes.EVERYTHING
        self.write(
            lambda session: substitutes.set_substitute(
                session,
                person=self.person(session, absent),
                substitute=self.person(session, substitute),
                first=today,
                last=today,
                scope=scope,
                by=self.person(session, "admin"),
                at=self.now,
            )
        )

    def run_jobs(self) -> int:
        """Run the jobs that are due now; return how many ran."""
        return JobRunner(self.session, self.handlers, chance=lambda: 0.5).run_due(self.now)

    def later(self, **span: float) -> None:
        """Move the clock."""
        self.now += timedelta(**span)

    def case(self, case_id: UUID) -> ProcessInstance:
        """Return a case as it stands."""
        with self.session() as session:
            return runtime.case_by_id(session, case_id)

    def variables(self, case_id: UUID) -> Mapping[str, object]:
        """Return the variables of a case."""
        with self.session() as session:
            return runtime.look(session, runtime.case_by_id(session, case_id), self.now).variables

    def jobs(self) -> list[Job]:
        """Return all jobs, oldest first."""
        with self.session() as session:
            return list(session.scalars(select(Job).order_by(Job.created_at, Job.id)))

    def incidents(self) -> list[Incident]:
        """Return the incidents that are not resolved."""
        with self.session() as session:
            return list(session.scalars(select(Incident).where(Incident.resolved_at.is_(None))))

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has, and how often cases have moved: what a refusal must leave alone."""
        with self.session() as session:
            rows = {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
                if not table.name.startswith("routing_")
            }
            moved = session.scalar(text("select coalesce(sum(revision), 0) from process_instance"))
            return {**rows, "revisions": int(moved or 0)}


@pytest.fixture(scope="session")
def prepared_office(database: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with the people of the office, to copy from."""
    url: str = database.empty(tmp_path_factory.mktemp("office"))
    engine = open_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        staffing.load_office(session, units=UNITS, people=PEOPLE, hash_password=str, at=MONDAY, calendar_years=(2026,))
    engine.dispose()
    return url


@pytest.fixture
def office(prepared_office: str, database: Any, tmp_path: Path) -> Iterator[Office]:
    """An office of the test's own."""
    url = database.copy(prepared_office, tmp_path)
    engine = open_engine(url)
    yield Office(engine, PaperStore(tmp_path / "papers"))
    engine.dispose()
    database.drop(url)


@pytest.fixture
def pen() -> Pen:
    """What draws diagrams."""
    return Pen()
