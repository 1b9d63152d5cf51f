"""How well a platform is: facts about its database, its jobs and its records, each in one sentence with a remedy.

Reads only. What needs the machine, the settings or the packs is looked at by the site; see `web.checkup`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from engine import consistency, history, migrations, workload
from engine.calendar.offices import ZONE, office_calendar
from engine.database.description import Description, describe
from engine.model import InstanceState, PaperVersion, ProcessInstance
from engine.papers import PaperStore
from engine.wording import Bilingual

LATE = timedelta(minutes=5)
VERY_LATE = timedelta(hours=1)
CLOCKS_APART, CLOCKS_FAR_APART = timedelta(seconds=5), timedelta(seconds=60)
HUGE_LOG = 256 * 1024 * 1024
NEXT_YEAR_FROM = 10
"""The month from which next year's calendar is wanted: deadlines begin to reach into it."""
NAMED = 5
"""How many of the things that are wrong a sentence names."""


class FactState(StrEnum):
    """What a fact means: all is well, somebody should look, something does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing looked at; `said` is for the operator and may name files and hosts, a stranger sees name and state."""

    name: str
    state: FactState
    said: Bilingual


def database(connection: Connection, at: datetime) -> list[Fact]:
    """Tell which database it is, whether its log is out of hand, and whether its clock agrees with ours."""
    found = describe(connection)
    size = megabytes(found.size)
    said = Bilingual(
        f"{found.kind} {found.version}, {size}.",
        f"{found.kind} {found.version}, {size}.",
    )
    facts = [Fact("database", FactState.OK, said), _clock(found, at)]
    if found.log_size:
        facts.append(_write_ahead_log(found.log_size))
    return facts


def _write_ahead_log(size: int) -> Fact:
    if size < HUGE_LOG:
        said = Bilingual(f"Nhật ký ghi trước (WAL) {megabytes(size)}.", f"The write-ahead log has {megabytes(size)}.")
        return Fact("write_ahead_log", FactState.OK, said)
    said = Bilingual(
        f"Nhật ký ghi trước (WAL) đã lên {megabytes(size)}: có tiến trình đọc mãi không xong; hãy khởi động lại trang.",
        f"The write-ahead log has grown to {megabytes(size)}: some process never ends its reading; restart the site.",
    )
    return Fact("write_ahead_log", FactState.WARN, said)


def _clock(found: Description, at: datetime) -> Fact:
    apart = abs(found.now - at)
    seconds = f"{apart.total_seconds():.1f}"
    if apart <= CLOCKS_APART:
        said = Bilingual(f"Đồng hồ lệch {seconds} giây.", f"The clocks are {seconds} s apart.")
        return Fact("clock", FactState.OK, said)
    said = Bilingual(
        f"Đồng hồ máy này và của cơ sở dữ liệu lệch {seconds} giây; hãy bật đồng bộ giờ (NTP) trên cả hai máy.",
        f"The clocks of this machine and of the database are {seconds} s apart; keep both by NTP.",
    )
    return Fact("clock", FactState.FAIL if apart > CLOCKS_FAR_APART else FactState.WARN, said)


def schema(connection: Connection, pack_folders: Sequence[Path]) -> Fact:
    """Tell whether the tables are those this program and its packs expect, and which branch is behind."""
    found = migrations.standing(connection, pack_folders)
    if found.is_current:
        heads = ", ".join(found.heads)
        return Fact("migrations", FactState.OK, Bilingual(f"Đúng phiên bản: {heads}.", f"Current: {heads}."))
    if found.unknown:
        unknown = ", ".join(found.unknown)
        said = Bilingual(
            f"Cơ sở dữ liệu mới hơn chương trình, hoặc thiếu gói ({unknown}); hãy cài đúng phiên bản và gói.",
            f"The database is newer than the program, or a pack is missing ({unknown}); install what made it.",
        )
        return Fact("migrations", FactState.FAIL, said)
    behind = ", ".join(found.behind)
    said = Bilingual(
        f"Cơ sở dữ liệu còn cũ ở: {behind}; hãy chạy luanchuyen prepare.",
        f"The database is behind in: {behind}; run luanchuyen prepare.",
    )
    return Fact("migrations", FactState.FAIL, said)


def workers(session: Session, at: datetime) -> Fact:
    """Tell whether somebody does the jobs: a process that has not reported for 60 seconds is stale."""
    known = workload.workers(session, at)
    stale = [each for each in known if at - each.seen_at > workload.FRESH]
    alive = len(known) - len(stale)
    if not alive:
        said = Bilingual(
            "Không có tiến trình nào chạy công việc tự động; hãy khởi động trang (luanchuyen run) hoặc worker.",
            "No process does the jobs; start the site (luanchuyen run) or a worker.",
        )
        return Fact("workers", FactState.FAIL, said)
    if stale:
        names = _named([each.name for each in stale])
        said = Bilingual(
            f"{alive} tiến trình đang chạy; không còn tín hiệu từ: {names}. Hãy xem nhật ký của chúng.",
            f"{alive} alive; no heartbeat any more from: {names}. Look at their logs.",
        )
        return Fact("workers", FactState.WARN, said)
    return Fact("workers", FactState.OK, Bilingual(f"{alive} tiến trình đang chạy.", f"{alive} alive."))


def overdue_jobs(session: Session, at: datetime) -> Fact:
    """Tell whether jobs lie about: due for more than 5 minutes, and how long the oldest one."""
    counts = workload.job_counts(session, at)
    late = at - counts.oldest_due_at if counts.oldest_due_at else timedelta()
    if late <= LATE:
        said = Bilingual(
            f"{counts.due} việc đến hạn, {counts.later} việc chưa đến hạn.", f"{counts.due} due, {counts.later} later."
        )
        return Fact("overdue_jobs", FactState.OK, said)
    minutes = int(late.total_seconds() // 60)
    said = Bilingual(
        f"{counts.due} việc tự động đến hạn chưa chạy, việc cũ nhất đã chờ {minutes} phút; "
        "hãy xem tiến trình worker và nhật ký.",
        f"{counts.due} jobs are due and nobody did them, the oldest for {minutes} min; look at the workers and logs.",
    )
    return Fact("overdue_jobs", FactState.FAIL if late > VERY_LATE else FactState.WARN, said)


def failures(session: Session, at: datetime) -> Fact:
    """Tell how many jobs have failed for good and how many incidents wait for somebody."""
    failed, incidents = workload.job_counts(session, at).failed, workload.open_incidents(session)
    if not (failed or incidents):
        return Fact("incidents", FactState.OK, Bilingual("Không có sự cố.", "None."))
    said = Bilingual(
        f"{incidents} sự cố chưa xử lý, {failed} việc tự động bị lỗi; hãy mở phòng Vận hành.",
        f"{incidents} open incidents, {failed} failed jobs; open the room Operations.",
    )
    return Fact("incidents", FactState.WARN, said)


def recorded_future(session: Session, at: datetime) -> Fact:
    """Tell whether something was recorded later than now: then this machine's clock was, or is, wrong."""
    newest = [
        session.scalar(select(func.max(ProcessInstance.started_at)).where(ProcessInstance.state == state))
        for state in InstanceState
    ]
    ahead = max((each - at for each in newest if each is not None), default=timedelta())
    if ahead <= CLOCKS_FAR_APART:
        return Fact("records", FactState.OK, Bilingual("Không có hồ sơ nào ở tương lai.", "None in the future."))
    said = Bilingual(
        f"Có hồ sơ được ghi sau hiện tại {_span(ahead)}; hãy kiểm tra giờ của máy.",
        f"A case was recorded {_span(ahead)} after now; check this machine's clock.",
    )
    return Fact("records", FactState.WARN, said)


def working_calendar(session: Session, at: datetime) -> Fact:
    """Tell whether deadlines can be computed: this year's calendar is approved and, from October, next year's too."""
    today = at.astimezone(ZONE).date()
    wanted = [today.year, today.year + 1] if today.month >= NEXT_YEAR_FROM else [today.year]
    missing = [str(year) for year in wanted if year not in office_calendar(session).approved]
    if not missing:
        years = ", ".join(map(str, wanted))
        return Fact("calendar", FactState.OK, Bilingual(f"Đã duyệt lịch: {years}.", f"Approved: {years}."))
    names = ", ".join(missing)
    said = Bilingual(
        f"Lịch làm việc năm {names} chưa được duyệt, hạn rơi vào năm đó sẽ thành sự cố; "
        "hãy duyệt ở Quản trị → Lịch làm việc.",
        f"The working calendar of {names} is not approved, a deadline in it becomes an incident; "
        "approve it under Administration → Working calendar.",
    )
    return Fact("calendar", FactState.WARN, said)


def papers(session: Session, store: PaperStore) -> Fact:
    """Read every paper's content and compare it with its checksum; takes as long as the disk does."""
    missing, damaged, count = [], [], 0
    for sha256 in session.scalars(select(PaperVersion.sha256).distinct().order_by(PaperVersion.sha256)).yield_per(500):
        count += 1
        if not store.path(sha256).is_file():
            missing.append(sha256)
        elif not store.is_sound(sha256):
            damaged.append(sha256)
    if not (missing or damaged):
        said = Bilingual(f"{count} tệp đều đủ và đúng.", f"All {count} files are there and sound.")
        return Fact("papers", FactState.OK, said)
    names = _named([*missing, *damaged])
    said = Bilingual(
        f"Thiếu {len(missing)} tệp, hỏng {len(damaged)} tệp ({names}); hãy lấy lại từ bản sao lưu.",
        f"{len(missing)} files are missing, {len(damaged)} damaged ({names}); take them from a backup.",
    )
    return Fact("papers", FactState.FAIL, said)


def histories(session: Session) -> Fact:
    """Verify the hash chain of every case."""
    count, broken = 0, []
    for instance, breaches in history.verify_all(session):
        count += 1
        if breaches:
            broken.append(instance.business_key)
    if not broken:
        return Fact("histories", FactState.OK, Bilingual(f"{count} hồ sơ đều đúng.", f"All {count} cases verify."))
    said = Bilingual(
        f"Lịch sử bị sửa ở {len(broken)} hồ sơ ({_named(broken)}); luanchuyen audit verify chỉ ra chỗ bị sửa.",
        f"The history of {len(broken)} cases was changed ({_named(broken)}); luanchuyen audit verify says where.",
    )
    return Fact("histories", FactState.FAIL, said)


def cases(session: Session, at: datetime) -> Fact:
    """Hold the rows of every case against where its tokens stand."""
    count, broken = 0, []
    for instance, found in consistency.check_all(session, at):
        count += 1
        if found:
            broken.append(instance.business_key)
    if not broken:
        said = Bilingual(f"{count} hồ sơ: việc và hẹn giờ khớp với trạng thái.", f"All {count} cases agree.")
        return Fact("cases", FactState.OK, said)
    said = Bilingual(
        f"Việc không khớp với trạng thái ở {len(broken)} hồ sơ ({_named(broken)}); xem luanchuyen audit consistency.",
        f"Rows and tokens disagree in {len(broken)} cases ({_named(broken)}); luanchuyen audit consistency says where.",
    )
    return Fact("cases", FactState.FAIL, said)


def megabytes(size: int) -> str:
    """Say a size of bytes in MB."""
    return f"{size / 1024 / 1024:.1f} MB"


def _span(length: timedelta) -> str:
    return f"{int(length.total_seconds() // 60)} min"


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
