"""Log lines: one object a line, with the ids that belong together, and nothing that people wrote."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import simplejson
import structlog
from flask import abort
from werkzeug.test import TestResponse

from engine.errors import NotFound
from engine.model import Person
from processes.routing.model import OutgoingDocument
from web import logs
from web.security import public

Lines = Callable[[], list[dict[str, Any]]]
NAME = "Nguyễn Văn Bí Mật"


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """The lines written since last asked."""
    logs.configure("json")
    yield lambda: [simplejson.loads(line) for line in capsys.readouterr().err.splitlines()]
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def breaking(site: Any) -> Any:
    """A site with a page that breaks while it holds somebody's name."""

    @public
    def break_down() -> None:
        secret = {"applicant": NAME}
        raise KeyError(secret["applicant"])

    @public
    def break_the_database() -> None:
        with site.session() as session:
            session.add(Person(username="ngo.minh", full_name=NAME, created_at=site.clock.now))
            session.flush()

    site.app.add_url_rule("/break", view_func=break_down)
    site.app.add_url_rule("/break-database", view_func=break_the_database)
    site.app.add_url_rule("/gone", view_func=public(lambda: abort(404)))
    return site.app.test_client()


def test_a_press_leaves_one_line_with_request_task_and_outcome(journey: Any, lines: Lines) -> None:
    task, drafter = journey.begin(), journey.site.visit("ngo.minh")
    lines()

    response: TestResponse = drafter.complete(task.id, "submit", {"abstract": NAME})

    (line,) = [each for each in lines() if each["event"] in {"request.done", "request.refused"}]
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert line["task_id"] == str(task.id)
    assert line["endpoint"] == "inbox.complete"
    assert NAME not in str(line)


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("0af7651916cd43dd8448eb211c80319c", True),
        ("front-7.req:12_3", True),
        ("short", False),
        ("x" * 65, False),
        ("with space", False),
        ("<script>alert(1)</script>", False),
        ("", False),
    ],
)
def test_a_request_keeps_a_sensible_id_and_gets_one_otherwise(site: Any, given: str, *, is_taken: bool) -> None:
    response = site.app.test_client().get("/healthz", headers={"X-Request-ID": given})

    answered = response.headers["X-Request-ID"]
    assert (answered == given) is is_taken
    assert logs.REQUEST_ID.match(answered)


def test_an_error_page_shows_the_id_under_which_the_log_tells_more(breaking: Any, lines: Lines) -> None:
    response = breaking.get("/break")

    (line,) = lines()
    assert response.status_code == 500
    assert f"<code>{line['request_id']}</code>" in response.text
    assert (line["event"], line["level"], line["endpoint"]) == ("request.broken", "error", "break_down")


def test_a_script_gets_the_reference_in_the_problem(breaking: Any) -> None:
    response = breaking.get("/gone", headers={"Accept": "application/json"})

    assert response.json["reference"] == response.headers["X-Request-ID"]


def test_an_error_is_told_by_class_and_place_without_its_message(breaking: Any, lines: Lines) -> None:
    breaking.get("/break")

    (line,) = lines()
    assert line["exception"].startswith("builtins.KeyError\n")
    assert "test_logs.py" in line["exception"]
    assert "break_down" in line["exception"]
    assert NAME not in str(line)


def test_a_database_error_is_told_by_its_code_without_the_row(breaking: Any, lines: Lines) -> None:
    breaking.get("/break-database")

    (line,) = lines()
    assert "sqlalchemy.exc.IntegrityError" in line["exception"]
    assert "SQLITE_CONSTRAINT_UNIQUE" in line["exception"] or "23505" in line["exception"]
    assert NAME not in str(line)


def test_an_error_of_ours_is_told_by_its_code_with_its_cause_first(lines: Lines) -> None:
    try:
        try:
            Path(f"/uploads/{NAME}").read_bytes()
        except FileNotFoundError as error:
            raise NotFound(name=NAME) from error
    except NotFound:
        structlog.get_logger().exception("something.failed")

    (line,) = lines()
    said = line["exception"]
    assert said.index("builtins.FileNotFoundError [No such file or directory]") < said.index("NotFound [platform.not")
    assert NAME not in said


def test_lines_of_libraries_go_the_same_way(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(worker="host:1")

    logging.getLogger("gunicorn.error").warning("Worker %s was told to end", 7)

    (line,) = lines()
    assert (line["event"], line["logger"], line["level"]) == ("Worker 7 was told to end", "gunicorn.error", "warning")
    assert line["worker"] == "host:1"


def test_ids_of_one_request_never_reach_the_next(site: Any, lines: Lines) -> None:
    site.app.test_client().get("/healthz")
    lines()

    structlog.get_logger().info("something.else")

    (line,) = lines()
    assert "request_id" not in line


def test_people_at_a_terminal_read_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("text")

    structlog.get_logger().info("backup.made", size=12)

    assert "backup.made" in capsys.readouterr().err
    logs.configure()


def test_configuring_twice_writes_each_line_once(lines: Lines) -> None:
    logs.configure("json")

    logging.getLogger("some.library").error("once")

    assert [line["event"] for line in lines()] == ["once"]


def test_what_a_job_logs_names_job_case_element_and_attempt(site: Any, journey: Any, lines: Lines) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    taken = OutgoingDocument(series="BB", year=2026, number=1, notation="01/BB-SCT", issued_on=date(2026, 3, 2))
    taken.document_type, taken.abstract, taken.signer, taken.registered_at = "BB", "", "", site.clock.now
    with site.session() as session, session.begin():
        session.add(taken)  # the register finds its next number given already
    lines()

    journey.site.visit("bui.mai").complete(
        journey.site.the_task().id, "issue", {"issued_on": "2026-03-02", "recipients": NAME}
    )

    written = lines()
    (line,) = [each for each in written if each["event"] == "job.failed"]
    assert line["case_id"] == str(site.the_case().id)
    assert (line["job_type"], line["element"], line["attempt"]) == (
        "routing.register_document",
        "register_document",
        1,
    )
    assert line["job_id"]
    assert line["request_id"]
    assert NAME not in str(written)


def test_a_full_disk_under_the_log_loses_lines_and_not_the_work_they_tell_of(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.configure("json")

    with Path("/dev/full").open("w", encoding="utf-8", buffering=1) as full, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", full)
        with pytest.raises(OSError, match="No space left"):
            print("said by somebody else", file=full)
        structlog.get_logger().info("site.ready")
        logging.getLogger("gunicorn.error").error("Worker started")
        answer = site.visit("ngo.minh").get("/")
        with suppress(OSError):
            full.close()

    assert answer.status_code == 200
