"""The command `retention`: terms from packs and office, a dry run by default, removal when told to."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import simplejson
from click.testing import CliRunner, Result
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine import database as engine_database
from engine.calendar import years
from engine.model import HistoryEntry, ProcessInstance, Removal
from engine.retention import PERMANENT
from processes.manifest import ManifestInvalid, read_manifest
from processes.terms import RetentionInvalid, policy_of, read_office_terms
from web.cli import main

Retention = Callable[..., Result]
TEN_YEARS_AGO = datetime(2015, 6, 1, tzinfo=UTC)


@pytest.fixture
def retention(instance_environment: dict[str, str]) -> Retention:
    """The command, on the test's instance."""

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["retention", *words], env={**instance_environment, "LUANCHUYEN_LOG": "json"})

    return run


@pytest.fixture
def issued_long_ago(journey: Any, instance: Any) -> Any:
    """Joint minutes that were issued, with number and papers, more than ten years ago."""
    with journey.site.session() as session, session.begin():
        years.open_years(session, [TEN_YEARS_AGO.year], at=TEN_YEARS_AGO)
    journey.site.clock.now = TEN_YEARS_AGO
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    issue = {"issued_on": "2015-06-01", "recipients": "Như trên"}
    response = journey.site.visit("bui.mai").complete(journey.site.the_task().id, "issue", issue)
    assert response.status_code == 303, response.text
    journey.site.app.extensions["job_runner"].after_commit([journey.site.the_case().id])
    assert journey.site.the_case().ended_at is not None
    long_ago = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    for path in instance.uploads.rglob("*"):
        if path.is_file():
            os.utime(path, (long_ago, long_ago))
    return journey.site


def decide(instance: Any, text: str) -> None:
    (instance.instance / "retention.toml").write_text(text, encoding="utf-8")


def cases(site: Any) -> list[str]:
    with site.session() as session:
        return list(session.scalars(select(ProcessInstance.business_key)))


def test_by_default_nothing_is_ever_removed(issued_long_ago: Any, retention: Retention) -> None:
    result = retention("--apply")

    assert result.exit_code == 0
    assert result.stdout.startswith("0 hồ sơ / cases, 0 tệp / files")
    assert len(cases(issued_long_ago)) == 1


def test_a_dry_run_lists_and_removes_nothing(
    issued_long_ago: Any, retention: Retention, instance: Any, rows: Any
) -> None:
    decide(instance, "[retention.joint_minutes]\nyears_after_end = 5\n")
    (key,), before = cases(issued_long_ago), rows()

    result = retention()

    assert result.exit_code == 0
    assert f"{key}  joint_minutes  01/06/2015  joint_minutes: years_after_end = 5" in result.stdout
    assert "--apply" in result.stdout
    assert rows() == before


def test_applied_the_case_goes_with_its_files_and_the_register_keeps_its_number(
    issued_long_ago: Any, retention: Retention, instance: Any
) -> None:
    decide(instance, "[retention.joint_minutes]\nyears_after_end = 5\n")
    (key,) = cases(issued_long_ago)

    result = retention("--apply")

    assert result.exit_code == 0, result.output
    assert cases(issued_long_ago) == []
    assert [path for path in instance.uploads.rglob("*") if path.is_file()] == []
    with issued_long_ago.session() as session:
        (record,) = session.scalars(select(Removal))
        entry = session.execute(text("SELECT notation, instance_id FROM routing_outgoing_document")).one()
    assert (record.business_key, record.policy) == (key, "joint_minutes: years_after_end = 5")
    assert tuple(entry) == ("01/BB-SCT", None)
    events = [simplejson.loads(line) for line in result.stderr.splitlines()]
    removed = next(event for event in events if event["event"] == "case.removed")
    assert (removed["case"], removed["history_head"]) == (key, record.history_head)


def test_a_case_that_cannot_go_is_said_and_the_command_fails(
    issued_long_ago: Any, retention: Retention, instance: Any
) -> None:
    decide(instance, "[retention.joint_minutes]\nyears_after_end = 5\n")
    with engine_database.opened(instance.database_url) as engine, Session(engine) as session, session.begin():
        session.execute(update(HistoryEntry).values(kind="task.lost"))

    result = retention("--apply")

    assert result.exit_code == 1
    assert "HELD" in result.stderr
    assert len(cases(issued_long_ago)) == 1


def test_a_term_for_a_process_that_is_not_there_is_pointed_out(instance: Any, retention: Retention) -> None:
    decide(instance, "[retention.joint_minuets]\nyears_after_end = 5\n")

    assert "joint_minuets: years_after_end = 5  (không có quy trình này / no such process)" in retention().stdout


@pytest.mark.parametrize("year", ["0", "-1", "2.5", "true", '"ten"', "1000"])
def test_a_term_that_is_none_is_refused(tmp_path: Path, year: str) -> None:
    (tmp_path / "retention.toml").write_text(f"[retention.joint_minutes]\nyears_after_end = {year}\n")

    with pytest.raises(RetentionInvalid, match="years_after_end"):
        read_office_terms(tmp_path)


@pytest.mark.parametrize("said", ["[retention", "[retention.x]\nyears = 5", "[housekeping]\nx = 1", "retention = 3"])
def test_an_office_file_that_says_something_else_is_refused(tmp_path: Path, said: str) -> None:
    (tmp_path / "retention.toml").write_text(said)

    with pytest.raises(RetentionInvalid):
        read_office_terms(tmp_path)


def test_a_pack_proposes_terms_and_the_office_has_the_last_word(tmp_path: Path) -> None:
    about = 'key = "pack"\ntitle = "P"\nversion = "1"\n'
    pack = read_manifest(f"{about}[retention.a]\nyears_after_end = 10\n[retention.b]\nyears_after_end = 5")
    (tmp_path / "retention.toml").write_text(
        '[retention.b]\nyears_after_end = "permanent"\n[housekeeping]\nfinished_jobs_days = 7\n'
    )

    policy = policy_of([pack.retention], read_office_terms(tmp_path))

    assert policy.terms == {"a": 10, "b": PERMANENT}
    assert policy.jobs == timedelta(days=7)


def test_a_pack_with_a_wrong_term_is_broken() -> None:
    with pytest.raises(ManifestInvalid, match="years_after_end"):
        read_manifest('key = "pack"\ntitle = "P"\nversion = "1"\n[retention.a]\nyears_after_end = 0')
