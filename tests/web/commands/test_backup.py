"""The commands `backup` and `restore`: everything comes back, and nothing is lost by a restore that is refused."""

import hashlib
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import simplejson
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.orm import Session

from engine import database as engine_database
from engine import hooks, migrations
from engine.model import Base, Job, JobKind, PaperVersion, ProcessInstance, Worker, WorkerKind
from engine.papers import PaperStore
from web.cli import main
from web.commands.maintenance import alone

Counts = dict[str, int]


@dataclass
class Place:
    """An instance and its database, worked on by commands."""

    folder: Path
    url: str

    def run(self, *words: str, **environment: str) -> Result:
        """Run a command here."""
        known = {"LUANCHUYEN_INSTANCE": str(self.folder), "DATABASE_URL": self.url, "LUANCHUYEN_LOG": "json"}
        return CliRunner().invoke(main, list(words), env={**known, **environment})

    def counts(self) -> Counts:
        """Return how many rows each table has."""
        with engine_database.opened(self.url) as engine, Session(engine) as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    def files(self) -> dict[str, bytes]:
        """Return the uploads, by name."""
        return {path.name: path.read_bytes() for path in (self.folder / "uploads").rglob("*") if path.is_file()}


@pytest.fixture
def here(instance: Any, journey: Any) -> Place:
    """An instance where a document with two files has gone half its way."""
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha")
    return Place(instance.instance, instance.database_url)


@pytest.fixture
def elsewhere(database: Any, tmp_path: Path) -> Iterator[Place]:
    """An instance where nothing is yet."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    url = database.empty(folder)
    yield Place(folder, url)
    database.drop(url)


@pytest.fixture
def archive(here: Place, tmp_path: Path) -> Path:
    """A backup of `here`."""
    path = tmp_path / "backup.tar.gz"
    assert here.run("backup", str(path)).exit_code == 0
    return path


def manifest(archive: Path) -> Any:
    with tarfile.open(archive) as tar:
        member = tar.extractfile("manifest.json")
        assert member is not None
        return simplejson.loads(member.read())


def remade(archive: Path, folder: Path, change: Callable[[Any, dict[str, bytes]], None]) -> Path:
    """Return a copy of an archive with its manifest and its members changed."""
    said, members = manifest(archive), {}
    with tarfile.open(archive) as tar:
        for info in tar:
            file = tar.extractfile(info)
            assert file is not None
            members[info.name] = file.read()
    del members["manifest.json"]
    change(said, members)
    path = folder / "remade.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in {**members, "manifest.json": simplejson.dumps(said).encode()}.items():
            (folder / "member").write_bytes(content)
            tar.add(folder / "member", name)
    return path


def test_everything_comes_back_in_an_empty_instance(here: Place, elsewhere: Place, archive: Path) -> None:
    result = elsewhere.run("restore", str(archive), "--language", "en")

    assert result.exit_code == 0, result.output
    assert {**elsewhere.counts(), "worker": 0} == {**here.counts(), "worker": 0}
    assert elsewhere.files() == here.files()
    assert len(elsewhere.files()) == 2
    assert "FAIL" not in result.stdout


def test_the_archive_says_what_it_holds_and_belongs_to_its_owner_alone(here: Place, archive: Path) -> None:
    said = manifest(archive)

    assert said["kind"] == here.url.partition(":")[0].partition("+")[0]
    assert said["revisions"] == sorted(said["revisions"])
    assert said["counts"]["process_instance"] == 1
    assert said["missing"] == []
    assert datetime.fromisoformat(said["made_at"]).tzinfo is not None
    assert sum(name.startswith("uploads/") for name in said["members"]) == 2
    assert archive.stat().st_mode & 0o777 == 0o600


def test_people_go_on_where_they_were(elsewhere: Place, archive: Path, instance: Any) -> None:
    elsewhere.run("restore", str(archive))

    with engine_database.opened(elsewhere.url) as engine, Session(engine) as session:
        case = session.scalars(select(ProcessInstance)).one()
        versions = session.scalars(select(PaperVersion)).all()
    store = PaperStore(elsewhere.folder / "uploads")
    assert case.business_key
    assert all(store.is_sound(version.sha256) for version in versions)
    assert elsewhere.run("audit", "verify").exit_code == 0
    assert elsewhere.run("audit", "consistency").exit_code == 0
    assert instance.database_url != elsewhere.url


@pytest.mark.parametrize(("option", "is_inside"), [((), False), (("--with-key",), True)])
def test_the_secret_key_travels_only_when_asked_for(
    here: Place, elsewhere: Place, tmp_path: Path, option: tuple[str, ...], *, is_inside: bool
) -> None:
    path = tmp_path / "backup.tar"
    here.run("backup", str(path), *option)

    elsewhere.run("restore", str(path))

    keys = [(place.folder / "secret_key").read_text() for place in (here, elsewhere)]
    assert ("secret_key" in manifest(path)["members"]) is is_inside
    assert (keys[0] == keys[1]) is is_inside
    assert (elsewhere.folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_terms_of_the_office_travel_along(here: Place, elsewhere: Place, tmp_path: Path) -> None:
    terms = "[retention.joint_minutes]\nyears_after_end = 10\n"
    (here.folder / "retention.toml").write_text(terms)
    here.run("backup", str(tmp_path / "b.tar"))

    elsewhere.run("restore", str(tmp_path / "b.tar"))

    assert (elsewhere.folder / "retention.toml").read_text() == terms


def test_jobs_are_in_nobodys_hands_after_a_restore(here: Place, elsewhere: Place, tmp_path: Path) -> None:
    at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    held = Job(id=uuid4(), kind=JobKind.WORK, job_type="x", due_at=at, created_at=at, worker="gone:1")
    held.lease_until, held.lease_token = at + timedelta(days=3650), uuid4()
    with engine_database.opened(here.url) as engine, Session(engine) as session, session.begin():
        session.add_all((held, Worker(name="gone:1", kind=WorkerKind.WORKER, started_at=at, seen_at=at)))
    here.run("backup", str(tmp_path / "b.tar"))

    elsewhere.run("restore", str(tmp_path / "b.tar"))

    with engine_database.opened(elsewhere.url) as engine, Session(engine) as session:
        job = session.scalars(select(Job).where(Job.job_type == "x")).one()
        assert (job.lease_until, job.lease_token, job.worker, job.state) == (None, None, None, "waiting")
        assert session.scalars(select(Worker)).all() == []


def test_a_file_lost_before_is_named_and_the_rest_is_saved(here: Place, elsewhere: Place, tmp_path: Path) -> None:
    (lost, damaged) = [path for path in (here.folder / "uploads").rglob("*") if path.is_file()]
    lost.unlink()
    damaged.write_bytes(b"other")

    made = here.run("backup", str(tmp_path / "b.tar"))
    restored = elsewhere.run("restore", str(tmp_path / "b.tar"), "--language", "en")

    assert made.exit_code == 1
    assert sorted(manifest(tmp_path / "b.tar")["missing"]) == sorted((lost.name, damaged.name))
    assert restored.exit_code == 1
    assert "2 files are missing, 0 damaged" in restored.stdout
    assert elsewhere.counts()["process_instance"] == 1


def test_a_backup_never_replaces_a_file(here: Place, tmp_path: Path) -> None:
    path = tmp_path / "b.tar"
    path.write_bytes(b"last week's")

    result = here.run("backup", str(path))

    assert result.exit_code == 1
    assert path.read_bytes() == b"last week's"
    assert here.run("backup", str(tmp_path / "b.zip")).exit_code == 1


def test_there_is_nothing_to_back_up_in_an_empty_instance(elsewhere: Place, tmp_path: Path) -> None:
    result = elsewhere.run("backup", str(tmp_path / "b.tar"))

    assert result.exit_code == 1
    assert "luanchuyen prepare" in result.stderr
    assert not list(tmp_path.glob("*b.tar*"))


def test_a_restore_over_something_is_refused_and_changes_nothing(elsewhere: Place, archive: Path) -> None:
    elsewhere.run("restore", str(archive))
    before, files = elsewhere.counts(), elsewhere.files()

    result = elsewhere.run("restore", str(archive))

    assert result.exit_code == 1
    assert "--force" in result.stderr
    assert (elsewhere.counts(), elsewhere.files()) == (before, files)


def test_a_forced_restore_moves_aside_what_was_there(elsewhere: Place, archive: Path) -> None:
    elsewhere.run("prepare", "--no-demo")
    (elsewhere.folder / "uploads" / "ab").mkdir(parents=True)
    (elsewhere.folder / "uploads" / "ab" / "abc").write_bytes(b"of the old one")

    result = elsewhere.run("restore", "--force", str(archive))

    (aside,) = elsewhere.folder.glob("before_restore_*")
    assert result.exit_code == 0, result.output
    assert elsewhere.counts()["process_instance"] == 1
    assert (aside / "uploads" / "ab" / "abc").read_bytes() == b"of the old one"
    assert tables_put_aside(elsewhere, aside) >= {"process_instance", "person"}


def tables_put_aside(place: Place, aside: Path) -> set[str]:
    if place.url.startswith("sqlite"):
        with closing(sqlite3.connect(aside / "luanchuyen.sqlite")) as connection:
            return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    engine = create_engine(place.url)
    tables = set(inspect(engine).get_table_names(schema=aside.name))
    engine.dispose()
    return tables


def test_nothing_is_restored_under_people_at_work(elsewhere: Place, archive: Path) -> None:
    elsewhere.run("prepare", "--no-demo")
    with engine_database.opened(elsewhere.url) as engine, engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        result = elsewhere.run("restore", "--force", str(archive))

    assert result.exit_code == 1
    assert "stop the site and the workers first" in result.stderr
    assert elsewhere.counts()["process_instance"] == 0


def test_an_older_backup_is_upgraded(here: Place, elsewhere: Place, tmp_path: Path) -> None:
    with engine_database.opened(here.url) as engine:
        migrations.downgrade(engine, hooks.load_plugins().hook.migrations(), to="routing@routing_0001")
    here.run("backup", str(tmp_path / "old.tar"))

    result = elsewhere.run("restore", str(tmp_path / "old.tar"))

    assert "routing_0001" in manifest(tmp_path / "old.tar")["revisions"]
    assert result.exit_code == 0, result.output
    assert elsewhere.counts()["process_instance"] == 1


def test_a_backup_of_a_newer_program_is_refused(elsewhere: Place, archive: Path, tmp_path: Path) -> None:
    def change(said: Any, _members: dict[str, bytes]) -> None:
        said["revisions"] = ["engine_9999"]

    result = elsewhere.run("restore", str(remade(archive, tmp_path, change)))

    assert result.exit_code == 1
    assert "engine_9999" in result.stderr
    assert sorted(path.name for path in elsewhere.folder.iterdir()) == leftover(elsewhere)


def leftover(place: Place) -> list[str]:
    """Return what a refused restore leaves: what the settings make in any case."""
    return sorted({"secret_key", "maintenance.lock"} | {path.name for path in place.folder.glob("*.sqlite*")})


def test_a_newer_database_under_an_older_looking_manifest_is_put_back(
    here: Place, elsewhere: Place, tmp_path: Path
) -> None:
    elsewhere.run("prepare", "--no-demo")
    before = elsewhere.counts()
    with engine_database.opened(here.url) as engine, engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('engine_9999')"))
    here.run("backup", str(tmp_path / "b.tar"))

    def change(said: Any, _members: dict[str, bytes]) -> None:
        said["revisions"].remove("engine_9999")

    result = elsewhere.run("restore", "--force", str(remade(tmp_path / "b.tar", tmp_path, change)))

    assert result.exit_code == 1
    assert "engine_9999" in result.stderr
    assert elsewhere.counts() == before
    assert not (elsewhere.folder / "uploads").exists()


def test_a_backup_of_the_other_kind_of_database_is_refused(elsewhere: Place, archive: Path, tmp_path: Path) -> None:
    def change(said: Any, _members: dict[str, bytes]) -> None:
        said["kind"] = "postgresql" if said["kind"] == "sqlite" else "sqlite"

    result = elsewhere.run("restore", str(remade(archive, tmp_path, change)))

    assert result.exit_code == 1
    assert "DATABASE_URL" in result.stderr


@pytest.mark.parametrize("harm", ["garbage", "cut", "changed"])
def test_a_damaged_database_in_a_sound_archive_is_refused(
    elsewhere: Place, archive: Path, tmp_path: Path, harm: str
) -> None:
    def change(said: Any, members: dict[str, bytes]) -> None:
        (name,) = [each for each in members if each.startswith("database.")]
        content = members[name]
        members[name] = {"garbage": b"x" * 5000, "cut": content[: len(content) // 2], "changed": content}[harm]
        said_of = b"another" if harm == "changed" else members[name]
        said["members"][name] = {"sha256": hashlib.sha256(said_of).hexdigest(), "size": len(members[name])}

    result = elsewhere.run("restore", str(remade(archive, tmp_path, change)))

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert sorted(path.name for path in elsewhere.folder.iterdir()) == leftover(elsewhere)


@pytest.mark.parametrize(
    "harm",
    [
        "CREATE TRIGGER spy AFTER INSERT ON person BEGIN DELETE FROM history; END",
        "CREATE VIEW spy AS SELECT 1",
        "CREATE VIRTUAL TABLE spy USING fts5(x)",
        "DELETE FROM alembic_version",
        "PRAGMA foreign_keys = OFF; DELETE FROM person",
    ],
)
def test_a_sqlite_file_that_holds_more_or_less_than_ours_is_refused(
    here: Place, elsewhere: Place, tmp_path: Path, harm: str
) -> None:
    if not here.url.startswith("sqlite"):
        pytest.skip("what a dump of PostgreSQL does shows when it runs, as the platform's own account")
    with closing(sqlite3.connect(here.folder / "luanchuyen.sqlite", isolation_level=None)) as connection:
        for statement in harm.split(";") if harm.startswith("PRAGMA") else [harm]:
            connection.execute(statement)
    here.run("backup", str(tmp_path / "hostile.tar"))

    result = elsewhere.run("restore", str(tmp_path / "hostile.tar"))

    assert result.exit_code == 1
    assert not (elsewhere.folder / "luanchuyen.sqlite").exists()


def test_two_commands_of_maintenance_never_meet(here: Place, tmp_path: Path) -> None:
    with alone(here.folder):
        result = here.run("backup", str(tmp_path / "b.tar"))

    assert result.exit_code == 1
    assert "is running" in result.stderr


def test_a_password_never_stands_in_the_arguments_of_a_tool(here: Place, tmp_path: Path) -> None:
    if here.url.startswith("sqlite"):
        pytest.skip("SQLite has no password")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pg_dump").write_text('#!/bin/sh\nprintf "%s " "$@" >&2\nexit 1\n')
    (tools / "pg_dump").chmod(0o755)
    url = here.url.replace("//postgres@", "//postgres:s3cret@")

    result = here.run("backup", str(tmp_path / "b.tar"), DATABASE_URL=url, PATH=f"{tools}:/usr/bin:/bin")

    assert result.exit_code == 1
    assert "--format=custom" in result.output
    assert "s3cret" not in result.output


def test_the_real_command_writes_one_line_and_logs_without_names(here: Place, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", "backup", str(tmp_path / "b.tar")],
        env={"LUANCHUYEN_INSTANCE": str(here.folder), "DATABASE_URL": here.url, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert len(done.stdout.splitlines()) == 1
    (line,) = map(simplejson.loads, done.stderr.splitlines())
    assert (line["event"], line["command"], line["process_instance"]) == ("backup.made", "backup", 1)
