"""The seam for packs: every hook is declared here once, and each has a built-in user."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pluggy
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model import JobPriority, ProcessInstance
from engine.wording import Bilingual

PROJECT = "luanchuyen"
PACKS_GROUP = "luanchuyen.packs"

_Spec = TypeVar("_Spec", bound=Callable[..., object])
_hookspec = pluggy.HookspecMarker(PROJECT)
_hookimpl = pluggy.HookimplMarker(PROJECT)


def hookimpl(function: _Spec) -> _Spec:
    """Mark a pack's function as an implementation of the hook with its name."""
    return _hookimpl(function)


RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
LOCAL_TIME, EXTERNAL_TIME = timedelta(seconds=30), timedelta(minutes=5)


class OutsideTransaction(RuntimeError):
    """An external handler asked for a session: it works while nothing is locked and no transaction is open."""


@dataclass(frozen=True, slots=True)
class JobCall:
    """What a handler gets: the case, the variables, the time, and, when it is local, the step's own transaction.

    `idempotency_key` is the same at every attempt of one job. To an external handler `instance` is a copy to read from.
    """

    instance: ProcessInstance
    variables: Mapping[str, object]
    headers: Mapping[str, str]
    idempotency_key: str
    at: datetime
    within: Session | None = field(default=None, repr=False)

    @property
    def session(self) -> Session:
        """The session of the case's step; refuses with `OutsideTransaction` when the handler is external."""
        if self.within is None:
            raise OutsideTransaction("An external handler has no session; return what is to be stored.")
        return self.within


JobHandler = Callable[[JobCall], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class JobType:
    """A handler, and how the platform treats the jobs it does.

    A local handler runs inside the transaction of the case's step: what it writes is stored with the step, exactly
    once, or not at all. An external one (`is_external`) speaks to another system while no transaction is open and
    nothing is locked; it may be asked again for the same `idempotency_key`. A failed attempt is repeated after each of
    `retry_delays`; one that takes longer than `timeout` (30 seconds, external: 5 minutes) is ended and has failed.
    """

    handler: JobHandler
    is_external: bool = field(default=False, kw_only=True)
    retry_delays: tuple[timedelta, ...] = field(default=RETRY_DELAYS, kw_only=True)
    timeout: timedelta | None = field(default=None, kw_only=True)
    priority: JobPriority = field(default=JobPriority.NORMAL, kw_only=True)

    @property
    def time_limit(self) -> timedelta:
        """How long one attempt may take."""
        return self.timeout or (EXTERNAL_TIME if self.is_external else LOCAL_TIME)


Offered = JobHandler | JobType
_JOB_TYPES = "luanchuyen_job_types"


class BpmnError(Exception):
    """A business error thrown by a handler: it goes to the diagram's error events, it is never retried."""

    def __init__(self, error_code: str, message: str = "", variables: Mapping[str, object] | None = None) -> None:
        super().__init__(message or error_code)
        self.error_code, self.message, self.variables = error_code, message, dict(variables or {})


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to be told; `address` is where their e-mail goes, empty for who wants none."""

    username: str
    full_name: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """One notice in the recipient's language; `path` is where the site shows it, `title` that of its case, if any."""

    sentence: str
    title: str
    code: str
    note: str
    by: str
    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one person is to be told at once, oldest first; the same `idempotency_key` at every attempt."""

    recipient: Recipient
    notices: tuple[NoticeText, ...]
    site_url: str
    idempotency_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to tell people outside the site, such as e-mail or short messages.

    `send` speaks to another system while no transaction is open; it raises anything for what is to be tried again,
    after each of `retry_delays`, and then reported to operators. It may be asked again for the same `idempotency_key`.
    With `needs_address` it reaches only who has given an e-mail address.
    """

    name: str
    label: Bilingual
    send: Callable[[Delivery], None]
    needs_address: bool = field(default=False, kw_only=True)
    retry_delays: tuple[timedelta, ...] = field(default=RETRY_DELAYS, kw_only=True)
    timeout: timedelta = field(default=EXTERNAL_TIME, kw_only=True)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner says of a file; `found` names what is wrong with it, empty when nothing is."""

    found: str = ""


@dataclass(frozen=True, slots=True)
class Scanner:
    """Looks for viruses in a file that is to become a paper.

    `scan` gets the path of the whole file, whose name says nothing, while no transaction is open and somebody waits: it
    ends within a minute, by itself. When it raises anything, the file is not taken and the person is told to try again.
    """

    name: str
    scan: Callable[[Path], Verdict]


class Hooks:
    """What a pack may offer."""

    @_hookspec
    def job_types(self) -> Mapping[str, Offered]:  # type: ignore[empty-body]
        """Return the service tasks' job types: `JobType`s, or bare functions that are local and treated as usual."""

    @_hookspec
    def channels(self) -> Sequence[Channel]:  # type: ignore[empty-body]
        """Return ways to tell people outside the site; the built-in one is e-mail (`engine.notices.mail`)."""

    @_hookspec
    def scanners(self) -> Sequence[Scanner]:  # type: ignore[empty-body]
        """Return what looks into files before they become papers; without any they are taken as they are."""

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


def load_plugins(modules: Iterable[str] = ()) -> pluggy.PluginManager:
    """Return a plugin manager with every installed pack that brings Python, and with the modules named besides.

    Called once by an application or a command. A pack that cannot be imported is left out here and named when the packs
    are deployed; a module that an operator has named (`LUANCHUYEN_PLUGINS`) refuses with `PackBroken`.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    for entry in entry_points(group=PACKS_GROUP):
        with suppress(PackBroken):
            _, plugin = import_pack(entry)
            if plugin is not None:
                manager.register(plugin, name=entry.name)
    for name in modules:
        manager.register(_import_named(name), name=name)
    return manager


def _import_named(name: str) -> ModuleType:
    try:
        return import_module(name)
    except Exception as error:  # foreign code may raise anything while it is imported
        raise PackBroken(f"LUANCHUYEN_PLUGINS: {name}: {type(error).__name__}: {error}", pack=name) from error


def job_types(manager: pluggy.PluginManager) -> dict[str, JobType]:
    """Collect the job types of all packs."""
    return as_job_types({name: each for offered in manager.hook.job_types() for name, each in offered.items()})


def channels(manager: pluggy.PluginManager) -> dict[str, Channel]:
    """Collect the channels of all packs, by name."""
    return {each.name: each for offered in manager.hook.channels() for each in offered}


def scanners(manager: pluggy.PluginManager) -> list[Scanner]:
    """Collect the scanners of all packs; a file has to pass every one."""
    return [each for offered in manager.hook.scanners() for each in offered]


def as_job_types(offered: Mapping[str, Offered]) -> dict[str, JobType]:
    """Return what was offered as job types; a bare function is a local handler, treated as usual."""
    return {name: each if isinstance(each, JobType) else JobType(each) for name, each in offered.items()}


def use_job_types(session: Session, types: Mapping[str, JobType]) -> None:
    """Let a session know the job types, so that the jobs it writes get their priority."""
    session.info[_JOB_TYPES] = types


def priority_of(session: Session, job_type: str) -> JobPriority:
    """Return the priority of a job of this type, the usual one when the session was told of no such type."""
    known: Mapping[str, JobType] = session.info.get(_JOB_TYPES, {})
    return known[job_type].priority if job_type in known else JobPriority.NORMAL
