"""Who is who: a snapshot of units, people and positions, of who stands in for whom and who signs for whom.

The directory is small and read at every step, so it is kept in memory as a snapshot per revision and day; a change
counts the revision up and the next reader takes a new snapshot. Changes it nowhere itself: use cases do.
"""

from engine.directory.entries import (
    ADMINISTRATOR_GROUP,
    DEPUTY,
    LEADER,
    LEADERSHIP_UNIT,
    Absence,
    Authority,
    Holder,
    PersonEntry,
    UnitEntry,
    UnknownUnit,
)
from engine.directory.one_day import Directory
from engine.directory.revisions import changed, current, lock, remember_revision, revision

__all__ = [
    "ADMINISTRATOR_GROUP",
    "DEPUTY",
    "LEADER",
    "LEADERSHIP_UNIT",
    "Absence",
    "Authority",
    "Directory",
    "Holder",
    "PersonEntry",
    "UnitEntry",
    "UnknownUnit",
    "changed",
    "current",
    "lock",
    "remember_revision",
    "revision",
]
