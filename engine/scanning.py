"""Files are looked into before they become papers, where a pack or a named module brings scanners."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from engine import history
from engine.errors import Unavailable
from engine.hooks import Scanner
from engine.model import InPlaceOf, Person, ProcessInstance
from engine.papers import PaperRefused

LONGEST_FOUND = 120
log = structlog.get_logger()


class PaperInfected(PaperRefused):
    """A scanner found something in the file; `found` names it, `scanner` and `sha256` say what and who."""

    code = "paper.infected"

    def __init__(self, *, name: str, scanner: str, found: str, sha256: str) -> None:
        super().__init__(name=name, scanner=scanner, found=found, sha256=sha256)
        self.said = {"name": name, "scanner": scanner, "found": found, "sha256": sha256}


class ScannerFailed(Unavailable):
    """A scanner did not say anything of the file, so it is not taken."""

    code = "paper.scanner_failed"


def must_be_clean(scanners: Sequence[Scanner], path: Path, *, name: str) -> None:
    """Refuse a file with `PaperInfected`, or with `ScannerFailed` when that cannot be said; holds no transaction."""
    for scanner in scanners:
        try:
            found = scanner.scan(path).found
        except Exception as error:  # foreign code may raise anything
            log.warning("paper.scanner_failed", scanner=scanner.name, error=type(error).__name__)
            raise ScannerFailed(name=name) from error
        if found:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            raise PaperInfected(name=name, scanner=scanner.name, found=found[:LONGEST_FOUND], sha256=sha256)


def record(
    session: Session,
    instance: ProcessInstance,
    infected: PaperInfected,
    *,
    by: Person,
    at: datetime,
    in_place_of: InPlaceOf | None = None,
) -> None:
    """Write into the case's history who tried to bring what a scanner refused."""
    said = {**infected.said, **history.in_whose_place(in_place_of)}
    history.record(session, instance, "paper.infected", at=at, actor_id=by.id, **said)
