"""What a person sees when the database is busy, gives a transaction up, or is not there."""

from typing import Any

import pytest
from flask import flash
from sqlalchemy import select

from engine import numbering, tasks
from engine.database import TransactionLost, begin_write, postgresql, sqlite
from engine.model import Person
from web.database import db, session, writes

SERIES: dict[str, Any] = {"series": "case:BB", "year": 2026}


@pytest.fixture
def impatient(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A site whose database does not let anybody wait longer than a moment."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setitem(postgresql.SESSION_SETTINGS, "lock_timeout", "50ms")
    with site.app.app_context():
        db.engine.dispose()
    return site


def test_who_waits_too_long_is_told_that_nothing_is_lost_and_may_try_again(impatient: Any, rows: Any) -> None:
    drafter, before = impatient.visit("ngo.minh"), rows()
    with impatient.session() as holder, holder.begin():
        begin_write(holder)
        numbering.next_number(holder, **SERIES)

        busy = drafter.post("/start/joint_minutes")
        holder.rollback()
    after = rows()
    again = drafter.post("/start/joint_minutes")

    assert busy.status_code == 503
    assert "Không mất dữ liệu nào" in busy.text
    assert after == before
    assert again.status_code == 303
    assert impatient.the_case().business_key == "BB-2026-0001"


def test_a_script_is_told_the_same_as_a_problem(impatient: Any) -> None:
    drafter = impatient.visit("ngo.minh")
    with impatient.session() as holder, holder.begin():
        begin_write(holder)
        numbering.next_number(holder, **SERIES)

        answer = drafter.client.post(
            "/start/joint_minutes", data={"csrf_token": drafter.token}, headers={"Accept": "application/json"}
        )

    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "database.busy"


@pytest.mark.only_on("postgresql")
def test_a_database_that_is_not_there_is_said_on_a_page_that_does_not_need_it(site: Any, database: Any) -> None:
    reader = site.visit("ngo.minh")
    with site.app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    database.drop(url)

    pages = [reader.get("/"), reader.get("/cases"), reader.post("/start/joint_minutes")]

    assert [page.status_code for page in pages] == [503, 503, 503]
    assert all("Cơ sở dữ liệu không trả lời" in page.text for page in pages)


@pytest.fixture
def unlucky(site: Any) -> Any:
    """A site with a page whose transaction the database gives up twice before it stores something."""
    tries: list[int] = []

    @writes
    def count() -> tuple[str, int]:
        tries.append(numbering.next_number(session(), series="tries", year=2026))
        flash("counted", "ok")
        if len(tries) < 3:
            raise TransactionLost
        return "done", 200

    site.app.add_url_rule("/count", "count", count, methods=["POST"])
    site.tries = tries
    return site


def test_a_lost_transaction_is_done_again_before_the_person_gets_an_answer(unlucky: Any) -> None:
    answer = unlucky.visit("ngo.minh").post("/count")

    assert answer.status_code == 200
    assert unlucky.tries == [1, 1, 1]
    with unlucky.session() as reading:
        assert numbering.peek(reading, series="tries", year=2026) == 2


def test_what_a_lost_transaction_had_to_say_is_said_once(unlucky: Any) -> None:
    visitor = unlucky.visit("ngo.minh")
    visitor.post("/count")

    assert visitor.get("/").text.count("counted") == 1


def test_two_who_press_at_once_get_one_success_and_one_sentence_with_who_and_when(
    site: Any, journey: Any, at_once: Any
) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    task, clerk = site.the_task(), site.visit("bui.mai")

    def claim(holding: Any) -> None:
        colleague = holding.scalars(select(Person).where(Person.username == "ly.quynh")).one()
        tasks.claim(holding, task.id, by=colleague, at=site.clock())

    second = at_once.overtaken(site.session, claim, lambda: clerk.post(f"/tasks/{task.id}/claim")).result()

    assert second.status_code == 409
    assert "Lý Quỳnh" in second.text
