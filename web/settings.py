"""Where the site finds its things: the instance folder, the database, the secret key."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Invalid

ROOT = Path(__file__).resolve().parent.parent
KEY_FILE = "secret_key"


class SettingInvalid(Invalid):
    """A setting from the environment makes no sense."""

    code = "setting.invalid"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to another.

    `LUANCHUYEN_INSTANCE` names the folder for the database, uploads and keys; `DATABASE_URL` another SQLite file.
    """

    instance: Path
    database_url: str
    secret_key: str

    @property
    def uploads(self) -> Path:
        """The folder of uploaded files."""
        return self.instance / "uploads"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; makes the instance folder and its secret key when they are not there."""
    instance = Path(environ.get("LUANCHUYEN_INSTANCE", ROOT / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    url = environ.get("DATABASE_URL", f"sqlite:///{instance / 'luanchuyen.sqlite'}")
    if not url.startswith("sqlite://"):
        raise SettingInvalid("DATABASE_URL must start with sqlite://; other databases are not supported yet.")
    return Settings(instance=instance, database_url=url, secret_key=_secret_key(instance / KEY_FILE))


def _secret_key(path: Path) -> str:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()
