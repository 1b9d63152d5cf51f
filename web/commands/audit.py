"""`luanchuyen audit`: whether what was recorded is still what was written, and whether rows and tokens agree."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from engine import consistency, database, history
from engine.model import ProcessInstance
from web import clock
from web.settings import read_settings


@click.group()
def audit() -> None:
    """Check what was recorded."""


@audit.command()
@click.argument("case_code", required=False)
def verify(case_code: str | None) -> None:
    """Verify the hash chain of every case's history, or of one; exits with 1 when one is broken."""
    with _session() as session:
        checked = (
            (instance, [f"entry {breach.sequence}: {breach.what}" for breach in breaches])
            for instance, breaches in history.verify_all(session)
        )
        _tell(checked, case_code, "with a broken history")


@audit.command(name="consistency")
@click.argument("case_code", required=False)
def check_consistency(case_code: str | None) -> None:
    """Hold the rows of every case, or of one, against where its tokens stand; exits with 1 when they disagree."""
    with _session() as session:
        checked = (
            (instance, [f"token {each.token_id or '-'}: {each.what}" for each in found])
            for instance, found in consistency.check_all(session, clock.system_time())
        )
        _tell(checked, case_code, "where rows and tokens disagree")


@contextmanager
def _session() -> Iterator[Session]:
    with database.opened(read_settings().database_url) as engine, Session(engine) as session:
        yield session


def _tell(found: Iterable[tuple[ProcessInstance, list[str]]], case_code: str | None, what: str) -> None:
    checked = broken = 0
    for instance, faults in found:
        if case_code not in {None, instance.business_key}:
            continue
        checked += 1
        broken += bool(faults)
        for fault in faults:
            click.echo(f"{instance.business_key}: {fault}")
    click.echo(f"{checked} cases checked, {broken} {what}")
    if broken or (case_code and not checked):
        sys.exit(1)
