"""Backups: a consistent picture of the database with the files it names, taken while people work, and put back.

The database is pictured first and the files are read after it: contents of papers are never changed, and the retention
command, the only one that removes any, does not run at the same time. Knows no command line and no settings.
"""

from engine.backups.database import Pictured, open_pictured
from engine.backups.errors import (
    BackupDamaged,
    BackupExists,
    BackupForeign,
    BackupFromNewer,
    BackupTooLarge,
    BackupToolFailed,
    DatabaseInUse,
    DatabaseNotThere,
    InstanceNotEmpty,
)
from engine.backups.making import BackupNameRefused, Made, make
from engine.backups.manifest import OFFICE_TERMS, SECRET_KEY, Manifest
from engine.backups.picture import Picture
from engine.backups.restoring import Place, Restored, restore

__all__ = [
    "OFFICE_TERMS",
    "SECRET_KEY",
    "BackupDamaged",
    "BackupExists",
    "BackupForeign",
    "BackupFromNewer",
    "BackupNameRefused",
    "BackupTooLarge",
    "BackupToolFailed",
    "DatabaseInUse",
    "DatabaseNotThere",
    "InstanceNotEmpty",
    "Made",
    "Manifest",
    "Picture",
    "Pictured",
    "Place",
    "Restored",
    "make",
    "open_pictured",
    "restore",
]
