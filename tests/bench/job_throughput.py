"""How many jobs a second: service tasks that do nothing, each a step of its case, in-process and over Redis."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from engine import database, definitions, deployment, hooks, runtime
from engine.hooks import JobCall, JobHandler, hookimpl
from engine.job_runner import JobRunner
from engine.model import Job, JobState
from tests.bench.server import free_port
from web import clock
from web.settings import Settings

PROCESS, JOB_TYPE = "bench_job", "bench.nothing"
PATIENCE_SECONDS = 300
DIAGRAM = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="bench_job_file"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:bench">
  <process id="{PROCESS}" name="Việc máy" isExecutable="true">
    <startEvent id="start" name="Bắt đầu" />
    <serviceTask id="work" name="Việc"><extensionElements><zeebe:taskDefinition type="{JOB_TYPE}" /></extensionElements>
    </serviceTask>
    <endEvent id="end" name="Xong" />
    <sequenceFlow id="f1" sourceRef="start" targetRef="work" />
    <sequenceFlow id="f2" sourceRef="work" targetRef="end" />
  </process>
</definitions>""".encode()


@hookimpl
def job_types() -> Mapping[str, JobHandler]:
    """Offer the job, also to workers that load this module as a plugin."""
    return {JOB_TYPE: do_nothing}


def do_nothing(_call: JobCall) -> Mapping[str, object]:
    """Do the job."""
    return {}


def inside(settings: Settings, count: int) -> float:
    """Do `count` jobs in this process; return jobs a second."""
    with database.opened(settings.database_url) as engine:
        _order(engine, count)
        runner = JobRunner(sessionmaker(engine, expire_on_commit=False), job_types())
        begun = time.perf_counter()
        runner.run_due(clock.system_time)
        return count / _seconds_since(begun, engine)


def over_redis(settings: Settings, count: int, workers: int) -> float:
    """Do `count` jobs with so many worker processes that are already up; return jobs a second."""
    with database.opened(settings.database_url) as engine, _workers(settings, workers):
        _order(engine, workers)  # one each, so that diagrams are parsed
        _seconds_since(time.perf_counter(), engine)
        _order(engine, count)
        return count / _seconds_since(time.perf_counter(), engine)


@contextmanager
def _workers(settings: Settings, count: int) -> Iterator[None]:
    redis_server = shutil.which("redis-server")
    if redis_server is None:
        raise RuntimeError("redis-server is not installed; scripts/test installs it")
    port = free_port()
    environ = {
        "LUANCHUYEN_INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "LUANCHUYEN_PLUGINS": "tests.bench.job_throughput",
    }
    ours = [sys.executable, "-m", "web.cli"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-redis-")))
        nowhere = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        for name, command in {
            "redis": [redis_server, "--port", str(port), "--bind", "127.0.0.1", *nowhere],
            "dispatch": [*ours, "dispatch"],
            **{f"worker-{number}": [*ours, "worker"] for number in range(count)},
        }.items():
            stack.enter_context(_running(command, environ, folder / f"{name}.log"))
            time.sleep(0.3)
        yield


@contextmanager
def _running(command: list[str], environ: Mapping[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as said:
        process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=said, stderr=said)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _order(engine: Engine, count: int) -> None:
    """Start cases whose first step is a job; the process is deployed the first time."""
    now = clock.system_time()
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        files = {"bench_job.bpmn": DIAGRAM}
        known = {*hooks.job_types(hooks.load_plugins()), JOB_TYPE}
        deployment.deploy(session, pack_key="bench", files=files, at=now, known_job_types=known)
        definition = definitions.latest(session, PROCESS)
        for _ in range(count):
            runtime.start(session, definition, by=None, variables={}, at=now)


def _seconds_since(begun: float, engine: Engine) -> float:
    """Wait until no job waits, and return the seconds."""
    waiting = select(func.count()).where(Job.state == JobState.WAITING)
    while time.perf_counter() - begun < PATIENCE_SECONDS:
        with Session(engine) as session:
            if not session.scalar(waiting):
                return time.perf_counter() - begun
        time.sleep(0.02)
    raise RuntimeError("the jobs were not done in time")
