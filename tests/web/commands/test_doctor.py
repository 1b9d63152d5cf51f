"""The command `doctor`: a sound installation passes, and each thing that can be wrong is found and said."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import simplejson
from click.testing import CliRunner, Result
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from engine import database as engine_database
from engine import health, hooks, migrations
from engine.health import FactState
from engine.model import (
    HistoryEntry,
    Incident,
    Job,
    JobKind,
    ProcessInstance,
    Resource,
    UserTask,
    Worker,
    WorkerKind,
)
from engine.papers import PaperStore
from web.cli import main
from web.monitoring import checkup
from web.monitoring.checkup import Checkup

Doctor = Callable[..., Result]
CHEAP = {
    "database",
    "clock",
    "migrations",
    "workers",
    "overdue_jobs",
    "incidents",
    "records",
    "calendar",
    "disk",
    "uploads",
}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def doctor(instance_environment: dict[str, str]) -> Doctor:
    """The command, on the test's instance."""

    def run(*words: str, **environment: str) -> Result:
        return CliRunner().invoke(main, ["doctor", *words], env={**instance_environment, **environment})

    return run


@pytest.fixture
def write(instance: Any) -> Callable[[Callable[[Session], object]], None]:
    """Do something to the instance's database."""

    def do(what: Callable[[Session], object]) -> None:
        with (
            engine_database.opened(instance.database_url) as engine,
            Session(engine) as session,
            session.begin(),
        ):
            engine_database.begin_write(session)
            what(session)

    return do


@pytest.fixture
def alive(write: Any) -> None:
    """A process that does jobs has just reported."""
    write(lambda session: session.add(worker("host:1", seen=now())))


def worker(name: str, *, seen: datetime) -> Worker:
    return Worker(name=name, kind=WorkerKind.WORKER, started_at=seen, seen_at=seen)


def job(*, due: datetime) -> Job:
    return Job(id=uuid4(), kind=JobKind.WORK, job_type="cases.migrate", due_at=due, created_at=due)


def states(result: Result) -> dict[str, str]:
    return {fact["name"]: fact["state"] for fact in simplejson.loads(result.stdout)}


@pytest.mark.usefixtures("alive")
def test_a_sound_installation_passes_in_every_fact(doctor: Doctor, journey: Any) -> None:
    journey.submit()

    result = doctor("--deep", "--json")

    found = states(result)
    assert result.exit_code == 0, result.output
    assert set(found) - {"write_ahead_log"} == CHEAP | {"secret_key", "packs", "papers", "histories", "cases"}
    assert set(found.values()) == {"ok"}


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize(("language", "said"), [("vi", "Cơ sở dữ liệu"), ("en", "Database")])
def test_people_read_a_line_for_each_fact(doctor: Doctor, language: str, said: str) -> None:
    lines = doctor("--language", language).stdout.splitlines()

    assert len(lines) >= len(CHEAP)
    assert said in lines[0]


def test_nobody_doing_jobs_is_a_failure_and_the_command_says_so(doctor: Doctor) -> None:
    result = doctor("--language", "en")

    assert result.exit_code == 1
    assert "No process does the jobs" in result.stdout


@pytest.mark.usefixtures("alive")
def test_a_worker_silent_for_more_than_a_minute_is_named(doctor: Doctor, write: Any) -> None:
    write(lambda session: session.add(worker("host:77", seen=now() - timedelta(seconds=61))))

    assert states(doctor("--json"))["workers"] == "warn"
    assert "host:77" in doctor().stdout


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize(("minutes", "state"), [(4, "ok"), (6, "warn"), (61, "fail")])
def test_a_job_nobody_does_is_overdue_after_five_minutes_and_a_failure_after_an_hour(
    doctor: Doctor, write: Any, minutes: int, state: str
) -> None:
    write(lambda session: session.add(job(due=now() - timedelta(minutes=minutes))))

    assert states(doctor("--json"))["overdue_jobs"] == state


@pytest.mark.usefixtures("alive")
def test_a_job_in_somebodys_hands_is_not_overdue(doctor: Doctor, write: Any) -> None:
    in_hand = job(due=now() - timedelta(hours=2))
    in_hand.lease_until = now() + timedelta(minutes=1)
    write(lambda session: session.add(in_hand))

    assert states(doctor("--json"))["overdue_jobs"] == "ok"


@pytest.mark.usefixtures("alive")
def test_open_incidents_are_counted(doctor: Doctor, write: Any) -> None:
    incident = Incident(code="job.failed", message_vi="Hỏng", message_en="Broken", created_at=now())
    write(lambda session: session.add(incident))

    result = doctor("--language", "en")

    assert result.exit_code == 0
    assert "1 open incidents, 0 failed jobs" in result.stdout


def test_a_database_that_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["doctor"], env={"LUANCHUYEN_INSTANCE": str(tmp_path), "DATABASE_URL": ""})

    assert result.exit_code == 1
    assert "luanchuyen prepare" in result.stdout
    assert not (tmp_path / "luanchuyen.sqlite").exists()


def test_a_server_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://somebody:s3cret@127.0.0.1:1/office"

    result = CliRunner().invoke(main, ["doctor"], env={"LUANCHUYEN_INSTANCE": str(tmp_path), "DATABASE_URL": url})

    assert result.exit_code == 1
    assert "DATABASE_URL" in result.stdout
    assert "s3cret" not in result.output


def test_the_branch_that_is_behind_is_named(doctor: Doctor, instance: Any) -> None:
    with engine_database.opened(instance.database_url) as engine:
        migrations.downgrade(engine, hooks.load_plugins().hook.migrations(), to="routing@base")

    result = doctor("--language", "en")

    assert result.exit_code == 1
    assert "The database is behind in: routing; run luanchuyen prepare." in result.stdout


def test_a_database_newer_than_the_program_is_a_failure(doctor: Doctor, write: Any) -> None:
    write(lambda session: session.execute(text("INSERT INTO alembic_version VALUES ('engine_9999')")))

    result = doctor("--language", "en")

    assert result.exit_code == 1
    assert "engine_9999" in result.stdout


@pytest.mark.usefixtures("alive")
def test_a_redis_that_does_not_answer_is_a_failure_only_where_there_should_be_one(doctor: Doctor) -> None:
    without, silent = states(doctor("--json")), states(doctor("--json", REDIS_URL="redis://127.0.0.1:1/0"))

    assert "redis" not in without
    assert silent["redis"] == "fail"


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize(("limit", "state"), [("LITTLE_ROOM", "warn"), ("NO_ROOM", "fail")])
def test_a_full_disk_is_found(doctor: Doctor, monkeypatch: pytest.MonkeyPatch, limit: str, state: str) -> None:
    monkeypatch.setattr(checkup, "LITTLE_ROOM", 2**62)
    monkeypatch.setattr(checkup, limit, 2**62)

    assert states(doctor("--json"))["disk"] == state


@pytest.mark.usefixtures("alive")
def test_a_log_that_grows_without_end_is_found(doctor: Doctor, instance: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if not instance.database_url.startswith("sqlite:"):
        pytest.skip("PostgreSQL keeps its log to itself")
    monkeypatch.setattr(health, "HUGE_LOG", 1)

    with engine_database.opened(instance.database_url) as engine:
        with engine.begin() as connection:
            connection.execute(text("UPDATE person SET full_name = full_name || '.'"))
        found = states(doctor("--json"))

    assert found["write_ahead_log"] == "warn"


@pytest.mark.usefixtures("alive")
def test_uploads_that_cannot_be_written_are_found(doctor: Doctor, instance: Any) -> None:
    instance.uploads.write_text("a file where the folder should be")

    assert states(doctor("--json"))["uploads"] == "fail"


@pytest.mark.usefixtures("alive")
def test_a_secret_key_that_others_may_read_is_found(doctor: Doctor, instance: Any) -> None:
    doctor()
    (instance.instance / "secret_key").chmod(0o644)

    assert states(doctor("--json"))["secret_key"] == "fail"


@pytest.mark.parametrize(("seconds", "state"), [(2, "ok"), (10, "warn"), (120, "fail")])
def test_clocks_that_disagree_are_found(instance: Any, seconds: int, state: str) -> None:
    with engine_database.opened(instance.database_url) as engine:
        looked = Checkup(instance, engine, hooks.load_plugins(), now() + timedelta(seconds=seconds)).quick()

    assert next(fact.state for fact in looked if fact.name == "clock") is FactState(state)


@pytest.mark.usefixtures("alive")
def test_a_case_from_the_future_is_found(doctor: Doctor, journey: Any) -> None:
    journey.site.clock.now = now() + timedelta(hours=3)
    journey.begin()

    assert states(doctor("--json"))["records"] == "warn"


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_paper_whose_file_is_gone_or_changed_is_found_by_a_deep_look(
    doctor: Doctor, journey: Any, instance: Any, harm: str
) -> None:
    journey.begin()
    (first, *_) = [path for path in instance.uploads.rglob("*") if path.is_file()]
    first.unlink() if harm == "missing" else first.write_bytes(b"other")

    result = doctor("--deep", "--json")

    assert states(doctor("--json")).get("papers") is None
    assert states(result)["papers"] == "fail"
    assert result.exit_code == 1
    assert not PaperStore(instance.uploads).is_sound(first.name)


@pytest.mark.usefixtures("alive")
def test_a_history_that_was_changed_is_found_by_a_deep_look(doctor: Doctor, journey: Any, write: Any) -> None:
    journey.submit()
    write(lambda session: session.execute(update(HistoryEntry).values(at=HistoryEntry.at, kind="task.lost")))

    assert states(doctor("--deep", "--json"))["histories"] == "fail"


@pytest.mark.usefixtures("alive")
def test_a_task_without_its_token_is_found_by_a_deep_look(doctor: Doctor, journey: Any, write: Any) -> None:
    journey.submit()
    write(lambda session: session.execute(update(UserTask).values(token_id="elsewhere")))

    assert states(doctor("--deep", "--json"))["cases"] == "fail"


@pytest.mark.usefixtures("alive")
def test_a_case_whose_state_cannot_be_read_is_named_by_a_deep_look_and_by_the_audit(
    doctor: Doctor, site: Any, journey: Any, write: Any, instance_environment: dict[str, str]
) -> None:
    journey.submit()
    case = site.the_case().business_key
    write(lambda session: session.execute(update(ProcessInstance).values(state_text="torn")))

    looked = doctor("--deep", "--language", "en")
    audited = CliRunner().invoke(main, ["audit", "consistency"], env=instance_environment)

    assert (looked.exit_code, audited.exit_code) == (1, 1)
    assert f"disagree in 1 cases ({case})" in looked.stdout
    assert f"{case}: token -: the state cannot be read" in audited.stdout


def test_a_case_whose_diagram_cannot_be_read_is_named(
    journey: Any, site: Any, write: Any, instance_environment: dict[str, str]
) -> None:
    journey.submit()
    write(lambda session: session.execute(update(Resource).values(content=b"<torn")))

    command = [sys.executable, "-m", "web.cli", "audit", "consistency"]  # this process still knows the diagram
    audited = subprocess.run(command, env={**os.environ, **instance_environment}, capture_output=True, check=False)

    assert audited.returncode == 1
    assert f"{site.the_case().business_key}: token -: the diagram cannot be read" in audited.stdout.decode()


@pytest.mark.usefixtures("alive")
def test_a_pack_that_cannot_be_imported_is_named_by_a_deep_look(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "packs" / "torn_pack-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: torn_pack\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[luanchuyen.packs]\ntorn = no_such_pack\n")
    monkeypatch.syspath_prepend(str(about.parent))

    result = doctor("--deep", "--language", "en")

    assert result.exit_code == 1
    assert "torn" in next(line for line in result.stdout.splitlines() if "Packs" in line)


def test_a_mail_server_that_does_not_answer_is_told_without_its_password(doctor: Doctor) -> None:
    server = {
        "LUANCHUYEN_URL": "http://127.0.0.1:8000",
        "LUANCHUYEN_SMTP_HOST": "127.0.0.1",
        "LUANCHUYEN_SMTP_PORT": "1",
        "LUANCHUYEN_SMTP_SENDER": "vanban@example.vn",
        "LUANCHUYEN_SMTP_USER": "vanban",
        "LUANCHUYEN_SMTP_PASSWORD": "s3cret",
    }

    result = doctor(**server)

    assert result.exit_code == 1
    assert "Máy chủ thư 127.0.0.1:1 không nhận (ConnectionRefusedError)" in result.output
    assert "s3cret" not in result.output
