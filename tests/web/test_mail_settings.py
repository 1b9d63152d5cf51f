"""What the environment says about e-mail: off unless given, and refused when it makes no sense."""

from pathlib import Path

import pytest

from engine.notices.mail import Security
from web.settings import SettingInvalid, Settings, read_settings

RIGHT = {
    "LUANCHUYEN_URL": "https://vanban.example.vn/",
    "LUANCHUYEN_SMTP_HOST": "mail.example.vn",
    "LUANCHUYEN_SMTP_SENDER": "vanban@example.vn",
}


def read(tmp_path: Path, **environ: str) -> Settings:
    return read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), **environ})


def test_nothing_is_mailed_unless_a_server_is_named(tmp_path: Path) -> None:
    assert read(tmp_path).mail.server is None
    assert (
        read(tmp_path, LUANCHUYEN_URL="https://vanban.example.vn/so/").mail.site_url == "https://vanban.example.vn/so"
    )


@pytest.mark.parametrize(("security", "port"), [("", 587), ("starttls", 587), ("ssl", 465), ("none", 25)])
def test_each_way_to_connect_has_its_port(tmp_path: Path, security: str, port: int) -> None:
    server = read(tmp_path, **RIGHT, LUANCHUYEN_SMTP_SECURITY=security).mail.server

    assert server is not None
    assert (server.host, server.port, server.security) == ("mail.example.vn", port, Security(security or "starttls"))


def test_the_password_of_the_mail_server_is_never_printed(tmp_path: Path) -> None:
    account = {
        "LUANCHUYEN_SMTP_USER": "vanban",
        "LUANCHUYEN_SMTP_PASSWORD": "s3cret word ",
        "LUANCHUYEN_SMTP_PORT": "2525",
    }

    settings = read(tmp_path, **RIGHT, **account)

    assert settings.mail.server is not None
    assert (settings.mail.server.user, settings.mail.server.password) == ("vanban", "s3cret word ")
    assert settings.mail.server.port == 2525
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LUANCHUYEN_URL", ""),
        ("LUANCHUYEN_URL", "vanban.example.vn"),
        ("LUANCHUYEN_URL", "ftp://vanban.example.vn"),
        ("LUANCHUYEN_URL", "https://vanban.example.vn/?a=b"),
        ("LUANCHUYEN_URL", "https://[half"),
        ("LUANCHUYEN_SMTP_SENDER", ""),
        ("LUANCHUYEN_SMTP_SENDER", "vanban@example.vn\nBcc: all@example.vn"),
        ("LUANCHUYEN_SMTP_PORT", "mail"),
        ("LUANCHUYEN_SMTP_PORT", "0"),
        ("LUANCHUYEN_SMTP_PORT", "99999999"),
        ("LUANCHUYEN_SMTP_SECURITY", "perhaps"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        read(tmp_path, **{**RIGHT, name: value})


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    wrong = {"LUANCHUYEN_SMTP_HOST": "mail.example.vn", "LUANCHUYEN_SMTP_PORT": "x", "LUANCHUYEN_SMTP_SECURITY": "x"}

    with pytest.raises(SettingInvalid) as refused:
        read(tmp_path, **wrong)

    assert all(name in str(refused.value) for name in ("_PORT", "_SECURITY", "_SENDER", "LUANCHUYEN_URL"))
