"""Where the site finds its things."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from web.settings import SettingInvalid, read_settings


def test_an_empty_folder_becomes_an_instance_with_a_key_of_its_own(tmp_path: Path) -> None:
    first = read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path / "new")})
    again = read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path / "new")})

    assert first.database_url == f"sqlite:///{tmp_path / 'new' / 'luanchuyen.sqlite'}"
    assert len(first.secret_key) == 64
    assert again.secret_key == first.secret_key
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_not_supported_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="DATABASE_URL"):
        read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), "DATABASE_URL": "mysql://somewhere/else"})


def test_a_postgresql_address_is_taken_with_its_driver_password_and_options(tmp_path: Path) -> None:
    address = "postgresql://anh:m%40t@may:5433/so?sslmode=require"

    settings = read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), "DATABASE_URL": address})

    assert settings.database_url == "postgresql+psycopg://anh:m%40t@may:5433/so?sslmode=require"
    assert "m%40t" not in repr(settings)


def test_processes_that_start_at_once_on_a_new_instance_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        keys = set(starts.map(lambda _: read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path)}).secret_key, range(40)))

    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("name", ["LUANCHUYEN_PROXIES", "LUANCHUYEN_HTTPS", "LUANCHUYEN_LOG"])
def test_a_setting_with_few_values_refuses_others_and_says_which_it_takes(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingInvalid, match=f"{name} must be one of"):
        read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), name: "perhaps"})


def test_what_is_secret_in_the_settings_is_never_printed(tmp_path: Path) -> None:
    settings = read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), "LUANCHUYEN_METRICS_TOKEN": "s3cret-token"})

    assert settings.metrics_token == "s3cret-token"
    assert "s3cret-token" not in repr(settings)
    assert settings.secret_key not in repr(settings)
