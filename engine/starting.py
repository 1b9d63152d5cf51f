"""Starting a process by hand: who may, and doing it."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine import definitions, runtime, tasks
from engine.definitions import LoadedDefinition
from engine.errors import Forbidden
from engine.model import Person, ProcessInstance


class ProcessNotStartable(Forbidden):
    """The process is not for this person to start."""

    code = "process.not_startable"


def startable(session: Session, *, by: Person, at: datetime) -> list[LoadedDefinition]:
    """Return the newest versions of the processes a person may start, by name."""
    loaded = [definitions.load(session, definition.id) for definition in definitions.all_latest(session)]
    return [each for each in loaded if _may_start(session, each, by, at)]


def _may_start(session: Session, loaded: LoadedDefinition, by: Person, at: datetime) -> bool:
    starters = loaded.starters(runtime.environment(session, at))
    has_manual_start = any(element.event is None for element in loaded.model.start_elements)
    return has_manual_start and (starters is None or not starters.isdisjoint(tasks.groups_of(session, by, at)))


def start(session: Session, key: str, *, by: Person, at: datetime) -> ProcessInstance:
    """Start the newest version of a process; refuses with `ProcessNotFound` or `ProcessNotStartable`."""
    definition = definitions.latest(session, key)
    if not _may_start(session, definitions.load(session, definition.id), by, at):
        raise ProcessNotStartable(key=key)
    return runtime.start(session, definition, by=by, variables={}, at=at)
