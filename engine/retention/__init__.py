"""Removing what has been kept long enough: the one place of the platform that removes cases, and only by policy.

Nothing is removed by default. A case goes with all its rows, with the cases it called, and with the files that no other
case holds; a `Removal` stays behind for each, with the head of its history. Knows no folder of packs and no command.
"""

from engine.retention.cases import CaseHeld, DueCase, due, remove
from engine.retention.files import clear_files, stray_files
from engine.retention.jobs import clear_finished_jobs, count_finished_jobs
from engine.retention.notices import clear_read_notices, count_read_notices
from engine.retention.policy import PERMANENT, Policy, Term
from engine.retention.uploads import clear_left_uploads, count_left_uploads

__all__ = [
    "PERMANENT",
    "CaseHeld",
    "DueCase",
    "Policy",
    "Term",
    "clear_files",
    "clear_finished_jobs",
    "clear_left_uploads",
    "clear_read_notices",
    "count_finished_jobs",
    "count_left_uploads",
    "count_read_notices",
    "due",
    "remove",
    "stray_files",
]
