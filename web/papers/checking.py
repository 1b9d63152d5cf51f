"""Files go past the scanners before the transaction that takes them begins."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from flask import current_app

from engine import scanning
from engine.hooks import Scanner
from engine.model import InPlaceOf, ProcessInstance
from engine.scanning import PaperInfected
from web import clock
from web.database import session
from web.papers.place import store
from web.security import me


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was received, and what a scanner found in it."""

    name: str
    content: bytes
    infected: PaperInfected | None


def scanners() -> list[Scanner]:
    """Return the scanners of this installation."""
    found: list[Scanner] = current_app.extensions["scanners"]
    return found


def checked(name: str, content: bytes) -> Checked:
    """Let the scanners look at a content that stands nowhere yet; refuses with `ScannerFailed`."""
    if not scanners() or not content:
        return Checked(name, content, None)
    lent = uuid4()
    try:
        store().put_piece(lent, 0, content)
        return Checked(name, content, verdict_on(store().part(lent), name))
    finally:
        store().drop_part(lent)


def verdict_on(path: Path, name: str) -> PaperInfected | None:
    """Return what a scanner found in a file; refuses with `ScannerFailed`. No transaction is open meanwhile."""
    session().rollback()
    try:
        scanning.must_be_clean(scanners(), path, name=name)
    except PaperInfected as infected:
        return infected
    return None


def note_infected(instance: ProcessInstance, infected: PaperInfected, absent: InPlaceOf | None) -> None:
    """Write what was refused into the case's history."""
    scanning.record(session(), instance, infected, by=me(), at=clock.now(), in_place_of=absent)
