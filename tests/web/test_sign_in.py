"""Signing in and out."""

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.model import Person
from web.cli import DEMO_PASSWORD, main
from web.security import limiter


def sign_in(site: Any, username: str, password: str, address: str = "/sign-in") -> Any:
    client = site.app.test_client()
    return client, client.post(
        address,
        data={"csrf_token": site.token_of(client.get("/sign-in")), "username": username, "password": password},
    )


def test_a_wrong_password_keeps_the_name_and_says_so(site: Any) -> None:
    _client, response = sign_in(site, "ngo.minh", "sai")

    assert response.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in response.text
    assert 'value="ngo.minh"' in response.text


def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(site: Any) -> None:
    _client, wrong_password = sign_in(site, "ngo.minh", "sai")
    _client, unknown_name = sign_in(site, "khong.co", "sai")

    assert unknown_name.status_code == wrong_password.status_code
    assert unknown_name.text.replace("khong.co", "ngo.minh").count("không đúng") == wrong_password.text.count(
        "không đúng"
    )


def test_after_ten_guesses_at_one_account_the_next_must_wait(site: Any) -> None:
    limiter.enabled = True
    try:
        statuses = [sign_in(site, "ngo.minh", "sai")[1].status_code for _ in range(11)]
        other_account = sign_in(site, "le.an", DEMO_PASSWORD)[1].status_code
    finally:
        limiter.reset()
        limiter.enabled = False

    assert statuses == [422] * 10 + [429]
    assert other_account == 303


@pytest.mark.parametrize("target", ["https://la.example/", "//la.example/", "/\\la.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(target: str, site: Any) -> None:
    _client, response = sign_in(site, "ngo.minh", DEMO_PASSWORD, f"/sign-in?next={target}")

    assert response.status_code == 303
    assert response.location == "/"


def test_signing_in_leads_on_to_the_page_that_was_asked_for(site: Any) -> None:
    _client, response = sign_in(site, "ngo.minh", DEMO_PASSWORD, "/sign-in?next=/cases")

    assert response.location == "/cases"


def test_after_signing_out_the_pages_are_closed(site: Any) -> None:
    visitor = site.visit("ngo.minh")

    assert visitor.post("/sign-out").status_code == 303
    assert visitor.get("/").status_code == 303


def test_the_screen_speaks_english_to_who_asks(site: Any) -> None:
    visitor = site.visit("ngo.minh")
    assert "Hộp việc" in visitor.get("/").text

    visitor.post("/language/en")

    assert "Inbox" in visitor.get("/").text


def test_pages_come_with_a_strict_policy_and_are_not_kept(site: Any) -> None:
    headers = site.visit("ngo.minh").get("/").headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_office_without_demo_begins_with_an_administrator(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUANCHUYEN_INSTANCE", str(tmp_path))
    runner = CliRunner()

    assert runner.invoke(main, ["prepare", "--no-demo"]).exit_code == 0
    added = runner.invoke(main, ["add-administrator", "quan.tri", "Quản Trị", "--password", "mat-khau-dai"])

    assert added.exit_code == 0, added.output


@pytest.mark.parametrize("password", ["", "nobody", DEMO_PASSWORD])
def test_who_has_no_password_yet_cannot_sign_in_with_any(password: str, site: Any) -> None:
    with site.session() as session, session.begin():
        session.scalars(select(Person).where(Person.username == "ngo.minh")).one().password_hash = ""

    _client, response = sign_in(site, "ngo.minh", password)

    assert response.status_code == 422
