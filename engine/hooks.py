"""The seam for packs: every hook is declared here once, and each has a built-in user."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pluggy
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model import ProcessInstance

PROJECT = "luanchuyen"
PACKS_GROUP = "luanchuyen.packs"

_Spec = TypeVar("_Spec", bound=Callable[..., object])
_hookspec = pluggy.HookspecMarker(PROJECT)
_hookimpl = pluggy.HookimplMarker(PROJECT)


def hookimpl(function: _Spec) -> _Spec:
    """Mark a pack's function as an implementation of the hook with its name."""
    return _hookimpl(function)


@dataclass(frozen=True, slots=True)
class JobCall:
    """What a handler gets: its session (same transaction as the case's step), the case, the variables, the time.

    `idempotency_key` is the same at every attempt of one job.
    """

    session: Session
    instance: ProcessInstance
    variables: Mapping[str, object]
    headers: Mapping[str, str]
    idempotency_key: str
    at: datetime


JobHandler = Callable[[JobCall], Mapping[str, object]]


class BpmnError(Exception):
    """A business error thrown by a handler: it goes to the diagram's error events, it is never retried."""

    def __init__(self, error_code: str, message: str = "", variables: Mapping[str, object] | None = None) -> None:
        super().__init__(message or error_code)
        self.error_code, self.message, self.variables = error_code, message, dict(variables or {})


class Hooks:
    """What a pack may offer."""

    @_hookspec
    def job_types(self) -> Mapping[str, JobHandler]:  # type: ignore[empty-body]
        """Return the service tasks' job types with their handlers."""

    @_hookspec
    def migrations(self) -> Path:  # type: ignore[empty-body]
        """Return the folder of the pack's own alembic branch."""


class PackBroken(Invalid):
    """A pack's Python cannot be imported; the platform goes on without the pack."""

    code = "pack.broken"


def import_pack(entry: EntryPoint) -> tuple[ModuleType, ModuleType | None]:
    """Import a pack and the module with its hooks, if it has one; refuses with `PackBroken`."""
    try:
        package = import_module(entry.value)
        plugin = getattr(package, "PLUGIN", None)
        return package, import_module(plugin) if plugin else None
    except Exception as error:  # foreign code may raise anything while it is imported
        raise PackBroken(f"{entry.value}: {type(error).__name__}: {error}", pack=entry.name) from error


def load_plugins() -> pluggy.PluginManager:
    """Return a plugin manager with every installed pack that brings Python; called once by the application.

    A pack that cannot be imported is left out here and named when the packs are deployed.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    for entry in entry_points(group=PACKS_GROUP):
        with suppress(PackBroken):
            _, plugin = import_pack(entry)
            if plugin is not None:
                manager.register(plugin, name=entry.name)
    return manager


def job_handlers(manager: pluggy.PluginManager) -> dict[str, JobHandler]:
    """Collect the handlers of all packs by job type."""
    return {job_type: handler for offered in manager.hook.job_types() for job_type, handler in offered.items()}
