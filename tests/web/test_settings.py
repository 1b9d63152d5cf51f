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


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:6379/0", "rediss://:s3cret@redis.example:6380/1", "unix:///run/redis/redis.sock"]
)
def test_a_redis_may_be_anywhere(tmp_path: Path, url: str) -> None:
    assert read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), "REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    "url", ["127.0.0.1:6379", "http://:s3cret@host/0", "redis://", "redis://:s3cret@host:many/0", "unix://"]
)
def test_what_is_no_redis_is_refused_without_saying_the_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingInvalid, match="REDIS_URL must be") as refused:
        read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), "REDIS_URL": url})

    assert "s3cret" not in str(refused.value)


def test_the_password_of_the_redis_is_never_printed(tmp_path: Path) -> None:
    settings = read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), "REDIS_URL": "redis://:s3cret@host"})

    assert "s3cret" not in repr(settings)


def test_modules_that_bring_job_types_are_named_between_commas(tmp_path: Path) -> None:
    settings = read_settings({"LUANCHUYEN_INSTANCE": str(tmp_path), "LUANCHUYEN_PLUGINS": "office.post, office.bank,"})

    assert settings.plugins == ("office.post", "office.bank")
