"""The command `luanchuyen`: prepare the database, serve the site, verify histories."""

import sys
import tomllib
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database, history, hooks, migrations, staffing
from engine.model import Person
from processes import catalogue
from web import clock
from web.commands.import_bpmn import import_bpmn
from web.commands.lint import lint
from web.passwords import hash_password
from web.server import serve
from web.settings import Settings, read_settings

DEMO_OFFICE = Path(__file__).resolve().parent.parent / "processes" / "demo" / "demo_office.toml"
DEMO_PASSWORD = "luanchuyen"  # noqa: S105  (the demo office's, printed at start; never used without --demo)


@click.group()
def main() -> None:
    """Luân Chuyển: process automation for public offices."""


main.add_command(lint)
main.add_command(import_bpmn)


@main.command()
@click.option("--demo/--no-demo", default=True, help="Load the demo office into an empty directory.")
def prepare(*, demo: bool) -> None:
    """Bring the database up to date, deploy the installed packs, load the demo office on first run."""
    make_ready(read_settings(), demo=demo)


def make_ready(settings: Settings, *, demo: bool) -> None:
    """Do what `prepare` promises; says which packs are broken and goes on without them."""
    plugins = hooks.load_plugins()
    engine = database.open_engine(settings.database_url)
    folders = plugins.hook.migrations()
    if not migrations.is_current(engine, folders):
        migrations.upgrade(engine, folders)
    with Session(engine) as session, session.begin():
        if demo and session.scalar(select(Person.id).limit(1)) is None:
            load_demo_office(session)
        broken = catalogue.deploy_installed(
            session, at=clock.system_time(), known_job_types=hooks.job_handlers(plugins).keys()
        )
    engine.dispose()
    for pack in broken:
        click.echo(f"Gói bị lỗi, không dùng được: {pack.name}: {pack.error}", err=True)


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


@main.command()
@click.argument("username")
@click.argument("full_name")
@click.password_option()
def add_administrator(username: str, full_name: str, password: str) -> None:
    """Add an account with all rights; asks for its password."""
    engine = database.open_engine(read_settings().database_url)
    with Session(engine) as session, session.begin():
        staffing.load_office(
            session,
            units=(),
            people=({"username": username.strip().lower(), "full_name": full_name, "administrator": True},),
            hash_password=lambda: hash_password(password),
            at=clock.system_time(),
        )
    engine.dispose()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=4, show_default=True)
@click.option("--demo/--no-demo", default=True, help="Load the demo office into an empty directory.")
def run(host: str, port: int, threads: int, *, demo: bool) -> None:
    """Prepare the database, then serve the site and run its jobs until Ctrl-C."""
    settings = read_settings()
    make_ready(settings, demo=demo)
    click.echo(f"\nLuân Chuyển: http://{host}:{port}  (Ctrl-C để dừng)")
    if demo:
        click.echo(_demo_accounts())
    serve(settings, host=host, port=port, threads=threads)


def _demo_accounts() -> str:
    office = tomllib.loads(DEMO_OFFICE.read_text(encoding="utf-8"))
    lines = [f"Tài khoản mẫu, mật khẩu «{DEMO_PASSWORD}»:"]
    for person in office["people"]:
        held = person["positions"][0]
        lines.append(f"  {person['username']:<14} {person['full_name']:<14} {held['title']} · {held['unit']}")
    return "\n".join(lines)


@main.group()
def audit() -> None:
    """Check what was recorded."""


@audit.command()
@click.argument("case_code", required=False)
def verify(case_code: str | None) -> None:
    """Verify the hash chain of every case's history, or of one; exits with 1 when one is broken."""
    engine = database.open_engine(read_settings().database_url)
    checked = broken = 0
    with Session(engine) as session:
        for instance, breaches in history.verify_all(session):
            if case_code not in {None, instance.business_key}:
                continue
            checked += 1
            broken += bool(breaches)
            for breach in breaches:
                click.echo(f"{breach.business_key}: entry {breach.sequence}: {breach.what}")
    click.echo(f"{checked} cases checked, {broken} with a broken history")
    if broken or (case_code and not checked):
        sys.exit(1)


if __name__ == "__main__":
    main()
