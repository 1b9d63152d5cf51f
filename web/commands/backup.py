"""The commands `backup` and `restore`: everything of an installation in one file, and back."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import structlog

from engine import backups, hooks
from engine.backups import OFFICE_TERMS, SECRET_KEY, Place
from engine.health import megabytes
from engine.papers import PaperStore
from web import clock
from web.commands import doctor
from web.commands.maintenance import alone
from web.settings import KEY_FILE, Settings, read_settings

NAMED = 5
NOT_YET = frozenset({"workers", "overdue_jobs"})
"""What cannot be well right after a restore: nobody is started yet."""

log = structlog.get_logger()


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--with-key", is_flag=True, help="Include the secret key: then whoever has the file can sign in as anybody."
)
def backup(file: Path, *, with_key: bool) -> None:
    """Write database and uploads to FILE (.tar or .tar.gz), while people work; exits with 1 when files were missing.

    The secret key stays out unless asked for: backups travel, and who has the key can sign in as anybody. Without it
    people sign in again after a restore; nothing else is lost.
    """
    settings = read_settings()
    with alone(settings.instance):
        made = backups.make(
            backups.open_pictured(settings.database_url),
            PaperStore(settings.uploads),
            file.absolute(),
            others=_others(settings, with_key=with_key),
            at=clock.system_time(),
        )
    counts = made.manifest.counts
    click.echo(
        f"{file}: {megabytes(made.size)}, {counts['process_instance']} hồ sơ / cases, "
        f"{counts['paper_version'] - len(made.manifest.missing)} tệp / files"
    )
    log.info("backup.made", size=made.size, missing=len(made.manifest.missing), **counts)
    if made.manifest.missing:
        _tell_missing(made.manifest.missing)
        sys.exit(1)


def _others(settings: Settings, *, with_key: bool) -> dict[str, Path]:
    wanted = {OFFICE_TERMS: settings.instance / OFFICE_TERMS}
    if with_key:
        wanted[SECRET_KEY] = settings.instance / KEY_FILE
    return {name: path for name, path in wanted.items() if path.exists()}


def _tell_missing(missing: Sequence[str]) -> None:
    names = ", ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else "")
    click.echo(
        f"Thiếu hoặc hỏng {len(missing)} tệp, không có trong bản sao lưu: {names} / "
        f"{len(missing)} files were missing or damaged and are not in the backup: {names}",
        err=True,
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Move what is there aside, to before_restore_…, and restore.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def restore(file: Path, *, force: bool, language: str) -> None:
    """Put a backup in place, into an empty instance, while nothing runs on it; then say how the installation is.

    FILE is checked to its last byte before anything is touched, a backup of an older program is upgraded, and jobs go
    on: what is overdue is done once. Exits with 1 when something does not work afterwards.
    """
    settings = read_settings()
    database = backups.open_pictured(settings.database_url)
    with alone(settings.instance):
        restored = backups.restore(
            file,
            Place(database, settings.database_url, settings.instance),
            pack_folders=hooks.load_plugins(settings.plugins).hook.migrations(),
            force=force,
            at=clock.system_time(),
        )
    log.info("backup.restored", made_at=restored.manifest.made_at.isoformat(), aside=list(restored.aside))
    for place in restored.aside:
        click.echo(f"Dữ liệu cũ: {place} / What was there: {place}")
    facts = [fact for fact in doctor.look(settings, deep=True) if fact.name not in NOT_YET]
    click.echo("\n".join(doctor.as_lines(facts, language)))
    if doctor.has_failed(facts):
        sys.exit(1)
