"""The command `doctor`: how well the installation is, fact by fact, each with what to do."""

import sys
from collections.abc import Mapping, Sequence

import click
import simplejson

from engine import database, hooks
from engine.health import Fact, FactState
from engine.wording import Bilingual
from web import clock
from web.monitoring.checkup import Checkup
from web.settings import Settings, read_settings

_STATES: Mapping[FactState, Bilingual] = {
    FactState.OK: Bilingual("tốt", "ok"),
    FactState.WARN: Bilingual("CHÚ Ý", "WARN"),
    FactState.FAIL: Bilingual("LỖI", "FAIL"),
}
_NAMES: Mapping[str, Bilingual] = {
    "database": Bilingual("Cơ sở dữ liệu", "Database"),
    "clock": Bilingual("Đồng hồ", "Clock"),
    "write_ahead_log": Bilingual("Nhật ký ghi trước", "Write-ahead log"),
    "migrations": Bilingual("Phiên bản bảng", "Migrations"),
    "redis": Bilingual("Redis", "Redis"),
    "mail": Bilingual("Máy chủ thư", "Mail server"),
    "workers": Bilingual("Tiến trình chạy việc", "Workers"),
    "overdue_jobs": Bilingual("Việc tự động", "Jobs"),
    "incidents": Bilingual("Sự cố", "Incidents"),
    "records": Bilingual("Giờ ghi hồ sơ", "Recorded times"),
    "calendar": Bilingual("Lịch làm việc", "Working calendar"),
    "disk": Bilingual("Ổ đĩa", "Disk"),
    "uploads": Bilingual("Thư mục tệp", "Uploads"),
    "secret_key": Bilingual("Khóa bí mật", "Secret key"),
    "packs": Bilingual("Gói quy trình", "Packs"),
    "papers": Bilingual("Tệp văn bản", "Papers"),
    "histories": Bilingual("Lịch sử hồ sơ", "Histories"),
    "cases": Bilingual("Trạng thái hồ sơ", "Cases"),
}


@click.command()
@click.option("--deep", is_flag=True, help="Also check packs, and read every file, history and case.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "wants_json", is_flag=True, help="Print JSON with both languages.")
def doctor(*, deep: bool, language: str, wants_json: bool) -> None:
    """Look at the installation and say what is wrong and what to do; exits with 1 when something does not work."""
    facts = look(read_settings(), deep=deep)
    click.echo(as_json(facts) if wants_json else "\n".join(as_lines(facts, language)))
    if has_failed(facts):
        sys.exit(1)


def look(settings: Settings, *, deep: bool) -> list[Fact]:
    """Return the facts of an installation; changes nothing."""
    with database.opened(settings.database_url) as engine:
        checkup = Checkup(settings, engine, hooks.load_plugins(settings.plugins), clock.system_time())
        facts = [*checkup.quick(), *checkup.outside()]
        return [*facts, *checkup.thorough()] if deep and not _is_unusable(facts) else facts


def _is_unusable(facts: Sequence[Fact]) -> bool:
    return any(fact.state is FactState.FAIL and fact.name in {"database", "migrations"} for fact in facts)


def has_failed(facts: Sequence[Fact]) -> bool:
    """Tell whether something does not work."""
    return any(fact.state is FactState.FAIL for fact in facts)


def as_lines(facts: Sequence[Fact], language: str) -> list[str]:
    """Return a table: state, name, sentence."""
    rows = [(_STATES[fact.state].said(language), _NAMES[fact.name].said(language)) for fact in facts]
    state_width, name_width = (max(len(row[column]) for row in rows) for column in range(2))
    return [
        f"{state.ljust(state_width)}  {name.ljust(name_width)}  {fact.said.said(language)}"
        for (state, name), fact in zip(rows, facts, strict=True)
    ]


def as_json(facts: Sequence[Fact]) -> str:
    """Return a list of objects with every sentence in both languages."""
    said = [{"name": fact.name, "state": fact.state.value, "said": fact.said._asdict()} for fact in facts]
    return simplejson.dumps(said, ensure_ascii=False, indent=2)
