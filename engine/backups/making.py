"""Making a backup: the picture of the database, then the files it names, then the manifest."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from engine.backups.archive import COMPRESSED, SUFFIXES, ArchiveWriter, writing
from engine.backups.database import Pictured
from engine.backups.errors import BackupExists
from engine.backups.manifest import DATABASES, MANIFEST, UPLOADS, Manifest, write_manifest
from engine.errors import Invalid
from engine.papers import UNFINISHED, PaperStore, sha256_of, sync_folder

PROGRAM = "luanchuyen"


class BackupNameRefused(Invalid):
    """The name does not say what kind of file it is to be."""

    code = "backup.name_refused"


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it; contents in `manifest.missing` were gone or damaged before and are in no backup."""

    path: Path
    size: int
    manifest: Manifest


def make(
    database: Pictured, store: PaperStore, target: Path, *, others: Mapping[str, Path], at: datetime, program: str = ""
) -> Made:
    """Write a backup to a new file that its owner alone may read; `others` are files of the installation by member.

    The file has its name only when it is whole and on the disk. Refuses with `BackupExists`, `BackupNameRefused` and
    what taking the picture refuses.
    """
    _must_be_free(target)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
        picture_file = Path(scratch) / DATABASES[database.kind]
        picture = database.take(picture_file)
        with _unfinished(target) as file, writing(file, is_compressed=_is_compressed(target), at=at) as archive:
            archive.add_file(picture_file.name, picture_file)
            missing = _add_contents(archive, store, picture.contents)
            for name, path in others.items():
                archive.add_file(name, path)
            manifest = Manifest(
                made_at=at,
                program=program or version(PROGRAM),
                kind=database.kind,
                revisions=picture.revisions,
                counts=picture.counts,
                missing=missing,
                members=dict(archive.members),
            )
            archive.add(MANIFEST, write_manifest(manifest))
    return Made(target, target.stat().st_size, manifest)


def _must_be_free(target: Path) -> None:
    if not target.name.endswith(SUFFIXES):
        endings = ", ".join(SUFFIXES)
        raise BackupNameRefused(f"Tên tệp phải kết thúc bằng {endings}. / The file's name must end in {endings}.")
    if target.exists():
        raise BackupExists(f"Đã có tệp {target.name}; hãy chọn tên khác. / {target.name} exists; choose another name.")


def _is_compressed(target: Path) -> bool:
    return target.name.endswith(COMPRESSED)


def _add_contents(archive: ArchiveWriter, store: PaperStore, contents: Iterable[str]) -> list[str]:
    missing = []
    for sha256 in contents:
        path = store.path(sha256)
        content = path.read_bytes() if path.is_file() else b""
        if sha256_of(content) == sha256:
            archive.add(f"{UPLOADS}{sha256[:2]}/{sha256}", content)
        else:
            missing.append(sha256)
    return missing


@contextmanager
def _unfinished(target: Path) -> Iterator[IO[bytes]]:
    """Open a file that gets its name when the block ends well, and is gone when it does not."""
    part = target.with_name(f"{target.name}{UNFINISHED}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
