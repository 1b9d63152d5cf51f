"""The command `luanchuyen`: prepare the database, serve the site, verify histories."""

import tomllib
from pathlib import Path

import click
import structlog
from pluggy import PluginManager
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import database, hooks, migrations, staffing
from engine.calendar import years
from engine.model import Person
from processes import catalogue
from processes.catalogue import BrokenPack
from web import clock, logs
from web.commands.audit import audit
from web.commands.backup import backup, restore
from web.commands.dispatch import dispatch
from web.commands.doctor import doctor
from web.commands.group import Commands
from web.commands.import_bpmn import import_bpmn
from web.commands.lint import lint
from web.commands.retention import retain
from web.commands.worker import worker
from web.passwords import hash_password
from web.server import serve
from web.settings import Settings, read_log_format, read_settings

DEMO_OFFICE = Path(__file__).resolve().parent.parent / "processes" / "demo" / "demo_office.toml"
DEMO_SINCE = 2026  # the first year in which anything happens in the demo
DEMO_PASSWORD = "luanchuyen"  # noqa: S105  (the demo office's, printed at start; never used without --demo)


@click.group(cls=Commands)
@click.pass_context
def main(context: click.Context) -> None:
    """Luân Chuyển: process automation for public offices."""
    logs.configure(read_log_format())
    context.with_resource(structlog.contextvars.bound_contextvars(command=context.invoked_subcommand))


for command in (audit, backup, dispatch, doctor, import_bpmn, lint, restore, retain, worker):
    main.add_command(command)


@main.command()
@click.option("--demo/--no-demo", default=True, help="Load the demo office into an empty directory.")
def prepare(*, demo: bool) -> None:
    """Bring the database up to date, deploy the installed packs, load the demo office on first run."""
    make_ready(read_settings(), demo=demo)


def make_ready(settings: Settings, *, demo: bool) -> None:
    """Do what `prepare` promises; says which packs are broken and goes on without them."""
    plugins = hooks.load_plugins(settings.plugins)
    folders = plugins.hook.migrations()
    with database.opened(settings.database_url) as engine:
        migrations.upgrade(engine, folders)
        broken = _fill(engine, plugins, demo=demo)
    for pack in broken:
        click.echo(f"Gói bị lỗi, không dùng được: {pack.name}: {pack.error}", err=True)


def _fill(engine: Engine, plugins: PluginManager, *, demo: bool) -> list[BrokenPack]:
    """Load the demo office and deploy the packs; of several processes that start at once, one after another."""
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        database.take_time(session)
        database.take_turn(session, "fill")
        if demo and session.scalar(select(Person.id).limit(1)) is None:
            load_demo_office(session)
        if demo:
            _open_demo_calendar(session)
        return catalogue.deploy_installed(
            session, at=clock.system_time(), known_job_types=hooks.job_types(plugins).keys()
        )


def load_demo_office(session: Session) -> None:
    """Load the demo office; every account has the demo password."""
    office = tomllib.loads(DEMO_OFFICE.read_text(encoding="utf-8"))
    shared_hash = hash_password(DEMO_PASSWORD)
    staffing.load_office(
        session,
        units=office["units"],
        people=office["people"],
        hash_password=lambda: shared_hash,
        at=clock.system_time(),
    )


def _open_demo_calendar(session: Session) -> None:
    """Open the calendar of the demo office until the end of next year, also where the demo is older than calendars.

    An office without the demo's people approves its years itself.
    """
    now = clock.system_time()
    people = tomllib.loads(DEMO_OFFICE.read_text(encoding="utf-8"))["people"]
    wanted = [person["username"] for person in people]
    known = session.scalars(select(Person.id).where(Person.username.in_(wanted))).all()
    if len(known) == len(wanted):
        years.open_years(session, range(DEMO_SINCE, now.year + 2), at=now)


@main.command()
@click.argument("username")
@click.argument("full_name")
@click.password_option()
def add_administrator(username: str, full_name: str, password: str) -> None:
    """Add an account with all rights; asks for its password."""
    url = read_settings().database_url
    with database.opened(url) as engine, Session(engine) as session, session.begin():
        database.begin_write(session)
        staffing.load_office(
            session,
            units=(),
            people=({"username": username.strip().lower(), "full_name": full_name, "administrator": True},),
            hash_password=lambda: hash_password(password),
            at=clock.system_time(),
        )


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=4, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes; several are for PostgreSQL.")
@click.option("--demo/--no-demo", default=True, help="Load the demo office into an empty directory.")
def run(host: str, port: int, threads: int, workers: int, *, demo: bool) -> None:
    """Prepare the database, then serve the site and run its jobs until Ctrl-C."""
    settings = read_settings()
    make_ready(settings, demo=demo)
    click.echo(f"\nLuân Chuyển: http://{host}:{port}  (Ctrl-C để dừng)")
    if demo:
        click.echo(_demo_accounts())
    serve(settings, host=host, port=port, threads=threads, workers=workers)


def _demo_accounts() -> str:
    office = tomllib.loads(DEMO_OFFICE.read_text(encoding="utf-8"))
    lines = [f"Tài khoản mẫu, mật khẩu «{DEMO_PASSWORD}»:"]
    for person in office["people"]:
        held = person["positions"][0]
        lines.append(f"  {person['username']:<14} {person['full_name']:<14} {held['title']} · {held['unit']}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
