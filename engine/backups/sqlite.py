"""Picturing and replacing a SQLite file."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from engine.backups.errors import BackupDamaged, DatabaseInUse, DatabaseNotThere
from engine.backups.picture import CONTENTS, COUNTED, HEADS, Picture
from engine.papers import UNFINISHED, sync_folder

BESIDE = ("-wal", "-shm")
BUSY_SECONDS = 10.0
NOT_THERE = "Chưa có cơ sở dữ liệu; hãy chạy luanchuyen prepare. / There is no database yet; run luanchuyen prepare."
IN_USE = (
    "Còn tiến trình đang mở cơ sở dữ liệu; hãy dừng trang và worker trước. / "
    "Some process has the database open; stop the site and the workers first."
)
UNSOUND = (
    "Cơ sở dữ liệu trong bản sao lưu bị hỏng hoặc không phải của chương trình này. / "
    "The database in the backup is damaged or not one of this program."
)


class SqliteDatabase:
    """A SQLite file with what lies beside it."""

    kind = "sqlite"

    def __init__(self, url: str) -> None:
        self._file = Path(make_url(url).database or "")

    def take(self, target: Path) -> Picture:
        """Write a compact copy: one reading transaction, which no writer waits for in a write-ahead log.

        What was removed is not in it, not even in unused pages.
        """
        if self.is_empty():
            raise DatabaseNotThere(NOT_THERE)
        with _opened(self._file) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        with _opened(target) as connection:
            return Picture(
                revisions=[row[0] for row in connection.execute(HEADS)],
                contents=[row[0] for row in connection.execute(CONTENTS)],
                counts={
                    table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  (constants)
                    for table in COUNTED
                },
            )

    def is_empty(self) -> bool:
        """Tell whether there is no file, or one without tables."""
        if not self._file.exists():
            return True
        with _opened(self._file) as connection:
            return not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()

    def must_be_unused(self) -> None:
        """Ask for the file alone, which is refused as long as another connection is open, even an idle one."""
        if not self._file.exists():
            return
        with _opened(self._file, patience=0.5) as connection:
            try:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.OperationalError as error:
                raise DatabaseInUse(IN_USE) from error

    def must_be_sound(self, picture: Path) -> None:
        """Check a file that somebody may have made to harm: pages, keys, and that it holds plain tables and indexes."""
        try:
            with _opened(picture) as connection:
                connection.execute("PRAGMA trusted_schema = OFF")
                kinds = {row[0] for row in connection.execute("SELECT type FROM sqlite_master")}
                virtual = connection.execute("SELECT 1 FROM sqlite_master WHERE sql LIKE '%VIRTUAL%TABLE%'").fetchone()
                is_ours = kinds <= {"table", "index"} and virtual is None
                is_whole = connection.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
                has_strays = is_ours and connection.execute("PRAGMA foreign_key_check").fetchone() is not None
                has_revisions = is_ours and connection.execute(HEADS).fetchone() is not None
        except sqlite3.DatabaseError as error:
            raise BackupDamaged(UNSOUND) from error
        if not (is_ours and is_whole and has_revisions) or has_strays:
            raise BackupDamaged(UNSOUND)

    def put_aside(self, stamp: str) -> str:
        """Move the file and its log into a folder beside it."""
        aside = self._file.parent / stamp
        aside.mkdir(exist_ok=True)
        for name in self._names():
            if (self._file.parent / name).exists():
                (self._file.parent / name).rename(aside / name)
        sync_folder(self._file.parent)
        return str(aside)

    def put(self, picture: Path) -> None:
        """Give the picture the file's name; its owner alone may read it."""
        self.clear()  # a file without tables may lie there
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_name(f"{self._file.name}{UNFINISHED}")
        shutil.move(picture, part)  # perhaps from another disk
        part.chmod(0o600)
        part.rename(self._file)
        sync_folder(self._file.parent)

    def clear(self) -> None:
        """Remove the file and its log."""
        for name in self._names():
            (self._file.parent / name).unlink(missing_ok=True)

    def put_back(self, stamp: str) -> None:
        """Move the file and its log to where they were."""
        self.clear()
        for name in self._names():
            if (self._file.parent / stamp / name).exists():
                (self._file.parent / stamp / name).rename(self._file.parent / name)

    def _names(self) -> list[str]:
        return [self._file.name, *(f"{self._file.name}{suffix}" for suffix in BESIDE)]


@contextmanager
def _opened(file: Path, patience: float = BUSY_SECONDS) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=patience)) as connection:
        yield connection
