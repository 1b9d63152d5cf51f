"""What a command says when it cannot work: one sentence and exit code 1, no traceback, no password."""

import contextlib
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.cli import main


def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> Result:
    monkeypatch.setenv("LUANCHUYEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", address)
    return CliRunner().invoke(main, ["prepare", "--no-demo"])


def test_a_server_that_is_not_there_is_said_in_both_languages_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"postgresql://anh:mat-khau@127.0.0.1:{taken.getsockname()[1]}/luanchuyen"

        result = prepared(tmp_path, monkeypatch, address)

    assert result.exit_code == 1
    assert "Không kết nối được cơ sở dữ liệu / The database does not answer" in result.stderr
    assert "Traceback" not in result.stderr
    assert "mat-khau" not in result.stderr


@pytest.mark.parametrize(
    "address", ["mysql://anh:mat-khau@may/so", "postgresql://anh:mat@khau:chu@may/so", "postgresql://anh:mat-khau@may"]
)
def test_an_address_of_no_supported_database_is_refused_without_repeating_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    result = prepared(tmp_path, monkeypatch, address)

    assert result.exit_code == 1
    assert "postgresql://user:password@host:port/database" in result.stderr
    assert "khau" not in result.stderr
