"""`scripts/bench directory`: a directory of 20,000 people in 1,500 units, brought in as a file and asked for people.

python -m tests.bench.large_directory [--quick] [--json FILE]
"""

import argparse
import json
import resource
import statistics
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

from openpyxl import Workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import database, directory, directory_files
from engine.directory import Directory
from engine.directory_files import Comparison
from engine.model import Person
from engine.play import FIRST_MOMENT
from tests.bench import machine
from tests.bench.scale import Figure, as_table, instance

ADMINISTRATOR = "ta.duy"
GIVEN = ("An", "Bình", "Châu", "Dũng", "Đức", "Giang", "Hạnh", "Khánh", "Lan", "Minh", "Ngọc", "Phúc", "Quỳnh", "Yến")
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
UNITS_IN_A_UNIT = 12
MOST_SECONDS, MOST_MS = 60.0, 5.0
ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the directory is."""

    people: int
    units: int


FULL, QUICK = Sizes(20_000, 1_500), Sizes(300, 30)


def main() -> int:
    """Measure, print, and return 0; a missed target is said, not punished."""
    parser = argparse.ArgumentParser(prog="scripts/bench directory", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run that shows that everything works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON there and the table to the output")
    options = parser.parse_args()
    conditions, sizes = machine.conditions(), QUICK if options.quick else FULL
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as alone:
        content = alone.submit(workbook, sizes).result()
        kinds = "sqlite", "postgresql"
        figures = [each for kind in kinds for each in alone.submit(measure, kind, content, sizes).result()]
    if options.json is not None:
        said = {"conditions": dict(conditions), "figures": [asdict(each) for each in figures]}
        options.json.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(as_table(conditions, figures)) + "\n")
    return 0


def measure(kind: str, content: bytes, sizes: Sizes) -> list[Figure]:
    """Bring the file in, bring it in once more, and ask the directory for people, on one database.

    Each runs in a process of its own, so that its memory is its own.
    """
    with instance(kind) as settings, database.opened(settings.database_url) as engine:
        with Session(engine) as session:
            directory.current(session, on=FIRST_MOMENT.date())
        before = _peak_mb()
        worked = process_time()
        first, seconds = _bring_in(engine, content)
        worked = process_time() - worked
        grown = _peak_mb() - before
        again, seconds_again = _bring_in(engine, content)
        _must(not first.problems and len(first.changes) > sizes.people, "the file is not what it should be")
        _must(again.changes_nothing, "the second import changed something")
        figures = [
            Figure("import", f"{sizes.people:,} people brought in", kind, seconds, "s", MOST_SECONDS),
            Figure("import_work", "  processor time of it here", kind, worked, "s"),
            Figure("memory", "  memory over what was held before", kind, grown, "MB"),
            Figure("again", "the same file once more", kind, seconds_again, "s", MOST_SECONDS),
        ]
        return [*figures, *(replace(figure, database=kind) for figure in _resolving(engine, sizes))]


def workbook(sizes: Sizes) -> bytes:
    """Return a file with units as a tree, a head each, and people spread over them."""
    book = Workbook(write_only=True)
    units, people, positions = (book.create_sheet(name) for name in ("Đơn vị", "Người", "Chức vụ"))
    units.append(["Mã đơn vị", "Tên đơn vị", "Đơn vị cấp trên", "Thứ tự"])
    for number in range(sizes.units):
        above = _unit((number - 1) // UNITS_IN_A_UNIT) if number else None
        units.append([_unit(number), f"Đơn vị số {number}", above, number])
    people.append(["Tên đăng nhập", "Họ và tên"])
    positions.append(["Tên đăng nhập", "Mã đơn vị", "Loại chức vụ", "Chức danh", "Chức vụ chính"])
    for number in range(sizes.people):
        name = f"{FAMILY[number % len(FAMILY)]} Thị {GIVEN[number // 7 % len(GIVEN)]}"
        people.append([f"can.bo.{number}", name])
        held = ("leader", "Trưởng phòng") if number < sizes.units else ("specialist", "Chuyên viên")
        positions.append([f"can.bo.{number}", _unit(number % sizes.units), *held, "Có"])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _unit(number: int) -> str:
    return f"DV.{number}"


def _bring_in(engine: Engine, content: bytes) -> tuple[Comparison, float]:
    """Keep, look at and apply a file, each as a request does; return what was compared, and the seconds of it all."""
    begun = perf_counter()
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        by = _administrator(session)
        kept = directory_files.keep(session, "danh-ba.xlsx", content, by=by, at=FIRST_MOMENT).id
    with Session(engine) as session:
        seen = directory_files.dry_run(session, kept, by=_administrator(session), at=FIRST_MOMENT).revision
    office = directory_files.read(content)
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        by = _administrator(session)
        compared = directory_files.apply(session, kept, office, by=by, seen_revision=seen, at=FIRST_MOMENT)
    return compared, perf_counter() - begun


def _administrator(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.username == ADMINISTRATOR)).one()


def _resolving(engine: Engine, sizes: Sizes) -> Iterator[Figure]:
    """Time what assignments ask: once after a change, when everything is read anew, then of one unit after another."""
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        directory.changed(session)
    begun = perf_counter()
    with Session(engine) as session:
        office = directory.current(session, on=FIRST_MOMENT.date())
    yield Figure("snapshot", "reading the directory anew", "", (perf_counter() - begun) * 1000, "ms")
    begun = perf_counter()
    _ask(office, 0)
    yield Figure("first", "  the first assignment after it", "", (perf_counter() - begun) * 1000, "ms")
    ids = [person.id for person in office.people.values()]
    questions: dict[str, tuple[str, Callable[[int], object]]] = {
        "assignment": ("an assignment, each of another unit", lambda number: _ask(office, number % sizes.units)),
        "everybody": ("everybody's group", lambda _number: office.people_in_group(_unit(0))),
        "units_below": ("all units below the first", lambda _number: office.units_below(_unit(0))),
        "groups": ("the groups of another person", lambda number: office.groups_of(ids[number])),
    }
    for key, (label, ask) in questions.items():
        yield Figure(key, label, "", _median_ms(ask), "ms", MOST_MS)


def _ask(office: Directory, unit: int) -> None:
    """Resolve as a task's arrival does: a unit's head, the people of a position, the people of a unit."""
    unit_code = _unit(unit)
    _must(office.leader_of(unit_code) is not None, "the unit has no head")
    _must(bool(office.people_in_group(f"{unit_code}/specialist")), "nobody holds the position")
    _must(bool(office.people_in_group(unit_code)), "nobody is in the unit")


def _median_ms(ask: Callable[[int], object]) -> float:
    times = []
    for number in range(1, ROUNDS):
        begun = perf_counter()
        ask(number)
        times.append((perf_counter() - begun) * 1000)
    return statistics.median(times)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _must(holds: bool, otherwise: str) -> None:  # noqa: FBT001  (a fact, not a switch)
    if not holds:
        raise RuntimeError(otherwise)


if __name__ == "__main__":
    sys.exit(main())
