"""The facts of an installation: the engine's, and those of its folder, its key, its packs and Redis."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pluggy
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine import database, health, hooks
from engine.errors import Unavailable
from engine.health import Fact, FactState, megabytes
from engine.notices.mail import MailNotSent, MailServer
from engine.papers import PaperStore
from engine.wording import Bilingual
from processes import catalogue
from web.settings import KEY_FILE, Settings

GIGABYTE = 1024**3
LITTLE_ROOM, NO_ROOM = GIGABYTE, GIGABYTE // 10
FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
REDIS_SECONDS = 2.0
NEEDED = frozenset({"database", "migrations", "disk", "uploads"})
"""Without these the site cannot serve; what else fails is the operators' concern and no reason to turn people away."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """One look at an installation, at one moment."""

    settings: Settings
    engine: Engine
    plugins: pluggy.PluginManager
    at: datetime

    def quick(self) -> list[Fact]:
        """Return what can be told in a few milliseconds."""
        facts = list(self._of_the_database(self._quick_in))
        return [*facts, *self._of_the_machine()]

    def thorough(self) -> list[Fact]:
        """Return what takes as long as the records and the papers are many: every file, history and case."""
        return [self._packs(), *self._of_the_database(self._thorough_in)]

    def outside(self) -> list[Fact]:
        """Return what is asked of other systems, and may take as long as they do: the mail server, if there is one."""
        server = self.settings.mail.server
        return [_mail_server(server)] if server is not None else []

    def _of_the_database(self, facts_in: Callable[[], list[Fact]]) -> Iterator[Fact]:
        file = make_url(self.settings.database_url).database
        if self.settings.database_url.startswith("sqlite:") and file and not Path(file).exists():
            yield _no_database()
            return
        try:
            yield from facts_in()
        except (Unavailable, SQLAlchemyError) as error:
            yield _unreachable(error)

    def _quick_in(self) -> list[Fact]:
        folders = self.plugins.hook.migrations()
        with self.engine.connect() as connection:
            facts = [*health.database(connection, self.at), health.schema(connection, folders)]
        if facts[-1].state is FactState.FAIL:
            return facts  # the other questions need tables that may not be there
        with Session(self.engine) as session:
            return [
                *facts,
                health.workers(session, self.at),
                health.overdue_jobs(session, self.at),
                health.failures(session, self.at),
                health.recorded_future(session, self.at),
                health.working_calendar(session, self.at),
            ]

    def _thorough_in(self) -> list[Fact]:
        with Session(self.engine) as session:
            database.take_time(session)
            return [
                health.papers(session, PaperStore(self.settings.uploads)),
                health.histories(session),
                health.cases(session, self.at),
            ]

    def _of_the_machine(self) -> Iterator[Fact]:
        if self.settings.redis_url:
            yield _redis(self.settings.redis_url)
        yield _disk(self.settings.instance)
        yield _uploads(self.settings.uploads)
        yield _secret_key(self.settings.instance)

    def _packs(self) -> Fact:
        broken = catalogue.broken_packs(hooks.job_types(self.plugins).keys())
        if not broken:
            return Fact("packs", FactState.OK, Bilingual("Các gói đều dùng được.", "All packs are sound."))
        names = ", ".join(f"{pack.name} ({pack.error})" for pack in broken)
        said = Bilingual(
            f"Gói bị lỗi, không dùng được: {names}. Hãy sửa hoặc cài lại gói.",
            f"Broken and left out: {names}. Mend the pack or install it anew.",
        )
        return Fact("packs", FactState.FAIL, said)


def _no_database() -> Fact:
    said = Bilingual(
        "Chưa có tệp cơ sở dữ liệu; hãy chạy luanchuyen prepare, hoặc luanchuyen restore với bản sao lưu.",
        "There is no database file yet; run luanchuyen prepare, or luanchuyen restore with a backup.",
    )
    return Fact("database", FactState.FAIL, said)


def _unreachable(error: Exception) -> Fact:
    words = str(getattr(error, "orig", None) or error).splitlines()[0]
    said = Bilingual(
        f"Cơ sở dữ liệu không trả lời ({words}); hãy kiểm tra máy chủ và DATABASE_URL.",
        f"The database does not answer ({words}); look at the server and at DATABASE_URL.",
    )
    return Fact("database", FactState.FAIL, said)


def _redis(url: str) -> Fact:
    from redis import Redis  # noqa: PLC0415  (who has no Redis needs no client of it)
    from redis.exceptions import RedisError  # noqa: PLC0415

    try:
        with Redis.from_url(url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        kind = type(error).__name__
        said = Bilingual(
            f"Redis không trả lời ({kind}); không mất việc nào, nhưng việc phải chờ đến khi Redis chạy lại.",
            f"Redis does not answer ({kind}); no job is lost, but jobs wait until it is back.",
        )
        return Fact("redis", FactState.FAIL, said)
    return Fact("redis", FactState.OK, Bilingual("Có trả lời.", "It answers."))


def _mail_server(server: MailServer) -> Fact:
    place = f"{server.host}:{server.port}"
    try:
        server.check()
    except MailNotSent as error:
        said = Bilingual(
            f"Máy chủ thư {place} không nhận ({error}); thư chờ gửi lại, hãy kiểm tra LUANCHUYEN_SMTP_…",
            f"The mail server {place} does not take letters ({error}); they are tried again, look at LUANCHUYEN_SMTP_…",
        )
        return Fact("mail", FactState.FAIL, said)
    return Fact("mail", FactState.OK, Bilingual(f"{place} có nhận.", f"{place} takes letters."))


def _disk(instance: Path) -> Fact:
    free = shutil.disk_usage(instance).free
    if free >= LITTLE_ROOM:
        said = Bilingual(f"Còn trống {megabytes(free)}.", f"{megabytes(free)} free.")
        return Fact("disk", FactState.OK, said)
    said = Bilingual(
        f"Ổ đĩa chỉ còn {megabytes(free)}; hãy dọn bớt hoặc thêm dung lượng.",
        f"Only {megabytes(free)} are left on the disk; make room.",
    )
    return Fact("disk", FactState.FAIL if free < NO_ROOM else FactState.WARN, said)


def _uploads(folder: Path) -> Fact:
    place = folder if folder.exists() else folder.parent
    if place.is_dir() and os.access(place, os.R_OK | os.W_OK | os.X_OK):
        return Fact("uploads", FactState.OK, Bilingual("Đọc và ghi được.", "Readable and writable."))
    said = Bilingual(
        f"Không đọc hoặc ghi được thư mục {place}; hãy trao quyền cho tài khoản chạy trang.",
        f"The folder {place} cannot be read or written; give the account that runs the site its rights.",
    )
    return Fact("uploads", FactState.FAIL, said)


def _secret_key(instance: Path) -> Fact:
    path = instance / KEY_FILE
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
    if not mode & FOR_OTHERS:
        return Fact("secret_key", FactState.OK, Bilingual("Chỉ chủ sở hữu đọc được.", "Its owner alone may read it."))
    said = Bilingual(
        f"Người khác trên máy đọc được khóa bí mật (quyền {mode:o}); hãy chạy chmod 600 {KEY_FILE} trong instance.",
        f"Others on this machine may read the secret key (mode {mode:o}); run chmod 600 {KEY_FILE} in the instance.",
    )
    return Fact("secret_key", FactState.FAIL, said)
