"""The processes without pages, where there is a Redis: the dispatcher hands jobs out, workers do them."""

import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from types import FrameType
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy.orm import Session, sessionmaker

from engine import database, heartbeats, hooks, migrations, working
from engine.abilities import Abilities
from engine.dispatching import Dispatcher, Outbox, connect
from engine.errors import Unavailable
from engine.heartbeats import Heart
from engine.model import WorkerKind
from engine.performing import Performer
from engine.working import AlarmLimit, Station
from engine.works import works_with
from web import clock, logs
from web.monitoring import metrics
from web.outlets import keep_gathering, outlets_of
from web.settings import SettingInvalid, Settings

PATIENCE_SECONDS = 5.0
NO_REDIS = (
    "Chưa đặt REDIS_URL; không có Redis thì trang tự chạy công việc, không cần worker. / "
    "REDIS_URL is not set; without Redis the site does its jobs itself and needs no worker."
)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Workplace:
    """Where such a process works."""

    redis_url: str
    sessions: Callable[[], Session]
    abilities: Abilities

    def outbox(self) -> Outbox:
        connection = connect(self.redis_url, patience_seconds=PATIENCE_SECONDS)
        return Outbox(self.sessions, connection, self.abilities, clock.system_time)

    @contextmanager
    def reported(
        self, name: str, kind: WorkerKind, jobs_done: Callable[[], int], beside: Callable[[], None] = lambda: None
    ) -> Iterator[None]:
        """Report this process for the length of a block."""
        heart = Heart(self.sessions, clock.system_time, name=name, kind=kind, jobs_done=jobs_done, beside=beside)
        heart.start()
        try:
            with structlog.contextvars.bound_contextvars(worker=name):
                yield
        finally:
            heart.stop()


@contextmanager
def _open_workplace(settings: Settings) -> Iterator[_Workplace]:
    if not settings.redis_url:
        raise SettingInvalid(NO_REDIS)
    logs.configure(settings.log_format)
    metrics.share(settings.instance)
    metrics.instruments()
    plugins = hooks.load_plugins(settings.plugins)
    types = hooks.job_types(plugins)
    with database.opened(settings.database_url) as engine:
        migrations.wait_until_current(engine, plugins.hook.migrations())
        sessions = sessionmaker(engine, expire_on_commit=False)
        outlets = outlets_of(settings, plugins)
        keep_gathering(sessions, outlets, clock.system_time)
        yield _Workplace(settings.redis_url, sessions, Abilities(types, works_with(outlets), outlets))


def run_dispatcher(settings: Settings) -> None:
    """Hand out due jobs until the process is told to end; refuses with `SettingInvalid` without a Redis."""
    stopping = Event()

    def stop(_signum: int, _frame: FrameType | None) -> None:
        stopping.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    with _open_workplace(settings) as place:
        dispatcher = Dispatcher(place.outbox())
        with place.reported(heartbeats.process_name(), WorkerKind.DISPATCHER, lambda: dispatcher.handed_out):
            dispatcher.run(stopping)


def run_worker(settings: Settings, *, name: str, burst: bool, grace_seconds: float) -> None:
    """Do what is handed out until the process is told to end; refuses with `SettingInvalid` without a Redis."""
    with _open_workplace(settings) as place:
        limit, outbox = AlarmLimit(), place.outbox()
        performer = Performer(
            place.sessions, place.abilities, limit, clock.system_time, after=lambda cases: _hand_on(outbox, cases)
        )
        station = Station(performer, limit, name or heartbeats.process_name())
        with place.reported(
            station.name, WorkerKind.WORKER, lambda: station.jobs_done, beside=station.give_back_unsettled
        ):
            connection = connect(place.redis_url, patience_seconds=PATIENCE_SECONDS)
            working.work(station, connection, burst=burst, grace_seconds=grace_seconds)


def _hand_on(outbox: Outbox, cases: Collection[UUID]) -> None:
    """Send off at once what has become due with a job's step; what does not get through is for the dispatcher."""
    try:
        outbox.hand_out_of(cases)
    except (RedisError, Unavailable) as error:
        log.warning("jobs.left_to_the_dispatcher", error=type(error).__name__)
