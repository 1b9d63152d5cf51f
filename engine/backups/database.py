"""What backing up and restoring ask of a database, whichever kind it is."""

from pathlib import Path
from typing import Protocol

from engine.backups.picture import Picture
from engine.backups.postgresql import PostgresqlDatabase
from engine.backups.sqlite import SqliteDatabase


class Pictured(Protocol):
    """A database that can be pictured while people work, and replaced while nobody does."""

    kind: str

    def take(self, target: Path) -> Picture:
        """Write a consistent picture of the database to a file, holding no writer up.

        Refuses with `DatabaseNotThere` when there is nothing, and with `BackupToolFailed`.
        """
        ...

    def is_empty(self) -> bool:
        """Tell whether a backup may be put here without displacing anything."""
        ...

    def must_be_unused(self) -> None:
        """Refuse with `DatabaseInUse` while somebody else is connected."""
        ...

    def must_be_sound(self, picture: Path) -> None:
        """Refuse with `BackupDamaged` what is no picture of ours, as far as can be told before it is in place."""
        ...

    def put_aside(self, stamp: str) -> str:
        """Move what is there out of the way, under a name with this stamp, and return where it is."""
        ...

    def put(self, picture: Path) -> None:
        """Put a picture in place of nothing; all of it or none."""
        ...

    def clear(self) -> None:
        """Take away what was put where nothing was before."""
        ...

    def put_back(self, stamp: str) -> None:
        """Undo `put_aside`, and what was put there since."""
        ...


def open_pictured(url: str) -> Pictured:
    """Return the database at an address."""
    return SqliteDatabase(url) if url.startswith("sqlite:") else PostgresqlDatabase(url)
