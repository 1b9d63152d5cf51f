"""The command `lint`: what is wrong or dubious in diagrams, decisions and forms, before anybody deploys them."""

import sys
from pathlib import Path

import click
from sqlalchemy.orm import Session

from engine import database, directory, hooks
from engine.wording import Severity
from processes.linting import lint_files
from web import clock
from web.commands.findings import as_json, as_lines, counted
from web.settings import read_plugins, read_settings


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE…")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "wants_json", is_flag=True, help="Print JSON with both languages.")
@click.option("--directory", "asks_directory", is_flag=True, help="Look named units and people up in the database.")
def lint(files: tuple[Path, ...], *, language: str, wants_json: bool, asks_directory: bool) -> None:
    """Lint files or folders of diagrams, decisions and forms; exits with 1 when something would be refused.

    What lies beside a file (the whole pack, where there is a pack.toml) counts as deployed with it.
    """
    offered = hooks.job_types(hooks.load_plugins(read_plugins())).keys()
    found = lint_files(files, known_job_types=offered, directory=_directory() if asks_directory else None)
    if wants_json:
        click.echo(as_json(found))
    else:
        click.echo("\n".join([*as_lines(found, language), counted(found, language)]))
    if any(finding.severity is Severity.ERROR for finding in found):
        sys.exit(1)


def _directory() -> directory.Directory:
    with database.opened(read_settings().database_url) as engine, Session(engine) as session:
        return directory.current(session, on=clock.system_time().date())
