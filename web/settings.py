"""Where the site finds its things: the instance folder, the database, the secret key."""

import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from engine.errors import Invalid
from engine.paper_quota import PaperQuota
from engine.papers import MEGABYTE
from web.mail_settings import MailSettingInvalid, MailSettings, read_mail_settings

ROOT = Path(__file__).resolve().parent.parent
KEY_FILE = "secret_key"
DRIVER = "postgresql+psycopg"
POSTGRESQL = frozenset({"postgresql", DRIVER})
CASE_PAPERS_MB, PERSON_PAPERS_MB = 2_000, 0
PROXIES = ("0", "1", "2", "3")
LOG_FORMATS = ("auto", "json", "text")
ADDRESS_WRONG = (
    "DATABASE_URL phải là sqlite:///đường/dẫn/tệp hoặc postgresql://người:mật-khẩu@máy:cổng/cơ-sở-dữ-liệu. / "
    "DATABASE_URL must be sqlite:///path/to/file or postgresql://user:password@host:port/database."
)
REDIS = frozenset({"redis", "rediss", "unix"})
REDIS_WRONG = (
    "REDIS_URL phải là redis://:mật-khẩu@máy:cổng/số, rediss://… hoặc unix:///đường/dẫn. / "
    "REDIS_URL must be redis://:password@host:port/number, rediss://… or unix:///path."
)


class SettingInvalid(Invalid):
    """A setting from the environment makes no sense."""

    code = "setting.invalid"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to another.

    `LUANCHUYEN_INSTANCE` names the folder for the database, uploads and keys; `DATABASE_URL` another SQLite file or a
    PostgreSQL database, whose password is never printed. `LUANCHUYEN_PROXIES` says how many proxies stand in front and
    are believed about who asks; `LUANCHUYEN_HTTPS=1` keeps cookies off plain HTTP. `LUANCHUYEN_LOG` is `json`, `text`
    or `auto` (text on a terminal); `LUANCHUYEN_METRICS_TOKEN` opens `/metrics` to who does not ask from this machine.
    With `REDIS_URL` (redis, rediss or unix) jobs are done by workers, not by the web process; its password is never
    printed either. `LUANCHUYEN_PLUGINS` names Python modules, between commas, that offer job types beside the packs.
    `LUANCHUYEN_URL` is the site's address as people type it; with `LUANCHUYEN_SMTP_HOST` notices go out by e-mail
    (`web.mail_settings`). `LUANCHUYEN_CASE_PAPERS_MB` (2000) is what the papers of one case may take on the disk, and
    `LUANCHUYEN_PERSON_PAPERS_MB` (no limit) what one person's in all cases under way may; 0 is no limit.
    """

    instance: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    proxies: int = 0
    is_https: bool = False
    log_format: str = "auto"
    metrics_token: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    plugins: tuple[str, ...] = ()
    mail: MailSettings = field(default_factory=MailSettings)
    papers: PaperQuota = field(default_factory=PaperQuota)

    @property
    def uploads(self) -> Path:
        """The folder of uploaded files."""
        return self.instance / "uploads"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; makes the instance folder and its secret key when they are not there."""
    instance = Path(environ.get("LUANCHUYEN_INSTANCE", ROOT / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    url = environ.get("DATABASE_URL") or f"sqlite:///{instance / 'luanchuyen.sqlite'}"
    return Settings(
        instance=instance,
        database_url=_address(url),
        secret_key=_secret_key(instance / KEY_FILE),
        proxies=int(_one_of(environ, "LUANCHUYEN_PROXIES", PROXIES)),
        is_https=_one_of(environ, "LUANCHUYEN_HTTPS", ("0", "1")) == "1",
        log_format=read_log_format(environ),
        metrics_token=environ.get("LUANCHUYEN_METRICS_TOKEN", "").strip(),
        redis_url=_redis_address(environ.get("REDIS_URL", "").strip()),
        plugins=read_plugins(environ),
        mail=_mail(environ),
        papers=PaperQuota(
            _megabytes(environ, "LUANCHUYEN_CASE_PAPERS_MB", CASE_PAPERS_MB),
            _megabytes(environ, "LUANCHUYEN_PERSON_PAPERS_MB", PERSON_PAPERS_MB),
        ),
    )


def read_log_format(environ: Mapping[str, str] = os.environ) -> str:
    """Read how log lines are written; a command needs no instance for that. Refuses with `SettingInvalid`."""
    return _one_of(environ, "LUANCHUYEN_LOG", LOG_FORMATS)


def read_plugins(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Read which modules offer job types beside the packs; a command needs no instance for that."""
    return tuple(filter(None, map(str.strip, environ.get("LUANCHUYEN_PLUGINS", "").split(","))))


def _mail(environ: Mapping[str, str]) -> MailSettings:
    try:
        return read_mail_settings(environ)
    except MailSettingInvalid as wrong:
        raise SettingInvalid(str(wrong)) from None


def _one_of(environ: Mapping[str, str], name: str, known: Sequence[str]) -> str:
    """Return a setting that has few values, the first one when it is not given; refuses with `SettingInvalid`."""
    given = environ.get(name, "").strip() or known[0]
    if given not in known:
        choice = ", ".join(known)
        raise SettingInvalid(f"{name} chỉ nhận: {choice}. / {name} must be one of: {choice}.")
    return given


def _megabytes(environ: Mapping[str, str], name: str, usual: int) -> int:
    """Return a setting in megabytes as bytes; refuses with `SettingInvalid` what is no whole number."""
    given = environ.get(name, "").strip() or str(usual)
    if not given.isascii() or not given.isdigit():
        raise SettingInvalid(f"{name} phải là số MB nguyên. / {name} must be a whole number of megabytes.")
    return int(given) * MEGABYTE


def _address(url: str) -> str:
    """Return a database's address with its driver; what was given may hold a password and is not repeated."""
    if url.startswith("sqlite://"):
        return url
    try:
        given = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingInvalid(ADDRESS_WRONG) from None  # the cause would show a part of it
    if given.drivername not in POSTGRESQL or not given.database:
        raise SettingInvalid(ADDRESS_WRONG)
    return given.set(drivername=DRIVER).render_as_string(hide_password=False)


def _redis_address(url: str) -> str:
    """Return the address of a Redis, nothing for none; what was given may hold a password and is not repeated."""
    try:
        given = urlsplit(url)
        place = given.path if given.scheme == "unix" else given.hostname
        is_address = given.scheme in REDIS and bool(place) and given.port != 0
    except ValueError:  # the port is no number
        is_address = False
    if url and not is_address:
        raise SettingInvalid(REDIS_WRONG)
    return url


def _secret_key(path: Path) -> str:
    """Return the instance's key; of several processes that start on a new instance, one makes it for all."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            with suppress(FileExistsError):
                path.hardlink_to(file.name)  # at once and whole, for its owner alone
    return path.read_text().strip()
