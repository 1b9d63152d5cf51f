"""Restoring a backup: all of it is unpacked and checked beside the instance before anything there is touched."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from engine import migrations
from engine.backups.archive import unpack
from engine.backups.database import Pictured
from engine.backups.errors import BackupDamaged, BackupForeign, BackupFromNewer, BackupTooLarge, InstanceNotEmpty
from engine.backups.manifest import DATABASES, OFFICE_TERMS, SECRET_KEY, UPLOADS, Manifest
from engine.database import begin_write, open_engine
from engine.model import Job, Worker

RESERVE = 64 * 1024 * 1024
"""Bytes that are left free on the disk whatever comes out of an archive."""

LOOSE = (SECRET_KEY, OFFICE_TERMS)
UPLOADS_FOLDER = UPLOADS.rstrip("/")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a backup goes: a database, by its address as well, and the instance's folder."""

    database: Pictured
    database_url: str
    instance: Path


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: where the old things lie now, if there were any, and the branches that had to be upgraded."""

    manifest: Manifest
    aside: Sequence[str]
    upgraded: Sequence[str]


def restore(source: Path, place: Place, *, pack_folders: Sequence[Path], force: bool, at: datetime) -> Restored:
    """Put a backup in place, upgraded to this program, with no job in anybody's hands.

    With `force` what is there is moved aside, never deleted. Refuses, before anything is touched, with
    `InstanceNotEmpty`, `DatabaseInUse`, `BackupDamaged`, `BackupForeign`, `BackupFromNewer` and `BackupTooLarge`.
    """
    place.database.must_be_unused()
    is_empty = place.database.is_empty() and not _has_uploads(place.instance)
    if not (is_empty or force):
        raise InstanceNotEmpty(
            "Ở đây đã có dữ liệu; dùng --force để dời dữ liệu cũ sang bên rồi phục hồi. / "
            "There is something here already; --force moves it aside and restores."
        )
    with tempfile.TemporaryDirectory(prefix="restoring-", dir=place.instance) as folder:
        unpacked = Path(folder)
        manifest = unpack(source, Unpacking(unpacked).take)
        _must_fit(manifest, place, pack_folders)
        place.database.must_be_sound(unpacked / DATABASES[manifest.kind])
        with _aside(place, manifest, f"before_restore_{at:%Y%m%d_%H%M%S}", is_empty=is_empty) as aside:
            _put(place, manifest, unpacked)
            upgraded = _make_ready(place, pack_folders)
    return Restored(manifest, aside, upgraded)


def _has_uploads(instance: Path) -> bool:
    uploads = instance / UPLOADS_FOLDER
    return uploads.is_dir() and any(uploads.iterdir())


class Unpacking:
    """Files of an archive on their way to the disk, as long as there is room."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._room = shutil.disk_usage(folder).free - RESERVE

    def take(self, name: str, size: int) -> IO[bytes]:
        """Open the file for a member; its name has been found to be one of ours."""
        self._room -= size
        if self._room < 0:
            raise BackupTooLarge(
                "Ổ đĩa không đủ chỗ để phục hồi bản sao lưu. / There is not enough room on the disk for the backup."
            )
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _must_fit(manifest: Manifest, place: Place, pack_folders: Sequence[Path]) -> None:
    if manifest.kind != place.database.kind:
        raise BackupForeign(
            f"Bản sao lưu là của {manifest.kind}, còn DATABASE_URL là {place.database.kind}. / "
            f"The backup is of {manifest.kind}, and DATABASE_URL is {place.database.kind}."
        )
    if DATABASES[manifest.kind] not in manifest.members:
        raise BackupDamaged("Bản sao lưu không có cơ sở dữ liệu. / The backup holds no database.")
    _must_be_known(manifest.revisions, pack_folders)


def _must_be_known(revisions: Sequence[str], pack_folders: Sequence[Path]) -> None:
    unknown = ", ".join(migrations.stands_to(revisions, pack_folders).unknown)
    if unknown:
        raise BackupFromNewer(
            f"Bản sao lưu từ chương trình mới hơn, hoặc cần gói chưa cài ({unknown}). / "
            f"The backup is from a newer program, or needs a pack that is not installed ({unknown})."
        )


@contextmanager
def _aside(place: Place, manifest: Manifest, stamp: str, *, is_empty: bool) -> Iterator[list[str]]:
    """Move aside what the backup replaces; when the block fails, everything is where it was."""
    aside, said = place.instance / stamp, []
    with ExitStack() as undo:
        if is_empty:
            undo.callback(place.database.clear)
        else:
            said.append(place.database.put_aside(stamp))
            undo.callback(place.database.put_back, stamp)
        for name in (UPLOADS_FOLDER, *LOOSE):
            if _is_replaced(name, manifest, place.instance):
                aside.mkdir(exist_ok=True)
                (place.instance / name).rename(aside / name)
                undo.callback((aside / name).rename, place.instance / name)
        undo.callback(shutil.rmtree, place.instance / UPLOADS_FOLDER, ignore_errors=True)
        yield sorted({*said, *([str(aside)] if aside.exists() else [])})
        undo.pop_all()


def _is_replaced(name: str, manifest: Manifest, instance: Path) -> bool:
    return (instance / name).exists() and (name == UPLOADS_FOLDER or name in manifest.members)


def _put(place: Place, manifest: Manifest, unpacked: Path) -> None:
    """Move everything in, the database last: as long as it is not there, nothing is restored."""
    for name in (UPLOADS_FOLDER, *LOOSE):
        if (unpacked / name).exists():
            (unpacked / name).rename(place.instance / name)
    os.sync()
    place.database.put(unpacked / DATABASES[manifest.kind])


def _make_ready(place: Place, pack_folders: Sequence[Path]) -> Sequence[str]:
    """Upgrade what is older and take every job out of the hands of processes that are no more."""
    engine = open_engine(place.database_url)
    try:
        with engine.connect() as connection:
            standing = migrations.standing(connection, pack_folders)
        _must_be_known(standing.heads, pack_folders)
        if standing.behind:
            migrations.upgrade(engine, pack_folders)
        with Session(engine) as session, session.begin():
            begin_write(session)
            in_hand = Job.lease_until.is_not(None) | Job.lease_token.is_not(None)
            session.execute(update(Job).where(in_hand).values(lease_until=None, lease_token=None, worker=None))
            session.execute(delete(Worker))
    finally:
        engine.dispose()
    return standing.behind
