"""What backing up and restoring refuse; each message says in both languages what to do."""

from engine.errors import Conflict, Invalid, Unavailable


class BackupExists(Conflict):
    """There is a file of that name already."""

    code = "backup.exists"


class BackupDamaged(Invalid):
    """The archive is cut off, holds what no backup of ours holds, or does not agree with its own manifest."""

    code = "backup.damaged"


class BackupTooLarge(Invalid):
    """There is not enough room on the disk."""

    code = "backup.too_large"


class BackupFromNewer(Invalid):
    """The backup holds revisions that this program and its packs do not know."""

    code = "backup.from_newer"


class BackupForeign(Invalid):
    """The backup is of another kind of database than the one to restore into."""

    code = "backup.foreign"


class BackupToolFailed(Unavailable):
    """PostgreSQL's own tool is missing or gave up."""

    code = "backup.tool_failed"


class DatabaseNotThere(Invalid):
    """There is nothing to back up."""

    code = "backup.nothing_there"


class DatabaseInUse(Conflict):
    """Somebody is connected to the database that is to be replaced."""

    code = "restore.in_use"


class InstanceNotEmpty(Conflict):
    """There is something already where the backup is to go."""

    code = "restore.not_empty"
