"""The command `retention`: what has been kept long enough, and, when told to, its removal."""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import database, hooks, retention
from engine.errors import PlatformError
from engine.model import ProcessDefinition
from engine.papers import PaperStore
from engine.retention import CaseHeld, DueCase, Policy
from engine.runtime import OFFICE_ZONE
from processes import catalogue
from processes.terms import policy_of, read_office_terms
from web import clock
from web.commands.maintenance import alone
from web.settings import Settings, read_settings

Sessions = Callable[[], Session]
log = structlog.get_logger()


@click.command(name="retention")
@click.option("--apply", "applies", is_flag=True, help="Remove; without it only say what would go.")
def retain(*, applies: bool) -> None:
    """List cases past the retention terms of their process, or purged, and with --apply remove them for good.

    Terms stand in the packs' pack.toml and in the instance's retention.toml; a process without one is kept for ever.
    Of every case removed a record stays. Exits with 1 when a case that is due could not be removed.
    """
    settings, at = read_settings(), clock.system_time()
    hooks.load_plugins(settings.plugins)  # their tables say what becomes of rows that name a case
    policy = policy_of((manifest.retention for manifest in catalogue.manifests()), read_office_terms(settings.instance))
    with alone(settings.instance), _sessions(settings) as sessions:
        _tell_terms(sessions, policy)
        if applies:
            sys.exit(_apply(sessions, policy, PaperStore(settings.uploads), at))
        _list(sessions, policy, PaperStore(settings.uploads), at)


@contextmanager
def _sessions(settings: Settings) -> Iterator[Sessions]:
    with database.opened(settings.database_url) as engine:
        yield sessionmaker(engine)


def _tell_terms(sessions: Sessions, policy: Policy) -> None:
    with sessions() as session:
        known = set(session.scalars(select(ProcessDefinition.key).distinct()))
    for key, term in sorted(policy.terms.items()):
        unknown = "" if key in known else "  (không có quy trình này / no such process)"
        click.echo(f"{key}: years_after_end = {term}{unknown}")


def _list(sessions: Sessions, policy: Policy, store: PaperStore, at: datetime) -> None:
    with sessions() as session:
        database.take_time(session)
        cases = 0
        for case in retention.due(session, policy, at=at):
            cases += 1
            click.echo(_line(case))
        files = sum(1 for _ in retention.stray_files(session, store, at=at))
        jobs, notices = (
            retention.count_finished_jobs(session, policy, at=at),
            retention.count_read_notices(session, at=at),
        )
        uploads = retention.count_left_uploads(session, at=at)
        click.echo(_totals(cases, files, jobs, notices, uploads))
    click.echo("Chưa xóa gì; thêm --apply để loại bỏ. / Nothing was removed; --apply removes.")


def _apply(sessions: Sessions, policy: Policy, store: PaperStore, at: datetime) -> int:
    """Remove what is due, file and all; return 1 when something was held back."""
    with sessions() as session:
        database.take_time(session)
        found = list(retention.due(session, policy, at=at))
    gone = sum(_remove(sessions, case, policy, at) for case in found)
    with sessions() as session:
        database.take_time(session)
        stray = list(retention.stray_files(session, store, at=at))
    files = retention.clear_files(sessions, stray)
    jobs = retention.clear_finished_jobs(sessions, policy, at=at)
    notices = retention.clear_read_notices(sessions, at=at)
    uploads = retention.clear_left_uploads(sessions, at=at)
    click.echo(_totals(gone, files, jobs, notices, uploads))
    log.info("retention.applied", cases=gone, files=files, jobs=jobs, notices=notices, uploads=uploads)
    return 0 if gone == len(found) else 1


def _remove(sessions: Sessions, case: DueCase, policy: Policy, at: datetime) -> bool:
    try:
        with sessions() as session, session.begin():
            database.begin_write(session)
            database.take_time(session)
            removals = retention.remove(session, case, policy, by=getpass.getuser(), at=at)
            records = [(each.business_key, each.policy, each.history_head) for each in removals]
    except (CaseHeld, PlatformError) as held:
        click.echo(f"{_line(case)}: GIỮ LẠI / HELD: {held}", err=True)
        return False
    click.echo(_line(case))
    for business_key, why, head in records:
        log.info("case.removed", case=business_key, policy=why, history_head=head)
    return True


def _line(case: DueCase) -> str:
    ended = case.ended_at.astimezone(OFFICE_ZONE)
    called = f" (+{case.called})" if case.called else ""
    return f"{case.business_key}{called}  {case.process_key}  {ended:%d/%m/%Y}  {case.policy}"


def _totals(cases: int, files: int, jobs: int, notices: int, uploads: int) -> str:
    said = f"{cases} hồ sơ / cases, {files} tệp / files, {jobs} việc tự động đã xong / finished jobs"
    said = f"{said}, {notices} thông báo đã đọc từ lâu / notices read long ago"
    return f"{said}, {uploads} tải lên bỏ dở / uploads left unfinished"
