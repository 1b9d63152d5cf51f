"""Where the site finds its things."""

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
