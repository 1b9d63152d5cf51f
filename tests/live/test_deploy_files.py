"""The files that operators deploy with say what is true: units that systemd accepts, lines that start."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database as engine_database
from engine.model import Worker, WorkerKind
from tests.conftest import environment, free_port
from tests.faults.programs import ROOT, Program, wait_until_it_answers
from tests.faults.servers import RedisServer
from web.cli import main
from web.settings import read_settings

DEPLOY = ROOT / "scripts" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
PATIENCE_SECONDS = 40


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # keys of systemd keep their letters
    parser.read(path, encoding="utf-8")
    return parser


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_runs_one_of_our_commands_with_few_rights(path: Path) -> None:
    service = unit(path)["Service"]

    words = [word for word in re.split(r"[\s']+", service["ExecStart"]) if word]
    command = words[words.index("/opt/luanchuyen/.venv/bin/luanchuyen") + 1]
    assert command in main.commands
    assert service["User"] != "root"
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["UMask"]) == ("yes", "strict", "0077")
    assert service["EnvironmentFile"] == "/etc/luanchuyen/environment"


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_the_options_of_a_unit_are_options_of_its_command(path: Path) -> None:
    words = unit(path)["Service"]["ExecStart"].split()

    for option in (word for word in words if word.startswith("--")):
        name = words[words.index("/opt/luanchuyen/.venv/bin/luanchuyen") + 1]
        assert any(option in parameter.opts + parameter.secondary_opts for parameter in main.commands[name].params)


def test_systemd_finds_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd here; the units are read by the other tests")
    for path in UNITS:
        said = path.read_text(encoding="utf-8").replace("/opt/luanchuyen", str(ROOT))
        (tmp_path / path.name.replace("@.", "@1.")).write_text(said, encoding="utf-8")

    done = subprocess.run(
        [analyze, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )

    about_ours = [line for line in done.stderr.splitlines() if "luanchuyen" in line]
    assert about_ours == []


def test_every_setting_of_the_example_is_one_that_is_read(tmp_path: Path) -> None:
    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    found = (re.match(r"(?:# )?([A-Z_]+)=(.*)", line) for line in lines)
    named = {match[1]: match[2] for match in found if match}
    read = {name: value for name, value in named.items() if value} | {"LUANCHUYEN_INSTANCE": str(tmp_path)}

    settings = read_settings({**read, "LUANCHUYEN_METRICS_TOKEN": "token"})

    files = ("settings.py", "mail_settings.py")
    source = "".join((ROOT / "web" / name).read_text(encoding="utf-8") for name in files)
    assert [name for name in named if name not in source and name != "WEB_WORKERS"] == []
    assert (settings.proxies, settings.is_https, settings.log_format) == (1, True, "json")
    assert settings.database_url.startswith("postgresql+psycopg://luanchuyen:")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of this test's own."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def started(instance: Any, redis: RedisServer, tmp_path: Path) -> Iterator[dict[str, Program]]:
    """Every line of the Procfile, started at once as a process manager does it."""
    environ = {
        **environment(instance),
        "REDIS_URL": redis.url,
        "PORT": str(free_port()),
        "WEB_WORKERS": "2",
        "LUANCHUYEN_LOG": "json",
    }
    programs = {}
    for line in (DEPLOY / "Procfile").read_text(encoding="utf-8").splitlines():
        name, _, command = line.partition(": ")
        shell = ["/bin/sh", "-c", f"exec {command}"]
        programs[name] = Program(name, shell, environ, tmp_path / f"{name}.log")
        programs[name].start()
    yield programs
    for program in programs.values():
        program.stop()


def kinds_alive(url: str) -> list[WorkerKind]:
    with engine_database.opened(url) as engine, Session(engine) as session:
        return sorted(session.scalars(select(Worker.kind)))


def test_the_lines_of_the_procfile_start_and_work_together(
    started: dict[str, Program], instance: Any, redis: RedisServer
) -> None:
    port = started["web"].environ["PORT"]
    wait_until_it_answers(f"http://127.0.0.1:{port}/readyz", started["web"])

    until = time.monotonic() + PATIENCE_SECONDS
    while len(kinds_alive(instance.database_url)) < 2 and time.monotonic() < until:
        time.sleep(0.2)

    assert set(started) == {"web", "dispatch", "worker"}
    assert kinds_alive(instance.database_url) == [WorkerKind.DISPATCHER, WorkerKind.WORKER]
    doctor = subprocess.run(
        [*shlex.split(str(ROOT / ".venv/bin/luanchuyen")), "doctor", "--language", "en"],
        env={**os.environ, **environment(instance), "REDIS_URL": redis.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert doctor.returncode == 0, doctor.stdout
    assert "It answers." in doctor.stdout
