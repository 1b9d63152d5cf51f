"""What machines ask the site: alive, ready, figures; strangers learn nothing from it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event
from werkzeug.test import TestResponse

from engine import database as engine_database
from engine import hooks, migrations
from engine.measuring import JobOutcome
from engine.model import Job, JobKind, Worker, WorkerKind
from web.app import create_app
from web.database import db
from web.monitoring.metrics import MOST_LABELS, OTHERS, Instruments, instruments
from web.settings import Settings

ELSEWHERE = {"REMOTE_ADDR": "10.1.2.3"}
Figures = Callable[[], dict[tuple[str, ...], float]]


@pytest.fixture
def client(site: Any) -> FlaskClient:
    """A machine that watches the site, from the same host."""
    found: FlaskClient = site.app.test_client()
    return found


@pytest.fixture
def watched(instance: Settings) -> Iterator[Callable[..., FlaskClient]]:
    """The site with other settings, and a machine that watches it."""
    apps = []

    def make(**changed: Any) -> FlaskClient:
        apps.append(create_app(replace(instance, **changed)))
        return apps[-1].test_client()

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def figures(client: FlaskClient) -> Figures:
    """All figures by name and labels, read by Prometheus's own parser."""

    def read() -> dict[tuple[str, ...], float]:
        families = text_string_to_metric_families(client.get("/metrics").text)
        return {
            (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def ready(client: FlaskClient) -> tuple[int, dict[str, str]]:
    """Ask from another machine whether the site is ready."""
    response = client.get("/readyz", environ_base=ELSEWHERE)
    said: dict[str, Any] = response.get_json()
    assert set(said) == {"state", "facts"}
    return response.status_code, said["facts"]


def test_a_site_that_is_alive_says_so_without_asking_the_database(site: Any, client: FlaskClient) -> None:
    asked: list[str] = []
    with site.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))

    response = client.get("/healthz")

    assert (response.status_code, response.json) == (200, {"state": "ok"})
    assert asked == []


def test_a_site_without_its_database_is_alive_but_not_ready(watched: Any) -> None:
    client = watched(database_url="postgresql+psycopg://somebody:s3cret@127.0.0.1:1/office")

    assert client.get("/healthz").status_code == 200
    assert ready(client) == (503, {"database": "fail", "disk": "ok", "uploads": "ok"})


def test_a_site_that_is_ready_tells_names_and_states_and_nothing_else(client: FlaskClient) -> None:
    status, facts = ready(client)

    assert status == 200
    assert set(facts) >= {"database", "migrations", "workers", "overdue_jobs", "disk", "uploads"}
    assert "secret_key" not in facts
    assert set(facts.values()) <= {"ok", "warn", "fail"}


def test_nobody_doing_jobs_is_told_but_turns_no_one_away(client: FlaskClient) -> None:
    status, facts = ready(client)

    assert status == 200
    assert facts["workers"] == "fail"


def test_a_database_that_is_behind_makes_the_site_not_ready(client: FlaskClient, instance: Settings) -> None:
    with engine_database.opened(instance.database_url) as engine:
        migrations.downgrade(engine, hooks.load_plugins().hook.migrations(), to="routing@base")

    status, facts = ready(client)

    assert status == 503
    assert facts["migrations"] == "fail"


def test_steps_requests_and_open_tasks_are_counted_by_process_and_place(journey: Any, figures: Figures) -> None:
    before = figures()

    journey.submit()

    after = figures()
    steps = ("luanchuyen_step_seconds_count", "process=joint_minutes")
    posts = ("luanchuyen_http_request_seconds_count", "endpoint=inbox.complete", "status=3xx")
    assert after[steps] - before.get(steps, 0) == 2  # the start and the draft
    assert after[posts] - before.get(posts, 0) == 1
    assert after["luanchuyen_database_up",] == 1


def test_open_tasks_due_jobs_and_heartbeats_come_from_the_database(site: Any, journey: Any, figures: Figures) -> None:
    journey.submit()
    now = site.clock.now
    with site.session() as session, session.begin():
        due, later = (
            Job(id=uuid4(), kind=JobKind.WORK, job_type="x", due_at=now + span, created_at=now)
            for span in (-timedelta(minutes=3), timedelta(days=1))
        )
        heart = Worker(name="host:7", kind=WorkerKind.WORKER, started_at=now, seen_at=now - timedelta(seconds=30))
        session.add_all((due, later, heart))

    found = figures()

    assert found["luanchuyen_open_tasks", "process=joint_minutes"] == 1
    assert found["luanchuyen_jobs", "state=due"] == 1
    assert found["luanchuyen_jobs", "state=later"] == 1
    assert found["luanchuyen_oldest_due_job_seconds",] == 180
    assert found["luanchuyen_open_incidents",] == 0
    assert found["luanchuyen_worker_heartbeat_age_seconds", "kind=worker", "worker=host:7"] == 30


def test_asking_often_asks_the_database_once(journey: Any, figures: Figures) -> None:
    first = figures()
    journey.submit()

    assert "luanchuyen_open_tasks" not in {name for name, *_ in first}
    assert "luanchuyen_open_tasks" not in {name for name, *_ in figures()}


def test_figures_are_given_even_when_the_database_is_gone(watched: Any) -> None:
    client = watched(database_url="postgresql+psycopg://somebody@127.0.0.1:1/office")

    response = client.get("/metrics")

    assert response.status_code == 200
    assert "luanchuyen_database_up 0.0" in response.text


def test_a_job_is_counted_by_type_and_outcome_and_a_step_by_process(figures: Figures) -> None:
    before = figures()

    instruments().job_done("office.send_letter", JobOutcome.RETRIED, 0.2)

    count = ("luanchuyen_job_seconds_count", "job_type=office.send_letter", "outcome=retried")
    assert figures()[count] - before.get(count, 0) == 1


def test_however_many_processes_there_are_the_labels_stay_few() -> None:
    made = Instruments()

    for number in range(MOST_LABELS + 50):
        made.step_done(f"process_{number}", 0.01)

    counted = {
        sample.labels["process"]: sample.value
        for family in made.registry.collect()
        for sample in family.samples
        if sample.name == "luanchuyen_step_seconds_count"
    }
    assert len(counted) == MOST_LABELS + 1
    assert counted[OTHERS] == 50


TOKEN = "a-token-of-some-length"


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 404),
        ("10.1.2.3", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("10.1.2.3", {"Authorization": "Bearer another"}, 404),
        ("10.1.2.3", {"Authorization": f"Basic {TOKEN}"}, 404),
        ("10.1.2.3", {"Authorization": "Bearer "}, 404),
        ("10.1.2.3", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
    ],
)
def test_figures_are_for_this_machine_and_for_who_has_the_token(
    watched: Any, address: str, headers: dict[str, str], status: int
) -> None:
    client = watched(metrics_token=TOKEN)

    response: TestResponse = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

    assert response.status_code == status


def test_without_a_token_nobody_from_elsewhere_gets_in(client: FlaskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        assert client.get("/metrics", headers=headers, environ_base=ELSEWHERE).status_code == 404


def test_behind_a_proxy_that_is_believed_the_caller_counts_and_not_the_proxy(watched: Any) -> None:
    client = watched(proxies=1)
    through = {"X-Forwarded-For": "10.1.2.3"}

    assert client.get("/metrics", headers=through).status_code == 404
    assert client.get("/metrics").status_code == 200


def test_behind_https_cookies_and_browsers_stay_on_it(watched: Any) -> None:
    plain, secure = watched(), watched(proxies=1, is_https=True)
    through = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.1.2.3", "X-Forwarded-Host": "office.vn"}

    over_http, over_https = plain.get("/sign-in"), secure.get("/sign-in", headers=through)

    assert "Secure" not in over_http.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in over_http.headers
    assert "Secure" in over_https.headers["Set-Cookie"]
    assert over_https.headers["Strict-Transport-Security"].startswith("max-age=")
