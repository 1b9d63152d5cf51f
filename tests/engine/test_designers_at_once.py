"""Designers, and servers that start, at the same moment: one draft a file, one version a number, nobody replaced."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import deployment, drafts, hooks, migrations, staffing
from engine.database import begin_write, open_engine, take_turn
from engine.deployment import DeploymentRefused
from engine.drafts import OWN_PACK, DraftMoved, FileKey
from engine.model import Deployment, DirectoryRevision, Person, ProcessDefinition

NEW = FileKey(OWN_PACK, "nghỉ phép.bpmn")


def saving(office: Any, content: bytes, by: str, revision: int = 0) -> Callable[[Session], object]:
    return lambda session: drafts.save(
        session, NEW, content, revision=revision, base_id=None, by=office.person(session, by), at=office.now
    )


@pytest.fixture
def designers(office: Any) -> Any:
    """An office with a second administrator."""
    second = {"username": "admin2", "full_name": "Quản Trị Hai", "administrator": True}
    office.write(
        lambda session: staffing.load_office(session, units=(), people=[second], hash_password=str, at=office.now)
    )
    return office


@pytest.mark.parametrize("revision", [0, 1], ids=["first", "later"])
def test_of_two_who_save_one_draft_the_second_is_told_who_was_faster(
    designers: Any, at_once: Any, revision: int
) -> None:
    for number in range(revision):
        designers.write(saving(designers, b"<begun/>", "admin", number))

    second = at_once.overtaken(
        designers.session,
        saving(designers, b"<one/>", "admin", revision),
        lambda: designers.write(saving(designers, b"<other/>", "admin2", revision)),
    ).exception()

    assert isinstance(second, DraftMoved)
    assert second.data["by"] == "Quản Trị"
    with designers.session() as session:
        draft = drafts.find_draft(session, NEW)
        assert draft is not None
        assert draft.content == b"<one/>"


def deploying(office: Any, pack: str, content: bytes) -> Callable[[Session], object]:
    return lambda session: deployment.deploy(session, pack_key=pack, files={"note.bpmn": content}, at=office.now)


def note(pen: Any, name: str = "read") -> bytes:
    content: bytes = pen.process("note", pen.start(), pen.user(name, assignee="=starter"), flows=f"start > {name}")
    return content


def test_the_same_files_deployed_twice_at_once_make_one_version(office: Any, pen: Any, at_once: Any) -> None:
    at_once.all(*[lambda: office.write(deploying(office, "test", note(pen)))] * 3)

    with office.session() as session:
        assert session.scalars(select(Deployment.number)).all() == [1]
        assert session.scalars(select(ProcessDefinition.version)).all() == [1]


def test_two_deployments_at_once_make_two_versions_and_one_is_the_latest(office: Any, pen: Any, at_once: Any) -> None:
    at_once.all(
        lambda: office.write(deploying(office, "test", note(pen, "read"))),
        lambda: office.write(deploying(office, "test", note(pen, "write"))),
    )

    with office.session() as session:
        versions = session.execute(
            select(ProcessDefinition.version, ProcessDefinition.is_latest).order_by(ProcessDefinition.version)
        ).all()
    assert [tuple(each) for each in versions] == [(1, False), (2, True)]


def test_of_two_packs_that_bring_one_process_at_once_the_second_is_refused(office: Any, pen: Any, at_once: Any) -> None:
    second = at_once.overtaken(
        office.session,
        deploying(office, "one", note(pen)),
        lambda: office.write(deploying(office, "other", note(pen))),
    ).exception()

    assert isinstance(second, DeploymentRefused)
    assert [each.code for each in second.findings if each.code.startswith("process.")] == ["process.taken"]


def test_of_two_servers_that_start_at_once_one_makes_the_tables_and_both_go_on(
    empty_database: str, at_once: Any
) -> None:
    folders = hooks.load_plugins().hook.migrations()

    def start() -> bool:
        engine = open_engine(empty_database)
        migrations.upgrade(engine, folders)
        is_current = migrations.is_current(engine, folders)
        engine.dispose()
        return is_current

    assert at_once.all(start, start) == [True, True]


def test_of_two_servers_that_fill_an_empty_directory_the_second_finds_it_filled(office: Any, at_once: Any) -> None:
    people = [{"username": "moi", "full_name": "Người Mới"}]

    def fill(session: Session) -> None:
        take_turn(session, "fill")
        staffing.load_office(session, units=(), people=people, hash_password=str, at=office.now)

    with office.session() as session:
        before = session.scalar(select(DirectoryRevision.revision)) or 0

    at_once.overtaken(office.session, fill, lambda: office.write(fill)).result()

    with office.session() as session:
        begin_write(session)
        assert session.scalar(select(func.count()).where(Person.username == "moi")) == 1
        assert (session.scalar(select(DirectoryRevision.revision)) or 0) > before
